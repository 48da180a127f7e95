"""Rows that stream into a file: it appears when it is whole, and what was scored until an early end is kept."""

import io
import json
import sys

import pytest

import graders
from graders.offline.ledger.task import Task
from graders.offline.reading.parts import read_rows
from graders.offline.reading.row import Row
from graders.offline.reading.rows import open_rows
from graders.offline.reading.sources import find_sources
from graders.offline.stream import score_stream, to_file, to_stream
from graders.vocabulary.errors import DataError

A = "<think>x</think><answer>{}</answer>".format
FORMATS = ["jsonl", "jsonl.gz", "jsonl.zst", "parquet"]


@pytest.fixture
def task():
    return Task(graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]}))


def rows(count, ending=None):
    """Rows, and at their end an exception."""
    for number in range(1, count + 1):
        yield Row(number, {"completion": A("a"), "reference_answer": "a", "id": number})
    if ending is not None:
        raise ending


def read(path):
    return [row.document["id"] for row in read_rows(*find_sources(str(path)))]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_appears_when_it_is_whole(task, tmp_path, kind):
    pytest.importorskip("pyarrow")
    path = tmp_path / f"x.{kind}"
    with to_file(path, kind, None) as writer:
        summary = score_stream(task, rows(3), writer, "rows")
        assert not path.exists()
    assert read(path) == [1, 2, 3]
    assert summary.scored == 3
    assert [other.name for other in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("count", [0, 2000])
def test_an_early_end_keeps_the_rows_so_far(task, tmp_path, kind, count):
    """Whole chunks of them, readable; where there are none, no file. What stood there stays."""
    pytest.importorskip("pyarrow")
    path, kept = tmp_path / f"x.{kind}", []
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), to_file(path, kind, kept.append) as writer:
        score_stream(task, rows(count, KeyboardInterrupt()), writer, "rows")
    partial = tmp_path / f"x.{kind}.partial"
    assert path.read_text() == "old"
    assert kept == ([partial] if count else [])
    assert partial.exists() == bool(count)
    if count:
        assert read(partial) == [*range(1, 1025)]


@pytest.mark.parametrize("kind", FORMATS)
def test_no_rows_are_an_error_and_no_file(task, tmp_path, kind):
    pytest.importorskip("pyarrow")
    with pytest.raises(DataError, match="standard input has no rows"), to_file(tmp_path / "x", kind, None) as writer:
        score_stream(task, rows(0), writer, "standard input")
    assert not [*tmp_path.iterdir()]


def test_a_file_that_can_t_be_written(tmp_path):
    with pytest.raises(DataError, match="can't be written"), to_file(tmp_path / "none" / "x", "jsonl", None):
        pass


def test_without_a_writer_there_is_the_summary_alone(task):
    assert score_stream(task, rows(5), None, "rows").scored == 5


def test_standard_output(task, monkeypatch):
    """Rows as lines; it stays open."""
    buffer = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(buffer))
    with to_stream(None, "jsonl") as writer:
        score_stream(task, rows(2), writer, "rows")
    assert [json.loads(line)["id"] for line in buffer.getvalue().splitlines()] == [1, 2]
    assert not buffer.closed


def test_a_standard_stream_that_is_closed(task, monkeypatch):
    """A daemon has none; one sentence says so."""
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(DataError, match="standard output is closed; name a file with -o"), to_stream(None, "jsonl"):
        pass
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(DataError, match="standard input is closed; name a file"), open_rows("-"):
        pass
