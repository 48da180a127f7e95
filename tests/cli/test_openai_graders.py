"""A grader of OpenAI's on the command line: taken wherever a reward is, with the column that it names."""

import json
import warnings

import pytest

SIDES = {"input": "{{sample.output_text}}", "reference": "{{item.gold}}"}
GRADER = {"type": "string_check", "name": "city", "operation": "eq", **SIDES}
ROWS = [
    {"completion": "<think>sunny</think>Paris", "gold": "Paris", "prompt": "Where?"},
    {"completion": "Rome", "gold": "Paris", "prompt": "Where?"},
]


@pytest.fixture
def files(write, tmp_path):
    """A grader, and rows with its column."""
    data = tmp_path / "rows.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return write("grader.json", GRADER), str(data)


@pytest.fixture(autouse=True)
def _told(recwarn):
    """The warning of a translation is printed, not raised."""
    del recwarn
    warnings.simplefilter("always")


def test_validate_says_what_it_means_here(cli, files):
    """Weights without a share of the format; the references of the column that the grader names."""
    result = cli("validate", files[0], "--data", files[1])
    assert result.exit_code == 0, result.output
    assert "1        string_check:equals" in result.stdout
    assert "0        format" in result.stdout
    assert "no bad rows" in result.stdout
    report = json.loads(cli("validate", files[0], "--json").stdout)
    assert any("references come from the column 'gold'" in said for said in report["warnings"])


def test_score_and_explain_read_its_column(cli, files):
    """Without an option that names it; an option wins."""
    result = cli("score", *files, "-o", "-")
    assert result.exit_code == 0, result.output
    assert [json.loads(line)["reward"] for line in result.stdout.splitlines()] == [1.0, 0.0]
    explained = json.loads(cli("explain", *files, "--row", "1", "--json").stdout)
    assert explained["reward"] == 1.0
    wrong = cli("score", *files, "-o", "-", "--reference-column", "other")
    assert all(json.loads(line)["reward"] is None for line in wrong.stdout.splitlines())


def test_audit_and_check_take_it(cli, files):
    """And find nothing that they wouldn't find with the reward it means."""
    assert cli("check", files[0], "--data", files[1]).exit_code == 0
    result = cli("audit", *files, "--rows", "2", "--json")
    assert result.exit_code == 0, result.output


def test_what_has_no_counterpart_is_refused_with_all_reasons(cli, write):
    """Exit code 2; with --json in the API's shape."""
    parts = {"a": {**GRADER, "reference": "Paris"}, "b": {"type": "python", "source": "x"}}
    path = write("grader.json", {"type": "multi", "graders": parts, "calculate_output": "a * b"})
    result = cli("validate", path)
    assert result.exit_code == 2
    assert "graders.b.type: 'python' runs code of a request" in result.output
    del parts["b"]
    path = write("grader.json", {"type": "multi", "graders": parts, "calculate_output": "a ^ 2"})
    found = json.loads(cli("validate", path, "--json").stdout)["detail"]
    assert {tuple(one["loc"]) for one in found} == {("calculate_output",), ("graders", "a", "reference")}
