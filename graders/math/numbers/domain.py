"""Whether expressions have values: parts without one (0/0, ln 0, arithmetic with infinity) spoil the whole."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain

from graders.math.limits import OverLimit
from graders.math.numbers.digits import Digits
from graders.math.numbers.evaluate import Inexact, Undefined
from graders.math.numbers.floats import approximate, size_of
from graders.math.numbers.residues import is_function
from graders.math.numbers.sample_points import Point, Points
from graders.math.tree import BINDERS, Tree, contains, heads, infinite_sign, symbols
from graders.math.work import kept

_WITH_BOUNDS = BINDERS | {"apply"}
"""Heads whose arguments may be infinite, or stand for no value of their own."""
_RISKY = frozenset(("div", "pow", "root", "fn"))
"""Heads that may have no value where their arguments have one."""
_SMALL = 100
"""Exponents below it are small."""
_DIGITS, _FEWER_DIGITS = 200, 50


@kept(512)
def check(tree: Tree) -> None:
    """Raise `Undefined` if a part without variables has no value, whatever it is multiplied by or taken from."""
    if not is_polynomial(tree) and _is_closed(tree):
        _evaluate(tree)


def _is_closed(tree: Tree) -> bool:
    """Whether the tree has no variable; the largest parts of an open one that have none are evaluated."""
    if not tree.args:
        if tree.leaf == "oo" and tree.head == "const":
            raise Undefined("arithmetic with infinity")
        return tree.head != "sym"
    if tree.head in _WITH_BOUNDS:
        return False
    closed = [_is_closed(arg) for arg in tree.args]
    if all(closed):
        return True
    for arg, is_closed in zip(tree.args, closed, strict=True):
        if is_closed:
            _evaluate(arg)
    return False


def _evaluate(tree: Tree) -> None:
    if not tree.args or not heads(tree) & _RISKY:
        return
    _probe(tree, {}, _DIGITS)


def _probe(tree: Tree, point: Point, digits: int) -> None:
    """Raise `Undefined` if the tree certainly has no value at a point."""
    try:
        if approximate(tree, {name: float(value) for name, value in point.items()}) is None:
            Digits(digits, point).of(tree)
    except (Inexact, OverLimit):  # nothing is known against it
        pass


def is_defined(tree: Tree) -> bool:
    """Whether a scalar has a value (somewhere, if it has variables): not 0/0, not 1/(x-x)."""
    if infinite_sign(tree):
        return True
    try:
        check(tree)
        if symbols(tree):
            return is_function(tree) and has_points(tree)
        return size_of(tree) is not None or _has_digits(tree)
    except Undefined:
        return False


@lru_cache(maxsize=1024)
def is_polynomial(tree: Tree) -> bool:
    """Whether a tree is plainly a polynomial, which has a value everywhere; only small powers of names count.

    Roots of whole numbers may be among its coefficients.
    """
    head, args, leaf = tree
    if not args:
        return head in ("num", "sym") or (head == "const" and leaf != "oo")
    if head in ("div", "pow"):
        base, other = args
        whole = other.leaf if other.head == "num" and isinstance(other.leaf, int) else 0
        return is_polynomial(base) if head == "div" and whole else base.head == "sym" and 0 < whole < _SMALL
    if head == "root":
        return all(arg.head == "num" and int(arg.leaf or 0) > 0 for arg in args)
    return head in ("add", "mul", "neg") and all(map(is_polynomial, args))


@kept(512)
def has_points(tree: Tree) -> bool:
    """Whether an expression with variables has a value at some point."""
    if is_polynomial(tree) or not heads(tree) & (_RISKY - {"div"}):
        return True
    points = Points(tree, tree)
    return any(_may_have_value(tree, point) for point in chain(points.ordinary(), points.more()))


def _may_have_value(tree: Tree, point: Point) -> bool:
    try:
        _probe(tree, point, _FEWER_DIGITS)
    except Undefined:
        return False
    return True


def _has_digits(tree: Tree) -> bool:
    if {"int", "lim"} & heads(tree):
        return True
    try:
        Digits(_DIGITS).of(tree)
    except Inexact:
        return contains(tree, "const")
    return True
