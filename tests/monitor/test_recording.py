"""What is recorded is read back, whole, by whoever asks: of several processes, killed ones, resumed ones, long ones."""

import os
import random
import signal
import time

import numpy as np
import pytest

import graders
from graders.completion.parse import Layout
from graders.monitor import read_run, watch
from graders.monitor.recording import DENSE_STEPS, MOST_BYTES, SUFFIX, RankFile, cut, stride
from graders.monitor.traits import REMEMBERED, Memory
from tests.monitor.conftest import step_rows

MOMENTS = int(os.environ.get("FAULT_MOMENTS", "4"))


def reward():
    return graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})


def columns(seed, rows=32, size=50):
    rng = random.Random(seed)
    texts = [f"<think>{rng.random()} {'x' * size}</think><answer>{rng.randint(0, 1)}</answer>" for _ in range(rows)]
    return {"completions": texts, "prompts": [f"q{row // 8}" for row in range(rows)], "reference_answer": ["1"] * rows}


def record(folder, steps, rank=0, first=None):
    """Steps of a process of a rank, numbered by a trainer where the first is given."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RANK", str(rank))
        watched = watch(reward(), folder)
    for step in range(steps):
        if first is not None:
            watched.watcher.at(first + step)
        watched(**columns(step + 100 * rank))


def test_what_is_counted(tmp_path):
    """Means, outcomes and shares are those of the batch."""
    given = columns(0)
    result = reward().evaluate(given["completions"], given["reference_answer"], given["prompts"])
    record(tmp_path, 1)
    run = read_run(tmp_path)
    assert run.reward[0] == pytest.approx(result.rewards.mean())
    assert run.components["string_check:equals"][0] == pytest.approx(result.components["string_check:equals"].mean())
    matches = result.outcomes["string_check:equals"].count("match")
    assert run.outcomes["string_check:equals"]["match"].tolist() == [matches]
    assert run.length.tolist() == [1.0]
    assert graders.load_reward(run.definition).signature() == run.signature
    assert [row.reward for row in run.early]


def test_ranks_are_joined(tmp_path):
    """A step's rows are those of all processes."""
    for rank in range(3):
        record(tmp_path, 4, rank, first=1)
    run = read_run(tmp_path)
    assert run.steps.tolist() == [1, 2, 3, 4]
    assert run.rows.tolist() == [96.0] * 4
    assert run.processes == 3


def test_a_resumed_run_is_told_once(tmp_path):
    """The later process of a rank is believed where it repeats steps; the other rank's stay."""
    record(tmp_path, 10, first=1)
    record(tmp_path, 10, rank=1, first=1)
    time.sleep(0.01)  # files of one rank are ordered by the time that stands in them
    record(tmp_path, 3, first=6)
    run = read_run(tmp_path)
    assert run.rows.tolist() == [64.0] * 8 + [32.0, 32.0]


def test_without_a_trainers_steps_a_later_process_goes_on(tmp_path):
    """One after the last step that is there."""
    record(tmp_path, 3)
    record(tmp_path, 2)
    assert read_run(tmp_path).steps.tolist() == [1, 2, 3, 4, 5]


def test_killed_at_any_moment(tmp_path):
    """Each time all whole lines are read; at most one is damaged, and the next process goes on behind it."""
    draws, last = random.Random(5), 0
    for kills in range(1, MOMENTS + 1):
        child = os.fork()
        if child == 0:
            watched = watch(reward(), tmp_path)
            while True:
                watched(**columns(0, size=2000))
        wanted, deadline = draws.randint(1, 200_000), time.monotonic() + 30
        while sum(path.stat().st_size for path in tmp_path.glob(f"*-{child}-*")) < wanted:
            assert time.monotonic() < deadline
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        run = read_run(tmp_path)
        assert run.processes == kills
        assert run.damaged <= kills
        assert run.steps.tolist() == list(range(1, len(run.steps) + 1))
        assert (run.rows == 32).all()
        assert len(run.steps) > last
        last = len(run.steps)


@pytest.mark.parametrize("cut_at", [1, 40, -1, -30])
def test_a_torn_last_line_is_counted(tmp_path, cut_at):
    """A disk that kept a part of a write."""
    record(tmp_path, 3)
    (path,) = tmp_path.glob(f"*{SUFFIX}")
    whole = path.read_bytes()
    path.write_bytes(whole + whole.splitlines(keepends=True)[1][:cut_at].rstrip(b"\n}"))
    run = read_run(tmp_path)
    assert (run.damaged, run.steps.tolist()) == (1, [1, 2, 3])


@pytest.mark.parametrize("line", [b"[]", b"3", b"{}", b'{"k":"step"', b"\x00" * 40, b'"k"'])
def test_what_is_no_record_is_no_error(tmp_path, line):
    """Whatever stands in a line."""
    record(tmp_path, 2)
    (path,) = tmp_path.glob(f"*{SUFFIX}")
    path.write_bytes(path.read_bytes() + line + b"\n")
    assert read_run(tmp_path).steps.tolist() == [1, 2]


def test_nothing_recorded_is_said(tmp_path):
    """With what writes there."""
    with pytest.raises(graders.DataError, match=r"graders\.watch"):
        read_run(tmp_path)


def test_the_disk_is_bounded(tmp_path):
    """With the longest texts, ten thousand steps stay below the bar."""
    watched = watch(reward(), tmp_path)
    given = columns(0, size=4000)
    given["prompts"] = [("é" * 3000) + prompt for prompt in given["prompts"]]
    for _ in range(60):
        watched(**given)
    size = sum(path.stat().st_size for path in tmp_path.iterdir())
    recorded = DENSE_STEPS + (10_000 - DENSE_STEPS) // 2
    assert size / 60 * recorded < MOST_BYTES
    assert sum(step % stride(step) == 0 for step in range(1, 10_001)) == recorded


def test_memory_is_bounded():
    """However many different answers and thoughts go by."""
    memory = Memory(Layout())
    for step in range(300):
        rows = step_rows(step, np.ones(64) * 0.7)
        memory.look(rows, {"shape"})
    for kept in (memory._answers, memory._thoughts, memory._given, memory._earned):
        assert len(kept._new) + len(kept._old) <= 2 * REMEMBERED


@pytest.mark.parametrize("text", ["a" * 5000, "é" * 5000, "\ud800" * 50, "a\x00b", ""])
def test_texts_are_cut_and_can_be_written(text, tmp_path):
    """To bytes, whatever they are; lone surrogates included."""
    assert len(cut(text, 100).encode()) <= 103
    RankFile(tmp_path, 0).append([{"k": "x", "text": cut(text, 100)}])
