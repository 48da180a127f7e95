"""graders audit: tables, JSON, a page, exit codes."""

import json
import re

import pytest

from graders.audit.family_registry import BUILT_IN
from graders.vocabulary.documentation import DOCUMENTATION

A = "<think>x</think><answer>{}</answer>".format
EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}
CONTAINS = {"graders": [{"type": "string_check", "operation": "contains"}]}
ROWS = [{"completion": A(31), "reference_answer": str(n), "prompt": f"What is {n - 2} + 2?"} for n in (28, 7, 391)]


@pytest.fixture
def data(write):
    return write("data.jsonl", ROWS)


def test_a_reward_with_holes(cli, write, data):
    """Which families are paid, by how much, with an example of each, and what to change."""
    result = cli("audit", write("reward.json", CONTAINS), data)
    assert result.exit_code == 0, result.output
    for words in ("string_check:contains", "listed", "100.0%",
                  "use operation 'equals'", "max_answer_chars=3", "can be gamed",
                  "drawn from 3 completions; seed 0"):  # fmt: skip
        assert words in result.stdout
    assert re.search(r"listed: row \d paid 1, deserves 0: '31 or (28|7|391)' for '\1', match", result.stdout)
    assert "could not be used" not in result.stdout


def test_a_reward_without(cli, write, data):
    """Says so, and how much was tried."""
    result = cli("audit", write("reward.json", EQUALS), data, "--fail-above", "0")
    assert result.exit_code == 0
    assert "No trick was paid beyond what it deserves" in result.stdout
    assert result.stderr == ""


def test_families_are_grouped(cli, write, data):
    """Those that are paid by subject, the others in one line, right answers that are refused apart."""
    lines = [line.rstrip() for line in cli("audit", write("reward.json", CONTAINS), data).stdout.splitlines()]
    several = lines.index("several answers:")
    assert lines[several + 1].split()[0] == "listed"
    assert lines[several + 1].startswith("  listed")
    assert "sentences:" in lines[several:]
    [others] = [line for line in lines if line.startswith("not paid: ")]
    assert "tags" in others
    assert "listed" not in others
    assert lines.count("string_check:contains: right answers refused") == 1
    refused = lines[lines.index("string_check:contains: right answers refused") :]
    assert any(line.startswith("number_words") for line in refused)


def test_fail_above(cli, write, data):
    """Exit code 1 and why; a limit that is reached is not passed."""
    reward = write("reward.json", CONTAINS)
    result = cli("audit", reward, data, "--fail-above", "0.5")
    assert result.exit_code == 1
    assert "error: string_check:contains is exploitable by 1.000, and --fail-above is 0.5" in result.stderr
    assert cli("audit", reward, data, "--fail-above", "1").exit_code == 0


def test_json(cli, write, data):
    """All figures, the same each time."""
    arguments = ["audit", write("reward.json", CONTAINS), data, "--json", "--rows", "2", "--seed", "5"]
    result = cli(*arguments)
    document = json.loads(result.stdout)
    assert document["exploitability"] == 1.0
    assert document["cases"] == 2
    component = document["components"]["string_check:contains"]
    assert component["holes"][0] in BUILT_IN
    assert component["families"]["listed"]["share"] == 1.0
    assert component["families"]["listed"]["examples"][0]["why"]["outcome"] == "match"
    assert component["families"]["listed"]["subject"] == "several answers"
    assert component["families"][component["refusals"][0]]["refused"] > 0
    assert cli(*arguments).stdout == result.stdout


def test_a_page(cli, write, data, tmp_path):
    """Whole and self-contained: nothing of a mutant becomes markup."""
    page = tmp_path / "audit.html"
    rows = [{"completion": A(31), "reference_answer": "<script>alert(1)</script>", "prompt": "<b>"}]
    assert cli("audit", write("reward.json", CONTAINS), write("rows.jsonl", rows), "--html", page).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert text.count("<script") == 1
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
    assert not re.search("https?:", text.replace(DOCUMENTATION, ""))
    for words in ("<h1>string_check:contains</h1>", "Advice: use operation", "deserves", "families not paid"):
        assert words in text
    assert "Right answers that were refused" not in text
    assert cli("audit", write("reward.json", EQUALS), data, "--html", page).exit_code == 0
    text = page.read_text(encoding="utf-8")
    for words in ("Right answers that were refused", "Families of right answers that string_check:equals refused"):
        assert words in text
    assert cli("audit", write("reward.json", CONTAINS), data, "--html", tmp_path / "no" / "p.html").exit_code == 2


def test_families(cli, write, data):
    """Some alone; all of them listed without a reward; an unknown one is an error."""
    reward = write("reward.json", CONTAINS)
    document = json.loads(cli("audit", reward, data, "--json", "--family", "listed", "--family", "tags").stdout)
    assert list(document["components"]["format"]["families"]) == ["listed", "tags"]
    listing = cli("audit", "--list")
    assert listing.exit_code == 0
    assert [line.split()[0] for line in listing.stdout.splitlines()] == list(BUILT_IN)
    result = cli("audit", reward, data, "--family", "lister")
    assert result.exit_code == 2
    assert "did you mean 'listed'" in result.stderr


def test_data_of_every_kind(cli, write, tmp_path):
    """Scored rows, rows without completions, other columns; nothing usable is an error."""
    reward = write("reward.json", EQUALS)
    scored = tmp_path / "scored.jsonl"
    assert cli("score", reward, write("data.jsonl", ROWS), "-o", scored).exit_code == 0
    assert cli("audit", reward, scored).exit_code == 0
    questions = write("questions.jsonl", [{"gold": "5", "question": "2+3"}, {"gold": ""}])
    result = cli("audit", reward, questions, "--reference-column", "gold")
    assert result.exit_code == 0
    assert "drawn from 2 completions, 1 could not be used" in result.stdout
    nothing = cli("audit", reward, questions)
    assert nothing.exit_code == 2
    assert "no row that can be audited" in nothing.stderr


def test_progress_can_be_shown(cli, write, data):
    """On demand, on standard error."""
    result = cli("audit", write("reward.json", EQUALS), data, "--progress", "--json")
    assert json.loads(result.stdout)["cases"] == 3


def test_the_judge_s_budget_is_said_before(cli, write, data):
    """How many answers it is asked about, at most."""
    from graders.testing.fake_judge import FakeJudge

    with FakeJudge("fail") as judge:
        settings = write("s.toml", f'[judge]\nbase_url = "{judge.base_url}"\nmodel = "fake-judge"\nprobe_every = 0\n')
        result = cli("audit", write("reward.json", {"graders": [{"type": "llm"}]}), data, "--settings", settings,
                     "--family", "listed")  # fmt: skip
        assert result.exit_code == 0, result.output
        announced = int(result.stderr.split("up to ")[1].split()[0])
        assert 0 < judge.calls <= announced
