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
    rule = _NAMES.get(tree.head)
    return tree.head == "sym" or (rule is not None and rule(tree))


def _is_word(tree: Tree) -> bool:
    return not NEGATIONS & set(str(tree.leaf).split())


def _is_value_of(tree: Tree) -> bool:
    """Whether a known function is asked for, of names: the length of a segment, the sine of a figure's angle."""
    if tree.leaf in _OF_NAMES:
        return all(arg.head == "sym" for arg in tree.args)
    name = str(tree.args[0].leaf)
    if tree.args[0].head != "sym" or tree.leaf not in ("abs", *_OF_ANGLES):
        return False
    return name.isupper() or (tree.leaf in _OF_ANGLES and name.startswith("angle "))


def _is_length(tree: Tree) -> bool:
    """The length of a vector, as the root of its product with itself."""
    square = tree.args[0]
    return square.leaf == "dot" and square.args[0] == square.args[1] and is_name(square.args[0])


def _is_quotient(tree: Tree) -> bool:
    """A quotient of segments or differentials."""
    return all(arg.head == "sym" and _is_segment_or_differential(str(arg.leaf)) for arg in tree.args)


def _is_measure(tree: Tree) -> bool:
    """The measure of an angle; a segment between points with marks."""
    if len(tree.args) != 2:
        return False
    is_angle = tree.args[0] == sym("m") and str(tree.args[1].leaf).startswith("angle ")
    return is_angle or all(map(_is_marked_point, tree.args))


def _is_combination(tree: Tree) -> bool:
    """`C_{10}^6`, a number of combinations."""
    return tree.args[1].head == "num" and _COMBINATIONS.match(str(tree.args[0].leaf)) is not None


def _is_of_symbols(tree: Tree) -> bool:
    return all(arg.head == "sym" for arg in tree.args)


_NAMES: dict[str, Callable[[Tree], bool]] = {
    "text": _is_word,
    "fn": _is_value_of,
    "root": _is_length,
    "div": _is_quotient,
    "mul": _is_measure,
    "pow": _is_combination,
    "apply": lambda tree: str(tree.leaf)[0].isalpha() and tree.leaf not in ("dot", "cross"),  # of a function
    "tuple": _is_of_symbols,
    "colon": _is_of_symbols,
}
"""What makes a tree with this head a name."""


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


def value_of(tree: Tree) -> Tree:
    """The value that an equation gives a name; any other tree as it is."""
    pair = assigned(tree)
    return pair[1] if pair else tree


def _in_order_of_names(name: Tree, value: Tree) -> tuple[Tree, Tree]:
    """A named point with its coordinates in the order of the alphabet: `(y,x)=(4,-3)` says `(x,y)=(-3,4)`."""
    if name.head != "tuple" or value.head not in ("tuple", "vector") or len(name.args) != len(value.args):
        return name, value
    order = sorted(range(len(name.args)), key=lambda at: str(name.args[at].leaf))
    return (
        name._replace(args=tuple(name.args[at] for at in order)),
        value._replace(args=tuple(value.args[at] for at in order)),
    )
