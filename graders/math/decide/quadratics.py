"""Where a quadratic expression of one variable is below, at and above zero."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from graders.math.numbers.rationals import Rational, exact
from graders.math.numbers.residues import same_function
from graders.math.tree import Tree, num, replace


class Quadratic(NamedTuple):
    """The real roots, ascending, and whether the expression is above zero far away from them."""

    roots: tuple[Tree, ...]
    rising: bool


def quadratic(gap: Tree, name: Tree) -> Quadratic | None:
    """What an expression of this variable is, if it is quadratic with rational coefficients; else None.

    Raises `Undefined` for an expression without a value at 0, 1 or -1.
    """
    below, middle, above = (exact(replace(gap, {name: num(value)})) for value in (-1, 0, 1))
    if below is None or middle is None or above is None:
        return None
    square, slope = Fraction(below + above - 2 * middle, 2), Fraction(above - below, 2)
    terms = (_times(square, Tree("pow", (name, num(2)))), _times(slope, name), _literal(middle))
    if not square or same_function(gap, Tree("add", terms)) is not True:
        return None
    return Quadratic(_roots(square, slope, Fraction(middle)), square > 0)


def _roots(square: Fraction, slope: Fraction, constant: Fraction) -> tuple[Tree, ...]:
    under = slope * slope - 4 * square * constant
    if under < 0:
        return ()
    middle = _literal(-slope / (2 * square))
    if not under:
        return (middle,)
    half = Tree("root", (_literal(under / (4 * square * square)), num(2)))
    return Tree("add", (middle, Tree("neg", (half,)))), Tree("add", (middle, half))


def _times(factor: Rational, tree: Tree) -> Tree:
    return Tree("mul", (_literal(factor), tree))


def _literal(value: Rational) -> Tree:
    return Tree("div", (num(value.numerator), num(value.denominator)))
