"""Exact rational numbers: what literals mean, arithmetic with counted work, rounding."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from graders.math.limits import MAX_BITS, MAX_WORK, OverLimit
from graders.math.numbers.evaluate import Evaluator, Inexact, Undefined
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


def exact(tree: Tree) -> Rational | None:
    """The tree's value if it is rational and exact arithmetic finds it, else None.

    Raises `Undefined` for a division by zero and `OverLimit` for numbers past the ceilings.
    """
    head, args, leaf = tree
    if head == "num":
        return int(leaf or 0)
    if head == "decimal":
        return decimal_value(str(leaf))
    if head == "neg":
        inner = exact(args[0])
        return inner if inner is None else -inner
    if head == "div" and args[0].head == args[1].head == "num" and args[1].leaf:
        return Fraction(int(args[0].leaf or 0), int(args[1].leaf))
    try:
        return Rationals().value(tree)
    except Inexact:
        return None


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


def nearest_double(value: Fraction) -> float:
    """The value as a double, infinite past the largest one."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def step(text: str) -> Fraction:
    """The worth of the last digit written."""
    mantissa, _, exponent = text.partition("e")
    return Fraction(10) ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def significant_digits(text: str) -> int:
    """Digits from the first that is not zero, the zeros at the end included."""
    return len(text.partition("e")[0].replace(".", "").lstrip("0"))


class Rationals(Evaluator[Rational]):
    """Exact arithmetic; every step is charged with the bits it makes before it makes them."""

    def __init__(self, env: dict[str, Rational] | None = None) -> None:
        super().__init__(env)
        self.work = 0

    def charge(self, bits: int) -> None:
        """Count the bits of a result to come."""
        self.work += bits
        if bits > MAX_BITS or self.work > MAX_WORK:
            raise OverLimit(f"a number of {bits} bits")

    def integer(self, value: int) -> Rational:
        """An integer."""
        return value

    def literal(self, tree: Tree) -> Rational:
        """A decimal or repeating literal."""
        return literal_value(tree)

    def add(self, left: Rational, right: Rational) -> Rational:
        """The sum."""
        self.charge(_bits(left) + _bits(right))
        return left + right

    def mul(self, left: Rational, right: Rational) -> Rational:
        """The product."""
        self.charge(_bits(left) + _bits(right))
        return left * right

    def div(self, left: Rational, right: Rational) -> Rational:
        """The quotient."""
        if not right:
            raise Undefined("a division by zero")
        self.charge(_bits(left) + _bits(right))
        return Fraction(left) / right

    def power(self, base: Rational, exponent: Rational) -> Rational:
        """The power, if it is rational."""
        if exponent.denominator != 1:
            return self._root_power(base, exponent.numerator, exponent.denominator)
        count = int(exponent)
        if not base and count <= 0:
            raise Undefined("zero to a power that is not positive")
        if base in (0, 1, -1):
            return base if count % 2 else base * base
        self.charge(_bits(base) * min(abs(count), MAX_BITS + 1))
        return 1 / Fraction(base) ** -count if count < 0 else _power(base, count)

    def odd_root(self, base: Rational, above: int, below: int) -> Rational:
        """The real power above/below."""
        if base >= 0:
            return self._root_power(base, above, below)
        return self._root_power(-base, above, below) * (-1 if above % 2 else 1)

    def _root_power(self, base: Rational, above: int, below: int) -> Rational:
        if base < 0 or below > 64:
            raise Inexact("root")
        up, down = integer_root(base.numerator, below), integer_root(base.denominator, below)
        if up**below != base.numerator or down**below != base.denominator:
            raise Inexact("root")
        return self.power(Fraction(up, down), above)

    def whole(self, value: Rational) -> int:
        """The value as an integer."""
        if value.denominator != 1:
            raise Inexact("not an integer")
        return int(value)

    def call(self, name: str, args: list[Rational]) -> Rational:
        """The functions with rational values."""
        if len(args) == 1 and name == "binom":
            raise Inexact("a binomial of one number")
        if name == "binom":
            return self._binomial(*args)
        if name in ("fact", "fact2"):
            return self._factorial(args[0], 1 if name == "fact" else 2)
        if name in ("gcd", "lcm"):
            return (math.gcd if name == "gcd" else math.lcm)(*map(self.whole, args))
        known = _EXACT.get(name)
        if known is None:
            raise Inexact(name)
        result: Rational = known(*args)
        return result

    def _factorial(self, value: Rational, stride: int) -> Rational:
        count = self.whole(value)
        if count < 0:
            raise Undefined("the factorial of a negative number")
        if count > MAX_BITS:
            raise OverLimit("a factorial too large")
        self.charge(int(math.lgamma(count + 1) / math.log(2)) + 1)
        return math.factorial(count) if stride == 1 else math.prod(range(count, 0, -2))

    def _binomial(self, above: Rational, below: Rational) -> Rational:
        n, k = self.whole(above), self.whole(below)
        if n < 0 or k < 0:
            raise Inexact("a binomial of negative numbers")
        k = min(k, n - k) if k <= n else k
        if k <= n and k * max(n, 2).bit_length() > MAX_BITS and n > MAX_BITS:
            raise OverLimit("a binomial too large")
        self.charge(min(n, k * n.bit_length()) if k <= n else 0)
        return _comb(n, k)


@lru_cache(maxsize=16)
def _comb(n: int, k: int) -> int:
    return math.comb(n, k)


def _power(base: Rational, count: int) -> Rational:
    result: Rational = base**count
    return result


def _bits(value: Rational) -> int:
    if isinstance(value, int):
        return value.bit_length()
    return value.numerator.bit_length() + value.denominator.bit_length()


def integer_root(value: int, index: int) -> int:
    """The integer part of the root of a natural number."""
    if index == 2:
        return math.isqrt(value)
    if value < 2:
        return value
    guess = 1 << -(-value.bit_length() // index)
    while True:
        better = ((index - 1) * guess + value // guess ** (index - 1)) // index
        if better >= guess:
            return guess
        guess = better


_EXACT: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "norm": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "max": lambda *values: max(values),
    "min": lambda *values: min(values),
    "sign": lambda value: (value > 0) - (value < 0),
    "re": lambda value: value,
    "im": lambda _value: 0,
    "conj": lambda value: value,
}
