"""Equations and inequalities: equal up to rearrangement and a constant factor."""

from __future__ import annotations

from fractions import Fraction
from hashlib import blake2b

from .evaluate import Inexact, Undefined
from .floats import approximate
from .forms import SCALARS, assigned
from .numbers import exact
from .residues import same_function
from .scalars import compare_scalars
from .sets import NotASet, compare_sets, variables
from .tree import Tree, num, replace, symbols, unknowns, write
from .values import same
from .verdict import Finding

_TURNED = {"=": "=", "<": ">", ">": "<", "<=": ">=", ">=": "<=", r"\ne": r"\ne"}
_TRIES = 6
"""Points tried for three at which both sides are defined."""
_AGREEMENTS = 3


def compare_relations(left: Tree, right: Tree) -> Finding:
    """Whether two equations or two inequalities say the same. Symmetric."""
    if symbols(left) != symbols(right):
        return Finding(False, "different variables")
    if left.leaf == right.leaf == "=":
        return _equations(left, right)
    if variables(left) == variables(right) and len(variables(left)) == 1:
        try:
            return compare_sets(left, right)
        except NotASet:
            pass
    return _inequalities(left, right)


def _equations(left: Tree, right: Tree) -> Finding:
    one, two = assigned(left), assigned(right)
    if one and two and one[0] == two[0]:
        return _values(one[1], two[1])
    return _proportional(left, right, signed=False)


def _values(one: Tree, two: Tree) -> Finding:
    from .compare import compare

    return compare(one, two).but("the value of a named quantity")


def _inequalities(left: Tree, right: Tree) -> Finding:
    signs, others = str(left.leaf).split(), str(right.leaf).split()
    if len(signs) != len(others):
        return Finding(None, "chains of different lengths")
    if signs != others:
        right = Tree("rel", right.args[::-1], " ".join(_TURNED.get(sign, sign) for sign in reversed(others)))
    if left.leaf != right.leaf:
        return Finding(False, "different relation signs")
    if len(signs) == 1:
        return _proportional(left, right, signed=signs[0] != r"\ne")
    found = [_sides(one, two) for one, two in zip(left.args, right.args, strict=True)]
    return Finding(all(finding.equal for finding in found), "chains, side by side")


def _sides(one: Tree, two: Tree) -> Finding:
    if one.head in SCALARS and two.head in SCALARS:
        return compare_scalars(one, two)
    return Finding(one == two, "the same notation")


def _proportional(left: Tree, right: Tree, *, signed: bool) -> Finding:
    """Whether left - right of both is the same up to a constant factor (above zero where `signed`)."""
    if any(side.head not in SCALARS for side in (*left.args, *right.args)):
        return Finding(left == right or left.args == right.args[::-1], "the same notation")
    gaps = [Tree("add", (side.args[0], Tree("neg", (side.args[1],)))) for side in (left, right)]
    rule = "equal up to rearrangement and a factor"
    if same_function(*gaps):
        return Finding(True, rule)
    samples = _samples(gaps[0], gaps[1])
    if not samples:
        return Finding(None, rule)
    (first, second), *others = samples
    if signed and not _same_sign(first, second):
        return Finding(False, "the opposite inequality")
    verdicts = [same(Tree("mul", (first, two)), Tree("mul", (one, second))) for one, two in others]
    return Finding(False if False in verdicts else None if None in verdicts else True, rule)


def _samples(one: Tree, two: Tree) -> list[tuple[Tree, Tree]]:
    """Both gaps at points drawn from their texts, where both have real values that are not zero."""
    seed = "\n".join(sorted((write(one), write(two)))).encode("utf-8", "surrogatepass")
    key = blake2b(seed, digest_size=32).digest()
    found: list[tuple[Tree, Tree]] = []
    for number in range(_TRIES):
        values = {name: _literal(key, f"{number}{write(name)}") for name in unknowns(one) | unknowns(two)}
        pair = (replace(one, values), replace(two, values))
        if all(map(_is_usable, pair)):
            found.append(pair)
        if len(found) == _AGREEMENTS:
            return found
    return []


def _literal(key: bytes, label: str) -> Tree:
    drawn = int.from_bytes(blake2b(label.encode("utf-8", "surrogatepass"), digest_size=4, key=key).digest())
    value = Fraction(drawn % 9973 + 101, 1009)
    return Tree("div", (num(value.numerator), num(value.denominator)))


def _is_usable(tree: Tree) -> bool:
    try:
        value = exact(tree)
        near = value if value is not None else approximate(tree)
    except (Undefined, Inexact):
        return False
    return isinstance(near, int | float | Fraction) and near != 0


def _same_sign(one: Tree, two: Tree) -> bool:
    signs = [(exact(tree) or approximate(tree) or 0) for tree in (one, two)]
    return (signs[0] > 0) == (signs[1] > 0)  # type: ignore[operator]
