"""Rows appended to an input are scored, and what was done of it stays; any other change is refused."""

import json

import pytest

import graders
from graders.offline.engines.engine import Local
from graders.offline.ledger.task import Task
from graders.offline.reading.sources import find_sources
from graders.offline.run import HowToRun, run
from graders.vocabulary.errors import DataError

REWARD = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})


def lines(start, stop):
    return "".join(
        json.dumps({"completion": f"<think>x</think><answer>{k % 3}</answer>", "reference_answer": "1"}) + "\n"
        for k in range(start, stop)
    )


def go(tmp_path, name="out", resume=True):
    sources = find_sources([str(path) for path in sorted(tmp_path.glob("*.jsonl"))])
    how = HowToRun(engine=Local(1), resume=resume, rows_per_part=4)
    return run(Task(REWARD, folder=tmp_path / name), sources, how)


def shards(folder):
    return {path.name: (path.read_text(), path.stat().st_mtime_ns) for path in sorted(folder.glob("shard-*"))}


@pytest.mark.parametrize(("before", "after"), [(8, 9), (8, 20), (9, 10), (10, 12), (3, 30), (4, 5)])
def test_appended_rows(tmp_path, before, after):
    """As a run of the whole; shards that were whole are not made again."""
    path = tmp_path / "a.jsonl"
    path.write_text(lines(0, before))
    go(tmp_path)
    old = shards(tmp_path / "out")
    path.write_text(lines(0, after))
    grown, whole = go(tmp_path), go(tmp_path, "whole")
    new = shards(tmp_path / "out")
    assert [text for text, _ in new.values()] == [text for text, _ in shards(tmp_path / "whole").values()]
    assert grown.summary.to_dict() == whole.summary.to_dict()
    kept = [f"shard-000-{k:05d}.jsonl" for k in range(before // 4)]
    assert all(new[name] == old[name] for name in kept)


def test_a_last_line_without_an_end_and_a_further_file(tmp_path):
    """The last line may go on; files behind the others count as grown."""
    (tmp_path / "a.jsonl").write_text(lines(0, 4) + lines(4, 5)[:-1])
    go(tmp_path)
    (tmp_path / "a.jsonl").write_text(lines(0, 9))
    (tmp_path / "b.jsonl").write_text(lines(0, 3))
    assert go(tmp_path).summary.to_dict() == go(tmp_path, "whole").summary.to_dict()


@pytest.mark.parametrize("content", [lines(1, 12), lines(0, 7), lines(0, 7) + lines(9, 14)])
def test_any_other_change_is_refused(tmp_path, content):
    """Not the same beginning, or shorter."""
    (tmp_path / "a.jsonl").write_text(lines(0, 8))
    go(tmp_path)
    (tmp_path / "a.jsonl").write_text(content)
    with pytest.raises(DataError, match=r"has changed"):
        go(tmp_path)


def test_resume_is_asked_for(tmp_path):
    """Nothing goes on by itself."""
    (tmp_path / "a.jsonl").write_text(lines(0, 8))
    go(tmp_path)
    (tmp_path / "a.jsonl").write_text(lines(0, 12))
    with pytest.raises(DataError, match="go on with it with --resume"):
        go(tmp_path, resume=False)
