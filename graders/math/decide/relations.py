"""Equations and inequalities, equal up to rearrangement and a constant factor, and congruences."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain

from graders.math.decide.naming import assigned, is_name
from graders.math.decide.sets import NotASet, compare_sets, variables
from graders.math.decide.values import compare_expressions, is_same, sign_of
from graders.math.lexis.latex import GREEK
from graders.math.numbers.literals import fraction
from graders.math.numbers.rationals import exact
from graders.math.numbers.residues import same_function, standard
from graders.math.numbers.sample_points import Points
from graders.math.tree import SCALARS, Tree, name_of, num, replace, symbols, unknowns
from graders.math.verdict import Comparison, Finding, all_same, any_of
from graders.math.work import charge

_TURNED = {"=": "=", "<": ">", ">": "<", "<=": ">=", ">=": "<=", r"\ne": r"\ne", r"\iff": r"\iff"}
_MAX_SIDES = 6
"""Sides of a chain without values whose order is tried."""
_REARRANGED = 400
"""Work of holding two equations against one another, beside what evaluates them."""
_EITHER_WAY = frozenset(("=", r"\ne"))
_ORDERED = frozenset(("=", "<", ">", "<=", ">=", r"\ne"))
"""Signs that keep their truth when a number is added on both sides."""


def compare_relations(left: Tree, right: Tree, same: Comparison) -> Finding:
    """Whether two equations or two inequalities say the same; `same` compares their values. Symmetric."""
    right = _with_arguments_of(left, right)
    if symbols(left) != symbols(right):
        return Finding(False, "different variables")
    if {*str(left.leaf).split(), *str(right.leaf).split()} == {"="} and max(len(left.args), len(right.args)) > 2:
        return _chains(left.args, right.args)
    if left.leaf == right.leaf == "=":
        return _equations(left, right, same)
    if variables(left) == variables(right) and len(variables(left)) == 1:
        try:
            return compare_sets(left, right)
        except NotASet:
            pass
    return _inequalities(left, right, same)


def _is_variable(tree: Tree) -> bool:
    """Whether a tree is a variable that may have another name; a capital names a thing of its own: `P(X) = 1`."""
    name = str(tree.leaf)  # of several words where it is a vector's: `vec a`
    return tree.head == "sym" and name[:1].islower() and name not in GREEK and " " not in name


def _chains(left: tuple[Tree, ...], right: tuple[Tree, ...]) -> Finding:
    """Whether two chains of equals have the same sides in any order, up to one factor: `a=2b=3c`, `6c = 4b = 2a`."""
    rule = "sides of a chain, in any order, up to a factor"
    if len(left) != len(right) or len(left) > _MAX_SIDES:
        return Finding(left == right, rule)
    if any(side.head not in SCALARS for side in (*left, *right)):
        return Finding(set(left) == set(right), rule)
    return Finding(any(_agree(left, right, left[0], other) for other in right), rule)


def _agree(left: tuple[Tree, ...], right: tuple[Tree, ...], one: Tree, two: Tree) -> bool:
    """Whether each side on the left times `two` is one on the right times `one`, and `one / two` is a constant."""
    here, there = _sample(one, two) or (num(0), num(0))
    if 0 in (sign_of(here), sign_of(there)) or not is_same(Tree("mul", (one, there)), Tree("mul", (two, here))):
        return False
    scaled = [Tree("mul", (side, there)) for side in left]
    others = [Tree("mul", (side, here)) for side in right]
    return all(any(is_same(side, other) for other in others) for side in scaled)


def _with_arguments_of(left: Tree, right: Tree) -> Tree:
    """The definition `f(z) = z` in the letters of `f(x) = x`; any other tree as it is."""
    one, two = left.args[0], right.args[0]
    if one.head != "apply" or two.head != "apply" or one.leaf != two.leaf or len(one.args) != len(two.args):
        return right
    if any(len(set(side.args)) < len(side.args) or not all(map(_is_variable, side.args)) for side in (one, two)):
        return right
    new = {str(arg.leaf) for arg in one.args} - {str(arg.leaf) for arg in two.args}
    if one.args == two.args or new & symbols(right.args[1]) or left.leaf != "=" or right.leaf != "=":
        return right
    return Tree("rel", (one, replace(right.args[1], dict(zip(two.args, one.args, strict=True)))), "=")


def _equations(left: Tree, right: Tree, same: Comparison) -> Finding:
    one, two = assigned(left), assigned(right)
    if one and two and one[0] == two[0]:
        return same(one[1], two[1]).but("the value of a named quantity")
    if _is_identity(left) or _is_identity(right):
        return Finding({*map(standard, left.args)} == {*map(standard, right.args)}, "identities, as they are written")
    return _proportional(left, right, signed=False)


def _is_identity(equation: Tree) -> bool:
    """Whether an equation is true everywhere: it says nothing of its variables, only that its sides are equal."""
    if any(side.head not in SCALARS for side in equation.args):
        return False
    gap = Tree("add", (equation.args[0], Tree("neg", (equation.args[1],))))
    return bool(same_function(gap, num(0))) or is_same(*equation.args)


def _inequalities(left: Tree, right: Tree, same: Comparison) -> Finding:
    signs, others = str(left.leaf).split(), str(right.leaf).split()
    if len(signs) != len(others):
        return Finding(False, "chains of different lengths")
    if signs != others:
        right = Tree("rel", right.args[::-1], " ".join(_TURNED.get(sign, sign) for sign in reversed(others)))
    if left.leaf != right.leaf:
        return Finding(False, "different relation signs")
    if len(signs) == 1 and signs[0] in _ORDERED:
        return _proportional(left, right, signed=signs[0] != r"\ne")
    if left.leaf == r"\iff":  # either way round
        ways = [all_same(left.args, sides, same) for sides in (right.args, right.args[::-1])]
        return Finding(any_of(ways), "the same two sides")
    return Finding(all_same(left.args, right.args, same) is True, "chains, side by side")


def _proportional(left: Tree, right: Tree, *, signed: bool) -> Finding:
    """Whether left - right of both is the same up to a constant factor (above zero where `signed`)."""
    if any(side.head not in SCALARS for side in (*left.args, *right.args)):
        turned = left.leaf in _EITHER_WAY and left.args == right.args[::-1]
        return Finding(left == right or turned, "the same notation")
    charge(_REARRANGED)
    gaps = [Tree("add", (side.args[0], Tree("neg", (side.args[1],)))) for side in (left, right)]
    rule = "equal up to rearrangement and a factor"
    if same_function(*gaps):
        return Finding(True, rule)
    first, second = _sample(gaps[0], gaps[1]) or (None, None)
    if first is None or second is None:
        return Finding(None, rule)
    signs = sign_of(first), sign_of(second)
    if 0 in signs:
        return Finding(False, "true at different points")
    if signed and signs[0] != signs[1]:
        return Finding(False, "the opposite inequality")
    return compare_expressions(Tree("mul", (first, gaps[1])), Tree("mul", (gaps[0], second))).but(rule)


def _sample(one: Tree, two: Tree) -> tuple[Tree, Tree] | None:
    """Both gaps at a point where they are real and one is not zero; their ratio there must be the one everywhere."""
    points = Points(one, two)
    for point in chain([points.small()], points.ordinary(), points.more()):
        free = (tree for tree in unknowns(one) | unknowns(two) if name_of(tree) in point)  # not a sum's own variable
        values = {tree: fraction(point[name_of(tree)]) for tree in free}
        pair = replace(one, values), replace(two, values)
        signs = sign_of(pair[0]), sign_of(pair[1])
        if None not in signs and any(signs):
            return pair
    return None


# -- congruences --------------------------------------------------------------------------------------------


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
    r"""Of `x \equiv 3 \pmod 7` the name and the remainder; no name where the remainder stands alone."""
    statement = tree.args[0]
    if statement.head == "rel" and statement.leaf in (r"\equiv", "=") and is_name(statement.args[0]):
        return statement.args[0], statement.args[1]
    return None, statement
