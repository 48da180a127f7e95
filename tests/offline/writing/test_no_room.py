"""Disks that take no more at any moment: each writer says so once, and writes nothing more when it is collected."""

import errno
import gc
import io
import os
from itertools import count
from pathlib import Path

import pytest

from graders.offline.reading.row import Row
from graders.offline.results.scored_chunk import ScoredChunk
from graders.offline.writing import join, open_writer, parquet
from graders.offline.writing.files import write_page
from graders.offline.writing.join import join_shards

pytest.importorskip("pyarrow")

ONE = {"reward": 0.5, "scores": {"a": 0.5}, "outcomes": {"a": "graded"}, "answer": "x", "status": "scored"}
FORMATS = ["jsonl", "jsonl.gz", "jsonl.zst", "parquet"]
OPEN = Path.open
BUFFER = 500
"""Bytes; few, so that every piece that a writer hands over may be the one that doesn't fit."""


class Disk:
    """Counts what is written to all files that are opened for it, and refuses the write of a number.

    Attributes:
        writes: How many were tried.
        refused: How many of them didn't fit.
    """

    def __init__(self, last, room_again):
        self.last, self.room_again = last, room_again
        self.writes = self.refused = 0

    def open_of(self):
        """What stands for `Path.open`."""

        def opened(path, mode="r", *args, **more):
            return io.BufferedWriter(File(path, self), BUFFER) if mode == "wb" else OPEN(path, mode, *args, **more)

        return opened

    def take(self):
        self.writes += 1
        if self.writes > self.last and not (self.refused and self.room_again):
            self.refused += 1
            raise OSError(errno.ENOSPC, "No space left on device")


class File(io.FileIO):
    """A file of such a disk."""

    def __init__(self, path, disk):
        super().__init__(path, "wb")
        self.disk = disk

    def write(self, data):
        self.disk.take()
        return super().write(data)


def chunk(*documents):
    return ScoredChunk([Row(1, document) for document in documents], [ONE] * len(documents))


def write(target, kind):
    """Rows in several groups, whose types grow wider on the way."""
    with open_writer(target, kind) as writer:
        for value in [1, 2, "text", ["x"], "y" * 1000]:
            writer.write(chunk({"id": value, "text": str(value) * 50}, {"id": None}))


def joined(shard_format, folder):
    paths = [folder / f"shard-{number}.{shard_format}" for number in range(3)]
    for number, path in enumerate(paths):
        with open_writer(path, shard_format) as writer:
            writer.write(chunk({"id": number, "text": str(number) * 500}))
    return lambda target, kind: join_shards(paths, target, shard_format, kind)


TASKS = {
    "rows": lambda folder: write,
    "lines joined": lambda folder: joined("jsonl", folder),
    "tables joined": lambda folder: joined("parquet", folder),
}


@pytest.fixture
def only_new_garbage():
    """What other tests have loaded is not looked through at each of a thousand collections."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("only_new_garbage")
@pytest.mark.parametrize("room_again", [False, True])
@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
@pytest.mark.parametrize("kind", FORMATS)
def test_each_write_may_be_the_one_that_does_not_fit(tmp_path, monkeypatch, capfd, kind, task, room_again):
    """One error, whether there is room again afterwards or not; nothing is tried once it is out."""
    monkeypatch.setattr(parquet, "GROUP_ROWS", 2)
    monkeypatch.setattr(join, "BLOCK", 300)
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # a hundred files: on a busy disk it takes minutes
    (tmp_path / "shards").mkdir()
    act, target = task(tmp_path / "shards"), tmp_path / f"x.{kind}"
    for last in count():
        disk = Disk(last, room_again)
        with monkeypatch.context() as patch:
            patch.setattr(Path, "open", disk.open_of())
            said = error_of(act, target, kind)
        tried = disk.writes
        gc.collect()
        assert disk.writes == tried
        if not disk.refused:
            break
        assert "No space left on device" in str(said)
        assert task is TASKS["rows"] or not target.exists()
    assert said is None
    assert last  # one at least did not fit
    assert capfd.readouterr().err == ""


def error_of(act, target, kind):
    """What it raises, without the frames that hold what it was at."""
    try:
        act(target, kind)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
        return error.with_traceback(None)
    return None


def test_a_page_that_does_not_fit(tmp_path, monkeypatch):
    """What stood there stays."""
    page = tmp_path / "page.html"
    page.write_text("old")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", Disk(0, room_again=False).open_of())
        said = error_of(lambda target, _: write_page(str(target), "x" * 1000), page, "html")
    assert str(said) == f"{page} can't be written: No space left on device"
    assert page.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
