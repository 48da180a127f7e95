"""What a part of a family may ask of a case before its forms are tried on it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from graders.audit.case import Case
from graders.audit.families.ways import WAYS
from graders.audit.wrong import number_of

_EXPRESSION = re.compile(
    r"(?:\\(?:[dt]?frac|sqrt|pi|cdot|left|right|binom|sin|cos|tan|ln|log|alpha|beta|theta|lambda|phi)(?![A-Za-z])"
    r"|[0-9a-z+\-*/^_{}()!. ])+"
)
"""One finite value in plain notation: no relation, list, set, matrix, unit in a text, nor a free constant."""

_OTHER = re.compile(r"(?<![A-Za-z\\])[a-z]{3}|^\([a-z]\)$|^(?:no|or|is)$")
"""What is written like a value and is none: words, and a choice in small letters."""

_EQUATION = re.compile(r"(?!.*(?:\\(?:in(?![a-z])| |text)|_\{[a-z]=))[^=<>,]+=[^=<>,]+")

_WORDS = re.compile(r"\\text\{[A-Za-z]{3,}\}|[A-Za-z]{2,}(?: [A-Za-z]+){0,2}")
"""A word, or three."""

_VERDICTS = {"yes", "no", "true", "false"}


@cache
def _words() -> dict[str, list[str]]:
    """Words by what they do to a reference."""
    text = files("graders.audit.families").joinpath("trick_forms.json").read_text(encoding="utf-8")
    return {key: value for key, value in json.loads(text).items() if isinstance(value, list)}


def _digits(case: Case) -> str:
    return case.reference.removeprefix("-")


def _is_value(case: Case) -> bool:
    if case.kind != "formula":
        return case.kind == "number"
    return _EXPRESSION.fullmatch(case.reference) is not None and _OTHER.search(case.reference) is None


def _is_constant(case: Case) -> bool:
    """Whether the reference is a value without a name in it."""
    return _is_value(case) and set(re.sub(r"\\[A-Za-z]+", "", case.reference)) <= set("0123456789e+-*/^{}()!. ,")


def _is_in(name: str, case: Case) -> bool:
    """Whether the reference is an expression in one variable."""
    return {*re.sub(r"\\[A-Za-z]+", "", case.reference)} & {*map(chr, range(ord("a"), ord("z") + 1))} == {name}


WHEN: dict[str, Callable[[Case], bool]] = {
    "a constant": _is_constant,
    "a value": _is_value,
    "an equation": lambda case: case.kind == "formula" and _EQUATION.fullmatch(case.reference) is not None,
    "answer needs its block": lambda case: case.layout.answer_source != "lenient",
    "answer needs no block": lambda case: case.layout.answer_source == "lenient",
    "choice": lambda case: case.kind == "choice",
    "choices untold": lambda case: re.search(r"\bA[).:]", case.prompt) is None,
    "exact": lambda case: "." not in case.reference,
    "from 0 to 20": lambda case: 0 <= int(case.reference[:9]) <= 20,
    "from 0 to 200": lambda case: 0 <= int(case.reference[:9]) <= 200,
    "in n": lambda case: _is_in("n", case),
    "in x": lambda case: _is_in("x", case),
    "long": lambda case: len(_digits(case)) > 1,
    "look-alike letters": lambda case: WAYS["cyrillic"](case.reference) != case.reference,
    "meaning some value": lambda case: (
        not any(word in reference.casefold() for reference in case.acceptable for word in _words()["naming no value"])
    ),
    "no denial": lambda case: (
        not {*_words()["denying"]} & {*case.reference.casefold().translate(str.maketrans("{}", "  ")).split()}
    ),
    "no dollar": lambda case: "$" not in case.reference,
    "no or false": lambda case: case.reference.casefold() in {"no", "false"},
    "no palindrome": lambda case: int(_digits(case)[:4000]) != int(_digits(case)[::-1][:4000]),
    "no relation": lambda case: not any(sign in case.reference for sign in _words()["relations"]),
    "no text": lambda case: case.kind in {"number", "formula"},
    "not negative": lambda case: not case.reference.startswith("-"),
    "not one": lambda case: _digits(case).lstrip("0") != "1",
    "not zero": lambda case: number_of(case.reference) != 0,
    "number": lambda case: case.kind == "number",
    "one word": lambda case: case.kind == "text" and case.reference.isalpha(),
    "several words": lambda case: case.kind == "text" and " " in case.reference,
    "small": lambda case: len(_digits(case)) <= 15,
    "thought must not be empty": lambda case: not case.layout.allow_empty_think,
    "thought opened by the policy": lambda case: not case.layout.think_prefilled,
    "true or false": lambda case: case.reference.casefold() in {"true", "false"},
    "whole": lambda case: case.is_whole,
    "words": lambda case: _WORDS.fullmatch(case.reference) is not None and case.reference.casefold() not in _VERDICTS,
    "yes or no": lambda case: case.reference.casefold() in {"yes", "no"},
    "yes or true": lambda case: case.reference.casefold() in {"yes", "true"},
}
"""What a part may ask of a case, one after the other: what reads digits comes behind ``whole``."""
