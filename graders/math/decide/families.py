r"""Families: what a formula says for each value of a letter that runs over a set, `k\pi, k \in \mathbb Z`.

The letter is bound: `n\pi` with n over the same set is the same family.
"""

from __future__ import annotations

from itertools import permutations

from graders.math.decide.naming import value_of
from graders.math.numbers.evaluate import Undefined
from graders.math.numbers.floats import approximate
from graders.math.tree import PI, SCALARS, Tree, contains, nodes, num, replace, sym, symbols
from graders.math.verdict import Comparison, Finding, any_of

_MOST_NAMES = 3
_INTEGER_LETTERS = frozenset("klmn")
_FARTHEST = 1000
"""Steps by which the first members of one family may lie apart in two formulas."""


def as_family(tree: Tree) -> Tree:
    r"""A list whose last member says what a letter runs over, or such a set-builder, as a family; else the tree.

    The head is `family`, its arguments the formula and the letters, its leaf the set's name.
    """
    if tree.head == "list":
        body, conditions = tree.args[:-1], tree.args[-1:]
        while len(body) > 1 and body[-1].head == "sym":  # s, t \in R
            body, conditions = body[:-1], (body[-1], *conditions)
    elif tree.head == "where":
        body, conditions = tree.args[:1], tree.args[1].args if tree.args[1].head == "list" else tree.args[1:]
    else:
        return tree
    *others, last = conditions
    if last.head != "rel" or last.leaf != r"\in" or last.args[1].head != "special":
        return tree
    names = (*others, last.args[0])
    inside = frozenset().union(*map(symbols, body))
    if any(name.head != "sym" or str(name.leaf) not in inside or name in body for name in names):
        return tree
    points = all(member.head in ("tuple", "vector") for member in body)
    if tree.head == "list" and last.args[1].leaf == "reals" and not points:  # where a function is defined
        return tree
    return Tree("family", (body[0] if len(body) == 1 else Tree("list", body, tree.leaf), *names), last.args[1].leaf)


def with_parameter(tree: Tree) -> Tree | None:
    r"""`\frac\pi4 + k\pi` or `x = k\pi`, whose k can only be any integer, as a family; None for anything else."""
    if not symbols(tree) & _INTEGER_LETTERS:
        return None
    members = tree.args if tree.head == "list" else (tree,)
    values = [value_of(member) for member in members]
    if not all(map(_is_periodic, members, values)):
        return None
    names = frozenset().union(*map(symbols, values))
    if len(names) != 1 or not names <= _INTEGER_LETTERS:
        return None
    return Tree("family", (tree, *map(sym, names)), "integers")


def _is_periodic(tree: Tree, value: Tree) -> bool:
    if value.head != "add" and (value is tree or value.head not in ("mul", "div")):
        return False
    return (PI in nodes(value) or contains(value, "degree")) and _is_linear(value)


def _is_linear(tree: Tree) -> bool:
    """Whether its letter stands in sums, products and above the stroke of fractions only."""
    if not symbols(tree):
        return True
    if tree.head == "div" and symbols(tree.args[1]):
        return False
    return tree.head in ("sym", "add", "neg", "mul", "div", "degree") and all(map(_is_linear, tree.args))


def compare_families(left: Tree, right: Tree, same: Comparison) -> Finding:
    """Whether two families have the same members. Symmetric."""
    if left.leaf != right.leaf:
        return Finding(False, "letters that run over different sets")
    if len(left.args) != len(right.args) or len(left.args) > 1 + _MOST_NAMES:
        return Finding(False, "different numbers of letters")
    fresh = [sym(f"bound {at}") for at in range(len(left.args) - 1)]
    one = _renamed(left, left.args[1:], fresh)
    found = any_of(same(one, _renamed(right, names, fresh)).equal for names in permutations(right.args[1:]))
    if found or (left.leaf == "integers" and len(fresh) == 1 and _shifted(one, right, fresh[0], same)):
        return Finding(True, "one family, whatever its letter is called")
    return Finding(found, "families, member by member")


def family_with_formula(family: Tree, other: Tree, same: Comparison) -> Finding:
    """A family and a formula that leaves out what its letter runs over."""
    names = symbols(other) - (symbols(family.args[0]) - {str(name.leaf) for name in family.args[1:]})
    if len(names) != len(family.args) - 1:
        return Finding(False, "a family and one of its members")
    return compare_families(family, Tree("family", (other, *map(sym, sorted(names))), family.leaf), same)


def _renamed(family: Tree, names: tuple[Tree, ...], fresh: list[Tree]) -> Tree:
    return replace(family.args[0], dict(zip(names, fresh, strict=True)))


def _shifted(one: Tree, other: Tree, letter: Tree, same: Comparison) -> bool:
    r"""Whether a formula is the other one some steps on or back: `\frac\pi4+k\pi` and `k\pi-\frac{3\pi}4`."""
    two = _renamed(other, other.args[1:], [letter])
    values = value_of(one), value_of(two)
    if any(value.head not in SCALARS or not _is_linear(value) for value in values):
        return False
    here, there, next_one = _at(values[0], letter, 0), _at(values[1], letter, 0), _at(values[0], letter, 1)
    if here is None or there is None or next_one is None or next_one == here:
        return False
    steps = round((there - here) / (next_one - here))
    if abs(steps) > _FARTHEST:
        return False
    return same(replace(one, {letter: Tree("add", (letter, num(steps)))}), two).equal is True


def _at(value: Tree, letter: Tree, place: int) -> float | None:
    try:
        found = approximate(replace(value, {letter: num(place)}))
    except (Undefined, OverflowError):
        return None
    return found if isinstance(found, float) else None
