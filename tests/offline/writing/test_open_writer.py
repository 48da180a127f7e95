"""Writing output rows: each format by its name, compressed ones whole, streams left open."""

import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from graders.offline.reading.parts import read_rows
from graders.offline.reading.row import Row
from graders.offline.reading.sources import find_sources
from graders.offline.results.scored_chunk import ScoredChunk
from graders.offline.writing import open_writer
from graders.offline.writing.writer import output_format
from graders.vocabulary.errors import DataError, MissingExtraError

RESULT = {"reward": 1.0, "scores": {}, "outcomes": {}, "answer": "x", "status": "scored"}
FORMATS = ["jsonl", "jsonl.gz", "jsonl.zst", "parquet"]


def chunk(*numbers):
    return ScoredChunk([Row(number, {"id": number}) for number in numbers], [RESULT] * len(numbers))


NAMED = {
    "a.jsonl": "jsonl", "a": "jsonl", "a.json": "jsonl", "a.jsonl.gz": "jsonl.gz", "a.GZ": "jsonl.gz",
    "a.jsonl.zst": "jsonl.zst", "a.zstd": "jsonl.zst", "a.parquet": "parquet", "a.parquet.jsonl": "jsonl",
}  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), NAMED.items())
def test_the_format_is_told_by_the_name(name, kind):
    assert output_format(name) == kind


@pytest.mark.parametrize("name", ["a.csv", "a.ARROW", "a.xlsx", "a.jsonl.bz2"])
def test_a_name_that_promises_what_is_not_written(name):
    with pytest.raises(DataError, match=r"is not written; name a file that ends in \.jsonl"):
        output_format(name)


@pytest.mark.parametrize("kind", FORMATS)
def test_rows_come_back(tmp_path, kind):
    """In order, counted, with what was found."""
    if kind in {"jsonl.zst", "parquet"}:
        pytest.importorskip("pyarrow")
    path = tmp_path / f"x.{kind}"
    with open_writer(path, kind) as writer:
        writer.write(chunk(1, 2))
        writer.write(chunk(3))
        assert writer.rows == 3
    [source] = find_sources(str(path))
    assert source.format == kind
    assert [row.document["id"] for row in read_rows(source)] == [1, 2, 3]


@pytest.mark.parametrize("kind", FORMATS[:3])
def test_equal_rows_make_equal_files(tmp_path, kind):
    """Whatever the name and the time: a shard's fingerprint rests on it."""
    pytest.importorskip("pyarrow")
    contents = set()
    for name in ("a", "b"):
        with open_writer(tmp_path / name, kind) as writer:
            writer.write(chunk(1, 2, 3))
        contents.add((tmp_path / name).read_bytes())
    assert len(contents) == 1


@pytest.mark.parametrize("kind", FORMATS[:3])
def test_a_stream_stays_open(kind):
    pytest.importorskip("pyarrow")
    stream = io.BytesIO()
    with open_writer(stream, kind) as writer:
        writer.write(chunk(1))
    assert not stream.closed
    content = stream.getvalue()
    if kind == "jsonl.gz":
        content = gzip.decompress(content)
    if kind != "jsonl.zst":
        assert json.loads(content)["id"] == 1


def test_parquet_takes_no_stream():
    with pytest.raises(DataError, match="Parquet is written to a file and not into a stream"):
        open_writer(io.BytesIO(), "parquet")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_that_can_t_be_opened(tmp_path, kind):
    pytest.importorskip("pyarrow")
    with pytest.raises(DataError, match=r"x can't be written: No such file or directory"):
        open_writer(tmp_path / "none" / "x", kind)


@pytest.mark.parametrize("kind", ["jsonl.zst", "parquet"])
def test_without_pyarrow_the_line_that_installs_it(tmp_path, kind, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match="pip install"):
        open_writer(tmp_path / "x", kind)


@pytest.mark.parametrize("kind", FORMATS[:3])
def test_a_file_is_closed_even_where_its_last_bytes_find_no_room(kind):
    """Or what waits in it would be tried again later, by nobody's wish."""
    pytest.importorskip("pyarrow")
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    writer = open_writer("/dev/full", kind)
    with pytest.raises(OSError, match="No space left on device"), writer:
        writer.write(chunk(1))
    assert writer._own.closed
