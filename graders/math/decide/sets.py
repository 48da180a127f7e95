"""Sets of real numbers: intervals, their unions and differences, linear and quadratic inequalities in one variable.

Two sets are equal when they agree at each of their end points and between any two of them; so nothing needs
to be merged or sorted into a normal form first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cmp_to_key, reduce
from itertools import pairwise
from typing import NamedTuple

from graders.math.decide.values import is_same, same
from graders.math.limits import MAX_VALUES, OverLimit
from graders.math.numbers.evaluate import Undefined
from graders.math.numbers.floats import approximate, size_of
from graders.math.numbers.literals import fraction
from graders.math.numbers.rationals import exact
from graders.math.numbers.residues import same_function
from graders.math.tree import INFINITY, Tree, infinite_sign, nodes, num, replace, sym, symbols, unknowns
from graders.math.verdict import Finding

_MINUS_INFINITY = Tree("neg", (INFINITY,))
_LINE = Tree("interval", (_MINUS_INFINITY, INFINITY), "()")
_EMPTY = Tree("set", ())
_ABOVE, _BELOW = Tree("interval", (num(0), INFINITY), "()"), Tree("interval", (_MINUS_INFINITY, num(0)), "()")
_ZERO = Tree("set", (num(0),))
_SPECIAL = {
    "reals": _LINE,
    "empty": _EMPTY,
    "no solution": _EMPTY,
    "reals^*": Tree("minus", (_LINE, _ZERO)),
    **{f"reals{mark}": _ABOVE for mark in ("^+", "_+", "_>0")},
    **{f"reals{mark}": _BELOW for mark in ("^-", "_-", "_<0")},
    "reals_>=0": Tree("union", (_ZERO, _ABOVE)),
    "reals_<=0": Tree("union", (_ZERO, _BELOW)),
}
"""The sets of real numbers that have a name of their own."""
_SIGNS = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (1, 0), "=": (0,), r"\ne": (-1, 1)}
"""What the sign of left - right may be where a relation holds."""
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


class NotASet(ValueError):  # noqa: N818 - a fact about the tree
    """The tree is no set of real numbers that this module can read."""


def as_set(tree: Tree) -> Tree:
    """The tree as intervals, finite sets, unions, meets and differences. Raises `NotASet`."""
    maker = _MAKERS.get(tree.head)
    if maker is None:
        raise NotASet(tree.head)
    return maker(tree)


def variables(tree: Tree) -> frozenset[str]:
    """The names whose values an inequality bounds; empty for an interval."""
    if tree.head == "where":
        return frozenset()
    if tree.head == "rel":
        return symbols(tree)
    return frozenset().union(*map(variables, tree.args)) if tree.head in ("list", "union", "meet") else frozenset()


def _interval(tree: Tree) -> Tree:
    if len(tree.args) != 2:
        raise NotASet("an interval has two ends")
    if tree.head == "tuple" and is_same(*tree.args):
        raise NotASet("a point whose coordinates are equal")
    if not symbols(tree) and not any(map(infinite_sign, tree.args)) and _order(*tree.args) > 0:
        raise NotASet("the ends of an interval ascend")
    ends = {"tuple": "()", "brackets": "[]"}.get(tree.head) or str(tree.leaf)
    if (infinite_sign(tree.args[0]) and ends[0] == "[") or (infinite_sign(tree.args[1]) and ends[1] == "]"):
        raise NotASet("an interval does not contain infinity")
    return Tree("interval", tree.args, ends)


def _special(tree: Tree) -> Tree:
    known = _SPECIAL.get(str(tree.leaf))
    if known is None:
        raise NotASet(str(tree.leaf))
    return known


def _combined(tree: Tree) -> Tree:
    return Tree(tree.head, tuple(map(as_set, tree.args)))


def _listed(tree: Tree) -> Tree:
    parts = tuple(map(as_set, tree.args))
    if not any(arg.head == "rel" and arg.leaf != "=" for arg in tree.args):
        raise NotASet("a list of values")
    if tree.leaf == "or":
        return _joined("union", parts)
    both = _joined("meet", parts)
    return both if tree.leaf == "and" or not same_set(both, _EMPTY) else _joined("union", parts)


def _joined(head: str, parts: tuple[Tree, ...]) -> Tree:
    return reduce(lambda one, two: Tree(head, (one, two)), parts)


def _where(tree: Tree) -> Tree:
    subject, condition = tree.args
    if subject.head == "rel" and subject.leaf == r"\in":
        return Tree("meet", (as_set(subject), as_set(condition)))
    if subject.head != "sym" or not symbols(condition) <= {str(subject.leaf)}:
        raise NotASet("a set-builder that is no interval")
    if condition.leaf == "=":
        return _solutions(_gap(*condition.args), "=")
    return as_set(condition)


# -- inequalities --------------------------------------------------------------------------------------------


def _relation(tree: Tree) -> Tree:
    signs = str(tree.leaf).split()
    if signs == [r"\in"] and tree.args[0].head == "sym":
        return as_set(tree.args[1])
    if len(symbols(tree)) != 1:
        raise NotASet("an inequality of several variables")
    parts = tuple(
        _half_line(left, sign, right) for left, sign, right in zip(tree.args, signs, tree.args[1:], strict=False)
    )
    return _joined("meet", parts)


def _half_line(left: Tree, sign: str, right: Tree) -> Tree:
    moduli = {part for side in (left, right) for part in _moduli(side)}
    if len(moduli) == 1 and sign in _FLIPPED:
        return _with_modulus(moduli.pop(), left, sign, right)
    if sign not in _SIGNS:
        raise NotASet(sign)
    gap = _gap(left, right)
    if sign == "=" and not gap.is_line:
        raise NotASet("an equation that only a set-builder solves")
    return _solutions(gap, sign)


def _moduli(tree: Tree) -> Iterator[Tree]:
    if tree.head == "fn" and tree.leaf == "abs" and symbols(tree):
        yield tree
    else:
        for arg in tree.args:
            yield from _moduli(arg)


def _with_modulus(modulus: Tree, left: Tree, sign: str, right: Tree) -> Tree:
    """`|u| < c` as `-c < u < c`, `|u| > c` as `u < -c` or `u > c`; `2|u| < c` likewise."""
    whole = {modulus: sym("|")}
    gap, inside = _gap(replace(left, whole), replace(right, whole)), modulus.args[0]
    if not gap.is_line:
        raise NotASet("an inequality that is not linear in a modulus")
    (bound,), sign = gap.zeros, sign if gap.signs == _RISING else _FLIPPED[sign]
    ends = _half_line(inside, sign, bound), _half_line(inside, _FLIPPED[sign], Tree("neg", (bound,)))
    return Tree("meet" if sign[0] == "<" else "union", ends)


class _Gap(NamedTuple):
    """Where left - right is zero, ascending, and its sign before, between and behind these places."""

    zeros: tuple[Tree, ...]
    signs: tuple[int, ...]

    @property
    def is_line(self) -> bool:
        """Whether it is linear: zero once, with another sign on the other side."""
        return self.signs in (_RISING, _FALLING)


_RISING, _FALLING = (-1, 1), (1, -1)


def _solutions(gap: _Gap, sign: str) -> Tree:
    """The set of the places where left stands in this relation to right."""
    between = pairwise((_MINUS_INFINITY, *gap.zeros, INFINITY))
    parts = [
        Tree("interval", ends, "()") for ends, side in zip(between, gap.signs, strict=True) if side in _SIGNS[sign]
    ]
    return _joined("union", (Tree("set", gap.zeros if 0 in _SIGNS[sign] else ()), *parts))


def _gap(left: Tree, right: Tree) -> _Gap:
    """What left - right is, if it is linear or quadratic in its one variable."""
    if left.head in ("sym", "apply") and not symbols(right):
        return _Gap((right,), _RISING)
    if right.head in ("sym", "apply") and not symbols(left):
        return _Gap((left,), _FALLING)
    gap = Tree("add", (left, Tree("neg", (right,))))
    if len(unknowns(gap)) != 1:
        raise NotASet("a bound on no variable of its own")
    (name,) = unknowns(gap)
    try:
        found = _linear(gap, name) or _quadratic(gap, name)
    except Undefined:
        found = None
    if found is None:
        raise NotASet("an inequality that is neither linear nor quadratic")
    return found


def _linear(gap: Tree, name: Tree) -> _Gap | None:
    at_zero, at_one = (replace(gap, {name: num(value)}) for value in (0, 1))
    opposite = Tree("neg", (at_zero,))
    slope = Tree("add", (at_one, opposite))
    size = size_of(slope)
    is_line = same_function(gap, Tree("add", (Tree("mul", (slope, name)), at_zero)))
    if not is_line or isinstance(size, complex) or not size:
        return None
    return _Gap((Tree("div", (opposite, slope)),), _RISING if size > 0 else _FALLING)


def _quadratic(gap: Tree, name: Tree) -> _Gap | None:
    """The gap if its coefficients are rational."""
    below, middle, above = (exact(replace(gap, {name: num(value)})) for value in (-1, 0, 1))
    if below is None or middle is None or above is None:
        return None
    square, slope = Fraction(below + above - 2 * middle, 2), Fraction(above - below, 2)
    factors = ((square, Tree("pow", (name, num(2)))), (slope, name), (middle, num(1)))
    terms = tuple(Tree("mul", (fraction(factor), power)) for factor, power in factors)
    if not square or same_function(gap, Tree("add", terms)) is not True:
        return None
    zeros, far = _roots(square, slope, Fraction(middle)), 1 if square > 0 else -1
    return _Gap(zeros, ((far,), (far, far), (far, -far, far))[len(zeros)])


def _roots(square: Fraction, slope: Fraction, constant: Fraction) -> tuple[Tree, ...]:
    """The real ones, ascending."""
    under = slope * slope - 4 * square * constant
    if under < 0:
        return ()
    middle = fraction(-slope / (2 * square))
    if not under:
        return (middle,)
    half = Tree("root", (fraction(under / (4 * square * square)), num(2)))
    return Tree("add", (middle, Tree("neg", (half,)))), Tree("add", (middle, half))


_MAKERS: dict[str, Callable[[Tree], Tree]] = {
    "interval": _interval,
    "tuple": _interval,
    "brackets": _interval,
    "special": _special,
    "union": _combined,
    "meet": _combined,
    "minus": _combined,
    "list": _listed,
    "where": _where,
    "rel": _relation,
    "set": lambda tree: tree,
}


# -- comparison ----------------------------------------------------------------------------------------------


def same_set(left: Tree, right: Tree) -> bool:
    """Whether two sets made by `as_set` are equal."""
    cells = _cells_of([*_ends(left), *_ends(right)])
    return _inside(left, cells) == _inside(right, cells)


def _ends(tree: Tree) -> list[Tree]:
    return [end for part in nodes(tree) if part.head in ("interval", "set") for end in part.args]


def _cells_of(ends: list[Tree]) -> dict[Tree, int]:
    """The cell of each end point: of the k-th in ascending order 2k+1, beside the gap 2k before it.

    Infinity lies behind the last gap, minus infinity before the first.
    """
    if len(ends) > MAX_VALUES:
        raise OverLimit(f"more than {MAX_VALUES} end points")
    cells: dict[Tree, int] = {}
    previous, cell = None, -1
    for end in sorted(dict.fromkeys(end for end in ends if not infinite_sign(end)), key=cmp_to_key(_order)):
        cell += 2 if previous is None or _order(previous, end) else 0
        cells[end] = cell
        previous = end
    return cells | {end: cell + 2 if infinite_sign(end) > 0 else -1 for end in ends if infinite_sign(end)}


def _order(left: Tree, right: Tree) -> int:
    if left == right:
        return 0
    one, two = exact(left), exact(right)
    if one is not None and two is not None:
        return (one > two) - (one < two)
    if same(left, right):
        return 0
    return 1 if _real(left) > _real(right) else -1


def _real(tree: Tree) -> float:
    value = approximate(tree)
    if not isinstance(value, float):
        raise NotASet("an end point that is no real number")
    return value


def _inside(tree: Tree, cells: dict[Tree, int]) -> set[int]:
    """The cells that belong to a set."""
    if tree.head == "interval":
        (low, high), ends = (cells[end] for end in tree.args), str(tree.leaf)
        return set(range(low + (ends[0] != "["), high + (ends[1] == "]")))
    if tree.head == "set":
        return {cells[end] for end in tree.args if not infinite_sign(end)}
    left, right = (_inside(arg, cells) for arg in tree.args)
    if tree.head == "union":
        return left | right
    return left & right if tree.head == "meet" else left - right


def compare_sets(left: Tree, right: Tree) -> Finding:
    """Whether two trees are the same set of real numbers. Raises `NotASet`, `Inexact` or `Undefined` for other ends."""
    names = variables(left), variables(right)
    if all(names) and names[0] != names[1]:
        return Finding(False, "bounds on different variables")
    return Finding(same_set(as_set(left), as_set(right)), "sets of real numbers")
