"""graders score: a row in is a row out, in order, whatever the file holds; exit codes."""

import json

import pytest

from graders.cli.score_table import _alarm_lines
from graders.figures.alarms import Alarm

A = "<think>x</think><answer>{}</answer>".format
EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}
GOOD = {"completion": A("a"), "reference_answer": "a", "id": "é"}


@pytest.fixture
def reward(write):
    return write("reward.json", EQUALS)


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_rows_in_rows_out(cli, write, reward, tmp_path):
    """Order kept, columns added, a table on standard output."""
    rows = [{**GOOD, "n": n, "completion": A("a" if n % 3 else "b")} for n in range(2500)]
    out = tmp_path / "out.jsonl"
    result = cli("score", reward, write("data.jsonl", rows), "-o", out)
    assert result.exit_code == 0
    scored = lines(out)
    assert [row["n"] for row in scored] == list(range(2500))
    assert [row["reward"] for row in scored] == [1.0 if n % 3 else 0.1 for n in range(2500)]
    assert json.dumps(rows[0])[:-1] in out.read_text(encoding="utf-8").splitlines()[0]  # as it was written
    assert "2,500 completions scored, 0 rows that can't be read" in result.stdout
    assert not list(tmp_path.glob("*.partial"))
    for word in ("format", "string_check:equals", "match 1,666", "mismatch 834"):
        assert word in result.stdout


def test_output_to_standard_output(cli, write, reward):
    """Rows on stdout, the summary on stderr."""
    result = cli("score", reward, write("data.jsonl", [GOOD]), "-o", "-")
    assert [json.loads(line)["reward"] for line in result.stdout.splitlines()] == [1.0]
    assert "1 completion scored" in result.stderr


def test_from_standard_input(cli, reward):
    """The path '-'."""
    result = cli("score", reward, "-", "-o", "-", stdin=json.dumps(GOOD) + "\n")
    assert json.loads(result.stdout)["status"] == "scored"


def test_summary_as_json(cli, write, reward):
    """Figures as plain JSON: null where there is no number."""
    rows = [GOOD, {**GOOD, "reference_answer": ""}, {"id": 1}]
    result = cli("score", reward, write("data.jsonl", rows), "--json", "--max-error-rate", "1")
    report = json.loads(result.stdout)
    assert (report["rows"], report["errors"], report["unscored"]) == (2, 1, 0.5)
    assert report["components"]["string_check:equals"]["outcomes"] == {"match": 1, "bad_reference": 1}
    assert "line 3" in report["first_error"]
    assert report["accuracy"] is None
    none = cli("score", reward, write("none.jsonl", [{"id": 1}]), "--json", "--max-error-rate", "1")
    assert json.loads(none.stdout)["mean"] is None


BAD_LINES = {
    "broken JSON": "{",
    "no object": "[1]",
    "missing completion": '{"reference_answer": "a"}',
    "missing reference": '{"completion": "a"}',
    "boolean reference": '{"completion": "a", "reference_answer": true}',
    "object reference": '{"completion": "a", "reference_answer": {}}',
    "number completion": '{"completion": 5, "reference_answer": "a"}',
    "list of lists": '{"completion": [[5]], "reference_answer": "a"}',
    "empty group": '{"completions": [], "reference_answer": "a"}',
    "prompt of the wrong type": '{"completion": "a", "reference_answer": "a", "prompt": 5}',
    "raw NUL": "\x00",
    "NUL in a string": '{"completion": "\x00"}',
    "deep nesting": '{"a": ' + "[" * 982 + "]" * 982 + ', "completion": "a", "reference_answer": "a"}',
    "very deep nesting": "[" * 100_000,
    "an endless number": '{"completion": "a", "reference_answer": ' + "1" * 5000 + "}",
    "markup in a column's name": '{"[/red]": 1, "[bold]": 2}',
    "10 MB of nothing": "x" * 10_000_000,
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_line_is_an_error_row(cli, write, reward, tmp_path, name):
    """Written with its number and what is wrong, counted, its neighbours scored; the rate can fail the run."""
    good = json.dumps(GOOD)
    data, out = write("data.jsonl", f"{good}\n{BAD_LINES[name]}\n{good}\n"), tmp_path / "out.jsonl"
    result = cli("score", reward, data, "-o", out)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "line 2" in result.output
    assert "--max-error-rate is 0.05" in result.stderr
    scored = lines(out)
    assert [row["status"] for row in scored] == ["scored", "error", "scored"]
    assert scored[1]["error"].startswith("line 2")
    assert cli("score", reward, data, "--max-error-rate", "0.5").exit_code == 0


FINE_LINES = {
    "no completion": ('{"completion": null, "reference_answer": "a"}', 0.0),
    "lone surrogate": ('{"completion": "\\ud800", "reference_answer": "a"}', 0.0),
    "escaped NUL": ('{"completion": "a\\u0000b", "reference_answer": "a"}', 0.0),
    "null reference": ('{"completion": "a", "reference_answer": null}', None),
    "number reference": (json.dumps({"completion": A(5), "reference_answer": 5}), 1.0),
    "several references": (json.dumps({**GOOD, "reference_answer": ["b", "a"]}), 1.0),
    "a tool call alone": (
        json.dumps({**GOOD, "completion": [{"role": "assistant", "content": None, "tool_calls": []}]}),
        0.0,
    ),
    "messages": (
        json.dumps(
            {
                "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": A("a")}],
                "reference_answer": "a",
            }
        ),
        1.0,
    ),
    "a surrogate answer": (json.dumps({"completion": A("\ud800"), "reference_answer": "\ud800"}), 1.0),
    "10 MB": (json.dumps({"completion": A("a" * 10_000_000), "reference_answer": "a"}), 0.1),
}


@pytest.mark.parametrize("name", FINE_LINES)
def test_an_odd_line_is_a_row(cli, write, reward, tmp_path, name):
    """Scored or unscored, never an error, written back as it was read."""
    line, expected = FINE_LINES[name]
    out = tmp_path / "out.jsonl"
    result = cli("score", reward, write("data.jsonl", line + "\n"), "-o", out)
    assert result.exit_code == (expected is None), result.output  # a run without any reward fails
    [row] = lines(out)
    assert row["reward"] == expected
    assert {key: row[key] for key in json.loads(line)} == json.loads(line)


def test_groups(cli, write, reward, tmp_path):
    """A list of completions is a group, runs of equal prompts are one; the summary says which teach nothing."""
    rows = [
        {"completions": [A("a"), A("b")], "reference_answer": "a"},
        {"completions": [A("b"), A("c")], "reference_answer": "a"},
        {**GOOD, "prompt": "p"},
        {**GOOD, "prompt": "p"},
    ]
    out = tmp_path / "out.jsonl"
    result = cli("score", reward, write("data.jsonl", rows), "-o", out)
    assert [row["reward"] for row in lines(out)] == [[1.0, 0.1], [0.1, 0.1], 1.0, 1.0]
    assert "3 groups, 2 of zero variance (all rewards equal, no gradient): 1 all right, 1 all wrong" in result.stdout


def test_column_names_can_be_mapped(cli, write, reward, tmp_path):
    """Each of the five; a missing one names the option."""
    row = {"text": A("a"), "gold": "a", "question": "q"}
    data, out = write("data.jsonl", [row]), tmp_path / "out.jsonl"
    mapping = ["--completion-column", "text", "--reference-column", "gold", "--prompt-column", "question"]
    assert cli("score", reward, data, "-o", out, *mapping).exit_code == 0
    assert lines(out)[0]["reward"] == 1.0
    missing = cli("score", reward, data)
    assert missing.exit_code == 1
    assert "--completion-column" in missing.stderr
    others = write(
        "others.jsonl",
        [{"texts": [A("a")], "gold": "a"}, {"chat": [{"role": "assistant", "content": A("a")}], "gold": "a"}],
    )
    mapping = ["--completions-column", "texts", "--messages-column", "chat", "--reference-column", "gold"]
    assert cli("score", reward, others, "-o", out, *mapping).exit_code == 0
    assert [row["reward"] for row in lines(out)] == [[1.0], 1.0]


def test_the_reference_column_of_the_settings(cli, write, reward):
    """The settings' column is the default."""
    data, settings = (
        write("data.jsonl", [{"completion": A("a"), "gold": "a"}]),
        write("s.toml", 'reference_column = "gold"'),
    )
    assert cli("score", reward, data, "--settings", settings).exit_code == 0


def test_labels(cli, write, reward):
    """Accuracy, precision and recall beside the figures; a bad label is an error row."""
    rows = [
        {**GOOD, "ok": 1},
        {**GOOD, "ok": 0},
        {**GOOD, "completion": A("b"), "ok": 0},
        {**GOOD, "completion": A("b"), "ok": 1},
    ]
    data = write("data.jsonl", rows)
    result = cli("score", reward, data, "--label-column", "ok")
    assert (
        "against 4 labels: accuracy 0.5000, precision 0.5000 (1 paid wrongly), recall 0.5000 (1 refused wrongly)"
        in result.stdout
    )
    report = json.loads(cli("score", reward, data, "--label-column", "ok", "--json").stdout)
    assert report["accuracy"]["true_positives"] == 1
    assert cli("score", reward, data, "--label-column", "okay").exit_code == 1


@pytest.mark.parametrize(("rate", "code"), [("0", 1), ("0.2", 1), ("0.25", 0), ("1", 0)])
def test_the_error_rate(cli, write, reward, rate, code):
    """A larger share than allowed fails; an equal one doesn't."""
    data = write("data.jsonl", [GOOD, GOOD, GOOD, {}])
    assert cli("score", reward, data, "--max-error-rate", rate).exit_code == code


def test_bad_references_as_an_error(cli, write, reward, tmp_path):
    """The run stops with exit code 2 and says which line; no half-written output takes the place of a whole one."""
    rows = [GOOD] * 1500 + [{**GOOD, "reference_answer": ["n/a", "a"]}, {**GOOD, "reference_answer": "n/a"}]
    data, out = write("data.jsonl", rows), tmp_path / "out.jsonl"
    result = cli("score", reward, data, "-o", out, "--on-bad-reference", "error")
    assert result.exit_code == 2
    assert "line 1502: string_check:equals finds 'n/a' a placeholder" in result.stderr
    assert not out.exists()


def test_files_that_can_t_be_used(cli, write, reward, tmp_path):
    """Missing data, a directory, an output that is the input or can't be written, an empty file: exit code 2."""
    data = write("data.jsonl", [GOOD])
    before = data.read_bytes()
    (tmp_path / "empty").mkdir()
    for arguments, words in [
        (["none.jsonl"], "none.jsonl can't be read"),
        ([tmp_path / "empty"], "has no data file right in it"),
        ([data, "-o", tmp_path / "no" / "out.jsonl"], "can't be written"),
        ([data, "-o", data], "is the file that is being read"),
        ([write("empty.jsonl", "")], "has no rows"),
        ([write("blank.jsonl", "\n \n")], "has no rows"),
        ([data, "-o", tmp_path], ""),
    ]:
        result = cli("score", reward, *arguments)
        assert result.exit_code == 2, arguments
        assert words in result.stderr
        assert result.stderr.startswith("error:")
        assert "Traceback" not in result.output
    assert data.read_bytes() == before


@pytest.mark.parametrize(
    "definition",
    [
        {"graders": [{"type": "lm"}]},
        {"format_reward_weight": 0.5, "graders": [{"type": "math_accuracy", "weight": 0.9}]},
    ],
)
def test_a_broken_reward(cli, write, definition):
    """Nothing runs."""
    result = cli("score", write("reward.json", definition), write("data.jsonl", [GOOD]))
    assert result.exit_code == 2
    assert "has 1 mistake" in result.stderr


def test_progress_can_be_shown(cli, write, reward):
    """On demand; it never mixes with the rows."""
    result = cli("score", reward, write("data.jsonl", [GOOD] * 10), "-o", "-", "--progress")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 10


@pytest.mark.parametrize("more", [[], ["-o", "-"], ["--json"]])
def test_the_first_error_is_said_once(cli, write, reward, more):
    """Whether the run fails by it or not."""
    data = write("data.jsonl", [GOOD, {**GOOD, "label": 1}])
    for rate, code in (("0", 1), ("1", 0)):
        result = cli("score", reward, data, "--label-column", "label", "--max-error-rate", rate, *more)
        assert result.exit_code == code
        summary = result.stderr if more == ["-o", "-"] else result.output
        assert summary.count("line 1 has no column 'label'") == 1


def test_what_has_no_value_is_a_dash(cli, write, reward):
    """No 'nan' in a table."""
    data = write("data.jsonl", [{**GOOD, "reference_answer": "", "ok": 1}])
    result = cli("score", reward, data, "--label-column", "ok")
    assert "nan" not in result.stdout
    assert "accuracy -, precision - " in result.stdout


def test_alarms_are_printed_below_the_groups(cli, write, reward):
    """With the completions that raised them."""
    rows = [{"completions": [A("b"), A("c")], "reference_answer": "a"} for _ in range(20)]
    lines = cli("score", reward, write("data.jsonl", rows)).stdout.splitlines()
    [groups] = [number for number, line in enumerate(lines) if line.startswith("20 groups")]
    assert any(line.startswith("alarm zero_variance: ") for line in lines[groups:])


def test_rows_without_prompts_are_no_groups(cli, write, reward):
    """Nothing is said of groups where nobody has said which rows belong together."""
    result = cli("score", reward, write("data.jsonl", [GOOD] * 5))
    assert "group" not in result.stdout


def test_five_alarms_at_most():
    """And how many more there are."""
    alarms = [Alarm("constant", f"number {number}", (0,), 1) for number in range(7)]
    lines = list(_alarm_lines(alarms))
    assert len(lines) == 6
    assert lines[-1] == "and 2 more alarms"
    assert len(list(_alarm_lines(alarms[:5]))) == 5


def test_help_says_that_rows_go_nowhere_by_default(cli):
    """People look for the output."""
    assert "Without -o only the summary is printed" in " ".join(cli("score", "--help").stdout.split())
