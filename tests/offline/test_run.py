"""Runs: the same rewards however they are cut, broken off and gone on with; what has changed is said."""

import json
import warnings
from dataclasses import replace
from pathlib import Path

import pytest

import graders
from graders.offline.engines import engine
from graders.offline.engines.engine import Local
from graders.offline.ledger import manifest
from graders.offline.ledger.run_folder import clear, locked
from graders.offline.ledger.shards import Share
from graders.offline.ledger.task import Task
from graders.offline.reading.row import Columns
from graders.offline.reading.sources import find_sources
from graders.offline.run import HowToRun, Watch, run
from graders.offline.scoring.score_part import score_part
from graders.vocabulary.errors import DataError

EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}
SERIAL = HowToRun(engine=Local(1), rows_per_part=10)
RESUME = replace(SERIAL, resume=True)


@pytest.fixture
def task(tmp_path):
    return Task(graders.load_reward(EQUALS), folder=tmp_path / "run")


@pytest.fixture
def data(tmp_path, row, save):
    """Forty rows, four shards of ten; the prompts go on over the cuts."""
    return save(tmp_path / "data.jsonl", [row(n, prompt=f"p{n // 7}") for n in range(40)])


def sources(*paths):
    return find_sources([str(path) for path in paths])


def output(folder):
    """The rows, joined in order."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("shard-*")))


def figures(result):
    return json.dumps(result.summary.to_dict())


class BrokenOffError(Exception):
    """What breaks a run off."""


def broken_off(task, sources, how, after, monkeypatch):
    """Run until so many shards are done."""
    done = []

    def until_broken(*args, **options):
        if len(done) == after:
            raise BrokenOffError
        done.append(1)
        return score_part(*args, **options)

    with monkeypatch.context() as patched:
        patched.setattr(engine, "score_part", until_broken)
        with pytest.raises(BrokenOffError):
            run(task, sources, how)


def untouched(folder):
    """What tells a file that was written anew."""
    return {path.name: path.stat().st_ino for path in folder.glob("shard-*")}


CUTS = {"one by one": (1, 1), "unevenly": (7, 1), "whole": (1000, 1), "by two workers": (7, 2)}


@pytest.mark.parametrize(("rows", "workers"), CUTS.values(), ids=CUTS)
def test_rows_and_figures_are_the_same_however_it_is_run(task, data, tmp_path, rows, workers):
    """Byte for byte, and to the last bit."""
    expected = run(task, sources(data), SERIAL)
    other = replace(task, folder=tmp_path / "other")
    result = run(other, sources(data), HowToRun(engine=Local(workers), rows_per_part=rows))
    assert output(other.folder) == output(task.folder)
    assert figures(result) == figures(expected) == figures(run(replace(task, folder=None), sources(data), SERIAL))
    assert result.manifest["rows"] == 40


@pytest.mark.parametrize("after", [1, 3])
def test_a_run_that_was_broken_off_is_gone_on_with(task, data, tmp_path, monkeypatch, after):
    """What is there stays as it is; the result is that of an undisturbed run."""
    undisturbed = replace(task, folder=tmp_path / "undisturbed")
    expected = run(undisturbed, sources(data), SERIAL)
    broken_off(task, sources(data), SERIAL, after, monkeypatch)
    before = untouched(task.folder)
    assert len(before) == after
    with pytest.raises(DataError, match=rf"holds a run already, with {after} of 4 shards: go on with it"):
        run(task, sources(data), SERIAL)
    assert untouched(task.folder) == before
    result = run(task, sources(data), RESUME)
    assert before.items() <= untouched(task.folder).items()
    assert output(task.folder) == output(undisturbed.folder)
    assert figures(result) == figures(expected)
    assert result.manifest == expected.manifest


def test_a_run_that_is_done_is_gone_on_with_at_once(task, data, monkeypatch):
    expected = run(task, sources(data), SERIAL)
    monkeypatch.setattr(engine, "score_part", None)
    assert figures(run(task, sources(data), RESUME)) == figures(expected)


def reward(**changes):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", graders.GameableRewardWarning)
        return graders.load_reward({"graders": [{**EQUALS["graders"][0], **changes}]})


def weighted(format_weight, weight):
    grader = {**EQUALS["graders"][0], "weight": weight}
    return graders.load_reward({"format_reward_weight": format_weight, "graders": [grader]})


CHANGED = {
    "operation": (lambda task: replace(task, reward=reward(operation="not_equals")),
                  "reward.graders[0].operation: 'equals' -> 'not_equals'"),
    "weight": (lambda task: replace(task, reward=weighted(0.2, 0.8)), "reward.graders[0].weight: not given -> 0.8"),
    "setting": (lambda task: replace(task, reward=graders.load_reward(EQUALS, graders.Settings(tags=("t", "answer")))),
                "settings.tags[0]: not given -> 't'"),
    "columns": (lambda task: replace(task, columns=Columns(prompt="question")),
                "columns.prompt: 'prompt' -> 'question'"),
    "label column": (lambda task: replace(task, label_column="id"), "label_column: None -> 'id'"),
    "output": (lambda task: replace(task, format="jsonl.gz"), "output: 'jsonl' -> 'jsonl.gz'"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "words"), CHANGED.values(), ids=CHANGED)
def test_what_changes_a_reward_is_refused_and_said(task, data, change, words):
    """Nothing is written; the run as it was can be gone on with."""
    run(task, sources(data), SERIAL)
    before = {path: path.read_bytes() for path in task.folder.iterdir()}
    with pytest.raises(DataError) as caught:
        run(change(task), sources(data), RESUME)
    assert f"{task.folder} holds a run of something else" in str(caught.value)
    assert f"\n  {words}\n" in str(caught.value)
    assert "begin again with --overwrite" in str(caught.value)
    assert {path: path.read_bytes() for path in task.folder.iterdir()} == before
    run(task, sources(data), RESUME)


def test_nothing_else_is_said_to_have_changed(task, data):
    """One line for one change."""
    run(task, sources(data), SERIAL)
    with pytest.raises(DataError) as caught:
        run(replace(task, label_column="id"), sources(data), RESUME)
    assert len(str(caught.value).splitlines()) == 3


@pytest.mark.parametrize("name", ["numpy", "graders", "unicode", "python"])
def test_another_version_is_refused(task, data, monkeypatch, name):
    run(task, sources(data), SERIAL)
    found = manifest.versions_of(task.reward)
    monkeypatch.setattr(manifest, "versions_of", lambda reward: {**found, name: "0.1.2"})
    with pytest.raises(DataError, match=rf"versions.{name}: '.*' -> '0.1"):
        run(task, sources(data), RESUME)


def test_a_patch_of_python_is_no_other_version(task, data, monkeypatch):
    run(task, sources(data), SERIAL)
    found = manifest.versions_of(task.reward)
    patch = found["python"].rpartition(".")[0] + ".99"
    monkeypatch.setattr(manifest, "versions_of", lambda reward: {**found, "python": patch})
    run(task, sources(data), RESUME)


def test_other_part_rows_are_refused(task, data):
    run(task, sources(data), SERIAL)
    with pytest.raises(DataError, match=r"rows_per_part: 10 -> 20\n  shards: 4 -> 2"):
        run(task, sources(data), replace(RESUME, rows_per_part=20))


@pytest.fixture
def two(tmp_path, row, save):
    return [save(tmp_path / f"{name}.jsonl", [row(n, name=name) for n in range(12)]) for name in "ab"]


CHANGED_INPUTS = {
    "content": (lambda a, b: (a.write_text(a.read_text().replace('"id": 3', '"id": 4')), [a, b])[1],
                "a.jsonl has changed: "),
    "order": (lambda a, b: [b, a], "the inputs come in another order"),
    "one less": (lambda a, b: [a], "b.jsonl is no longer among the inputs"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "words"), CHANGED_INPUTS.values(), ids=CHANGED_INPUTS)
def test_other_inputs_are_refused_and_said(task, two, change, words):
    run(task, sources(*two), SERIAL)
    with pytest.raises(DataError) as caught:
        run(task, sources(*change(*two)), RESUME)
    assert words in str(caught.value)


def test_inputs_may_move(task, two, tmp_path, monkeypatch):
    """The same content in the same order is the same input."""
    broken_off(task, sources(*two), SERIAL, 2, monkeypatch)
    (tmp_path / "far").mkdir()
    moved = [path.rename(tmp_path / "far" / f"{path.stem}-moved.jsonl") for path in two]
    assert run(task, sources(*moved), RESUME).manifest["rows"] == 24


def test_overwriting_removes_what_is_there(task, data, monkeypatch):
    """Shards of a finer cut included."""
    run(task, sources(data), replace(SERIAL, rows_per_part=3))
    result = run(replace(task, reward=reward(operation="not_equals")), sources(data), replace(SERIAL, overwrite=True))
    assert len([*task.folder.glob("shard-*")]) == len(result.manifest["shards"]) == 4
    assert len([*task.folder.glob(".*")]) == 4


def test_two_wishes_that_exclude_each_other():
    with pytest.raises(DataError, match="give one of them"):
        HowToRun(resume=True, overwrite=True)
    with pytest.raises(DataError, match="--overwrite removes the shards of all jobs"):
        HowToRun(overwrite=True, share=Share(1, 2))


def test_a_directory_takes_one_process_at_a_time(task, data):
    task.folder.mkdir()
    with locked(task.folder / ".lock"), pytest.raises(DataError, match="another process is at work in"):
        run(task, sources(data), SERIAL)


@pytest.mark.parametrize(("held", "share"), [(".lock-1-of-2", Share()), (".lock", Share(2, 2))], ids=["job", "whole"])
def test_a_job_and_a_whole_run_are_not_at_work_at_once(task, data, held, share):
    """The whole run would take for left behind what the job is writing."""
    task.folder.mkdir()
    unfinished = task.folder / ".shard-000-00001.jsonl.123-0a0b0c0d.unfinished"
    with locked(task.folder / held):
        unfinished.touch()
        with pytest.raises(DataError, match="another process is at work in"):
            run(task, sources(data), replace(RESUME, share=share))
        assert unfinished.exists()
    run(task, sources(data), replace(RESUME, share=share))
    assert not unfinished.exists()


def test_jobs_are_at_work_at_once(task, data):
    task.folder.mkdir()
    with locked(task.folder / ".lock-1-of-2"):
        run(task, sources(data), replace(SERIAL, share=Share(2, 2)))


def test_after_a_job_that_was_killed_rows_are_scored_in_other_processes(task, data, monkeypatch):
    task.folder.mkdir()
    (task.folder / ".lock-1-of-2").touch()
    monkeypatch.setattr(engine, "score_part", None)  # this process can't
    assert run(task, sources(data), RESUME).manifest["rows"] == 40


DAMAGES = {
    "flipped": lambda shard, receipt: shard.write_bytes(shard.read_bytes().replace(b"match", b"hctam", 1)),
    "cut off": lambda shard, receipt: shard.write_bytes(shard.read_bytes()[:-5]),
    "empty": lambda shard, receipt: shard.write_bytes(b""),
    "gone": lambda shard, receipt: shard.unlink(),
    "without a receipt": lambda shard, receipt: receipt.unlink(),
    "with a cut receipt": lambda shard, receipt: receipt.write_bytes(receipt.read_bytes()[:300]),
    "with an empty receipt": lambda shard, receipt: receipt.write_bytes(b""),
    "with a strange receipt": lambda shard, receipt: receipt.write_bytes(b"strange"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_shard_is_done_again_and_nothing_else(task, data, damage):
    expected = run(task, sources(data), SERIAL)
    rows, before = output(task.folder), untouched(task.folder)
    damaged = "shard-000-00002.jsonl"
    damage(task.folder / damaged, task.folder / f".{damaged}.receipt")
    result = run(task, sources(data), RESUME)
    assert output(task.folder) == rows
    assert figures(result) == figures(expected)
    after = untouched(task.folder)
    assert [name for name in before if after[name] != before[name]] in ([damaged], [])  # an inode may be used again
    assert {name: after[name] for name in after if name != damaged} == {
        name: before[name] for name in before if name != damaged
    }


def test_what_was_left_half_written_is_removed(task, data, monkeypatch):
    """Of shards, of receipts, of the manifest."""
    broken_off(task, sources(data), SERIAL, 2, monkeypatch)
    for name in ("shard-000-00003.jsonl", ".shard-000-00002.jsonl.receipt", "manifest.json", "shard-000-00002.jsonl"):
        (task.folder / f".{name}.123-0a0b0c0d.unfinished").write_text("half")
    (task.folder / ".manifest.json.0123456789abcdef.unfinished").write_text("half")
    run(task, sources(data), RESUME)
    assert not [*task.folder.glob(".*unfinished")]


STRANGERS = {
    "notes": {"notes.txt": "mine"},
    "a manifest of something else": {"manifest.json": '{"name": "app", "icons": []}'},
    "a manifest with other shards": {"manifest.json": '{"shards": 5}'},
    "a manifest that is a list": {"manifest.json": "[]"},
    "a manifest that is none": {"manifest.json": "{"},
}


@pytest.mark.parametrize("files", STRANGERS.values(), ids=STRANGERS)
@pytest.mark.parametrize("wish", [{}, {"resume": True}, {"overwrite": True}], ids=str)
def test_what_is_a_stranger_s_stays(task, data, files, wish):
    """Whatever is wished for."""
    task.folder.mkdir()
    for name, text in files.items():
        (task.folder / name).write_text(text)
    with pytest.raises(DataError, match=str(task.folder)):
        run(task, sources(data), replace(SERIAL, **wish))
    assert {path.name: path.read_text() for path in task.folder.iterdir()} == files


def test_a_stranger_beside_a_run_does_no_harm(task, data):
    run(task, sources(data), SERIAL)
    (task.folder / "notes.txt").write_text("mine")
    run(task, sources(data), replace(SERIAL, overwrite=True))
    assert (task.folder / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("text", ["", "\n", " \n\n\t\n", "\n" * 25])
def test_no_rows_are_an_error_and_nothing_is_left(task, data, text):
    data.write_text(text)
    with pytest.raises(DataError, match=r"data.jsonl has no rows"):
        run(task, sources(data), SERIAL)
    assert not task.folder.exists()


def test_a_file_without_rows_among_others(task, data, tmp_path):
    """Is none of the output; a part of blank lines alone neither."""
    (tmp_path / "empty.jsonl").write_text("")
    (tmp_path / "blank.jsonl").write_text("\n" * 15)
    result = run(task, sources(tmp_path / "empty.jsonl", data, tmp_path / "blank.jsonl"), SERIAL)
    assert (result.summary.scored, result.manifest["rows"]) == (40, 40)


def test_after_a_crash_rows_are_scored_in_other_processes(task, data, monkeypatch):
    """A row may have ended the process before; here it would end this one."""
    broken_off(task, sources(data), SERIAL, 2, monkeypatch)
    (task.folder / ".lock").touch()
    monkeypatch.setattr(engine, "score_part", None)  # this process can't
    assert run(task, sources(data), RESUME).manifest["rows"] == 40
    assert not (task.folder / ".lock").exists()


def test_a_removal_that_was_cut_short_can_be_gone_on_with(task, data):
    """The manifest goes last: without it, shards are strangers that nobody dares to touch."""
    run(task, sources(data), SERIAL)
    rows = output(task.folder)
    removed, unlink = [], Path.unlink

    def interrupted(path, missing_ok=False):
        if len(removed) == 3:
            raise KeyboardInterrupt
        removed.append(path)
        unlink(path, missing_ok)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Path, "unlink", interrupted)
        with pytest.raises(KeyboardInterrupt):
            clear(task.folder)
    assert output(task.folder) != rows
    run(task, sources(data), RESUME)
    assert output(task.folder) == rows


def test_what_a_killed_worker_left_is_removed_at_the_end(task, data, monkeypatch):
    """However the run ends."""
    left = task.folder / ".shard-000-00003.jsonl.123-0a0b0c0d.unfinished"
    how = replace(SERIAL, watch=Leaving(left))
    broken_off(task, sources(data), how, 2, monkeypatch)
    assert not left.exists()
    run(task, sources(data), replace(how, resume=True))
    assert not left.exists()


class Leaving(Watch):
    """Leaves a file behind as a worker does that is killed while it writes."""

    def __init__(self, left):
        self.left = left

    def advances(self, rows):
        self.left.touch()


def test_jobs_make_a_run_together(task, data):
    """Each its shards; the last one marks the run as complete."""
    first = run(task, sources(data), replace(SERIAL, share=Share(1, 3)))
    assert first.missing == ["shard-000-00001.jsonl", "shard-000-00002.jsonl"]
    assert not first.manifest["complete"]
    with pytest.raises(DataError, match="with 2 of 2 shards"):
        run(task, sources(data), replace(SERIAL, share=Share(1, 3)))
    with pytest.raises(DataError, match="label_column: None -> 'id'"):
        run(replace(task, label_column="id"), sources(data), replace(SERIAL, share=Share(2, 3)))
    run(task, sources(data), replace(SERIAL, share=Share(2, 3)))
    last = run(task, sources(data), replace(SERIAL, share=Share(3, 3)))
    assert (last.missing, last.manifest["complete"]) == ([], True)
    assert json.loads((task.folder / "manifest.json").read_text())["rows"] == 40


def test_a_job_without_shards_has_nothing_to_do(task, data):
    """More jobs than shards."""
    result = run(task, sources(data), replace(SERIAL, share=Share(9, 9)))
    assert (result.summary.scored, len(result.missing)) == (0, 4)
    json.dumps(result.summary.to_dict())


def test_the_watch_is_told(task, data, monkeypatch):
    """Rows in all and rows done before; then each; where it ends early, how much is kept."""
    said = []

    class Told(Watch):
        def begins(self, rows, done):
            said.append(("begins", rows, done))

        def advances(self, rows):
            said.append(("advances", rows))

        def stops(self, done, shards):
            said.append(("stops", done, shards))

    broken_off(task, sources(data), replace(SERIAL, watch=Told()), 3, monkeypatch)
    assert said == [("begins", 40, 0), *[("advances", 10)] * 3, ("stops", 3, 4)]
    said.clear()
    run(task, sources(data), replace(RESUME, watch=Told()))
    assert said == [("begins", 40, 30), ("advances", 10)]


def test_warnings_are_said_once_each(task, tmp_path, save, row):
    """Whatever the part that they come from, and again by the run that goes on."""
    data = save(tmp_path / "own.jsonl", [row(n, reward="mine") for n in range(200)])
    for how in (SERIAL, RESUME):
        with pytest.warns(graders.BatchWarning) as caught:
            run(task, sources(data), how)
        assert [str(one.message) for one in caught] == [
            "your column 'reward' is written as 'input_reward', because 'reward' holds the reward of this run"
        ]


def test_the_inputs_are_not_in_the_directory(task, data):
    with pytest.raises(DataError, match="is the directory that is being read"):
        run(replace(task, folder=data.parent), sources(data), SERIAL)
    with pytest.raises(DataError, match="it is a file and no directory"):
        run(replace(task, folder=data), sources(data), SERIAL)
