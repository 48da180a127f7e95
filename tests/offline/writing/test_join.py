"""Shards joined into one file: the rows of all, in order, whatever they and the file are written as."""

import json
import os

import pytest

from graders.offline.reading.parts import read_rows
from graders.offline.reading.row import Row
from graders.offline.reading.sources import find_sources
from graders.offline.results.scored_chunk import ScoredChunk, error_results
from graders.offline.writing import join, open_writer, parquet
from graders.offline.writing.join import join_shards
from graders.vocabulary.errors import DataError

pytest.importorskip("pyarrow")

FORMATS = ["jsonl", "jsonl.gz", "jsonl.zst", "parquet"]
GROUP = {"reward": [1.0, 0.0], "scores": {"a": [1.0, 0.0]}, "outcomes": {"a": ["match", "mismatch"]},
         "answer": ["x", None], "status": ["scored"] * 2}  # fmt: skip
ONE = {"reward": 0.5, "scores": {"a": 0.5}, "outcomes": {"a": "graded"}, "answer": "x", "status": "scored"}
UNSCORED = {**ONE, "reward": None, "scores": {"a": None}, "status": "unscored", "error": "a: why"}

SHARDS = {
    "alike": [[({"id": 1}, ONE), ({"id": 2}, ONE)], [({"id": 3}, ONE)]],
    "of other types": [[({"id": 1, "x": 1}, ONE)], [({"id": "2", "y": [1]}, ONE)], [({"id": None}, UNSCORED)]],
    "of groups and rows": [[({"id": 1}, GROUP)], [({"id": 2}, ONE)]],
    "with errors": [[({"raw": "{"}, error_results("line 1 is not valid JSON"))], [({"id": 2}, ONE)]],
    "without rows": [[], [({"id": 1}, ONE)], []],
    "odd": [[({"id": 2**70, "t": "\ud800", "e": {}, "n": [[[]]]}, ONE)], [({"id": 1.5, "t": "a", "e": {}}, ONE)]],
}


def written(folder, shards, kind):
    paths = [folder / f"shard-{number}.{kind}" for number in range(len(shards))]
    for path, rows in zip(paths, shards, strict=True):
        with open_writer(path, kind) as writer:
            writer.write(ScoredChunk([Row(1, document) for document, _ in rows], [found for _, found in rows]))
    return paths


def read(path):
    return [row.document for row in read_rows(*find_sources(str(path)))]


def there(document):
    """A row without the nulls and empty objects that stand for nothing in a table."""
    return {key: value for key, value in document.items() if value is not None and (value != {} or key == "e")}


@pytest.mark.parametrize("shards", SHARDS.values(), ids=SHARDS)
@pytest.mark.parametrize("target_format", FORMATS)
@pytest.mark.parametrize("shard_format", FORMATS)
def test_the_rows_of_all(tmp_path, shards, shard_format, target_format):
    paths = written(tmp_path, shards, shard_format)
    target = tmp_path / f"joined.{target_format}"
    join_shards(paths, target, shard_format, target_format)
    expected = [{**document, **found} for rows in shards for document, found in rows]
    assert [there(document) for document in read(target)] == [there(document) for document in expected]
    assert not [*tmp_path.glob(".*")]


def test_lines_are_joined_byte_by_byte(tmp_path):
    """As they stand, odd numbers and spaces too."""
    contents = [b'{"a": 1.0e5,"status":"x"}\n', b'{ "b" :2 }\n']
    paths = [tmp_path / str(number) for number in range(2)]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    join_shards(paths, tmp_path / "joined.jsonl", "jsonl", "jsonl")
    assert (tmp_path / "joined.jsonl").read_bytes() == b"".join(contents)


def test_tables_that_are_alike_are_copied(tmp_path, monkeypatch):
    """Their rows are not read one by one."""
    paths = written(tmp_path, SHARDS["alike"], "parquet")
    monkeypatch.setattr(join, "read_rows", None)
    join_shards(paths, tmp_path / "x.parquet", "parquet", "parquet")
    assert [document["id"] for document in read(tmp_path / "x.parquet")] == [1, 2, 3]


def test_many_rows_are_joined_a_few_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(join, "ROWS", 2)
    monkeypatch.setattr(parquet, "GROUP_ROWS", 3)
    paths = written(tmp_path, [[({"id": n}, ONE) for n in range(7)], [({"id": "x"}, ONE)] * 2], "jsonl")
    join_shards(paths, tmp_path / "x.parquet", "jsonl", "parquet")
    assert [document["id"] for document in read(tmp_path / "x.parquet")] == [*range(7), "x", "x"]


def test_what_stood_there_stays_where_joining_fails(tmp_path):
    target = tmp_path / "joined.jsonl"
    target.write_text("good")
    with pytest.raises(DataError, match=r"gone.jsonl can't be read: No such file"):
        join_shards([tmp_path / "gone.jsonl"], target, "jsonl", "jsonl")
    assert target.read_text() == "good"
    assert [path.name for path in tmp_path.iterdir()] == ["joined.jsonl"]


def test_a_shard_that_can_t_be_read_again_is_an_error(tmp_path):
    """A line that became too long by its results, for example; it is never dropped."""
    (tmp_path / "shard").write_text("{\n")
    with pytest.raises(DataError, match="line 1 of a shard is not valid JSON"):
        join_shards([tmp_path / "shard"], tmp_path / "x.parquet", "jsonl", "parquet")


def test_what_a_killed_process_had_half_joined_is_removed(tmp_path):
    """It may be large, and nobody sees it; what belongs to other files stays."""
    (tmp_path / ".joined.jsonl.123-0a0b0c0d.unfinished").write_text("half")
    (tmp_path / ".other.jsonl.123-0a0b0c0d.unfinished").write_text("half")
    (tmp_path / "shard").write_text(json.dumps(ONE) + "\n")
    join_shards([tmp_path / "shard"], tmp_path / "joined.jsonl", "jsonl", "jsonl")
    assert sorted(path.name for path in tmp_path.glob(".*")) == [".other.jsonl.123-0a0b0c0d.unfinished"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_shard_that_may_not_be_read(tmp_path):
    (tmp_path / "shard").touch(mode=0)
    with pytest.raises(DataError, match="shard can't be read: Permission denied"):
        join_shards([tmp_path / "shard"], tmp_path / "x.jsonl", "jsonl", "jsonl")
