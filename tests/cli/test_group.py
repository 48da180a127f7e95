"""The command group: help, schema, demo, errors as one message, --debug, and real processes."""

import json
import os
import re
import subprocess
import sys
import warnings

import click
import jsonschema
import pytest
from click.testing import CliRunner

from graders import __version__
from graders.cli.group import COMMANDS, main
from graders.wire import schema

A = "<think>x</think><answer>{}</answer>".format


def run(*arguments, **options):
    """A real process."""
    return subprocess.run(
        [sys.executable, "-c", "from graders.cli import main; main()", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", check=False, **options,
    )  # fmt: skip


def test_help_lists_every_command(cli):
    """And each command has a help of its own."""
    result = cli("--help")
    assert result.exit_code == 0
    for name, line in COMMANDS.items():
        assert name in result.output
        assert line.split()[0] in result.output
        main.get_command(click.Context(main), name)._help_option = None  # as a test left it that called it without us
        assert cli(name, "--help").exit_code == 0
        assert cli(name, "-h").exit_code == 0


def test_version_and_unknown_commands(cli):
    """The usual."""
    assert __version__ in cli("--version").output
    result = cli("scor")
    assert result.exit_code == 2
    assert "No such command 'scor'. Did you mean 'score'?" in result.stderr
    assert "Did you mean" not in cli("xyz").stderr
    assert cli("--no-such-option").exit_code == 2


@pytest.mark.parametrize("name", ["RewardComponents", "TrainingConfig", "RequestConfig", "requestconfig"])
def test_schema(cli, name):
    """A JSON Schema that is one, and that example definitions fit."""
    result = cli("schema", name)
    document = json.loads(result.stdout)
    jsonschema.Draft202012Validator.check_schema(document)
    assert document["title"].casefold() == name.casefold()


def test_the_schema_is_the_reward_s_by_default(cli):
    """What people write by hand."""
    assert json.loads(cli("schema").stdout) == schema.json_schema(schema.RewardComponents)
    assert cli("schema", "Nothing").exit_code == 2


def test_demo(cli, tmp_path, monkeypatch):
    """Exit code 0: both tables, the warning, one completion taken apart; and the files to play with."""
    monkeypatch.chdir(tmp_path)
    result = cli("demo", "--to", tmp_path / "files")
    assert result.exit_code == 0, result.output
    for words in (
        "reward.json",
        "gameable.json",
        "192",
        "math_accuracy",
        "string_check:contains",
        "precision",
        "taken apart",
    ):
        assert words in result.output
    assert sorted(path.name for path in (tmp_path / "files").iterdir()) == [
        "gameable.json",
        "questions.jsonl",
        "report.html",
        "reward.json",
    ]
    scored = cli(
        "score", tmp_path / "files" / "reward.json", tmp_path / "files" / "questions.jsonl", "--label-column", "label"
    )
    assert scored.exit_code == 0


@pytest.mark.parametrize(("terminal", "width"), [("1", 80), ("", 100)])
def test_the_demo_is_as_wide_as_the_terminal(cli, terminal, width, tmp_path, monkeypatch):
    """In a pipe it is wider, so that its lines stay whole."""
    monkeypatch.chdir(tmp_path)
    environment = {"COLUMNS": "80", "FORCE_COLOR": terminal, "NO_COLOR": "1", "TERM": "xterm"}
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in cli("demo", env=environment).output.splitlines()]
    assert 60 < max(map(len, lines)) <= width
    assert (max(map(len, lines)) > 80) is (width > 80)


def test_the_printing_of_warnings_is_put_back(write):
    """A command in somebody's process changes nothing there."""
    before = warnings.showwarning
    for arguments in (["validate", "none.json"], ["schema"]):
        CliRunner().invoke(main, arguments)
        assert warnings.showwarning is before


def test_the_schema_s_argument_has_a_short_name(cli):
    """MODEL, as its text says."""
    assert "[MODEL]" in cli("schema", "--help").stdout.splitlines()[0]


def test_debug_shows_the_traceback():
    """Without it one line, with it the whole."""
    plain, debug = run("validate", "none.json"), run("--debug", "validate", "none.json")
    assert plain.returncode == 2
    assert plain.stderr.splitlines() == ["error: none.json can't be read: No such file or directory"]
    assert debug.returncode != 0
    assert "Traceback" in debug.stderr
    assert "DefinitionError" in debug.stderr


def test_a_real_run(tmp_path):
    """Files in, rows out, UTF-8 whatever the locale; warnings are one line each."""
    reward, data = tmp_path / "reward.json", tmp_path / "data.jsonl"
    reward.write_text('{"graders": [{"type": "string_check", "operation": "contains"}]}')
    rows = [{"completion": A("São"), "reference_answer": "São"}, {"completion": "\ud800", "reference_answer": "x"}]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = run("score", reward, data, "-o", "-", env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"})
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["reward"] for line in done.stdout.splitlines()] == [1.0, 0.0]
    assert [line for line in done.stderr.splitlines() if line.startswith("warning:")]
    assert "Traceback" not in done.stderr


def test_hostile_names_in_a_real_run(tmp_path):
    """Lone surrogates and markup in what errors quote reach no codec and no markup."""
    reward, data = tmp_path / "reward.json", tmp_path / "data.jsonl"
    reward.write_text('{"graders": [{"type": "\\ud800[/b]"}]}')
    done = run("validate", reward, env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"})
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    reward.write_text('{"graders": [{"type": "math_accuracy"}]}')
    data.write_text('{"\\ud800[/b]": "\\ud800"}\n')
    done = run("score", reward, data)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "error: 1 of 1 row can't be read" in done.stderr


def test_the_demo_into_a_file_is_refused_at_once(cli, write):
    """Before it scores anything; a mistyped definition names the one that is near."""
    there = write("reward.json", {"graders": [{"type": "math_accuracy"}]})
    result = cli("demo", "--to", there)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: --to {there}: that is a file; name a folder\n"
    assert f"did you mean {str(there)!r}?" in cli("validate", there.with_name("rewad.json")).stderr
    settings = write("settings.toml", "strict = true")
    near = f"did you mean {str(settings)!r}?"
    assert near in cli("validate", there, "--settings", settings.with_name("setings.toml")).stderr
