"""Sets of real numbers: intervals, their unions and differences, inequalities in one variable.

Two sets are equal when they agree at each of their end points and between any two of them; so nothing needs
to be merged or sorted into a normal form first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cmp_to_key
from typing import NamedTuple

from graders.math.decide.quadratics import quadratic
from graders.math.decide.values import same
from graders.math.limits import MAX_VALUES, OverLimit
from graders.math.numbers.evaluate import Undefined
from graders.math.numbers.floats import approximate
from graders.math.numbers.rationals import exact
from graders.math.numbers.residues import same_function
from graders.math.tree import Tree, num, replace, sym, symbols, unknowns
from graders.math.verdict import Finding

_ZERO, _ONE = num(0), num(1)
INFINITY = Tree("const", (), "oo")
_MINUS_INFINITY = Tree("neg", (INFINITY,))
_LINE = Tree("interval", (_MINUS_INFINITY, INFINITY), "()")
_EMPTY = Tree("set", ())
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


class NotASet(ValueError):  # noqa: N818 - a fact about the tree
    """The tree is no set of real numbers that this module can read."""


class NotALine(NotASet):
    """The gap between the sides of an inequality is not linear in its one variable."""

    def __init__(self, gap: Tree, name: Tree) -> None:
        super().__init__("an inequality that is not linear")
        self.gap = gap
        self.name = name


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
    if not symbols(tree) and not any(map(_infinite, tree.args)) and _order(*tree.args) > 0:
        raise NotASet("the ends of an interval ascend")
    ends = {"tuple": "()", "brackets": "[]"}.get(tree.head) or str(tree.leaf)
    if (_infinite(tree.args[0]) and ends[0] == "[") or (_infinite(tree.args[1]) and ends[1] == "]"):
        raise NotASet("an interval does not contain infinity")
    return Tree("interval", tree.args, ends)


def _special(tree: Tree) -> Tree:
    known = {"reals": _LINE, "empty": _EMPTY, "no solution": _EMPTY}.get(str(tree.leaf))
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
    joined = parts[0]
    for part in parts[1:]:
        joined = Tree(head, (joined, part))
    return joined


def _where(tree: Tree) -> Tree:
    subject, condition = tree.args
    if subject.head == "rel" and subject.leaf == r"\in":
        return Tree("meet", (as_set(subject), as_set(condition)))
    if subject.head != "sym" or not symbols(condition) <= {str(subject.leaf)}:
        raise NotASet("a set-builder that is no interval")
    try:
        return as_set(condition)
    except NotALine as line:
        if condition.leaf != "=":
            raise
        return _of_quadratic(line, "=")


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
    try:
        bound, rising = _solved(left, right)
    except NotALine as line:
        if sign == "=":  # not solved; in a set-builder it need not be
            raise
        return _of_quadratic(line, sign)
    if sign in ("=", r"\ne"):
        point = Tree("set", (bound,))
        return point if sign == "=" else Tree("minus", (_LINE, point))
    if sign not in _FLIPPED:
        raise NotASet(sign)
    sign = sign if rising else _FLIPPED[sign]
    if sign[0] == "<":
        return Tree("interval", (_MINUS_INFINITY, bound), "(" + ("]" if sign == "<=" else ")"))
    return Tree("interval", (bound, INFINITY), ("[" if sign == ">=" else "(") + ")")


def _of_quadratic(line: NotALine, sign: str) -> Tree:
    """Where a quadratic gap between two sides has this sign."""
    try:
        found = quadratic(line.gap, line.name)
    except Undefined:
        raise line from None
    if found is None or sign not in ("=", r"\ne", *_FLIPPED):
        raise line
    closed = Tree("interval", found.roots, "[]") if len(found.roots) == 2 else Tree("set", found.roots)
    inside = Tree("interval", found.roots, "()") if len(found.roots) == 2 else _EMPTY
    sign = sign if found.rising else _FLIPPED.get(sign, sign)
    at_zero = Tree("minus", (closed, inside))
    return {
        "<": inside,
        "<=": closed,
        ">": Tree("minus", (_LINE, closed)),
        ">=": Tree("minus", (_LINE, inside)),
        "=": at_zero,
        r"\ne": Tree("minus", (_LINE, at_zero)),
    }[sign]


def _moduli(tree: Tree) -> Iterator[Tree]:
    if tree.head == "fn" and tree.leaf == "abs" and symbols(tree):
        yield tree
    else:
        for arg in tree.args:
            yield from _moduli(arg)


def _with_modulus(modulus: Tree, left: Tree, sign: str, right: Tree) -> Tree:
    """`|u| < c` as `-c < u < c`, `|u| > c` as `u < -c` or `u > c`; `2|u| < c` likewise."""
    whole = {modulus: sym("|")}
    bound, rising = _solved(replace(left, whole), replace(right, whole))
    sign, inside = sign if rising else _FLIPPED[sign], modulus.args[0]
    ends = _half_line(inside, sign, bound), _half_line(inside, _FLIPPED[sign], Tree("neg", (bound,)))
    return Tree("meet" if sign[0] == "<" else "union", ends)


def _solved(left: Tree, right: Tree) -> tuple[Tree, bool]:
    """The value of the one variable where both sides are equal, and whether the left then grows past the right."""
    if left.head in ("sym", "apply") and not symbols(right):
        return right, True
    if right.head in ("sym", "apply") and not symbols(left):
        return left, False
    gap = Tree("add", (left, Tree("neg", (right,))))
    if len(unknowns(gap)) != 1:
        raise NotASet("a bound on no variable of its own")
    (name,) = unknowns(gap)
    try:
        return _zero_of_line(gap, name)
    except Undefined:
        raise NotALine(gap, name) from None


def _zero_of_line(gap: Tree, name: Tree) -> tuple[Tree, bool]:
    at = [replace(gap, {name: value}) for value in (_ZERO, _ONE)]
    slope = Tree("add", (at[1], Tree("neg", (at[0],))))
    line = Tree("add", (Tree("mul", (slope, name)), at[0]))
    known = exact(slope)
    size = known if known is not None else approximate(slope)
    if not same_function(gap, line) or isinstance(size, complex) or not size:
        raise NotALine(gap, name)
    return Tree("div", (Tree("neg", (at[0],)), slope)), size > 0


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
    line = _line_of([*_ends(left), *_ends(right)])
    return all(_inside(left, cell, line) == _inside(right, cell, line) for cell in range(2 * line.points + 1))


def _ends(tree: Tree) -> list[Tree]:
    if tree.head in ("interval", "set"):
        return [end for end in tree.args if not _infinite(end)]
    return [end for arg in tree.args for end in _ends(arg)]


def _infinite(tree: Tree) -> int:
    return {INFINITY: 1, _MINUS_INFINITY: -1}.get(tree, 0)


class _Line(NamedTuple):
    """The end points in ascending order: each one's cell, and how many different ones there are.

    Cell 2k+1 is the k-th point, cell 2k the gap before it.
    """

    cells: dict[Tree, int]
    points: int

    def cell(self, end: Tree) -> int:
        """The cell of an end point; infinities lie outside all cells."""
        far = _infinite(end)
        return far * (2 * self.points + 2) if far else self.cells[end]


def _line_of(ends: list[Tree]) -> _Line:
    if len(ends) > MAX_VALUES:
        raise OverLimit(f"more than {MAX_VALUES} end points")
    cells: dict[Tree, int] = {}
    previous, place = None, -1
    for end in sorted(ends, key=cmp_to_key(_order)):
        if previous is None or _order(previous, end):
            place += 1
        cells[end] = 2 * place + 1
        previous = end
    return _Line(cells, place + 1)


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


def _inside(tree: Tree, cell: int, line: _Line) -> bool:
    if tree.head == "interval":
        return _between(cell, line.cell(tree.args[0]), line.cell(tree.args[1]), str(tree.leaf))
    if tree.head == "set":
        return any(line.cell(end) == cell for end in tree.args)
    left, right = (_inside(arg, cell, line) for arg in tree.args)
    if tree.head == "union":
        return left or right
    return left and (right if tree.head == "meet" else not right)


def _between(cell: int, low: int, high: int, ends: str) -> bool:
    if low < cell < high:
        return True
    at_low, at_high = cell == low and ends[0] == "[", cell == high and ends[1] == "]"
    return (at_low and at_high) if low == high else (low < high and (at_low or at_high))


def compare_sets(left: Tree, right: Tree) -> Finding:
    """Whether two trees are the same set of real numbers. Raises `NotASet`, `Inexact` or `Undefined` for other ends."""
    names = variables(left), variables(right)
    if all(names) and names[0] != names[1]:
        return Finding(False, "bounds on different variables")
    return Finding(same_set(as_set(left), as_set(right)), "sets of real numbers")
