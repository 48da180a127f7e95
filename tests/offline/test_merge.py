"""Runs put together: complete or refused, from one directory or several."""

import json
import shutil
from dataclasses import replace

import pytest

import graders
from graders.offline.engines.engine import Local
from graders.offline.ledger.shards import Share
from graders.offline.ledger.task import Task
from graders.offline.merge import find_run, merge_into_file, merge_into_folder
from graders.offline.reading.sources import find_sources
from graders.offline.run import HowToRun, run
from graders.vocabulary.errors import DataError

EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}
HOW = HowToRun(engine=Local(1), rows_per_part=10, command="graders score ... --resume")


@pytest.fixture
def sources(tmp_path, save, row):
    return find_sources(str(save(tmp_path / "data.jsonl", [row(n, prompt=f"p{n // 7}") for n in range(50)])))


@pytest.fixture
def whole(tmp_path, sources):
    """The run of one job alone."""
    return run(Task(graders.load_reward(EQUALS), folder=tmp_path / "whole"), sources, HOW)


@pytest.fixture
def jobs(tmp_path, sources):
    """Three jobs, each with its shards in a directory of its own."""
    folders = [tmp_path / f"job-{number}" for number in (1, 2, 3)]
    for number, folder in enumerate(folders, 1):
        task = Task(graders.load_reward(EQUALS), folder=folder)
        run(task, sources, replace(HOW, share=Share(number, 3)))
    return folders


def rows(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.glob("shard-*")))


def test_several_directories_are_one_run(jobs, whole, tmp_path):
    """Rows and figures are those of one job, in any order of the directories."""
    for order in (jobs, [*reversed(jobs)]):
        found = find_run(order)
        assert json.dumps(found.summary().to_dict()) == json.dumps(whole.summary.to_dict())
        assert found.manifest["complete"]
        assert found.manifest["shards"] == whole.manifest["shards"]
        merge_into_file(found, tmp_path / "merged.jsonl", "jsonl")
        assert (tmp_path / "merged.jsonl").read_bytes() == rows(tmp_path / "whole")


def test_they_become_one_directory(jobs, whole, tmp_path):
    """A whole run, which can be gone on with, read and merged itself."""
    merge_into_folder(find_run(jobs), tmp_path / "merged")
    assert rows(tmp_path / "merged") == rows(tmp_path / "whole")
    assert json.loads((tmp_path / "merged" / "manifest.json").read_text())["complete"]
    assert find_run([tmp_path / "merged"]).manifest["rows"] == 50
    assert len(find_sources(str(tmp_path / "merged"))) == 5
    shutil.rmtree(jobs[0])
    assert rows(tmp_path / "merged") == rows(tmp_path / "whole")


def test_they_become_the_first_of_them(jobs, whole, tmp_path):
    merge_into_folder(find_run(jobs), jobs[0])
    assert rows(jobs[0]) == rows(tmp_path / "whole")


def test_across_disks_shards_are_copied(jobs, whole, tmp_path, monkeypatch):
    from graders.offline import merge

    def unsupported(source, target):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(merge.os, "link", unsupported)
    merge_into_folder(find_run(jobs), tmp_path / "merged")
    assert rows(tmp_path / "merged") == rows(tmp_path / "whole")


def test_missing_shards_are_named_with_what_makes_them(jobs):
    with pytest.raises(DataError) as caught:
        find_run(jobs[:2])
    assert str(caught.value) == (
        f"{jobs[0]} and {jobs[1]}: 1 of 5 shards are missing or damaged: shard-000-00002.jsonl; this makes them:\n"
        "  graders score ... --resume"
    )
    with pytest.raises(DataError, match="3 of 5 shards are missing or damaged"):
        find_run(jobs[:1])


def test_five_missing_shards_are_named(tmp_path, sources, monkeypatch):
    task = Task(graders.load_reward(EQUALS), folder=tmp_path / "run")
    run(task, sources, replace(HOW, rows_per_part=2, share=Share(1, 2), command=None))
    with pytest.raises(DataError, match=r"00009.jsonl and 7 more$"):
        find_run([task.folder])


DAMAGES = {
    "shard": lambda folder, file: (folder / file).write_bytes(b"{}"),
    "receipt": lambda folder, file: (folder / f".{file}.receipt").write_bytes(b"x"),
    "nothing": lambda folder, file: (folder / file).unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_shard_is_missing_unless_another_directory_has_it(jobs, whole, tmp_path, damage):
    damage(jobs[0], "shard-000-00003.jsonl")
    with pytest.raises(DataError, match=r"missing or damaged: shard-000-00003.jsonl"):
        find_run(jobs)
    found = find_run([*jobs, tmp_path / "whole"])
    merge_into_folder(found, jobs[0])
    assert rows(jobs[0]) == rows(tmp_path / "whole")


def test_runs_of_other_things_are_refused(jobs, tmp_path, sources):
    other = Task(graders.load_reward(EQUALS), folder=tmp_path / "other", label_column="id")
    run(other, sources, HOW)
    with pytest.raises(DataError, match="label_column: 'id' -> None"):
        find_run([jobs[0], tmp_path / "other"])
    with pytest.raises(DataError, match="holds a run of something else"):
        merge_into_folder(find_run(jobs), tmp_path / "other")


def test_directories_of_something_else_are_refused(jobs, tmp_path, whole):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "notes.txt").write_text("mine")
    with pytest.raises(DataError, match="notes has no manifest"):
        find_run([tmp_path / "notes"])
    with pytest.raises(DataError, match="notes holds other files; name a new directory"):
        merge_into_folder(find_run(jobs), tmp_path / "notes")
    (tmp_path / "notes" / "manifest.json").write_text('{"name": "app"}')
    for attempt in (find_run, lambda folders: merge_into_folder(find_run(jobs), *folders)):
        with pytest.raises(DataError, match="it lists no shards"):
            attempt([tmp_path / "notes"])


@pytest.mark.parametrize("kind", ["jsonl.gz", "jsonl.zst", "parquet"])
def test_into_a_file_of_another_format(jobs, tmp_path, kind):
    pytest.importorskip("pyarrow")
    from graders.offline.reading.parts import read_rows

    target = tmp_path / f"merged.{kind}"
    merge_into_file(find_run(jobs), target, kind)
    assert [row.document["id"] for row in read_rows(*find_sources(str(target)))] == [*range(50)]
