"""Trigonometric functions at rational multiples of pi: where they are exactly zero, and where they have no value.

The digits of pi at hand run out at large multiples of it, and are few within an integral: beside a pole there, a
function would seem to have a value, and 0 times it would be 0.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from graders.math.limits import OverLimit
from graders.math.numbers.evaluate import Evaluator, Inexact, Undefined
from graders.math.numbers.literals import Rational
from graders.math.numbers.rationals import Rationals
from graders.math.tree import Tree

_Line = tuple[Fraction, Fraction]
_NONE = Fraction(0)
_SINE_ZERO, _COSINE_ZERO = Fraction(0), Fraction(1, 2)
_ZEROS = {"sin": _SINE_ZERO, "tan": _SINE_ZERO, "cos": _COSINE_ZERO, "cot": _COSINE_ZERO}
"""Where a function is zero, in multiples of pi, up to whole ones."""
_POLES = {"tan": _COSINE_ZERO, "sec": _COSINE_ZERO, "cot": _SINE_ZERO, "csc": _SINE_ZERO}


class _Lines(Evaluator[_Line]):
    """Numbers a + b pi with rational a and b."""

    def number(self, value: Rational) -> _Line:
        return Fraction(value), _NONE

    def constant(self, name: str) -> _Line:
        if name != "pi":
            raise Inexact(name)
        return _NONE, Fraction(1)

    def add(self, left: _Line, right: _Line) -> _Line:
        return left[0] + right[0], left[1] + right[1]

    def mul(self, left: _Line, right: _Line) -> _Line:
        if left[1] and right[1]:
            raise Inexact("the square of pi")
        return left[0] * right[0], left[0] * right[1] + left[1] * right[0]

    def div(self, left: _Line, right: _Line) -> _Line:
        if right[1] or not right[0]:
            raise Inexact("a quotient by pi or zero")
        return left[0] / right[0], left[1] / right[0]

    def power(self, base: _Line, exponent: _Line) -> _Line:
        if base[1] or exponent[1]:
            raise Inexact("a power of pi")
        return Fraction(Rationals().power(base[0], exponent[0])), _NONE


@lru_cache(maxsize=512)
def half_turns(angle: Tree) -> Fraction | None:
    """How many times pi the angle is, where that is certainly rational; else None."""
    try:
        fixed, turning = _Lines().value(angle)
    except (Inexact, Undefined, OverLimit):
        return None
    return None if fixed else turning


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
