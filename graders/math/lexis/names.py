"""What a run of letters is: a function, a constant, variables side by side, a point's name, a unit or a word."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from graders.math.lexis.latex import FUNCTIONS, GREEK
from graders.math.lexis.units import UNITS, is_unit
from graders.math.lexis.words import NUMBER_WORDS, ORDINALS, SCALES, SHORT_WORDS

CONSTANTS = {"pi": "pi", "Pi": "pi", "e": "e", "i": "i", "inf": "oo", "infinity": "oo", "oo": "oo", "infty": "oo"}
CHOICES = frozenset("ABCDEFGHIJ")
"""Letters that name a choice."""
APPLIED = frozenset("fF")
"""Letters that name a function whatever the bracket behind them holds."""
_CAPITALS = frozenset(("NO", "IS", "IT", "OR", "OK"))
_CONNECTIVES = frozenset(("and", "or", "AND", "OR", "And", "Or"))


@lru_cache(maxsize=4096)
def role(run: str) -> str:
    """The run's part in a formula: one of the names in `_ROLES`, or `word`."""
    for name, test in _ROLES:
        if test(run):
            return name
    return "word"


DIFFERENTIALS = frozenset(f"d{letter}" for letter in "xyztuvwrsAVS")
"""Two letters that are one name: `dx`."""


def pieces(run: str) -> list[str]:
    """The factors of a run that is a product: its letters, with `pi`, `dx` or a function's name at its end kept whole.

    >>> pieces("abc"), pieces("xsqrt"), pieces("nlogn"), pieces("rpi")
    (['a', 'b', 'c'], ['x', 'sqrt'], ['n', 'logn'], ['r', 'pi'])
    """
    for at in range(1, min(len(run), 3)):
        rest = run[at:]
        if rest == "pi" or rest in _GLUING or glued_length(rest) or (rest in DIFFERENTIALS and rest[1] in "xyz"):
            return [*run[:at], rest]
    return ["pi", *run[2:]] if run.startswith("pi") and 2 < len(run) < 5 else list(run)


def may_be_product(run: str, *, is_reference: bool = False) -> bool:
    """Whether letters alone may be variables side by side as well as a word: `Nh`, `BvL`, `mm`, never `at`.

    A reference may be so where it looks like a name too (`Cab`): an answer with its letters in another order (`abC`)
    is no name.
    """
    if not 1 < len(run) < 4 or not (run.isascii() and run.isalpha()) or run.lower() in SHORT_WORDS:
        return False
    if run.islower():
        return run in UNITS and not set(run) & set("aeiouy")
    named = run[1:].islower() and len(run) > 2 and not set(run[1:]).isdisjoint("aeiouy")
    return not run.isupper() and (is_reference or not named)


def calls_function(run: str) -> bool:
    """Whether a run is one or two letters with a function's name behind them: `Asin`, `nlogn`."""
    rest = pieces(run)[-1]
    return len(rest) > 1 and (rest in _GLUING or glued_length(rest) > 0)


def _is_product(run: str) -> bool:
    if not run or not run.isascii() or run in SHORT_WORDS or run.lower() in SHORT_WORDS:
        return False
    if run.islower() and len(run) > 3:
        return all(ord(b) - ord(a) == 1 for a, b in pairwise(run))
    return len(run) <= 3 and (run.islower() or not run[0].isupper())


def _is_points(run: str) -> bool:
    if not (run.isupper() and run.isascii() and 1 < len(run) < 8):
        return False
    return run not in _CAPITALS if len(run) == 2 else run.lower() not in SHORT_WORDS


def glued_length(run: str) -> int:
    """The length of the function's name at the start of `sinx`, `lnx`, `sqrtx`; 0 where there is none."""
    for length in (4, 3, 2):
        rest = run[length:]
        if run[:length] in _GLUING and 1 <= len(rest) <= 2 and (len(rest) == 1 or rest == "pi"):
            return length
    return 0


_GLUING = frozenset(("sin", "cos", "tan", "cot", "sec", "csc", "ln", "log", "sqrt"))

_ROLES = (
    ("connective", _CONNECTIVES.__contains__),
    ("letter", lambda run: len(run) == 1),
    ("function", FUNCTIONS.__contains__),
    ("constant", CONSTANTS.__contains__),
    ("greek", GREEK.__contains__),
    ("number", lambda run: run.lower() in NUMBER_WORDS or run.lower() in ORDINALS or run.lower() in SCALES),
    ("unit", lambda run: run in UNITS or (is_unit(run) and not run.isupper())),
    ("points", _is_points),
    ("glued", lambda run: glued_length(run) > 0 and run not in SHORT_WORDS),
    ("product", _is_product),
)


def is_name(kind: str) -> bool:
    """Whether a command is a function's or a variable's name."""
    return kind[0] == "\\" and (kind[1:] in FUNCTIONS or kind[1:] in GREEK)
