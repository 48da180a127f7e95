"""graders init leaves a folder in which the three commands that it prints work."""

import json
import shlex

import pytest

import graders
from graders.cli.starters import KINDS, starter
from graders.cli.starters.init import REWARD, ROWS, SETTINGS
from graders.testing import FakeJudge

PAID = {
    "math": [1.0, 1.0, 0.1, 0.1, 0.0],
    "boxed": [1.0, 1.0, 0.0, 0.0, 0.0],
    "choice": [1.0, 1.0, 0.1, 0.1, 0.0],
    "text": [1.0, 1.0, 0.1, 0.1, 0.0],
    "judge": [1.0, 1.0, 0.1, 0.1, 0.0],
}
"""What each kind's rows are paid; their notes say why."""


def printed(output):
    return [shlex.split(line)[1:] for line in output.splitlines() if line.startswith("  graders ")]


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "judge"])
@pytest.mark.parametrize("folder", [None, "of my own"])
def test_the_three_commands_work(cli, tmp_path, monkeypatch, kind, folder):
    """Here and in another folder: nothing to complain of, five rows paid as their notes say, a page."""
    monkeypatch.chdir(tmp_path)
    ran = cli("init", *([folder] if folder else []), "--for", kind)
    assert ran.exit_code == 0, ran.output
    done = [cli(*command) for command in printed(ran.output)]
    assert [one.exit_code for one in done] == [0, 0, 0], [one.output for one in done]
    assert done[0].output.startswith("nothing found that would spoil a run\nnot looked at: ")
    place = tmp_path / (folder or "")
    assert [row["reward"] for row in rows(place / "scored.jsonl")] == PAID[kind]
    assert (place / "report.html").stat().st_size > 10_000
    assert "reward = " in done[2].output


def test_the_three_commands_of_a_judge(cli, tmp_path, monkeypatch):
    """Against a server, once its address stands in the settings."""
    monkeypatch.chdir(tmp_path)
    right = {row["answer"] for row in starter("judge")["rows"][:2]}
    commands = printed(cli("init", "--for", "judge").output)
    with FakeJudge(
        lambda asked: "pass" if any(one in asked.answer for one in right) or "42" in asked.answer else "fail"
    ) as server:
        path = tmp_path / SETTINGS
        written = path.read_text().replace("http://localhost:8000/v1", server.base_url)
        path.write_text(written.replace("your-judge", "fake-judge"))
        checked, scored, explained = [cli(*command) for command in commands]
    assert "known-right" in checked.output
    assert scored.exit_code == 0, scored.output
    assert [row["reward"] for row in rows(tmp_path / "scored.jsonl")] == PAID["judge"]
    assert explained.exit_code == 0, explained.output


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written(cli, tmp_path, kind):
    """Five rows with a note each, prompts that ask for the layout, references that can be used."""
    cli("init", tmp_path / "new", "--for", kind)
    found = rows(tmp_path / "new" / ROWS)
    assert len(found) == 5
    assert all(row["note"] for row in found)
    assert found[0]["prompt"][0]["role"] == "system"
    judge = graders.JudgeSettings(base_url="http://localhost:1/v1", model="m")
    reward = graders.load_reward(tmp_path / "new" / REWARD, graders.Settings(judge=judge))
    assert reward.check_references([row["reference_answer"] for row in found]) == []
    assert (tmp_path / "new" / SETTINGS).exists() == (kind in {"boxed", "judge"})


def test_nothing_is_written_over(cli, tmp_path):
    """A file that is there stays, and no other is written beside it."""
    (tmp_path / ROWS).write_text("mine")
    ran = cli("init", tmp_path)
    assert ran.exit_code == 2
    assert "rows.jsonl is there already" in ran.output
    (tmp_path / REWARD).write_text("mine")
    assert "rows.jsonl are there already" in cli("init", tmp_path).output
    (tmp_path / REWARD).unlink()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {ROWS: "mine"}


def test_a_format_that_is_not_paid_is_said_to_be_none(cli, tmp_path):
    """The outcomes of a component without a share are no news."""
    cli("init", tmp_path, "--for", "boxed")
    page = tmp_path / "page.html"
    scoring = ("score", tmp_path / REWARD, tmp_path / ROWS, "--settings", tmp_path / SETTINGS, "--html", page)
    printed = cli(*scoring).stdout
    assert "the text has no \\boxed{...}" in page.read_text(encoding="utf-8")
    assert "answer block" not in page.read_text(encoding="utf-8")
    assert "not paid" in printed
    assert "bad_layout" not in printed
