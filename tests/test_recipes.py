"""The recipes of the docs, copied as they stand, on rows of the shapes that they show."""

import json
import re
import shlex
from pathlib import Path

import pytest

PAGE = (Path(__file__).parent.parent / "docs" / "recipes.md").read_text(encoding="utf-8")
RECIPES = {section.split("\n")[0]: section for section in PAGE.split("\n## ")[1:]}


def fenced(name, language):
    return re.findall(rf"```{language}\n(.*?)```", RECIPES[name], re.DOTALL)


def row(name):
    (shown,) = fenced(name, "json")
    return json.loads(shown)


def commands(name):
    """The commands of a recipe that this program runs."""
    (shown,) = fenced(name, "bash")
    return [shlex.split(line)[1:] for line in shown.splitlines() if line.startswith("graders ")]


def scored(path):
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(name, rows):
        (tmp_path / name).write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")

    return write


GSM8K = "GSM8K, from an empty folder"
SOLVED = [
    (
        "Tom has 1,200 stamps and buys 300 more.",
        "1200+300 = <<1200+300=1500>>1,500 stamps.\n#### 1,500",
        r"\boxed{1500}",
    ),
    ("She earns $12 an hour for 50 minutes.", "0.2*50 = $<<0.2*50=10>>10.\n#### 10", r"She earns \boxed{\$10}."),
    ("Half of 48 and 48?", "48/2 = <<48/2=24>>24\n48+24 = <<48+24=72>>72\n#### 72", r"It is \boxed{24}."),
    ("Three dozen?", "3*12 = <<3*12=36>>36\n#### 36", "It is 36."),
]
"""Rows as in GSM8K, with completions of one's own: right, right with a sign, wrong, without a box."""


def test_gsm8k_in_three_commands(cli, folder, tmp_path):
    """The first is the installation; the others are run as they stand, beside a file of one's own."""
    (shown,) = fenced(GSM8K, "bash")
    assert len(shown.splitlines()) == 3
    assert shown.splitlines()[0] == "pip install reward-graders"
    folder("gsm8k.jsonl", [row(GSM8K), *({"question": q, "answer": a, "completion": c} for q, a, c in SOLVED)])
    assert [path.name for path in tmp_path.iterdir()] == ["gsm8k.jsonl"]
    for command in commands(GSM8K):
        ran = cli(*command)
        assert ran.exit_code == 0, ran.output
    found = scored("scored.jsonl")
    assert [one["reward"] for one in found] == [1, 1, 1, 0, 0]
    assert [one["answer"] for one in found] == ["36", "1500", r"\$10", "24", None]
    assert [one["input_answer"] for one in found][1:] == [answer for _, answer, _ in SOLVED]
    assert "Tom has 1,200 stamps" in Path("report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "file", "paid"), [("MATH", "math", 1.0), ("DeepScaleR", "deepscaler", 1.0), ("DAPO", "dapo", 1.0)]
)
def test_the_other_data_sets(cli, folder, name, file, paid):
    """The row that is shown is paid; the same completion to another reference is not."""
    cli("init", "--for", "boxed")
    right = row(name)
    wrong = json.loads(json.dumps(right).replace('"55"', '"56"').replace('"51"', '"52"').replace("{4}}", "{5}}"))
    assert wrong != right
    folder(f"{file}.jsonl", [right, wrong])
    (command,) = commands(name)
    ran = cli(*command)
    assert ran.exit_code == 0, ran.output
    assert [one["reward"] for one in scored(f"{file}_scored.jsonl")] == [paid, 0.0]


def test_before_training(cli, folder):
    """Nothing is wrong with the references; no prompt asks for the box, and the prompt that is printed does."""
    cli("init", "--for", "boxed")
    folder("gsm8k.jsonl", [row(GSM8K)])
    checked, prompted = (cli(*command) for command in commands("Before training on them"))
    assert checked.exit_code == 0
    assert checked.output.startswith(r"warning: unasked_layout: no prompt mentions \boxed")
    assert r"\boxed{your answer}" in prompted.output


def test_every_recipe_is_run():
    """A recipe that is added is tested here as well."""
    assert [*RECIPES] == [GSM8K, "MATH", "DeepScaleR", "DAPO", "Before training on them"]
