"""Ratios and times of day, which look alike: `2:3`, `5:45`, `5:45 pm`."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

from graders.math.decide.scalars import compare_values
from graders.math.tree import Tree, num
from graders.math.verdict import Comparison, Finding, all_of

_NOON = 12
_HOURS, _SIXTY = 24, 60


def compare_ratios(left: Tree, right: Tree, same: Comparison) -> Finding:
    """Whether two ratios, or two times of day, are equal. Symmetric."""
    halves = {str(left.leaf), str(right.leaf)} - {"", "clock"}
    if len(left.args) != len(right.args) and not halves:
        return Finding(False, "different lengths")
    if len(halves) > 1:
        return Finding(False, "morning and afternoon")
    if halves or "clock" in (left.leaf, right.leaf):
        return _times(left, right, halves, same)
    if _is_time(left) and _is_time(right) and left != right:
        return Finding(False, "two times of day")
    if (_is_time(left) or _is_time(right)) and not (_in_lowest_terms(left) or _in_lowest_terms(right)):
        return Finding(False, "a time of day is no ratio")
    first, other = left.args[0], right.args[0]
    crossed = [(Tree("mul", (a, other)), Tree("mul", (b, first))) for a, b in zip(left.args, right.args, strict=True)]
    return Finding(all_of([compare_values(*pair).equal for pair in crossed]), "ratios, cross-multiplied")


def _times(left: Tree, right: Tree, halves: set[str], same: Comparison) -> Finding:
    if not all(side.leaf or len(side.args) == 1 or _is_time(side) for side in (left, right)):
        return Finding(False, "a ratio is no time of day")
    hours = _hours(left, halves), _hours(right, halves)
    if len(hours[0]) != len(hours[1]):
        return Finding(False, "different lengths")
    return Finding(all_of([same(one, two).equal for one, two in zip(*hours, strict=True)]), "times of day")


def _hours(time: Tree, halves: set[str]) -> Sequence[Tree]:
    """The parts of a time of day, `17:45` as 5:45 where the other side says pm."""
    hour, *rest = time.args if len(time.args) > 1 or not halves else (*time.args, num(0))
    count = int(hour.leaf or 0) if hour.head == "num" else 0
    late = time.leaf not in halves and halves == {"pm"} and _NOON < count < 2 * _NOON
    return (num(count - _NOON), *rest) if late else (hour, *rest)


def _is_time(tree: Tree) -> bool:
    """Whether two integers may be hours and minutes: in their bounds, the minutes in two digits."""
    if len(tree.args) != 2 or any(arg.head != "num" for arg in tree.args):
        return False
    hour, minute = (int(arg.leaf or 0) for arg in tree.args)
    return hour < _HOURS and 10 <= minute < _SIXTY


def _in_lowest_terms(tree: Tree) -> bool:
    values = [int(arg.leaf or 0) for arg in tree.args if arg.head == "num"]
    return len(values) < len(tree.args) or gcd(*values) == 1
