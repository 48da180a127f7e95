"""What numbers as written mean, and which of them round which values."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from graders.math.limits import MAX_BITS, OverLimit
from graders.math.tree import Tree, num

Rational = int | Fraction


def fraction(value: Rational) -> Tree:
    """The tree of a rational number."""
    return Tree("div", (num(value.numerator), num(value.denominator)))


@lru_cache(maxsize=4096)
def decimal_value(text: str) -> Fraction:
    """The exact value of a decimal literal, exponent included (`4.2e5`)."""
    mantissa, _, exponent = text.partition("e")
    if len(exponent) > 6 or abs(int(exponent or 0)) > MAX_BITS // 4:
        raise OverLimit("the exponent of a decimal is too large")
    whole, _, part = mantissa.partition(".")
    return Fraction(int(whole + part or 0)) * Fraction(10) ** (int(exponent or 0) - len(part))


@lru_cache(maxsize=1024)
def repeating_value(text: str) -> Fraction:
    """The exact value of a repeating decimal written `0.1(6)`."""
    stem, _, block = text.rstrip(")").partition("(")
    digits = len(stem.partition(".")[2])
    return decimal_value(stem) + Fraction(int(block), (10 ** len(block) - 1) * 10**digits)


def literal_value(tree: Tree) -> Fraction:
    """The exact value of a decimal or repeating literal."""
    return (decimal_value if tree.head == "decimal" else repeating_value)(str(tree.leaf))


def rounds_to(value: Rational, text: str) -> bool:
    """Whether a decimal literal is the value, or rounds it half up or half even to 6 digits or more.

    >>> rounds_to(Fraction(1, 3), "0.333333"), rounds_to(Fraction(1, 3), "0.33")
    (True, False)
    """
    given = decimal_value(text)
    if given == value:
        return True
    if value.denominator == 1 or significant_digits(text) < 6:
        return False
    return _is_rounding(value, given, text)


def rounds_roughly(value: Rational, text: str) -> bool:
    """Whether the literal is a correct rounding to the digits it shows, few as they may be."""
    return _is_rounding(value, decimal_value(text), text)


def _is_rounding(value: Rational, given: Fraction, text: str) -> bool:
    half = step(text) / 2
    error = abs(Fraction(value) - given)
    if error != half:
        return error < half
    units = given / step(text)
    return given > value > 0 or given < value < 0 or units.numerator % 2 == 0


def step(text: str) -> Fraction:
    """The worth of the last digit written."""
    mantissa, _, exponent = text.partition("e")
    return Fraction(10) ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def significant_digits(text: str) -> int:
    """Digits from the first that is not zero, the zeros at the end included; a sign is none."""
    return len(text.partition("e")[0].replace(".", "").lstrip("-0"))
