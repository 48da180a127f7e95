"""Files that are there whole or not at all."""

import errno
import os

import pytest

from graders.offline.writing.files import UNFINISHED, folder_to_disk, remove_unfinished, told_of_disk, whole_file
from graders.vocabulary.errors import DataError


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_appears_when_all_is_written(tmp_path):
    path = tmp_path / "x"
    with whole_file(path) as unfinished:
        unfinished.write_text("new")
        assert not path.exists()
        assert unfinished.parent == tmp_path
        assert unfinished.name.startswith(".x.")
        assert unfinished.name.endswith(UNFINISHED)
    assert path.read_text() == "new"
    assert names(tmp_path) == ["x"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, DataError])
def test_what_stood_there_stays_where_writing_ends_early(tmp_path, error):
    path = tmp_path / "x"
    path.write_text("old")
    with pytest.raises(error), whole_file(path) as unfinished:
        raise error(unfinished.write_text("ne"))
    assert path.read_text() == "old"
    assert names(tmp_path) == ["x"]


def test_two_writers_of_one_file_harm_none(tmp_path):
    """The last one wins, whole."""
    path = tmp_path / "x"
    with whole_file(path) as one, whole_file(path) as other:
        one.write_text("one")
        other.write_text("other")
    assert path.read_text() == "one"
    assert names(tmp_path) == ["x"]


def test_it_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    """Else a machine that stops could leave a name with nothing behind it."""
    seen, fsync = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (seen.append(names(tmp_path)), fsync(descriptor))[1])
    with whole_file(tmp_path / "x") as unfinished:
        unfinished.write_text("new")
        unfinished_name = unfinished.name
    folder_to_disk(tmp_path)
    assert seen == [[unfinished_name], ["x"]]


def test_a_disk_that_refuses_is_one_error_with_the_file_s_name(tmp_path):
    """Its own, not that of the unfinished one."""
    path = tmp_path / "x"
    with pytest.raises(DataError) as caught, whole_file(path):
        raise OSError(errno.ENOSPC, "in other words", "/somewhere")
    assert str(caught.value) == f"{path} can't be written: No space left on device"
    with pytest.raises(DataError, match="can't be written: of no number"), told_of_disk(path):
        raise OSError("of no number")
    with pytest.raises(DataError, match=r"none/x can't be written: No such file"), whole_file(tmp_path / "none" / "x"):
        (tmp_path / "none" / "x").write_text("new")


def test_only_what_is_unfinished_of_these_files_is_removed(tmp_path):
    kept = [
        "a.jsonl",
        ".a.jsonl.receipt",
        ".b.jsonl.1-00.unfinished",
        ".xa.jsonl.1-00.unfinished",
        "a.jsonl.unfinished",
    ]
    for name in [
        *kept,
        ".a.jsonl.1-00.unfinished",
        ".a.jsonl.1-00-wide.unfinished",
        "..a.jsonl.receipt.2-0f.unfinished",
    ]:
        (tmp_path / name).touch()
    remove_unfinished(tmp_path, {"a.jsonl", ".a.jsonl.receipt"})
    assert names(tmp_path) == sorted(kept)
    remove_unfinished(tmp_path / "none", {"a"})
