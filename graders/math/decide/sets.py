"""Sets of real numbers: intervals, their unions and differences, linear and quadratic inequalities in one variable.

Two sets are equal when they agree at each of their end points and between any two of them; so nothing needs
to be merged or sorted into a normal form first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cmp_to_key, reduce
from itertools import pairwise

from graders.math.decide.values import is_same, same, sign_of
from graders.math.limits import MAX_VALUES, OverLimit
from graders.math.numbers.evaluate import Undefined
from graders.math.numbers.floats import size_of
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
        return _solutions(*_zeros_and_signs(*condition.args), "=")
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
    if sign not in _SIGNS:
        raise NotASet(sign)
    zeros, between = _zeros_and_signs(left, right)
    if sign == "=" and len(zeros) != 1:
        raise NotASet("an equation that only a set-builder solves")
    return _solutions(zeros, between, sign)


def _solutions(zeros: Sequence[Tree], between: Sequence[int], sign: str) -> Tree:
    """The set of the places where left stands in this relation to right."""
    gaps = pairwise((_MINUS_INFINITY, *zeros, INFINITY))
    parts = [Tree("interval", ends, "()") for ends, side in zip(gaps, between, strict=True) if side in _SIGNS[sign]]
    return _joined("union", (Tree("set", tuple(zeros) if 0 in _SIGNS[sign] else ()), *parts))


def _zeros_and_signs(left: Tree, right: Tree) -> tuple[list[Tree], list[int]]:
    """Where left - right is zero, ascending, and its sign before, between and behind these places."""
    for name, value, signs in ((left, right, [-1, 1]), (right, left, [1, -1])):
        if name.head in ("sym", "apply") and not symbols(value):
            return [value], signs
    gap = Tree("add", (left, Tree("neg", (right,))))
    if len(unknowns(gap)) != 1:
        raise NotASet("a bound on no variable of its own")
    (name,) = unknowns(gap)
    try:
        zeros = sorted(_zeros(gap, name), key=cmp_to_key(_order))
    except Undefined as error:
        raise NotASet("an inequality without a value somewhere") from error
    places = [Fraction(_real(zero)) for zero in zeros] or [Fraction(0)]
    beside = (places[0] - abs(places[0]) - 1, places[-1] + abs(places[-1]) + 1)
    inside = [beside[0], *((one + two) / 2 for one, two in pairwise(places)), beside[1]][: len(zeros) + 1]
    return zeros, [_sign(replace(gap, {name: fraction(place)})) for place in inside]


def _sign(tree: Tree) -> int:
    sign = sign_of(tree)
    if sign is None:
        raise NotASet("an inequality whose sign nobody knows")
    return sign


def _zeros(gap: Tree, name: Tree) -> list[Tree]:
    """The zeros of what is linear or quadratic in a name, or linear in a modulus of it."""
    moduli = [node for node in nodes(gap) if node.head == "fn" and node.leaf == "abs" and symbols(node)]
    if not moduli:
        return _linear(gap, name) or _quadratic(gap, name)
    whole = {moduli[0]: sym("|")}
    bounds = _linear(replace(gap, whole), sym("|"))
    if not bounds:
        raise NotASet("an inequality that is not linear in a modulus")
    inside = (Tree("add", (moduli[0].args[0], turned)) for turned in (*bounds, Tree("neg", (bounds[0],))))
    found = dict.fromkeys(zero for side in inside for zero in _zeros(side, name))
    return [zero for zero in found if is_same(replace(gap, {name: zero}), num(0))]


def _linear(gap: Tree, name: Tree) -> list[Tree]:
    at_zero, at_one = (replace(gap, {name: num(value)}) for value in (0, 1))
    opposite = Tree("neg", (at_zero,))
    slope = Tree("add", (at_one, opposite))
    size = size_of(slope)
    is_line = same_function(gap, Tree("add", (Tree("mul", (slope, name)), at_zero)))
    return [Tree("div", (opposite, slope))] if is_line and size and not isinstance(size, complex) else []


def _quadratic(gap: Tree, name: Tree) -> list[Tree]:
    """The real zeros, ascending, where the coefficients are rational."""
    below, middle, above = (exact(replace(gap, {name: num(value)})) for value in (-1, 0, 1))
    if below is None or middle is None or above is None:
        raise NotASet("an inequality that is neither linear nor quadratic")
    square, slope = Fraction(below + above - 2 * middle, 2), Fraction(above - below, 2)
    factors = ((square, Tree("pow", (name, num(2)))), (slope, name), (Fraction(middle), num(1)))
    terms = tuple(Tree("mul", (fraction(factor), power)) for factor, power in factors)
    if not square or same_function(gap, Tree("add", terms)) is not True:
        raise NotASet("an inequality that is neither linear nor quadratic")
    under = (slope * slope - 4 * square * middle) / (4 * square * square)
    if under < 0:
        return []
    vertex, half = fraction(-slope / (2 * square)), Tree("root", (fraction(under), num(2)))
    return [Tree("add", (vertex, Tree("neg", (half,)))), Tree("add", (vertex, half))] if under else [vertex]


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


def _real(tree: Tree) -> Fraction | float:
    value = size_of(tree)
    if value is None or isinstance(value, complex):
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
