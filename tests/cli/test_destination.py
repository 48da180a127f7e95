"""Where -o leads: nowhere, into a stream, a file or a directory; and what it refuses."""

import json
import os
from dataclasses import replace

import pytest

from graders.cli.destination import Destination
from graders.offline.reading.sources import Source, find_sources
from graders.vocabulary.errors import DataError


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.v2").mkdir()
    (tmp_path / "plain").write_text("a file without a suffix")
    (tmp_path / "there.jsonl").write_text("{}\n")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "folder" / "far.parquet")
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


LEADS = {
    None: ("nowhere", None),
    "-": ("stream", "jsonl"),
    "/dev/null": ("stream", "jsonl"),
    "pipe": ("stream", "jsonl"),
    "out.jsonl": ("file", "jsonl"),
    "out.jsonl.gz": ("file", "jsonl.gz"),
    "out.parquet": ("file", "parquet"),
    "there.jsonl": ("file", "jsonl"),
    "plain": ("file", "jsonl"),
    "link.jsonl": ("file", "jsonl"),
    "folder": ("folder", None),
    "folder.v2": ("folder", None),
    "link": ("folder", None),
    "new": ("folder", None),
    "new/": ("folder", None),
    "new.v2/": ("folder", None),
    "deep/er/": ("folder", None),
}


@pytest.mark.parametrize(("output", "expected"), LEADS.items())
def test_where_it_leads(place, output, expected):
    found = Destination.of(output)
    assert (found.kind, found.format) == expected


def test_a_link_is_followed(place):
    assert Destination.of("link.jsonl").path == place / "folder" / "far.parquet"


REFUSED = {
    "none/out.jsonl": "there is no directory none",
    "out.csv": ".csv is not written",
    "plain/out.jsonl": "there is no directory plain",
}


@pytest.mark.parametrize(("output", "words"), REFUSED.items())
def test_where_nothing_can_be(place, output, words):
    with pytest.raises(DataError, match=words):
        Destination.of(output)


def test_the_directory_of_a_run(place):
    """For a file, one beside it."""
    assert Destination.of("out.jsonl").run_folder.name == "out.jsonl.parts"
    assert Destination.of("folder").run_folder.name == "folder"
    assert Destination.of("-").run_folder is None
    assert Destination.of(None).run_folder is None


def test_how_shards_are_written(place):
    """As the file will be, as is wanted, or as the input is."""
    lines, table = Source("a", "jsonl.gz"), Source("b", "arrow")
    assert Destination.of("out.parquet").shard_format([lines], None) == "parquet"
    assert Destination.of("out.parquet").shard_format([lines], "parquet") == "parquet"
    with pytest.raises(DataError, match=r"out.parquet is written as parquet, as its name says"):
        Destination.of("out.parquet").shard_format([lines], "jsonl")
    assert Destination.of("folder").shard_format([lines], None) == "jsonl"
    assert Destination.of("folder").shard_format([table], None) == "parquet"
    assert Destination.of("folder").shard_format([table], "jsonl.zst") == "jsonl.zst"


def test_what_is_read_is_not_written_onto(place):
    (place / "same.jsonl").hardlink_to(place / "there.jsonl")
    for name in ("there.jsonl", "same.jsonl"):
        with pytest.raises(DataError, match="is the file that is being read"):
            Destination.of(name).check_not_read(find_sources("there.jsonl"))
    Destination.of("other.jsonl").check_not_read(find_sources("there.jsonl"))


def test_a_file_that_is_whole_is_not_gone_on_with(place):
    whole = Destination.of("there.jsonl")
    with pytest.raises(DataError, match="is complete and has no unfinished run"):
        whole.check_can_begin(resume=True, overwrite=False)
    whole.check_can_begin(resume=False, overwrite=False)
    (place / "there.jsonl.parts").mkdir()
    whole.check_can_begin(resume=True, overwrite=False)
    replace(whole, kind="folder").check_can_begin(resume=True, overwrite=False)


GOOD = {"completion": "<think>x</think><answer>a</answer>", "reference_answer": "a"}


@pytest.fixture
def reward(write):
    return write("reward.json", {"graders": [{"type": "string_check", "operation": "equals"}]})


STREAMED = [["--resume"], ["--overwrite"], ["--shard", "1/2"], ["--part-rows", "5"], ["--format", "parquet"],
            ["--engine", "ray"]]  # fmt: skip


@pytest.mark.parametrize("options", STREAMED, ids=" ".join)
def test_a_stream_has_no_parts(cli, write, reward, options):
    """What is said of them is refused, with the option's name."""
    data = write("data.jsonl", [GOOD])
    for arguments in ([data, "-o", "-"], ["-"]):
        result = cli("score", reward, *arguments, *options, stdin=json.dumps(GOOD))
        assert result.exit_code == 2
        assert result.stderr.startswith(f"error: {options[0]} needs data in files and -o FILE or DIRECTORY")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--shard", "1/2"], "--shard needs -o DIRECTORY/"),
        (["--shard", "3/2", "-o", "x/"], "--shard '3/2': expected i/n"),
        (["--resume", "--overwrite", "-o", "x/"], "give one of them"),
        (["--shard", "1/2", "--overwrite", "-o", "x/"], "--overwrite removes the shards of all jobs"),
        (["--workers", "0"], "expected auto or a number of at least 1"),
        (["--workers", "many"], "expected auto or a number of at least 1"),
        (["--part-rows", "0"], "--part-rows"),
    ],
)
def test_options_that_make_no_sense(cli, write, reward, tmp_path, monkeypatch, options, words):
    monkeypatch.chdir(tmp_path)
    result = cli("score", reward, write("data.jsonl", [GOOD]), *options)
    assert result.exit_code == 2
    assert words in result.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst", "out.parquet"])
def test_any_format_in_and_out(cli, write, reward, tmp_path, name):
    """Each can be scored again; the second time gives the same."""
    pytest.importorskip("pyarrow")
    data = write("data.jsonl", [{**GOOD, "n": n, "tags": ["x"] * (n % 3)} for n in range(20)])
    first, second = tmp_path / f"first-{name}", tmp_path / f"second-{name}"
    assert cli("score", reward, data, "-o", first, "--part-rows", 7).exit_code == 0
    assert cli("score", reward, first, "-o", second, "--part-rows", 7).exit_code == 0
    assert documents(first) == documents(second)
    assert [row["n"] for row in documents(first)] == list(range(20))
    assert {row["reward"] for row in documents(first)} == {1.0}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["data.jsonl", "reward.json", first.name, second.name]
    )


NAMES = ["s3:x.parquet", "file:x.parquet", "a:b.jsonl", "a b#?.parquet", "%41.parquet", "é\n.parquet",
         os.fsdecode(b"x\xff.parquet"), os.fsdecode(b"x\xff.jsonl.zst")]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize("shards", [1, 2])
def test_any_name_of_a_file(cli, write, reward, tmp_path, monkeypatch, name, shards):
    """Even one that is no Unicode, or that looks like a place in a cloud."""
    pytest.importorskip("pyarrow")
    monkeypatch.chdir(tmp_path)
    data = write("data.jsonl", [{**GOOD, "n": 1}, {**GOOD, "n": "2"}])
    assert cli("score", reward, data, "-o", name, "--part-rows", 3 - shards).exit_code == 0
    assert [row["n"] for row in documents(name)] == [1, "2"]


def documents(path):
    from graders.offline.reading.rows import open_rows

    with open_rows(str(path)) as rows:
        return [row.document for row in rows]


def test_a_dataset_saved_on_disk(cli, reward, tmp_path):
    """Its Arrow files, in their order; a directory of shards is Parquet then."""
    pa = pytest.importorskip("pyarrow")
    folder = tmp_path / "set"
    folder.mkdir()
    names = [f"data-0000{number}-of-00002.arrow" for number in range(2)]
    for number, name in enumerate(names):
        table = pa.table({"completion": [GOOD["completion"]] * 3, "reference_answer": ["a"] * 3, "n": [number] * 3})
        with pa.OSFile(str(folder / name), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
            writer.write_table(table)
    (folder / "dataset_info.json").write_text("{}")
    (folder / "state.json").write_text(json.dumps({"_data_files": [{"filename": name} for name in names]}))
    out = tmp_path / "scored"
    assert cli("score", reward, folder, "-o", f"{out}/", "--part-rows", 2).exit_code == 0
    assert [row["n"] for row in documents(out)] == [0, 0, 0, 1, 1, 1]
    assert sorted(path.suffix for path in out.glob("shard-*")) == [".parquet"] * 4
