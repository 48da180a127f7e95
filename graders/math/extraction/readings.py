"""What became of a text: its tree, or why it has none, and the formulas parsed for it. Equal texts are read once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from graders.math.decide.scalars import is_scalar, quantity
from graders.math.extraction.answer import read_answer
from graders.math.extraction.formulas import Formulas
from graders.math.extraction.reference import read_reference
from graders.math.lexis.tokens import Unreadable
from graders.math.limits import OverLimit
from graders.math.numbers.domain import is_defined, is_polynomial
from graders.math.tree import Tree
from graders.math.verdict import Refused

_CACHED = 2048
_SHORT = 100
"""Characters below which a plain expression can cross no ceiling."""
_ATOMS = frozenset(("num", "decimal", "sym", "const"))


class TextReading(NamedTuple):
    """What became of a text: its settled tree, or the outcome and rule that refuse it."""

    tree: Tree | None
    formulas: Formulas
    """For other readings of the same text: what was parsed is not parsed again."""
    outcome: str = ""
    rule: str = ""

    def refused(self, outcome: str, rule: str) -> TextReading:
        """The reading of a text that says nothing."""
        return TextReading(None, self.formulas, outcome, rule)


def _reading(read: Callable[[str, Formulas], Tree], text: str) -> TextReading:
    formulas = Formulas()
    try:
        return TextReading(read(text, formulas), formulas)
    except Refused as refusal:
        return TextReading(None, formulas, refusal.outcome, refusal.rule)
    except OverLimit as refusal:
        return TextReading(None, formulas, "over_limit", str(refusal))
    except Unreadable as refusal:
        return TextReading(None, formulas, "unreadable", str(refusal))


@lru_cache(maxsize=_CACHED)
def answer_reading(text: str) -> TextReading:
    """The reading of an answer."""
    return _reading(read_answer, text)


@lru_cache(maxsize=_CACHED)
def reference_reading(text: str) -> TextReading:
    """The reading of a reference; a reference that denotes nothing is refused."""
    reading = _reading(read_reference, text)
    if reading.tree is None:
        return reading.refused("bad_reference", reading.rule)
    try:
        if is_scalar(reading.tree) and not _has_value(reading.tree, text):
            return reading.refused("bad_reference", "the expression has no value")
    except OverLimit as refusal:
        return reading.refused("bad_reference", str(refusal))
    return reading


def _has_value(tree: Tree, text: str) -> bool:
    if tree.head in _ATOMS:
        return True
    value = quantity(tree).value
    if value.head in _ATOMS or (len(text) < _SHORT and is_polynomial(value)):
        return True
    return is_defined(value)
