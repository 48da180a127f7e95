"""Trigonometric functions at rational multiples of pi: where they are exactly zero, and where they have no value.

The digits of pi at hand run out at large multiples of it, and are few within an integral: beside a pole there, a
function would seem to have a value, and 0 times it would be 0.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import blake2b
from math import pi

from graders.math.limits import OverLimit
from graders.math.numbers.evaluate import Inexact, Undefined
from graders.math.numbers.literals import Rational
from graders.math.numbers.rationals import Rationals
from graders.math.tree import Tree, write
from graders.math.work import kept

_SINE_ZERO, _COSINE_ZERO = Fraction(0), Fraction(1, 2)
_ZEROS = {"sin": _SINE_ZERO, "tan": _SINE_ZERO, "cos": _COSINE_ZERO, "cot": _COSINE_ZERO}
"""Where a function is zero, in multiples of pi, up to whole ones."""
_POLES = {"tan": _COSINE_ZERO, "sec": _COSINE_ZERO, "cot": _SINE_ZERO, "csc": _SINE_ZERO}


class _BesidePi(Rationals):
    """Exact arithmetic with a rational number in the place of pi."""

    def __init__(self, pi: Fraction) -> None:
        super().__init__()
        self.pi = pi

    def constant(self, name: str) -> Rational:
        if name != "pi":
            raise Inexact(name)
        return self.pi


@kept(512)
def half_turns(angle: Tree) -> Fraction | None:
    """How many times pi the angle is, where that is certainly rational; else None.

    Then it is as many times each of two numbers on both sides of pi, which nobody can foresee.
    """
    drawn = int.from_bytes(blake2b(write(angle).encode("utf-8", "surrogatepass"), digest_size=8).digest())
    beside = (Fraction(pi) + sign * Fraction(drawn + 1, 10**34) for sign in (-1, 1))
    try:
        one, two = (Fraction(_BesidePi(place).of(angle)) / place for place in beside)
    except (Inexact, Undefined, OverLimit):
        return None
    return one if one == two else None


def vanishes(tree: Tree) -> bool:
    """Whether a known function is a trigonometric one at a zero of it. Raises `Undefined` at a pole."""
    name = str(tree.leaf)
    if name not in _ZEROS and name not in _POLES:
        return False
    turns = half_turns(tree.args[0])
    if turns is None:
        return False
    if turns % 1 == _POLES.get(name):
        raise Undefined(f"{name} has no value here")
    return turns % 1 == _ZEROS.get(name)
