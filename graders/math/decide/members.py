"""Whether two collections have the same members, in any order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import chain

from graders.math.decide.scalars import is_scalar, quantity
from graders.math.limits import OverLimit
from graders.math.numbers.evaluate import Undefined
from graders.math.numbers.floats import approximate
from graders.math.numbers.rationals import exact
from graders.math.tree import Tree, symbols
from graders.math.verdict import Comparison, Finding

_MAX_PAIRS = 4000
"""Comparisons made to match two lists."""
_FEW_PAIRS = 100
"""Of so few pairs all are compared."""


def as_sets(left: Sequence[Tree], right: Sequence[Tree], same: Comparison) -> Finding:
    """Whether two collections have the same members, repeats ignored."""
    if len(left) * len(right) > _MAX_PAIRS:
        values = _rationals(left), _rationals(right)
        return Finding(set(values[0]) == set(values[1]), "the same members in any order")
    few = len(left) * len(right) <= _FEW_PAIRS
    verdict = _met(_table(left, right, same)) if few else _all_met(left, right, same)
    return Finding(verdict, "the same members in any order")


def as_lists(left: Sequence[Tree], right: Sequence[Tree], same: Comparison) -> Finding:
    """Whether two collections have the same members, each as often."""
    if len(left) != len(right):
        return Finding(False, "different numbers of members")
    found = as_sets(left, right, same)
    if found.equal and (_repeats(left) or _repeats(right)) and not _as_often(left, right, same):
        return Finding(False, "the same members, not as often")
    return found


def _repeats(members: Sequence[Tree]) -> bool:
    values = list(map(_roughly, members))
    return len(set(members)) < len(members) or len({round(value, 9) for value in values}) < len(values)


def _as_often(left: Sequence[Tree], right: Sequence[Tree], same: Comparison) -> bool:
    """Whether each member stands as often on both sides; each has an equal one on the other side."""
    if len(left) * len(right) > _MAX_PAIRS:
        return sorted(_rationals(left)) == sorted(_rationals(right))
    table = _table(left, right, same)
    across = [sum(map(bool, row)) for row in table]
    down = [sum(map(bool, column)) for column in zip(*table, strict=True)]
    return all(across[at] == down[row.index(True)] for at, row in enumerate(table))


def _table(left: Sequence[Tree], right: Sequence[Tree], same: Comparison) -> list[list[bool | None]]:
    return [[same(one, two).equal for two in right] for one in left]


def _met(table: list[list[bool | None]]) -> bool | None:
    answers = [_any(members) for members in chain(table, zip(*table, strict=True))]
    return False if False in answers else None if None in answers else True


def _all_met(left: Sequence[Tree], right: Sequence[Tree], same: Comparison) -> bool | None:
    """Whether each member of two collections has an equal one in the other; the likely ones are compared first."""
    here, there = list(map(_roughly, left)), list(map(_roughly, right))
    onward = _each_met(left, here, right, there, same)
    if onward is False:
        return False
    back = _each_met(right, there, left, here, same)
    return back if onward or back is False else None


def _each_met(
    left: Sequence[Tree], here: list[float], right: Sequence[Tree], there: list[float], same: Comparison
) -> bool | None:
    verdict: bool | None = True
    for tree, value in zip(left, here, strict=True):
        order = sorted(range(len(right)), key=lambda at: abs(there[at] - value))
        met = _any(same(tree, right[at]).equal for at in order)
        if met is False:
            return False
        verdict = verdict if met else None
    return verdict


def _roughly(tree: Tree) -> float:
    """A value by which equal members are found quickly: in doubles, at one fixed point; 0 where there is none."""
    try:
        value = approximate(tree, {name: 1.3 + at / 7 for at, name in enumerate(sorted(symbols(tree)))})
    except (Undefined, OverLimit, OverflowError):
        return 0.0
    return abs(value or 0.0)


def _any(found: Iterable[bool | None]) -> bool | None:
    """True if one of them is, else None if one of them is; what follows a True is not asked for."""
    open_ones = False
    for each in found:
        if each:
            return True
        open_ones = open_ones or each is None
    return None if open_ones else False


def _rationals(members: Sequence[Tree]) -> list[Fraction | int]:
    values = [exact(tree) if is_scalar(tree) and quantity(tree).unit == "" else None for tree in members]
    if None in values:
        raise OverLimit("a long list of values that are not rational")
    return [value for value in values if value is not None]
