"""graders report, and the report of graders demo."""

import json

import pytest

from graders.cli.examples import example

REWARD, DATA = example("gameable.json"), example("questions.jsonl")


@pytest.fixture
def scored(cli, tmp_path):
    path = tmp_path / "scored.jsonl"
    assert cli("score", REWARD, DATA, "-o", path).exit_code == 0
    return path


def test_it_says_what_it_wrote(cli, scored, tmp_path):
    output = tmp_path / "r.html"
    result = cli("report", scored, "-o", output, "--reward", REWARD, "--label-column", "label", "--title", "Ours")
    assert result.exit_code == 0, result.output
    assert "192 completions" in result.stdout
    assert "of 100 completions that it pays, 17 are labelled wrong" in result.stdout
    assert "<h1>Ours</h1>" in output.read_text(encoding="utf-8")


def test_without_the_reward_it_says_what_is_missing(cli, scored, tmp_path, monkeypatch):
    """And writes report.html, where nothing else is named."""
    monkeypatch.chdir(tmp_path)
    result = cli("report", scored)
    assert result.exit_code == 0
    assert "--reward reward.json" in result.stdout
    assert (tmp_path / "report.html").exists()


def test_to_standard_output(cli, scored):
    result = cli("report", scored, "-o", "-", "--reward", REWARD)
    assert result.stdout.startswith("<!DOCTYPE html>")
    assert result.stdout.endswith("</html>\n")
    assert "192 completions" in result.stderr


def test_columns_of_its_own(cli, tmp_path):
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()[:8]]
    data = tmp_path / "data.jsonl"
    data.write_text(
        "".join(json.dumps({"text": row["completion"], "gold": row["reference_answer"]}) + "\n" for row in rows)
    )
    columns = ("--completion-column", "text", "--reference-column", "gold")
    assert cli("score", REWARD, data, "-o", tmp_path / "s.jsonl", *columns).exit_code == 0
    result = cli("report", tmp_path / "s.jsonl", "-o", tmp_path / "r.html", "--reward", REWARD, *columns)
    assert result.exit_code == 0, result.output
    assert "reward = 0.1 x 1" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "no row shown" not in result.output
    without = cli("report", tmp_path / "s.jsonl", "-o", tmp_path / "r.html", "--reward", REWARD, *columns[:2])
    assert "no row shown has a reference in the column 'reference_answer'" in without.output
    assert "--reference-column" in without.output


@pytest.mark.parametrize(("name", "message"), [
    ("none.jsonl", "none.jsonl can't be read"),
    (str(DATA), "score it first with graders score"),
])  # fmt: skip
def test_what_can_t_be_reported(cli, tmp_path, name, message):
    """One message and exit code 2."""
    result = cli("report", name, "-o", tmp_path / "r.html")
    assert result.exit_code == 2
    assert message in result.stderr


def test_the_demo_writes_a_report(cli, tmp_path, monkeypatch):
    """Where the files go, else here; it names the hacked rows; its own is written again, somebody else's is not."""
    monkeypatch.chdir(tmp_path)
    assert "demo/report.html shows" in cli("demo", "--to", "demo").stdout
    page = (tmp_path / "demo" / "report.html").read_text(encoding="utf-8")
    assert "Wrong answers are paid" in page
    assert "17 completions are paid although labelled wrong" in page
    assert "questions.jsonl, scored with gameable.json" in page
    for _ in range(2):
        assert "report.html shows" in cli("demo").stdout
    (tmp_path / "report.html").write_text("mine")
    result = cli("demo")
    assert result.exit_code == 0
    assert "no report was written over it" in " ".join(result.stdout.split())
    assert (tmp_path / "report.html").read_text() == "mine"
