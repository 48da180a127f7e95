"""Equations that only give a value its name: which sides are names, and what is said of them."""

from __future__ import annotations

import re

from graders.math.lexis.words import NEGATIONS
from graders.math.tree import Tree, sym, symbols


_COMBINATIONS = re.compile(r"[CAP]_\d+$")
_OF_ANGLES = frozenset(("sin", "cos", "tan", "cot"))
_OF_NAMES = frozenset(("norm", "det", "max", "min", "gcd", "lcm"))
"""Functions whose value an equation may give: of names alone, they are no equation to solve."""


def is_name(tree: Tree) -> bool:
    """Whether the side of an equation only names what the other side says: `x`, `f(x)`, `(x, y)`, `area`."""
    if tree.head == "text":
        return not NEGATIONS & set(str(tree.leaf).split())
    if tree.head == "pow":  # C_{10}^6, a number of combinations
        return tree.args[1].head == "num" and _COMBINATIONS.match(str(tree.args[0].leaf)) is not None
    if tree.head == "fn" and tree.leaf in _OF_NAMES:
        return all(arg.head == "sym" for arg in tree.args)
    if tree.head == "root" and tree.args[0].head == "apply" and tree.args[0].leaf == "dot":  # the length of a vector
        return tree.args[0].args[0] == tree.args[0].args[1] and is_name(tree.args[0].args[0])
    if tree.head == "fn" and tree.leaf in _OF_ANGLES and tree.args[0].head == "sym":  # sin A, of an angle of a figure
        return str(tree.args[0].leaf).isupper() or str(tree.args[0].leaf).startswith("angle ")
    if tree.head == "fn" and tree.leaf == "abs":  # the length of a segment
        return tree.args[0].head == "sym" and str(tree.args[0].leaf).isupper()
    if tree.head == "div":  # a quotient of segments
        return all(arg.head == "sym" and _is_segment_or_differential(str(arg.leaf)) for arg in tree.args)
    if tree.head == "mul":  # the measure of an angle; a segment between points with marks
        if len(tree.args) != 2:
            return False
        is_angle = tree.args[0] == sym("m") and str(tree.args[1].leaf).startswith("angle ")
        return is_angle or all(map(_is_marked_point, tree.args))
    if tree.head == "apply":  # of a function, no sum that goes on and no integral
        return str(tree.leaf)[0].isalpha()
    return tree.head == "sym" or (tree.head in ("tuple", "colon") and all(arg.head == "sym" for arg in tree.args))


def _is_segment_or_differential(name: str) -> bool:
    return (len(name) == 2 and name.isupper()) or name.startswith(("partial", "Delta "))


def _is_marked_point(tree: Tree) -> bool:
    name = str(tree.leaf)
    return tree.head == "sym" and len(name) > 1 and name[0].isupper() and name[1] in ("_", "'")


def assigned(tree: Tree) -> tuple[Tree, Tree] | None:
    """(name, value) of an equation that gives a name a value, else None."""
    if tree.head != "rel" or tree.leaf != "=":
        return None
    left, right = tree.args
    for name, value in ((left, right), (right, left)):
        if is_name(name) and not (symbols(name) & symbols(value) and name.head != "apply"):
            return _in_order_of_names(name, value)
    return None


def _in_order_of_names(name: Tree, value: Tree) -> tuple[Tree, Tree]:
    """A named point with its coordinates in the order of the alphabet: `(y,x)=(4,-3)` says `(x,y)=(-3,4)`."""
    if name.head != "tuple" or value.head not in ("tuple", "vector") or len(name.args) != len(value.args):
        return name, value
    order = sorted(range(len(name.args)), key=lambda at: str(name.args[at].leaf))
    return (
        name._replace(args=tuple(name.args[at] for at in order)),
        value._replace(args=tuple(value.args[at] for at in order)),
    )
