"""Every command that reads rows takes the same options for them, and says which one found nothing."""

import json

import click
import pytest
from click.testing import CliRunner

from graders.cli.group import main

COMMANDS = ("score", "check", "validate", "train", "audit", "report", "compare", "explain")
OPTIONS = {
    "--completion-column", "--completions-column", "--prompt-column", "--messages-column", "--reference-column",
    "--from", "--reference-from",
}  # fmt: skip
A = "<think>x</think><answer>72</answer>"
NESTED = {"doc": {"q": "6 * 12? <answer>"}, "resps": [[A]], "ref": {"gold": ["so #### 72"]}, "ok": 1}
FLAGS = ["--completion-column", "resps", "--prompt-column", "doc.q", "--reference-column", "ref.gold",
         "--reference-from", "hash"]  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_the_same_options(name):
    """By name, and with the same help."""
    command = main.get_command(click.Context(main), name)
    found = {one.opts[0]: one for one in command.params if isinstance(one, click.Option)}
    assert found.keys() >= OPTIONS
    score = main.get_command(click.Context(main), "score")
    helps = {one.opts[0]: one.help for one in score.params if isinstance(one, click.Option)}
    assert {name: found[name].help for name in OPTIONS} == {name: helps[name] for name in OPTIONS}


@pytest.fixture
def run(tmp_path):
    (tmp_path / "r.json").write_text(json.dumps({"graders": [{"type": "math_accuracy"}]}))
    (tmp_path / "d.jsonl").write_text((json.dumps(NESTED) + "\n") * 3)

    def invoke(*words):
        words = [str(tmp_path / word) if word.endswith((".json", ".jsonl", ".html")) else word for word in words]
        return CliRunner().invoke(main, words)

    return invoke


def test_nested_columns_in_each(run):
    """Three rows whose columns stand deep, with a solution for a reference."""
    scored = run("score", "r.json", "d.jsonl", "-o", "out.jsonl", "--workers", "1", "--json", *FLAGS)
    assert json.loads(scored.stdout)["mean"] == 1.0
    checked = run("check", "r.json", "--data", "d.jsonl", *FLAGS)
    assert (checked.exit_code, checked.output.splitlines()[0]) == (0, "nothing found that would spoil a run")
    validated = run("validate", "r.json", "--data", "d.jsonl", *FLAGS)
    assert (validated.exit_code, "no bad rows" in validated.output) == (0, True), validated.output
    explained = run("explain", "r.json", "d.jsonl", "--row", "1", "--json", *FLAGS)
    assert json.loads(explained.stdout)["reward"] == 1.0
    audited = run("audit", "r.json", "d.jsonl", "--family", "negated", "--json", "--no-progress", *FLAGS)
    assert json.loads(audited.stdout)["components"], audited.output
    assert run("report", "out.jsonl", "--reward", "r.json", "-o", "p.html", *FLAGS).exit_code == 0
    compared = run("compare", "out.jsonl", "out.jsonl", "--label-column", "ok", "--json", *FLAGS)
    assert compared.exit_code == 0, compared.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--prompt-column", "doc.question"], "'doc.question'"),
        (["--prompt-column", "doc.question"], "(name yours with --prompt-column)"),
        (["--messages-column", "conv"], "(name yours with --messages-column)"),
        (["--reference-column", "gold"], "(name yours with --reference-column)"),
        ([], "(name yours with --prompt-column or --messages-column)"),
        (["--from", "verl"], "have no reference_answer"),
        (["--reference-column", "ref"], "such as ref.gold"),
        (["--reference-column", "ref.gold", "--reference-from", "boxed"], "--reference-from boxed"),
    ],
    ids=range(8),
)
def test_check_names_the_option(run, options, said):
    """That was given, or that is missing."""
    found = run("check", "r.json", "--data", "d.jsonl", *options)
    assert (found.exit_code, said in found.output) == (2, True), found.output


@pytest.mark.parametrize("role", ["prompt", "messages", "completion"])
@pytest.mark.parametrize("words", [("score",), ("explain",), ("audit",), ("validate", "--data"), ("check", "--data")])
def test_a_mistyped_column_is_refused_by_all(tmp_path, words, role):
    """Beside one that would do: a reward must not come from another column than the one that was named."""
    reward, data = tmp_path / "r.json", tmp_path / "d.jsonl"
    reward.write_text(json.dumps({"graders": [{"type": "math_accuracy"}]}))
    row = {"question": "6 * 12?", "prompt": "6 * 12?", "completion": A, "reference_answer": "72"}
    data.write_text(json.dumps(row) + "\n")
    command, *before = words
    done = CliRunner().invoke(main, [command, str(reward), *before, str(data), f"--{role}-column", "qestion"])
    assert done.exit_code in (1, 2)
    assert "no column 'qestion'; did you mean 'question'?" in done.output
