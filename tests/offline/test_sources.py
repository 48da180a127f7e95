"""What a path stands for: files, folders, globs, saved datasets, runs."""

import gzip
import json
import os
from pathlib import Path

import pytest

from graders.offline.reading.rows import open_rows
from graders.offline.reading.sources import find_sources
from graders.vocabulary.errors import DataError

LINE = b'{"a": 1}\n'


@pytest.fixture
def folder(tmp_path):
    for name in ("b.jsonl", "a.jsonl", "c.json", "d.ndjson"):
        (tmp_path / name).write_bytes(LINE)
    return tmp_path


def names(sources):
    return [Path(source.path).name for source in sources]


def test_a_file_has_no_name_among_others(folder):
    [source] = find_sources(str(folder / "a.jsonl"))
    assert (source.format, source.bytes, source.name, source.unit) == ("jsonl", len(LINE), "", "line")


def test_a_folder_is_its_data_files_by_name(folder):
    """Neither hidden files nor other ones, nor those of folders within."""
    for name in (".hidden.jsonl", "_part.jsonl", "README.md", "dataset_info.json", "notes.txt"):
        (folder / name).write_bytes(LINE)
    (folder / "deep").mkdir()
    (folder / "deep" / "e.jsonl").write_bytes(LINE)
    with gzip.open(folder / "f.jsonl.gz", "wb") as file:
        file.write(LINE)
    sources = find_sources(str(folder))
    assert names(sources) == ["a.jsonl", "b.jsonl", "c.json", "d.ndjson", "f.jsonl.gz"]
    assert [source.unit for source in sources][:2] == ["a.jsonl line", "b.jsonl line"]
    assert sources[-1].format == "jsonl.gz"


def test_a_glob_is_sorted_and_may_go_into_folders(folder):
    (folder / "deep").mkdir()
    (folder / "deep" / "a.jsonl").write_bytes(LINE)
    assert names(find_sources(str(folder / "*.jsonl"))) == ["a.jsonl", "b.jsonl"]
    both = find_sources(str(folder / "**" / "a.jsonl"))
    assert [source.name for source in both] == [source.path for source in both]  # names alone would be equal


def test_a_name_with_brackets_is_a_file_where_there_is_one(folder):
    (folder / "x[1].jsonl").write_bytes(LINE)
    assert names(find_sources(str(folder / "x[1].jsonl"))) == ["x[1].jsonl"]


def test_several_specs_in_their_order(folder):
    specs = [str(folder / "b.jsonl"), str(folder / "a.*")]
    assert names(find_sources(specs)) == ["b.jsonl", "a.jsonl"]


def test_rows_of_several_files_name_theirs(folder):
    """Lines are counted in each."""
    (folder / "b.jsonl").write_bytes(LINE + b"{\n")
    with open_rows(str(folder / "*.jsonl")) as rows:
        assert [row.place for row in rows] == ["a.jsonl line 1", "b.jsonl line 1", "b.jsonl line 2"]


def saved(folder, files, **state):
    folder.mkdir()
    (folder / "dataset_info.json").write_text("{}")
    (folder / "state.json").write_text(json.dumps({"_data_files": [{"filename": name} for name in files], **state}))
    return folder


def test_a_saved_dataset_is_the_files_of_its_state(tmp_path):
    pa = pytest.importorskip("pyarrow")
    folder = saved(tmp_path / "set", ["data-00001-of-00002.arrow", "data-00000-of-00002.arrow"])
    (folder / "cache-1.arrow").write_bytes(b"")
    for number in (0, 1):
        table = pa.table({"a": [number]})
        path = str(folder / f"data-0000{number}-of-00002.arrow")
        with pa.OSFile(path, "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table)
    with open_rows(str(folder)) as rows:
        assert [row.document for row in rows] == [{"a": 1}, {"a": 0}]


def test_a_run_is_the_shards_of_its_manifest(folder):
    shards = [{"file": "b.jsonl"}, {"file": "a.jsonl"}]
    (folder / "manifest.json").write_text(json.dumps({"shards": shards}))
    assert names(find_sources(str(folder))) == ["b.jsonl", "a.jsonl"]


def broken(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "notes.txt").write_text("x")
    (tmp_path / "dict").mkdir()
    (tmp_path / "dict" / "dataset_dict.json").write_text('{"splits": ["train", "test"]}')
    saved(tmp_path / "cut", ["x.arrow", "y.arrow"])
    saved(tmp_path / "nothing", [])
    saved(tmp_path / "ordered", ["x.arrow"], _indices_data_files=[{"filename": "i.arrow"}])
    saved(tmp_path / "strange", []).joinpath("state.json").write_text('{"_data_files": 5}')
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "manifest.json").write_text('{"shards": [{"file": "s.jsonl"}]}')
    (tmp_path / "list").mkdir()
    (tmp_path / "list" / "manifest.json").write_text("[]")
    (tmp_path / "liar.parquet").write_bytes(LINE)
    (tmp_path / "array.json").write_bytes(b'[{"a": 1}]')
    (tmp_path / "train.jsonl").write_bytes(LINE)
    (tmp_path / "x.arrow").write_bytes(b"ARROW1\0\0")


BROKEN = {
    "nothing of that name": ("none.jsonl", "none.jsonl can't be read: No such file"),
    "a mistyped name": ("trian.jsonl", "did you mean"),
    "no match": ("*.parq", "matches no file"),
    "an empty folder": ("empty", "has no data file right in it; expected names that end in .jsonl"),
    "a folder of other files": ("text", "has no data file right in it"),
    "a dataset of splits": ("dict", "holds the splits 'train', 'test'; name one of them: "),
    "a dataset cut short": ("cut", "is not complete: 2 of the 2 files that its state.json lists are missing"),
    "a dataset of nothing": ("nothing", "is not complete"),
    "a dataset in another order": ("ordered", "flatten_indices()"),
    "a state that lists no files": ("strange", "lists no files: it holds 5"),
    "an unfinished run": ("run", "is not complete: 1 of the 1 files that its manifest.json lists"),
    "a manifest of another kind": ("list", "expected an object"),
    "a name that lies": ("liar.parquet", "is called .parquet and doesn't begin as such a file does"),
}


@pytest.mark.parametrize(("spec", "words"), BROKEN.values(), ids=BROKEN)
def test_what_can_t_be_read(spec, words, tmp_path):
    """What was found and what to do."""
    broken(tmp_path)
    with pytest.raises(DataError) as caught:
        find_sources(str(tmp_path / spec))
    assert words in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_files_of_two_kinds_are_no_data_set(tmp_path):
    broken(tmp_path)
    with pytest.raises(DataError, match=r"train.jsonl holds JSON lines and .*x.arrow Arrow: name files of one kind"):
        find_sources([str(tmp_path / "train.jsonl"), str(tmp_path / "x.arrow")])


def test_a_file_named_twice_is_refused(folder):
    with pytest.raises(DataError, match=r"a.jsonl is named twice"):
        find_sources([str(folder), str(folder / "a.jsonl")])
    with pytest.raises(DataError, match="no file is named"):
        find_sources([])


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(folder):
    (folder / "a.jsonl").chmod(0)
    with pytest.raises(DataError, match=r"a.jsonl can't be read: Permission denied"):
        find_sources(str(folder))


def test_a_spreadsheet_is_to_be_saved_as_csv(tmp_path):
    """Not to be unpacked, though it is a zip archive."""
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(DataError, match=r"a.xlsx is a spreadsheet; save it as CSV"):
        find_sources(str(tmp_path / "a.xlsx"))
