"""Names that one text of a pair applies are functions in the other, and applications are equal where arguments are."""

from __future__ import annotations

from functools import partial

from graders.math.decide.values import is_same
from graders.math.tree import BINDERS, MAY_BE_CALL, Tree, bound, nodes

_MOST = 60
"""Comparisons of the arguments of two applications in one pair."""


def aligned(left: Tree, right: Tree) -> tuple[Tree, Tree]:
    """Two trees in which applications that are equal by their arguments' values are the same tree.

    A product `u(t-2)` is an application where either tree applies u.
    """
    names = frozenset(str(node.leaf) for tree in (left, right) for node in nodes(tree) if node.head == "apply")
    if not names:
        return left, right
    met = _Met()
    return _aligned(left, names, met), _aligned(right, names, met)


def _aligned(tree: Tree, names: frozenset[str], met: _Met) -> Tree:
    if not tree.args:
        return tree
    args = tuple(_aligned(arg, names, met) for arg in tree.args)
    if tree.leaf == MAY_BE_CALL and str(args[0].leaf) in names:
        tree = Tree("apply", args[1:], str(args[0].leaf))
    elif tree.head in BINDERS:  # what takes its variable may be a function by now
        tree = bound(tree.head, *args, side=str(tree.leaf or ""))
    else:
        tree = Tree(tree.head, args, tree.leaf)
    return met.representative(tree) if tree.head == "apply" else tree


class _Met:
    """The applications met so far in a pair of trees."""

    def __init__(self) -> None:
        self.same: dict[Tree, Tree] = {}
        self.left = _MOST

    def representative(self, tree: Tree) -> Tree:
        """The first application met that has the same name and arguments of the same values."""
        found = self.same.get(tree)
        if found is None:
            found = self.same[tree] = next(filter(partial(self._is_same, tree), self.same.values()), tree)
        return found

    def _is_same(self, tree: Tree, other: Tree) -> bool:
        if other.leaf != tree.leaf or len(other.args) != len(tree.args) or not self.left:
            return False
        self.left -= 1
        return all(map(is_same, other.args, tree.args))
