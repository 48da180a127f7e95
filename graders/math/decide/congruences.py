r"""Congruences: `x \equiv 3 \pmod 7` says which remainder a number leaves."""

from __future__ import annotations

from fractions import Fraction

from graders.math.decide.canonical import is_name
from graders.math.numbers.rationals import exact
from graders.math.tree import Tree
from graders.math.verdict import Finding


def compare_congruences(left: Tree, right: Tree) -> Finding:
    """Whether two congruences say the same of the same name; one of them may leave the name out. Symmetric."""
    (one, first), (two, second) = _remainder(left), _remainder(right)
    gap = exact(Tree("add", (first, Tree("neg", (second,)))))
    moduli = exact(left.args[1]), exact(right.args[1])
    if gap is None or not moduli[0] or not moduli[1]:
        return Finding(left == right, "the same notation")
    alike = moduli[0] == moduli[1] and (one is None or two is None or one == two)
    return Finding(alike and Fraction(gap) % Fraction(moduli[0]) == 0, "remainders of one modulus")


def _remainder(tree: Tree) -> tuple[Tree | None, Tree]:
    """The name and the remainder; no name where the remainder stands alone."""
    statement = tree.args[0]
    if statement.head == "rel" and statement.leaf in (r"\equiv", "=") and is_name(statement.args[0]):
        return statement.args[0], statement.args[1]
    return None, statement
