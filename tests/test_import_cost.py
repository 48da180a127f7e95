"""`import graders` and `graders --help` load nothing heavy."""

import subprocess
import sys

import pytest

HEAVY = ("numpy", "sympy", "openai", "pydantic", "asyncio", "sacrebleu", "rouge_score", "nltk", "rich", "hypothesis")


def loaded(program):
    """Which of the heavy packages a fresh interpreter holds after a program."""
    check = f"\nimport sys\nprint(*(name for name in {HEAVY!r} if name in sys.modules))"
    out = subprocess.run([sys.executable, "-c", program + check], capture_output=True, text=True, check=True)
    return set(out.stdout.splitlines()[-1].split())


HELP = "import click.testing, graders.cli\nclick.testing.CliRunner().invoke(graders.cli.main, ['--help'])"


@pytest.mark.parametrize(
    "program",
    [
        "import graders",
        "import graders; dir(graders); graders.__version__",
        "import graders.cli",
        "import graders.vocabulary.errors, graders.vocabulary.outcome",
        "import graders.completion.parse",
    ],
)
def test_loads_nothing_heavy(program):
    """Not one of them."""
    assert loaded(program) == set()


def test_help_loads_nothing_heavy():
    """The list of commands imports none of them."""
    program = (
        "import sys, graders.cli\nsys.argv = ['graders', '--help']\n"
        "try:\n    graders.cli.main()\nexcept SystemExit:\n    pass"
    )
    assert loaded(program) == set()


def test_a_definition_loads_only_what_it_names():
    """A reward of string_check needs no sympy, no metric library, no judge."""
    program = "import graders\ngraders.load_reward({'graders': [{'type': 'string_check', 'operation': 'equals'}]})"
    assert loaded(program) <= {"numpy", "pydantic", "asyncio"}


def test_the_test_can_fail():
    """A heavy import is seen."""
    assert loaded("import numpy") == {"numpy"}
