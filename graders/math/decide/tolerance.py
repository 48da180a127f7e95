"""How close is close enough: a decimal reference and what rounds to it, and tolerances that a user sets."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from graders.math.decide.naming import assigned
from graders.math.decide.scalars import decimal_text, is_scalar, quantity
from graders.math.lexis.units import same_unit
from graders.math.limits import OverLimit
from graders.math.numbers.agreement import is_rounded
from graders.math.numbers.evaluate import Inexact, Undefined
from graders.math.numbers.floats import approximate
from graders.math.numbers.literals import rounds_roughly, significant_digits
from graders.math.numbers.rationals import exact
from graders.math.tree import Tree, nodes, num, replace, symbols

ROUNDINGS = ("reference", "strict")
"""What `Tolerance.rounding` may be."""
_FEWEST = 2
"""Significant digits of a decimal reference that is met by what rounds to it: of fewer, 0.0 would be met by 0.02."""
_HUNDRED = num(100)


class Tolerance(NamedTuple):
    """What an answer may differ by; nothing but the rounding of a decimal reference by default.

    Attributes:
        rounding: ``reference``: a reference that is a decimal is met by a value that rounds to it at its last digit;
            ``strict``: it is not.
        rel_tol: Share of the reference's size that the answer may be off by, from 0 to 1.
        abs_tol: What it may be off by, however small the reference is; at least 0.
    """

    rounding: str = "reference"
    rel_tol: float = 0.0
    abs_tol: float = 0.0


def closeness(given: Tree, expected: Tree, tolerance: Tolerance) -> str:
    """The rule by which a number that differs from the reference meets it all the same; empty where none does."""
    one, two = assigned(given), assigned(expected)
    given, expected = one[1] if one else given, two[1] if two else expected
    reference, wanted = quantity(expected)
    try:
        text = decimal_text(reference) if tolerance.rounding == "reference" else ""
        if not (text or tolerance.rel_tol or tolerance.abs_tol) or (one and two and one[0] != two[0]):
            return ""
        if not (is_scalar(given) and is_scalar(expected)) or symbols(given) or symbols(expected):
            return ""
        found = (_rule(one, reference, text, tolerance) for one in _meant(given, wanted))
        return next(filter(None, found), "")
    except (Undefined, Inexact, OverLimit):
        return ""


def _meant(given: Tree, wanted: str) -> list[Tree]:
    """What an answer's number may be beside a reference with this unit: nothing where its own is another."""
    value, unit = quantity(given)
    if unit and wanted and not same_unit(unit, wanted):
        return []
    if unit == "percent" and not wanted:
        return [Tree("div", (value, _HUNDRED))]
    return [value, Tree("mul", (_HUNDRED, value))] if wanted == "percent" and not unit else [value]


def _rule(value: Tree, reference: Tree, text: str, tolerance: Tolerance) -> str:
    if text and significant_digits(text) >= _FEWEST:
        number = exact(value)
        if rounds_roughly(number, text) if number is not None else is_rounded(value, text):
            return "rounds to the reference at its last digit"
    if tolerance.rel_tol or tolerance.abs_tol:
        return _within(value, reference, tolerance)
    return ""


def _within(value: Tree, reference: Tree, tolerance: Tolerance) -> str:
    one, two = approximate(value), approximate(reference)
    if one is None or two is None:
        return ""
    gap = abs(one - two)
    if gap <= tolerance.abs_tol:
        return f"within abs_tol {tolerance.abs_tol:g}"
    return f"within rel_tol {tolerance.rel_tol:g}" if gap <= tolerance.rel_tol * abs(two) else ""


# -- the noise of binary floats ------------------------------------------------------------------------------

_NOISY, _TOLD, _SHORT = 16, 15, 12
"""Digits of a literal that shows a double in full, those of it that are certain, and those of what it stands for."""


def without_noise(tree: Tree) -> Tree:
    """The tree with each literal that is a double in full (`3.9999999999999996`) as the short decimal behind it."""
    decimals = [node for node in nodes(tree) if node.head == "decimal"]
    return replace(tree, {node: _denoised(node) for node in decimals}) if decimals else tree


def _denoised(tree: Tree) -> Tree:
    text = str(tree.leaf)
    if significant_digits(text) < _NOISY or repr(float(text)) != text:
        return tree
    short = repr(float(f"{float(text):.{_TOLD}g}"))
    if "e" in short or significant_digits(short) > _SHORT or short == text:
        return tree
    value = Fraction(short)
    return num(value.numerator) if value.denominator == 1 else Tree("decimal", (), short)
