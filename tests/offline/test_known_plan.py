"""Jobs of an array take the first one's plan for files that are the same by path, size and time."""

import json
import os

import pytest

import graders
from graders.offline import run as run_module
from graders.offline.ledger.manifest import known_plan
from graders.offline.ledger.shards import Share, plan_shards
from graders.offline.ledger.task import Task
from graders.offline.reading.sources import find_sources
from graders.offline.run import HowToRun, run
from graders.vocabulary.errors import DataError

A = "<think>x</think><answer>{}</answer>".format


@pytest.fixture
def data(tmp_path):
    for name in ("a.jsonl", "b.jsonl"):
        rows = [{"completion": A(n), "reference_answer": "1", "n": n} for n in range(25)]
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def do(data, job, jobs=3):
    reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})
    task = Task(reward, folder=data / "out")
    return run(
        task, find_sources(str(data / "*.jsonl")), HowToRun(share=Share(job, jobs), rows_per_part=10, resume=True)
    )


def test_it_is_the_plan_that_reading_gives(data):
    """Part by part, and with the inputs' fingerprints."""
    do(data, 1)
    sources = find_sources(str(data / "*.jsonl"))
    assert known_plan(data / "out", sources, 10) == plan_shards(sources, "jsonl", 10)


def test_the_inputs_are_read_once(data, monkeypatch):
    """By the first job; a run of one job alone reads them always."""
    read = []
    monkeypatch.setattr(run_module, "plan_shards", lambda *args: read.append(1) or plan_shards(*args))
    results = [do(data, job) for job in (1, 2, 3)]
    assert len(read) == 1
    assert [len(result.missing) for result in results] == [4, 2, 0]
    do(data, 1, jobs=1)
    assert len(read) == 2


@pytest.mark.parametrize("change", ["time", "size", "rows_per_part", "one more"])
def test_what_may_have_changed_is_read(data, change):
    """Any of path, size, time and the size of parts."""
    do(data, 1)
    path = data / "a.jsonl"
    if change == "time":
        os.utime(path, ns=(1, 1))
    if change == "size":
        path.write_bytes(path.read_bytes() + b"\n")
    if change == "one more":
        (data / "c.jsonl").write_bytes(path.read_bytes())
    sources = find_sources(str(data / "*.jsonl"))
    assert known_plan(data / "out", sources, 11 if change == "rows_per_part" else 10) is None


def test_another_content_is_still_refused(data):
    """The plan that is read then doesn't fit the manifest."""
    do(data, 1)
    path = data / "a.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"n": 24', b'"n": 42'))
    with pytest.raises(DataError, match=r"a.jsonl has changed"):
        do(data, 2)
