"""Numbers too large to work out, as products of powers of primes: `45^{4050}` and `2025^{2025}`."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from graders.math.limits import OverLimit
from graders.math.numbers.evaluate import Inexact, Undefined
from graders.math.numbers.rationals import exact
from graders.math.tree import Tree

_LARGEST = 10**8
"""Numbers that are taken apart: 10,000 divisions at most."""
_MAX_PARTS = 40
"""Factors of one product."""
Powers = dict[int, Fraction]


def prime_powers(tree: Tree) -> Powers | None:
    """The exponents of the primes in a positive number that is a product of powers; None for any other tree.

    >>> from graders.math import parse
    >>> prime_powers(parse("45^{4050}")) == prime_powers(parse("2025^{2025}")) != None
    True
    """
    try:
        parts = list(islice(_parts(tree, Fraction(1)), _MAX_PARTS + 1))
    except (OverLimit, Inexact, Undefined):
        return None
    if len(parts) > _MAX_PARTS or any(not 0 < value <= _LARGEST for value, _ in parts):
        return None
    found: Powers = {}
    for value, power in parts:
        for prime in _primes(value):
            found[prime] = found.get(prime, Fraction(0)) + power
    return {prime: power for prime, power in found.items() if power}


def _parts(tree: Tree, power: Fraction) -> Iterator[tuple[int, Fraction]]:
    """The numbers whose powers a product is, with their exponents. Raises `Inexact` for any other tree."""
    exponent = exact(tree.args[1]) if tree.head in ("pow", "root") else None
    if tree.head == "num":
        yield int(tree.leaf or 0), power
    elif tree.head == "mul":
        for arg in tree.args:
            yield from _parts(arg, power)
    elif tree.head == "div":
        yield from _parts(tree.args[0], power)
        yield from _parts(tree.args[1], -power)
    elif exponent:
        yield from _parts(tree.args[0], power * (exponent if tree.head == "pow" else 1 / Fraction(exponent)))
    else:
        raise Inexact("no product of powers")


def _primes(value: int) -> Iterator[int]:
    """The primes in a number, each as often as it divides it."""
    prime = 2
    while prime * prime <= value:
        while not value % prime:
            value //= prime
            yield prime
        prime += 1 + (prime > 2)
    if value > 1:
        yield value
