"""Names that one text of a pair applies are functions in the other, and applications are equal where arguments are."""

from __future__ import annotations

from graders.math.decide.values import is_same
from graders.math.tree import MAY_BE_CALL, Tree, heads

_MOST = 40
"""Different applications in a pair that are compared with one another."""


def aligned(left: Tree, right: Tree) -> tuple[Tree, Tree]:
    """Two trees in which applications that are equal by their arguments' values are the same tree.

    A product `u(t-2)` is an application where either tree applies u.
    """
    if "apply" not in heads(left) and "apply" not in heads(right):
        return left, right
    names = _applied(left) | _applied(right)
    known: list[Tree] = []
    return _aligned(left, names, known), _aligned(right, names, known)


def _applied(tree: Tree) -> frozenset[str]:
    own = frozenset((str(tree.leaf),)) if tree.head == "apply" else frozenset()
    return own.union(*map(_applied, tree.args))


def _aligned(tree: Tree, names: frozenset[str], known: list[Tree]) -> Tree:
    if not tree.args:
        return tree
    args = tuple(_aligned(arg, names, known) for arg in tree.args)
    if tree.leaf == MAY_BE_CALL and str(args[0].leaf) in names:
        tree = Tree("apply", args[1:], str(args[0].leaf))
    else:
        tree = Tree(tree.head, args, tree.leaf)
    return _representative(tree, known) if tree.head == "apply" else tree


def _representative(tree: Tree, known: list[Tree]) -> Tree:
    """The first application met that has the same name and arguments of the same values."""
    for other in known:
        if other.leaf == tree.leaf and len(other.args) == len(tree.args) and all(map(is_same, other.args, tree.args)):
            return other
    if len(known) < _MOST:
        known.append(tree)
    return tree
