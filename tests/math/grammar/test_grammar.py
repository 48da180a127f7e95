"""The page GRAMMAR.md and the parser: neither says what the other doesn't."""

import importlib
import inspect
import pkgutil
import re
import sys
from pathlib import Path

import pytest

from graders.math import grammar, parse
from graders.math.grammar.formula import TABLE
from graders.math.grammar.parser import Parser

FOLDER = Path(grammar.__file__).parent
PAGE = (FOLDER / "GRAMMAR.md").read_text(encoding="utf-8")
PRODUCTION = re.compile(r"^(\w+)\s+= (.+?)\s+\(\* (.+?) \*\)$", re.MULTILINE | re.DOTALL)
KINDS = {"NUM", "LETTERS", "WORD", "VULGAR", "BEGIN", "END", "NAME", "RELATION", "CURRENCY", "OPERATOR"}


def productions():
    found = [
        match for block in re.findall(r"```ebnf\n(.*?)```", PAGE, re.DOTALL) for match in PRODUCTION.finditer(block)
    ]
    return {match[1]: (re.sub(r'"[^"]*"', "", match[2]), match[3]) for match in found}


RULES = productions()


def readers():
    """The names of the parser's methods and of the functions beside it, without their underscores."""
    modules = [importlib.import_module(f"{grammar.__name__}.{info.name}") for info in pkgutil.iter_modules([FOLDER])]
    functions = [dict(inspect.getmembers(part, inspect.isfunction)) for part in (*modules, Parser)]
    return {name.lstrip("_") for part in functions for name in part}


def passed_through(text):
    """The names of all functions of the grammar that a text passes through."""
    names = set()

    def note(frame, event, _):
        if event == "call" and frame.f_code.co_filename.startswith(str(FOLDER)):
            names.update(part.lstrip("_") for part in frame.f_code.co_qualname.split("."))

    sys.setprofile(note)
    try:
        parse(text)
    finally:
        sys.setprofile(None)
    return names


def test_the_page_is_read_to_its_end():
    lines = [line for block in re.findall(r"```ebnf\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    assert len(RULES) == sum(" = " in re.sub(r'"[^"]*"|\(\*.*', "", line) for line in lines) > 70


def test_each_production_is_a_reader():
    assert RULES.keys() <= readers()


def test_each_name_has_its_production():
    used = {name for body, _ in RULES.values() for name in re.findall(r"\w+", body)}
    assert used - KINDS == RULES.keys() - {"whole"}


def test_the_atoms_are_those_of_the_table():
    table = {reader.__qualname__.partition(".")[0].lstrip("_") for reader in TABLE.primaries.values()}
    assert set(re.findall(r"\w+", RULES["atom"][0])) == table
    assert "compound" in RULES["quantity"][0]
    assert TABLE.quantity.__name__ == "compound"


@pytest.mark.parametrize("name", RULES)
def test_each_example_passes_through_its_reader(name):
    assert name in passed_through(RULES[name][1])


def test_the_test_can_fail():
    assert "integral" not in passed_through("1+x")
