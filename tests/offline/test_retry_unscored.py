"""--retry-unscored scores again what was left unscored, and nothing else."""

import json

import numpy as np
import pytest

import graders
from graders.contract.scores import Scores
from graders.offline.engines.engine import Local
from graders.offline.ledger.task import Task
from graders.offline.reading.sources import find_sources
from graders.offline.run import HowToRun, run
from graders.scorers.string_check import StringCheckScorer
from graders.vocabulary.outcome import Outcome

A = "<think>x</think><answer>{}</answer>".format


@pytest.fixture
def data(tmp_path):
    rows = [{"completion": A(k % 3), "reference_answer": "1", "prompt": f"q{k // 4}"} for k in range(40)]
    rows[5] = {"nothing": 1}
    rows[6] = {"completions": [A(1), A(2)], "reference_answer": "1"}
    (tmp_path / "d.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return find_sources(str(tmp_path / "d.jsonl"))


class Down:
    """A scorer that leaves some answers unscored while it is down, and counts what it is asked."""

    def __init__(self, monkeypatch):
        self.answers, self.asked = {"0"}, 0
        real = StringCheckScorer.score

        def score(scorer, batch):
            self.asked += len(batch)
            found = real(scorer, batch)
            down = np.array([answer in self.answers for answer in batch.answers], dtype=bool)
            codes = np.where(down, Outcome.JUDGE_UNREACHABLE.code, found.codes).astype(np.int8)
            return Scores(np.where(down, np.nan, found.values), codes)

        monkeypatch.setattr(StringCheckScorer, "score", score)


def rows_of(folder):
    return [json.loads(line) for file in sorted(folder.glob("*.jsonl")) for line in file.read_text().splitlines()]


@pytest.mark.parametrize("size", [5, 16, 1000])
def test_only_unscored_rows_are_asked_again(data, tmp_path, monkeypatch, size):
    """The rows and the summary are those of a run in which nothing failed."""
    down = Down(monkeypatch)
    reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})

    def go(name, *, retry=False, resume=False):
        task = Task(reward, folder=tmp_path / name, retry_unscored=retry)
        return run(task, data, HowToRun(engine=Local(1), resume=resume, rows_per_part=size))

    first = go("a")
    lost = int(sum(one.get("status") == "unscored" for one in rows_of(tmp_path / "a")))
    assert lost == 13
    down.answers, down.asked = set(), 0
    again = go("a", resume=True)
    assert (down.asked, again.summary.to_dict()) == (0, first.summary.to_dict())
    mended = go("a", retry=True, resume=True)
    assert down.asked == lost
    whole = go("b")
    assert mended.summary.to_dict() == whole.summary.to_dict()
    assert rows_of(tmp_path / "a") == rows_of(tmp_path / "b")
    down.asked = 0
    assert go("a", retry=True, resume=True).summary.to_dict() == whole.summary.to_dict()
    assert down.asked == 0
