"""A watched reward gives what the reward gives, bit for bit, wherever it is called; its watching stops nothing."""

import asyncio
import os
import pickle

import numpy as np
import pytest

import graders
from graders.integrations.microbatch import engine_for
from graders.integrations.ms_swift import orm_for
from graders.integrations.openrlhf import reward_func_for
from graders.integrations.slime import reward_for
from graders.integrations.split import split
from graders.integrations.trl import asynchronous
from graders.integrations.verl import compute_score
from graders.monitor import read_run, watch
from graders.monitor.jumps import Jumps
from graders.monitor.spreading import Spreading

pytestmark = pytest.mark.filterwarnings("ignore::graders.GradersWarning")

DEFINITION = {"graders": [{"type": "math_accuracy"}, {"type": "text_similarity", "operation": "rouge"}]}
TEXTS = [f"<think>work {k}</think><answer>{k % 5}/{1 + k % 3}</answer>" for k in range(40)] + ["no tags", ""]
REFERENCES = [str(k % 4) for k in range(len(TEXTS))]
PROMPTS = [f"question {k // 8}" for k in range(len(TEXTS))]
COLUMNS = {"completions": TEXTS, "prompts": PROMPTS, "reference_answer": REFERENCES}


def reward():
    return graders.load_reward(DEFINITION)


class Sample:
    """What slime calls a sample."""

    def __init__(self, row):
        self.response, self.label, self.prompt = TEXTS[row], REFERENCES[row], PROMPTS[row]


def by_openrlhf(one):
    queries = [prompt + text for prompt, text in zip(PROMPTS, TEXTS, strict=True)]
    return [float(value) for value in reward_func_for(one)(queries, PROMPTS, REFERENCES)["rewards"]]


def by_verl(one):
    rows = zip(TEXTS, REFERENCES, strict=True)
    return [compute_score("data", text, known, {}, definition=one)["score"] for text, known in rows]


WAYS = {
    "trl": lambda one: one(**COLUMNS),
    "evaluate": lambda one: one.evaluate(TEXTS, REFERENCES, PROMPTS).rewards.tolist(),
    "trl, split": lambda one: [part(**COLUMNS) for part in split(one).functions],
    "trl, asynchronous": lambda one: asyncio.run(asynchronous(one)(**COLUMNS)),
    "engine": lambda one: [engine_for(one).score(*row).reward for row in zip(TEXTS, REFERENCES, PROMPTS, strict=True)],
    "ms-swift": lambda one: orm_for(one)()(TEXTS, prompts=PROMPTS, reference_answer=REFERENCES),
    "openrlhf": by_openrlhf,
    "slime": lambda one: asyncio.run(reward_for(one)(None, [Sample(row) for row in range(len(TEXTS))])),
    "verl": by_verl,
    "pickled": lambda one: pickle.loads(pickle.dumps(one))(**COLUMNS),
}


@pytest.mark.parametrize("way", WAYS)
def test_rewards_are_bit_equal(way, tmp_path):
    """With and without the monitor, in every integration; and the rows are recorded."""
    folder = tmp_path / "watch"
    assert repr(WAYS[way](watch(reward(), folder))) == repr(WAYS[way](reward()))
    assert read_run(folder).rows.sum() >= 32


def test_it_is_a_reward_function(tmp_path):
    """With its attributes, explanations, signature; watching twice is watching once."""
    plain, watched = reward(), watch(reward(), tmp_path)
    assert isinstance(watched, graders.RewardFunction)
    assert watched.signature() == plain.signature()
    assert watched.explain(TEXTS[0], "0") == plain.explain(TEXTS[0], "0")
    assert type(watch(watched, tmp_path).plain()) is graders.RewardFunction
    assert watched.variant(side_by_side=True).watcher is watched.watcher


@pytest.mark.parametrize("detector", [Spreading, Jumps])
def test_a_detector_that_raises_stops_nothing(detector, tmp_path, monkeypatch, caplog):
    """One warning; it is dropped, the run and the other detectors go on, and whoever reads the run is told."""

    def broken(self, rows):
        raise RuntimeError("no such thing")

    monkeypatch.setattr(detector, "see", broken)
    watched = watch(reward(), tmp_path)
    found = [watched(**COLUMNS) for _ in range(3)]
    assert caplog.text.count("no such thing") == 1
    assert found == [reward()(**COLUMNS)] * 3
    run = read_run(tmp_path)
    assert list(run.dropped) == ["/".join(detector.detectors)]
    assert run.steps.tolist() == [1, 2, 3]


def test_a_folder_that_cant_be_written_stops_nothing(tmp_path, caplog):
    """One warning, and the rewards."""
    (tmp_path / "file").write_text("in the way")
    watched = watch(reward(), tmp_path / "file")
    assert [watched(**COLUMNS) for _ in range(3)] == [reward()(**COLUMNS)] * 3
    assert caplog.text.count("the recording failed") == 1


def test_small_batches_make_a_step_together(tmp_path):
    """One row a call, as agents ask; prompts make the groups."""
    watched = watch(reward(), tmp_path)
    for row in range(32):
        watched.evaluate([TEXTS[row]], [REFERENCES[row]], [PROMPTS[row]])
    run = read_run(tmp_path)
    assert run.rows.tolist() == [32]
    assert not np.isnan(run.teaching).any()


def test_a_child_of_the_process_has_a_file_of_its_own(tmp_path):
    """After a fork nothing is shared."""
    watched = watch(reward(), tmp_path)
    watched(**COLUMNS)
    child = os.fork()
    if child == 0:
        watched(**COLUMNS)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    watched(**COLUMNS)
    run = read_run(tmp_path)
    assert run.processes == 2
    assert run.rows.sum() == 3 * len(TEXTS)


def test_a_trainers_steps_and_log(tmp_path):
    """The callback tells the steps; the log has the number of alarms."""
    pytest.importorskip("transformers")
    from types import SimpleNamespace

    watched, logs = watch(reward(), tmp_path), {}
    callback = watched.callback()
    for step in (4, 5):
        callback.on_step_begin(None, SimpleNamespace(global_step=step), None)
        watched(**COLUMNS)
    callback.on_log(None, None, None, logs=logs)
    callback.on_train_end(None, None, None)
    assert read_run(tmp_path).steps.tolist() == [5, 6]
    assert logs == {"graders/watch/alarms": 0.0}
