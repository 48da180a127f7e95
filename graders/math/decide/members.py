"""Lists and sets: whether two have the same members in any order, and what the words between the members say.

Between values a comma, `and` and `or` are one (`2, 3`, `2 or 3`: the solutions). Between statements about different
names, and between names alone, `or` says another thing than `and` and the comma do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain

from graders.math.decide.naming import assigned
from graders.math.decide.scalars import is_scalar, quantity
from graders.math.limits import OverLimit
from graders.math.numbers.agreement import roughly
from graders.math.numbers.evaluate import Inexact, Undefined
from graders.math.numbers.floats import approximate
from graders.math.numbers.rationals import exact
from graders.math.tree import Tree, sym, symbols, write
from graders.math.verdict import Comparison, Finding, all_of, any_of
from graders.math.work import kept

_MAX_PAIRS = 4000
"""Comparisons made to match two lists."""


def as_sets(left: Sequence[Tree], right: Sequence[Tree], same: Comparison) -> Finding:
    """Whether two collections have the same members, repeats ignored."""
    rule = "the same members in any order"
    if len(left) * len(right) > _MAX_PAIRS:
        return Finding(set(_rationals(left)) == set(_rationals(right)), rule)
    sides = sorted(((left, right), (right, left)), key=lambda sides: list(map(write, sides[0])))
    return Finding(all_of(chain.from_iterable(_met(members, others, same) for members, others in sides)), rule)


def _met(members: Sequence[Tree], others: Sequence[Tree], same: Comparison) -> Iterator[bool | None]:
    """Of each member whether one of the others is the same; the likely ones are compared first."""
    values = list(map(_roughly, others))
    for tree, value in zip(members, map(_roughly, members), strict=True):
        gaps = [abs(other - value) for other in values]
        likely = sorted(range(len(others)), key=gaps.__getitem__)
        yield any_of(same(tree, others[at]).equal for at in likely)


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
    table = [[same(one, two).equal for two in right] for one in left]
    across = [sum(map(bool, row)) for row in table]
    down = [sum(map(bool, column)) for column in zip(*table, strict=True)]
    return all(across[at] == down[row.index(True)] for at, row in enumerate(table))


@kept(512)
def _roughly(tree: Tree) -> float:
    """A value by which equal members are found quickly: at one fixed point; 0 where there is none."""
    env = {name: Fraction(13 + at, 10) for at, name in enumerate(sorted(symbols(tree)))}
    try:
        value = approximate(tree, {name: float(value) for name, value in env.items()})
        return roughly(tree, env) if value is None else abs(value)
    except (Undefined, Inexact, OverLimit, OverflowError):
        return 0.0


def _rationals(members: Sequence[Tree]) -> list[Fraction | int]:
    values = [exact(tree) if is_scalar(tree) and quantity(tree).unit == "" else None for tree in members]
    if None in values:
        raise OverLimit("a long list of values that are not rational")
    return [value for value in values if value is not None]


# -- the words between ---------------------------------------------------------------------------------------


def connective(listed: Tree) -> str:
    """`or`, or `and` for a comma too; several words where the members are joined by several."""
    return "and" if listed.leaf == "," else str(listed.leaf)


def labels(listed: Tree) -> set[Tree | str]:
    """What tells the members apart besides their values: the names that are given values, the units."""
    return {label for label in map(_label, listed.args) if label}


def is_statement(listed: Tree) -> bool:
    """Whether a list says one thing of several names: each member is a relation, and they are not all of one name."""
    if any(arg.head != "rel" for arg in listed.args):
        return False
    if all(map(assigned, listed.args)):
        return len(labels(listed)) > 1
    return len(frozenset().union(*map(symbols, listed.args))) > 1


def at_odds(left: Tree, right: Tree) -> str:
    """Why two lists can't say the same whatever their members are; empty where they may."""
    words = connective(left), connective(right)
    if words[0] == words[1]:
        return ""
    if any(" " in word for word in words):
        return "different words between the members"
    logical = any(is_statement(side) or all(map(_is_said, side.args)) for side in (left, right))
    return "and is not or" if logical else ""


def _is_said(member: Tree) -> bool:
    """Whether a member is a name, or a denial."""
    return member.head == "sym" or member.leaf == r"\neg"


def leaves_labels_out(left: Tree, right: Tree) -> bool:
    """Whether one side tells the members apart by names or units and the other leaves them out: then order counts."""
    one, two = labels(left), labels(right)
    return (len(one) > 1 and not two) or (len(two) > 1 and not one)


def _label(member: Tree) -> Tree | str:
    if member.head == "unit":
        return str(member.leaf)
    pair = assigned(member)
    if pair and str(pair[0].leaf).startswith("x_"):  # the roots of one unknown
        return sym("x")
    return pair[0] if pair else ""
