"""Output rows in Parquet: what is read back is what was written, whatever it is."""

import gc
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.offline.reading.parts import read_rows
from graders.offline.reading.row import Row
from graders.offline.reading.sources import Source, find_sources
from graders.offline.reading.table_parts import JSON_COLUMNS
from graders.offline.results.scored_chunk import ScoredChunk, error_results
from graders.offline.writing import parquet
from graders.offline.writing.parquet import ParquetWriter, column_type, wider
from graders.vocabulary.errors import DataError

pa = pytest.importorskip("pyarrow")
import pyarrow.parquet as pq  # noqa: E402

RESULT = {"reward": 1.0, "scores": {"a": 1.0}, "outcomes": {"a": "match"}, "answer": "x", "status": "scored"}


def chunk(documents, results=RESULT):
    rows = [Row(number, document) for number, document in enumerate(documents, 1)]
    return ScoredChunk(rows, [results] * len(rows))


def write(path, *chunks):
    with ParquetWriter(path) as writer:
        for one in chunks:
            writer.write(one)
    return path


def read(path):
    return [row.document for row in read_rows(*find_sources(str(path)))]


def own(path, names):
    """What was read back, but for the results and for the nulls that stand for columns that a row lacks."""
    return [{name: document[name] for name in wanted} for document, wanted in zip(read(path), names, strict=True)]


def json_columns(path):
    return json.loads((pq.read_schema(path).metadata or {}).get(JSON_COLUMNS, b"[]"))


DEEP, DEEPEST, TOO_DEEP = (json.loads("[" * depth + "]" * depth) for depth in (31, 32, 33))

VALUES = {
    "texts": (["a", "é\u0000\n", "", None], False),
    "lone surrogates": (["a", "\ud800"], True),
    "integers": ([1, -(2**63), 2**63 - 1, None], False),
    "integers of more than 64 bits": ([1, 2**63, -(2**200)], True),
    "floats": ([1.5, 0.1, 1e308, 5e-324, -0.0], False),
    "integers and floats": ([1, 1.0], True),
    "booleans": ([True, False, None], False),
    "booleans and integers": ([True, 1, 0], True),
    "numbers and texts": ([1, "1", None], True),
    "nothing": ([None, None], False),
    "empty lists": ([[], [], None], False),
    "lists": ([[1, None], [], [2]], False),
    "lists of two kinds": ([[1], ["a"]], True),
    "lists of lists": ([[[1], []], [], [[]]], False),
    "deep lists": ([DEEP], False),
    "the deepest lists": ([DEEPEST], False),
    "lists too deep for a type": ([TOO_DEEP], True),
    "objects too deep for a type": ([{"a": {"b": TOO_DEEP}}], True),
    "as deep as a row may be": ([json.loads("[" * 98 + "]" * 98)], True),
    "objects": ([{"a": 1, "b": "x"}, {"b": "y", "a": 2}, None], False),
    "objects of other keys": ([{"a": 1}, {"b": 1}], True),
    "an object with a null and one without the key": ([{"a": None}, {}], True),
    "empty objects": ([{}, {}], True),
    "empty objects in lists": ([[{}], []], True),
    "objects in objects": ([{"a": {"b": [1]}}, {"a": None}], False),
    "a surrogate as a key": ([{"\ud800": 1}], True),
    "a text and a list": (["a", ["a"]], True),
    "messages": ([[{"role": "user", "content": "q"}], []], False),
    "messages of two kinds": ([[{"role": "user", "content": "q"}], [{"role": "a", "content": None, "tool": []}]], True),
}  # fmt: skip


@pytest.mark.parametrize(("values", "as_json"), VALUES.values(), ids=VALUES)
def test_a_column_comes_back_as_it_was(tmp_path, values, as_json):
    """Typed where all its values are alike, else JSON as text."""
    path = write(tmp_path / "x.parquet", chunk([{"column": value} for value in values]))
    found = [document["column"] for document in read(path)]
    assert found == values
    assert repr(found) == repr(values) or any(isinstance(value, dict) for value in values)  # -0.0, and True is no 1
    assert json_columns(path) == (["column"] if as_json else [])


@pytest.mark.parametrize(("values", "as_json"), VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("group", [1, 2])
def test_a_column_whose_values_come_in_groups(tmp_path, monkeypatch, values, as_json, group):
    """The file is written anew with a wider type where one is needed; nothing lies beside it."""
    monkeypatch.setattr(parquet, "GROUP_ROWS", group)
    chunks = [chunk([{"column": value}]) for value in [*values, None, *values]]
    path = write(tmp_path / "x.parquet", *chunks)
    assert [document["column"] for document in read(path)] == [*values, None, *values]
    assert json_columns(path) == (["column"] if as_json else [])
    assert [other.name for other in tmp_path.iterdir()] == ["x.parquet"]


def test_columns_that_appear_late(tmp_path, monkeypatch):
    """Null in the rows before."""
    monkeypatch.setattr(parquet, "GROUP_ROWS", 2)
    documents = [{"a": 1}, {"a": 2}, {"b": "x"}, {"a": 3, "c": [1]}, {}, {"a": "text"}]
    path = write(tmp_path / "x.parquet", *(chunk([document]) for document in documents))
    assert own(path, documents) == documents
    assert read(path)[0]["b"] is None
    assert json_columns(path) == ["a"]


def test_results_of_all_kinds(tmp_path):
    """Scored rows, groups and errors beside each other."""
    group = {"reward": [1.0, None], "scores": {"a": [1.0, None]}, "outcomes": {"a": ["match", "bad_reference"]},
             "answer": ["x", None], "status": ["scored", "unscored"], "error": "a: why"}  # fmt: skip
    chunks = [chunk([{"id": 1}]), chunk([{"id": 2}], group), chunk([{"id": 3}], error_results("line 3 is none"))]
    found = read(write(tmp_path / "x.parquet", *chunks))
    assert found[0] == {"error": None, "id": 1, **RESULT}
    assert found[1] == {"id": 2, **group}
    assert found[2] == {"id": 3, **error_results("line 3 is none"), "scores": None, "outcomes": None}


def test_no_rows_are_a_file_too(tmp_path):
    assert read(write(tmp_path / "x.parquet")) == []
    assert read(write(tmp_path / "y.parquet", chunk([]))) == []


NAMES = ["", " ", "a.b", "a/b", "é", "\u0000", "\n", "🦊", "__index_level_0__", "list", "x" * 3000]


def test_names_of_all_kinds(tmp_path):
    documents = [dict.fromkeys(NAMES, 1)]
    path = write(tmp_path / "x.parquet", chunk(documents))
    assert own(path, documents) == documents


def test_a_name_that_is_no_unicode_is_escaped(tmp_path):
    """It can't stand in the file; one row's name must not end a run."""
    path = write(tmp_path / "x.parquet", chunk([{"a\ud800": 1, "b": 2}, {"b": 3}]))
    assert own(path, [("a\\ud800", "b"), ("b",)]) == [{"a\\ud800": 1, "b": 2}, {"b": 3}]


def test_groups_end_at_so_many_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "GROUP_BYTES", 100)
    rows = ScoredChunk([Row(1, {"a": 1}, None, 60)], [RESULT])
    path = write(tmp_path / "x.parquet", *[rows] * 6)
    assert pq.ParquetFile(path).num_row_groups == 3


def test_an_earlier_result_is_replaced(tmp_path):
    path = write(tmp_path / "x.parquet", chunk([{"reward": "mine", "error": 5, "status": "scored", "id": 1}]))
    assert read(path) == [{"error": None, "id": 1, **RESULT}]


def test_a_file_that_can_t_be_written(tmp_path):
    with pytest.raises(DataError, match=r"x.parquet can't be written: No such file or directory"):
        ParquetWriter(tmp_path / "none" / "x.parquet")


def test_a_full_disk_is_one_error(monkeypatch):
    """Nothing is written a second time when the writer is collected, which would be a second complaint."""
    path = Path("/dev/full")
    if not path.exists():
        pytest.skip("there is no /dev/full")
    with pytest.raises(OSError, match="No space left on device"), ParquetWriter(path) as writer:
        writer.write(chunk([{"a": "x" * 100}] * 3))
    del writer
    gc.collect()


def test_what_fails_while_it_is_widened_leaves_nothing_beside_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "GROUP_ROWS", 1)
    monkeypatch.setattr(parquet, "read_rows", lambda source: (_ for _ in ()).throw(DataError("damaged")))
    writer = ParquetWriter(tmp_path / "x.parquet")
    writer.write(chunk([{"a": 1}]))
    with pytest.raises(DataError, match="damaged"):
        writer.write(chunk([{"a": "text"}]))
    writer.close()
    assert [other.name for other in tmp_path.iterdir()] == ["x.parquet"]


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)
LIKELY = st.sampled_from([None, 1, 2.5, "x", [], [1], ["x"], {"a": 1}, {"a": None}, {"a": "x"}, {}, [{"a": 1}], [[]]])


@settings(max_examples=120)
@given(
    st.lists(st.dictionaries(st.sampled_from(["p", "q", "r"]), LIKELY | JSON, max_size=3), max_size=8),
    st.integers(1, 3),
)
def test_any_rows_come_back(tmp_path_factory, documents, group):
    """In any order, however they are grouped."""
    path = tmp_path_factory.mktemp("rows") / "x.parquet"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet, "GROUP_ROWS", group)
        write(path, *(chunk([document]) for document in documents))
    assert own(path, documents) == documents


@pytest.mark.parametrize(("values", "as_json"), VALUES.values(), ids=VALUES)
def test_the_type_of_all_is_the_wider_of_two_halves(values, as_json):
    """However they are halved."""
    whole = column_type(values, pa)
    assert (whole is None) == as_json
    for cut in range(len(values)):
        assert wider(column_type(values[:cut], pa), column_type(values[cut:], pa), pa) == whole


def test_the_source_of_a_file(tmp_path):
    path = write(tmp_path / "x.parquet", chunk([{"a": 1}]))
    assert find_sources(str(path)) == [Source(str(path), "parquet", path.stat().st_size)]
