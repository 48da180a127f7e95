"""What passes and what fails: bars of a run, a gate that could not look, a scorer that is broken."""

import json
import logging
from typing import Literal

import pytest

import graders

A = "<think>x</think><answer>{}</answer>".format
EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}
GOOD = {"completion": A("a"), "reference_answer": "a"}
UNSCORED, UNREADABLE = {**GOOD, "reference_answer": "nan"}, {"completion": A("a")}


@pytest.mark.parametrize(
    ("rows", "options", "failure"),
    [
        ([GOOD], [], None),
        ([GOOD, UNSCORED], [], None),
        ([GOOD, UNSCORED], ["--max-unscored", "0.5"], None),
        ([GOOD, UNSCORED], ["--max-unscored", "0.4"], "50.0% of 2 completions have no reward"),
        ([UNSCORED], [], "no reward could be given to any of 1 completion"),
        ([GOOD, UNREADABLE], ["--max-error-rate", "0.5"], None),
        ([GOOD, UNREADABLE], [], "1 row (50.0%) can't be read, and --max-error-rate is 0.05"),
        ([UNREADABLE], ["--max-error-rate", "1"], "no row could be scored"),
    ],
)
def test_the_bars_of_a_run(cli, write, rows, options, failure):
    """Exit code 1 with the reason, whatever was written."""
    result = cli("score", write("reward.json", EQUALS), write("data.jsonl", rows), *options)
    assert result.exit_code == (failure is not None)
    errors = [line for line in result.stderr.splitlines() if line.startswith("error")]
    assert len(errors) == (failure is not None)
    assert failure is None or failure in errors[0]


def test_where_nothing_was_scored_there_is_the_error_alone(cli, write, tmp_path):
    """No table of dashes, no page of nothing."""
    page = tmp_path / "page.html"
    result = cli("score", write("reward.json", EQUALS), write("data.jsonl", [UNREADABLE]), "--html", page)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert not page.exists()


def test_where_the_rows_are(cli, write, tmp_path):
    """At the end, on standard error; of what is not kept nothing."""
    reward, data, out = write("reward.json", EQUALS), write("data.jsonl", [GOOD]), tmp_path / "out.jsonl"
    assert f"the scored rows are in {out}" in cli("score", reward, data, "-o", out).stderr
    assert "the scored rows" not in cli("score", reward, data).stderr


@pytest.mark.parametrize("name", ["--html", "--report"])
def test_a_page_has_one_name_on_every_command(cli, write, tmp_path, name):
    """And the other one is taken, though no help shows it."""
    reward, data, out = write("reward.json", EQUALS), write("data.jsonl", [GOOD]), tmp_path / "out.jsonl"
    calls = [["score", reward, data, "-o", out], ["compare", out, out], ["audit", reward, data, "--rows", 1]]
    for number, call in enumerate(calls):
        page = tmp_path / f"{number}.html"
        assert cli(*call, name, page).exit_code == 0
        assert page.read_text().startswith("<!DOCTYPE html>")
        assert name in cli(call[0], "--help").output or name == "--report"
        assert "--report" not in cli(call[0], "--help").output


@pytest.fixture
def broken(own_registry, write):
    """A definition with a scorer that raises on every row."""

    class BrokenGrader(graders.Grader):
        type: Literal["broken"] = "broken"

    @graders.register("broken")
    class BrokenScorer(graders.Scorer[BrokenGrader]):
        grader_model = BrokenGrader

        def score(self, batch):
            raise AttributeError("no attribute 'thought'")

    chosen = [{**EQUALS["graders"][0], "weight": 0.5}, {"type": "broken", "weight": 0.4}]
    return write("broken.json", {"graders": chosen})


def test_a_scorer_that_raises_costs_one_traceback_and_a_count(cli, write, broken, caplog):
    """However many rows and batches there are."""
    rows = write("data.jsonl", [{**GOOD, "completion": A(f"a{row}")} for row in range(3000)])
    with caplog.at_level(logging.WARNING, "graders"):
        result = cli("score", broken, rows, "--workers", 1)
    [record] = [one for one in caplog.records if "AttributeError" in one.getMessage()]
    assert record.exc_info
    assert "broken raised AttributeError on 1024 of 1024 rows" in record.getMessage()
    assert "broken" in result.stdout
    assert "scorer_error 3,000" in result.stdout
    assert result.exit_code == 1


def test_an_audit_that_could_not_look_does_not_pass(cli, write, broken):
    """A dash where nothing is known, and an exit code that a pipeline notices."""
    data = write("data.jsonl", [{**GOOD, "reference_answer": "28"}])
    result = cli("audit", broken, data, "--family", "listed", "--family", "near", "--fail-above", "0.9")
    assert result.exit_code == 1
    assert "error: broken could not be tried: 100.0% of its mutants could not be scored" in result.stderr
    [row] = [line.split() for line in result.stdout.splitlines() if line.startswith("broken  ")]
    assert row[2:] == ["–", "–", "–", "–"]
    assert "nothing to change" not in next(line for line in result.stdout.splitlines() if line.startswith("broken:"))
    assert cli("audit", broken, data, "--family", "listed").exit_code == 0
    document = json.loads(cli("audit", broken, data, "--family", "listed", "--json").stdout)
    assert document["untried"] == {"broken": 1.0}
    assert document["components"]["broken"]["exploitability"] is None


def test_the_schema_has_installed_graders(cli, broken):
    """An editor marks no good file as wrong."""
    schema = json.loads(cli("schema").stdout)
    assert schema["$defs"]["BrokenGrader"]["properties"]["type"]["const"] == "broken"
    items = schema["properties"]["graders"]["items"]
    assert {"$ref": "#/$defs/BrokenGrader"} in items["oneOf"]
    assert items["discriminator"]["mapping"]["broken"] == "#/$defs/BrokenGrader"
    within = json.loads(cli("schema", "RequestConfig").stdout)["$defs"]["RewardComponents"]
    assert {"$ref": "#/$defs/BrokenGrader"} in within["properties"]["graders"]["items"]["oneOf"]
