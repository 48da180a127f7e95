"""How close to zero an expression in radicals can come without being zero.

The bound of Burnikel, Fleischer, Mehlhorn and Schirra (2000): from the size of the numbers in an expression
and the degree of its roots follows a number of bits such that a value smaller than that is exactly zero. With it,
arithmetic with many digits decides equality of algebraic numbers: no near miss passes.
"""

from __future__ import annotations

import math

from graders.math.limits import OverLimit
from graders.math.numbers.evaluate import Evaluator, Inexact, Undefined, literal_ratio
from graders.math.numbers.literals import Rational
from graders.math.tree import Tree, num

_Size = tuple[float, float]
"""Binary logarithms of the bounds on the numerator's and the denominator's conjugates."""
_MAX_EXPONENT = 1000
_MAX_DEGREE = 1e6


def separation_bits(left: Tree, right: Tree) -> int | None:
    """Bits after the point that tell left - right from zero; None where not all of it is algebraic."""
    sizes = _Sizes()
    try:
        upper, lower = sizes.add(sizes.of(left), sizes.of(right))
    except (Inexact, Undefined, OverLimit):
        return None
    degree = math.prod(_index(root) or 2 for root in sizes.roots)
    return int((degree - 1) * max(upper, 0) + max(lower, 0)) + 2 if degree < _MAX_DEGREE else None


def _index(root: Tree) -> int:
    """The index of a root; 0 for what has none: i, which is a square root."""
    return int(root.args[1].leaf or 0) if root.args and root.args[1].head == "num" else 0


class _Sizes(Evaluator[_Size]):
    """The sizes of what is made of integers by addition, multiplication, division and roots; notes the roots."""

    def __init__(self) -> None:
        super().__init__()
        self.roots: set[Tree] = set()

    def number(self, value: Rational) -> _Size:
        return _log(value.numerator), _log(value.denominator)

    def constant(self, name: str) -> _Size:
        if name != "i":
            raise Inexact(name)
        self.roots.add(Tree("const", (), "i"))
        return 0.0, 0.0

    def add(self, left: _Size, right: _Size) -> _Size:
        return max(left[0] + right[1], left[1] + right[0]) + 1, left[1] + right[1]

    def mul(self, left: _Size, right: _Size) -> _Size:
        return left[0] + right[0], left[1] + right[1]

    def div(self, left: _Size, right: _Size) -> _Size:
        return left[0] + right[1], left[1] + right[0]

    def on_pow(self, tree: Tree) -> _Size:
        base, exponent = tree.args
        above, below = literal_ratio(exponent) or (_MAX_EXPONENT, 1)
        if abs(above) >= _MAX_EXPONENT:
            raise Inexact("a power that is none of a small literal ratio")
        upper, lower = self.on_root(Tree("root", (base, num(below)))) if below > 1 else self.value(base)
        sizes = upper * abs(above), lower * abs(above)
        return sizes if above >= 0 else (sizes[1], sizes[0])

    def on_root(self, tree: Tree) -> _Size:
        index = _index(tree)
        if index < 2:
            raise Inexact("a root of no literal index")
        self.roots.add(tree)
        upper, lower = self.value(tree.args[0])
        if upper >= lower:
            return (upper + (index - 1) * lower) / index, lower
        return upper, ((index - 1) * upper + lower) / index


def _log(value: int) -> float:
    return math.log2(abs(value)) if value else 0.0
