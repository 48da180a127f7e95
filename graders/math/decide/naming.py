"""Equations that only give a value its name: which sides are names, and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from graders.math.lexis.words import NEGATIONS
from graders.math.tree import Tree, sym, symbols

_CAPITALS = r"[^a-z]*[A-Z][^a-z]*"
_OF_NAMES = {
    **dict.fromkeys(("norm", "det", "max", "min", "gcd", "lcm"), ".+"),
    **dict.fromkeys(("sin", "cos", "tan", "cot"), rf"{_CAPITALS}|angle .+"),
    "abs": _CAPITALS,
}
"""Functions whose value an equation may give, and of which names: an equation of others is one to solve."""
_SEGMENT_OR_DIFFERENTIAL = "[A-Z]{2}|partial.*|Delta .+"
_MARKED_POINT = "[A-Z][_'].*"


def is_name(tree: Tree) -> bool:
    """Whether the side of an equation only names what the other side says: `x`, `f(x)`, `(x, y)`, `area`."""
    rule = _NAMES.get(tree.head)
    return tree.head == "sym" or (rule is not None and rule(tree))


def _are(pattern: str, names: Sequence[Tree]) -> bool:
    return all(name.head == "sym" and re.fullmatch(pattern, str(name.leaf)) for name in names)


def _is_length(tree: Tree) -> bool:
    """The length of a vector, as the root of its product with itself."""
    square = tree.args[0]
    return square.leaf == "dot" and square.args[0] == square.args[1] and is_name(square.args[0])


def _is_measure(tree: Tree) -> bool:
    """The measure of an angle; a segment between points with marks."""
    is_angle = tree.args[0] == sym("m") and _are("angle .+", tree.args[1:])
    return len(tree.args) == 2 and (is_angle or _are(_MARKED_POINT, tree.args))


def _is_distance(tree: Tree) -> bool:
    """A segment between two points, one of them with a mark at least: `A_1C` in `|A_1C| = 5`."""
    return tree.head == "mul" and len(tree.args) == 2 and _are("[A-Z](?:[_'].*)?", tree.args)


_NAMES: dict[str, Callable[[Tree], bool]] = {
    "text": lambda tree: not NEGATIONS & set(str(tree.leaf).split()),
    "fn": lambda tree: (
        tree.leaf in _OF_NAMES and (_are(_OF_NAMES[str(tree.leaf)], tree.args) or _is_distance(tree.args[0]))
    ),
    "root": _is_length,
    "div": lambda tree: (
        _are(_SEGMENT_OR_DIFFERENTIAL, tree.args) or all(arg.leaf == "abs" and is_name(arg) for arg in tree.args)
    ),
    "mul": _is_measure,
    "pow": lambda tree: tree.args[1].head == "num" and _are(r"[CAP]_\d+", tree.args[:1]),  # combinations
    "apply": lambda tree: str(tree.leaf)[0].isalpha() and tree.leaf not in ("dot", "cross"),  # of a function
    "tuple": lambda tree: _are(".+", tree.args),
    "colon": lambda tree: _are(".+", tree.args),
}
"""What makes a tree with this head a name."""


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


def coordinates(point: Tree) -> Sequence[Tree] | None:
    """The coordinates of a point, named ones in the order of their names: `(y=2,x=3)` is (3,2).

    None where a name stands twice, or only some have one. Greek names (`r`, `theta`) keep the order that they have.
    """
    pairs = [assigned(arg) for arg in point.args]
    named = [pair for pair in pairs if pair]
    if not named:
        return point.args
    names = [str(name.leaf) for name, _ in named]
    if len(named) < len(point.args) or len(set(names)) < len(names) or any(name.head != "sym" for name, _ in named):
        return None
    if any(name.isalpha() and len(name) > 1 for name in names):
        return [value for _, value in named]
    return [value for _, value in sorted(named, key=lambda pair: str(pair[0].leaf))]
