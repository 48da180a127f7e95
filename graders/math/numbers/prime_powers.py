"""Numbers too large to work out, as products of powers of primes: `45^{4050}` and `2025^{2025}`."""

from __future__ import annotations

from fractions import Fraction

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
    found: Powers = {}
    try:
        if not _multiply(found, tree, Fraction(1), [_MAX_PARTS]):
            return None
    except (OverLimit, Inexact, Undefined):
        return None
    return {prime: power for prime, power in found.items() if power}


def _multiply(found: Powers, tree: Tree, power: Fraction, left: list[int]) -> bool:
    """Multiply what was found by a power of the tree; False where it is no product of powers."""
    left[0] -= 1
    if left[0] < 0:
        return False
    if tree.head == "num":
        return _multiply_number(found, int(tree.leaf or 0), power)
    if tree.head == "mul":
        return all(_multiply(found, arg, power, left) for arg in tree.args)
    if tree.head == "div":
        return _multiply(found, tree.args[0], power, left) and _multiply(found, tree.args[1], -power, left)
    exponent = exact(tree.args[1]) if tree.head in ("pow", "root") else None
    if not exponent:
        return False
    exponent = Fraction(exponent) if tree.head == "pow" else 1 / Fraction(exponent)
    return _multiply(found, tree.args[0], power * exponent, left)


def _multiply_number(found: Powers, value: int, power: Fraction) -> bool:
    if not 0 < value <= _LARGEST:
        return False
    prime = 2
    while prime * prime <= value:
        while not value % prime:
            value //= prime
            found[prime] = found.get(prime, Fraction(0)) + power
        prime += 1 + (prime > 2)
    if value > 1:
        found[value] = found.get(value, Fraction(0)) + power
    return True
