"""graders compare: tables, JSON, a page, exit codes."""

import json

import pytest

A = "<think>x</think><answer>{}</answer>".format
EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}
CONTAINS = {"graders": [{"type": "string_check", "operation": "contains"}]}
ROWS = [{"completion": A(text), "reference_answer": "4", "prompt": f"p{k // 2}", "label": int(text == "4"), "id": k}
        for k, text in enumerate(["4", "3 or 4", "44", "5", "4", "x4"] * 10)]  # fmt: skip


@pytest.fixture
def files(cli, write, tmp_path):
    """The rows scored with `contains` and with `equals`."""
    data = write("data.jsonl", ROWS)
    for name, definition in (("contains", CONTAINS), ("equals", EQUALS)):
        done = cli("score", write(f"{name}.json", definition), data, "-o", tmp_path / f"{name}.jsonl")
        assert done.exit_code == 0
    return tmp_path / "contains.jsonl", tmp_path / "equals.jsonl"


def test_the_table(cli, files):
    """What changed, by how much, in which rows."""
    result = cli("compare", *files)
    assert result.exit_code == 0, result.output
    for words in ("reward", "60", "-0.4500", "only in A: string_check:contains", "only in B: string_check:equals",
                  "30 groups", "The mean reward falls by 0.4500", "largest falls", "largest changes of groups",
                  "group from row 5, 2 completions: 1.0000 → 0.5500: 'p2'",
                  "row 2: 1 → 0.1: '3 or 4' for '4'"):  # fmt: skip
        assert words in result.stdout
    assert "largest rises" not in result.stdout
    assert "largest" not in cli("compare", *files, "--rows", "0").stdout


def test_json(cli, files):
    """Plain JSON with the regression, null where there is no number."""
    document = json.loads(cli("compare", *files, "--json").stdout)
    assert document["reward"]["difference"]["mean"] == pytest.approx(-0.45)
    assert document["regression"] is None
    assert document["accuracy"] is None
    one = json.loads(cli("compare", files[0], files[0], "--json", "--label-column", "label").stdout)
    assert one["accuracy"]["broken"] == 0


def test_fail_on_regression(cli, files):
    """Exit code 1 and the sentence; not within the tolerance, nor where labels say that B is better."""
    result = cli("compare", *files, "--fail-on-regression")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: the mean reward falls by 0.4500")
    assert cli("compare", *files, "--fail-on-regression", "--tolerance", "0.6").exit_code == 0
    assert cli("compare", *files, "--fail-on-regression", "--label-column", "label").exit_code == 0
    back = cli("compare", *files[::-1], "--fail-on-regression", "--label-column", "label", "--json")
    assert back.exit_code == 1
    assert "the accuracy falls" in back.stderr
    assert json.loads(back.stdout)["regression"] in back.stderr
    assert cli("compare", *files).exit_code == 0


def test_a_page(cli, files, tmp_path):
    """Written whole; what can't be written is an error."""
    page = tmp_path / "page.html"
    assert cli("compare", *files, "--html", page, "--fail-on-regression").exit_code == 1
    assert "Regression: the mean reward falls" in page.read_text(encoding="utf-8")
    result = cli("compare", *files, "--html", tmp_path / "no" / "page.html")
    assert result.exit_code == 2
    assert "can't be written" in result.stderr


def test_ids(cli, files, tmp_path):
    """Another order, matched by a column."""
    mixed = tmp_path / "mixed.jsonl"
    lines = files[1].read_text(encoding="utf-8").splitlines(keepends=True)
    mixed.write_text("".join(reversed(lines)), encoding="utf-8")
    assert cli("compare", files[0], mixed).exit_code == 2
    assert "-0.4500" in cli("compare", files[0], mixed, "--id-column", "id").stdout


@pytest.mark.parametrize(
    "case",
    [
        ("unscored.jsonl", ROWS, "has no column 'reward'"),
        ("short.jsonl", "", "has no rows"),
    ],
)
def test_files_that_can_t_be_compared(cli, files, write, case):
    """Exit code 2 and one sentence."""
    name, content, words = case
    result = cli("compare", files[0], write(name, content))
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.output


def test_other_columns(cli, write, tmp_path):
    """As they were named when the files were scored."""
    data = write("data.jsonl", [{"text": A("4"), "gold": "4"}])
    names = ["--completion-column", "text", "--reference-column", "gold"]
    out = tmp_path / "out.jsonl"
    assert cli("score", write("equals.json", EQUALS), data, "-o", out, *names).exit_code == 0
    assert cli("compare", out, out, *names).exit_code == 0
    result = cli("compare", out, out)
    assert result.exit_code == 2
    assert "--completion-column" in result.stderr
