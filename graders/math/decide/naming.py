"""Equations that only give a value its name: which sides are names, and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Callable

from graders.math.lexis.words import NEGATIONS
from graders.math.tree import Tree, sym, symbols

_COMBINATIONS = re.compile(r"[CAP]_\d+$")
_OF_ANGLES = frozenset(("sin", "cos", "tan", "cot"))
_OF_NAMES = frozenset(("norm", "det", "max", "min", "gcd", "lcm"))
"""Functions whose value an equation may give: of names alone, they are no equation to solve."""


def is_name(tree: Tree) -> bool:
    """Whether the side of an equation only names what the other side says: `x`, `f(x)`, `(x, y)`, `area`."""
    test = _NAMES.get(tree.head)
    return test is not None and test(tree)


def _is_measure(tree: Tree) -> bool:
    r"""`|AB|`, the length of a segment; `\sin A`, of an angle of a figure; `\det A`, `\max(a,b)`: of names alone."""
    inside = tree.args[0]
    if tree.leaf in _OF_NAMES and all(arg.head == "sym" for arg in tree.args):
        return True
    if tree.leaf in _OF_ANGLES and inside.head == "sym":
        return str(inside.leaf).isupper() or str(inside.leaf).startswith("angle ")
    return tree.leaf in ("abs", "norm") and inside.head == "sym" and str(inside.leaf).isupper()


def _is_quotient(tree: Tree) -> bool:
    """A quotient of segments or of differentials."""
    return all(arg.head == "sym" and _is_segment_or_differential(str(arg.leaf)) for arg in tree.args)


def _is_combination(tree: Tree) -> bool:
    """`C_{10}^6`, a number of combinations."""
    return tree.args[1].head == "num" and _COMBINATIONS.match(str(tree.args[0].leaf)) is not None


def _is_length_of_vector(tree: Tree) -> bool:
    inside = tree.args[0]
    return (
        inside.head == "apply" and inside.leaf == "dot" and inside.args[0] == inside.args[1] and is_name(inside.args[0])
    )


def _is_segment_or_differential(name: str) -> bool:
    return (len(name) == 2 and name.isupper()) or name.startswith(("partial", "Delta "))


def _is_measured(tree: Tree) -> bool:
    r"""`m\angle ABC`, or a segment between points with marks, `A_1B_1`."""
    if len(tree.args) != 2:
        return False
    is_angle = tree.args[0] == sym("m") and str(tree.args[1].leaf).startswith("angle ")
    return is_angle or all(map(_is_marked_point, tree.args))


def _is_marked_point(tree: Tree) -> bool:
    name = str(tree.leaf)
    return tree.head == "sym" and len(name) > 1 and name[0].isupper() and name[1] in ("_", "'")


def _is_of_names(tree: Tree) -> bool:
    return all(arg.head == "sym" for arg in tree.args)


_NAMES: dict[str, Callable[[Tree], bool]] = {
    "sym": lambda _tree: True,
    "apply": lambda tree: (
        str(tree.leaf)[0].isalpha() and tree.leaf not in ("dot", "cross")
    ),  # of a function, no sum that goes on and no integral
    "text": lambda tree: not NEGATIONS & set(str(tree.leaf).split()),
    "tuple": _is_of_names,
    "colon": _is_of_names,
    "fn": _is_measure,
    "pow": _is_combination,
    "root": _is_length_of_vector,
    "div": _is_quotient,
    "mul": _is_measured,
}


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
