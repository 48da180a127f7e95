"""Exact rational numbers, their work counted."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from graders.math.limits import MAX_BITS, MAX_DIGITS, MAX_WORK, OverLimit, binomial_bits
from graders.math.numbers.evaluate import OF_INTEGERS, Evaluator, Inexact, Undefined
from graders.math.numbers.literals import Rational, decimal_value
from graders.math.tree import Tree, contains, num
from graders.math.work import charge, kept

_BITS_AT_ONCE = 400
"""Bits that exact arithmetic moves in a microsecond."""
_MAX_LITERAL = MAX_DIGITS * 10 // 3
"""Bits of a literal."""


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
    return _evaluated(tree)


@kept(256)
def _evaluated(tree: Tree) -> Rational | None:
    try:
        return Rationals().of(tree)
    except Inexact:
        return None


@kept(512)
def worked_out(tree: Tree) -> Tree:
    """The tree with its factorials, binomials and the like of integers as the integers they are.

    One that is longer than a literal may be, or without a value, is left as it stands. Raises `OverLimit` where all
    together are past the ceiling of an expression's work.
    """
    return _worked_out(tree, Rationals()) if contains(tree, "fn") else tree


def _worked_out(tree: Tree, arithmetic: Rationals) -> Tree:
    args = tuple(_worked_out(arg, arithmetic) for arg in tree.args)
    if tree.head == "fn" and tree.leaf in OF_INTEGERS and all(arg.head == "num" for arg in args):
        value = _whole_value(str(tree.leaf), [int(arg.leaf or 0) for arg in args], arithmetic)
        return tree if value is None or value.bit_length() > _MAX_LITERAL else num(value)
    return tree._replace(args=args) if args else tree


def _whole_value(name: str, args: list[Rational], arithmetic: Rationals) -> int | None:
    try:
        return int(arithmetic.call(name, args))
    except (Inexact, Undefined):
        return None
    except OverLimit:
        if arithmetic.work > MAX_WORK:
            raise
        return None


class Rationals(Evaluator[Rational]):
    """Exact arithmetic; every step is charged with the bits it makes before it makes them."""

    price = 3

    def __init__(self, env: dict[str, Rational] | None = None) -> None:
        super().__init__(env)
        self.work = 0

    def charge(self, bits: int) -> None:
        """Count the bits of a result to come."""
        self.work += bits
        charge(bits // _BITS_AT_ONCE)
        if bits > MAX_BITS or self.work > MAX_WORK:
            raise OverLimit(f"a number of {bits} bits")

    def number(self, value: Rational) -> Rational:
        """The number itself."""
        return value

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
        result: Rational = 1 / Fraction(base) ** -count if count < 0 else base**count
        return result

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
        if name in OF_INTEGERS:
            return self._of_integers(name, *map(self.whole, args))
        known = _EXACT.get(name)
        if known is None:
            raise Inexact(name)
        result: Rational = known(*args)
        return result

    def _of_integers(self, name: str, first: int, *others: int) -> int:
        if name in ("fact", "fact2"):
            return self._factorial(first, 1 if name == "fact" else 2)
        if name == "binom":
            return self._binomial(first, *others)
        return (math.gcd if name == "gcd" else math.lcm)(first, *others)

    def _factorial(self, count: int, stride: int) -> int:
        if count < 0:
            raise Undefined("the factorial of a negative number")
        if count > MAX_BITS:
            raise OverLimit("a factorial too large")
        self.charge(int(math.lgamma(count + 1) / math.log(2)) + 1)
        return _factorial(count) if stride == 1 else math.prod(range(count, 0, -2))

    def _binomial(self, n: int, k: int) -> int:
        if n < 0 or k < 0:
            raise Inexact("a binomial of negative numbers")
        self.charge(binomial_bits(n, k))
        return _chosen(n, k)


_chosen, _factorial = lru_cache(256)(math.comb), lru_cache(256)(math.factorial)
"""By far the longest steps, and asked for again at every point."""


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
