"""Whether two settled trees are one mathematical object: a table from their kinds to the rule that decides.

Every rule is symmetric in its two sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain

from graders.math.decide.canonical import canonical
from graders.math.decide.naming import assigned, is_name
from graders.math.decide.relations import compare_congruences, compare_relations
from graders.math.decide.scalars import compare_scalars, compare_values, is_scalar, quantity
from graders.math.decide.sets import NotASet, compare_sets
from graders.math.limits import OverLimit
from graders.math.numbers.evaluate import Inexact, Undefined
from graders.math.numbers.floats import approximate
from graders.math.numbers.rationals import exact
from graders.math.tree import Tree, num, shape, symbols
from graders.math.verdict import Comparison, Finding, Refused

_MAX_PAIRS = 4000
"""Comparisons made to match two lists."""
_FEW_PAIRS = 100
"""Of so few pairs all are compared."""
_SET_LIKE = frozenset(("interval", "union", "meet", "minus", "where"))


def settled(tree: Tree) -> Tree:
    """The tree with its notation worked out. Raises `Refused` for chains that say nothing or too much."""
    return canonical(tree, compare)


def compare(left: Tree, right: Tree) -> Finding:
    """Whether two trees denote the same object; None where it stays open. Symmetric."""
    try:
        return compare_settled(settled(left), settled(right))
    except Refused as refusal:
        return Finding(False, refusal.rule)


def compare_settled(left: Tree, right: Tree) -> Finding:
    """`compare` for trees whose notation is worked out already."""
    try:
        return _compare(left, right)
    except Refused as refusal:
        return Finding(False, refusal.rule)
    except Undefined as error:
        return Finding(False, f"no value: {error}")
    except Inexact as error:
        return Finding(None, f"beyond this arithmetic: {error}")


def _compare(left: Tree, right: Tree) -> Finding:
    one, two = kind(left), kind(right)
    if one == two:
        return _ALIKE[one](left, right)
    rule = _UNLIKE.get((one, two))
    if rule is not None:
        return rule(left, right)
    rule = _UNLIKE.get((two, one))
    if rule is not None:
        return rule(right, left)
    return Finding(False, f"a {one} is no {two}" if one < two else f"a {two} is no {one}")


def kind(tree: Tree) -> str:
    """The kind of object: scalar, list, tuple, set, real set, matrix, relation, text, special, ratio, numeral."""
    if is_scalar(tree):
        return "scalar"
    if tree.head in _SET_LIKE:
        return "real set"
    return _KINDS.get(tree.head, tree.head)


_KINDS = {"rel": "relation", "vector": "tuple", "colon": "ratio", "base": "numeral", "unit": "measure"}


# -- collections ---------------------------------------------------------------------------------------------


def _place_by_place(rule: str) -> Comparison:
    return lambda left, right: in_order(left.args, right.args, rule)


def in_order(left: Sequence[Tree], right: Sequence[Tree], rule: str) -> Finding:
    """Whether two sequences agree place by place."""
    if len(left) != len(right):
        return Finding(False, "different lengths")
    return _all_of([compare(one, two) for one, two in zip(left, right, strict=True)], rule)


def _all_of(found: list[Finding], rule: str) -> Finding:
    if any(finding.equal is False for finding in found):
        return Finding(False, rule)
    return Finding(None if any(finding.equal is None for finding in found) else True, rule)


def _unordered(left: Tree, right: Tree) -> Finding:
    return as_sets(left.args, right.args)


def as_sets(left: Sequence[Tree], right: Sequence[Tree]) -> Finding:
    """Whether two collections have the same members, in any order, repeats ignored."""
    if len(left) * len(right) > _MAX_PAIRS:
        return _long_sets(left, right)
    if len(left) * len(right) <= _FEW_PAIRS:
        table = [[compare(one, two).equal for two in right] for one in left]
        answers = [_any(members) for members in chain(table, zip(*table, strict=True))]
        verdict = False if False in answers else None if None in answers else True
    else:
        verdict = _all_met(left, right)
    return Finding(verdict, "the same members in any order")


def _all_met(left: Sequence[Tree], right: Sequence[Tree]) -> bool | None:
    """Whether each member of two collections has an equal one in the other; the likely ones are compared first."""
    here, there = list(map(_roughly, left)), list(map(_roughly, right))
    onward = _each_met(left, here, right, there)
    if onward is False:
        return False
    back = _each_met(right, there, left, here)
    return back if onward or back is False else None


def _each_met(left: Sequence[Tree], here: list[float], right: Sequence[Tree], there: list[float]) -> bool | None:
    verdict: bool | None = True
    for tree, value in zip(left, here, strict=True):
        order = sorted(range(len(right)), key=lambda at: abs(there[at] - value))
        met = _any(compare(tree, right[at]).equal for at in order)
        if met is False:
            return False
        verdict = verdict if met else None
    return verdict


def _roughly(tree: Tree) -> float:
    """A value by which equal members are found quickly: in doubles, at one fixed point; 0 where there is none."""
    try:
        value = approximate(tree, {name: 1.3 + at / 7 for at, name in enumerate(sorted(symbols(tree)))})
    except (Undefined, OverLimit, OverflowError):
        return 0.0
    return abs(value or 0.0)


def _any(found: Iterable[bool | None]) -> bool | None:
    """True if one of them is, else None if one of them is; what follows a True is not asked for."""
    open_ones = False
    for each in found:
        if each:
            return True
        open_ones = open_ones or each is None
    return None if open_ones else False


def _rational(tree: Tree) -> Fraction | int | None:
    return exact(tree) if is_scalar(tree) and quantity(tree).unit == "" else None


def _long_sets(left: Sequence[Tree], right: Sequence[Tree]) -> Finding:
    values = [[_rational(tree) for tree in side] for side in (left, right)]
    if None in values[0] or None in values[1]:
        raise OverLimit("two long lists of values that are not rational")
    return Finding(set(values[0]) == set(values[1]), "the same members in any order")


def _list_with_tuple(listed: Tree, ordered: Tree) -> Finding:
    equations = [assigned(arg) for arg in listed.args]
    if all(equations):
        found = sorted((str(name.leaf), value) for name, value in (pair for pair in equations if pair))
        if len({name for name, _ in found}) < len(found):
            return Finding(False, "two values of one name")
        return in_order([value for _, value in found], ordered.args, "named coordinates")
    return in_order(listed.args, ordered.args, "coordinates without brackets")


def _lists(left: Tree, right: Tree) -> Finding:
    try:
        if any(arg.head == "rel" and arg.leaf != "=" for arg in (*left.args, *right.args)):
            return compare_sets(left, right)
    except (NotASet, Inexact, Undefined):  # ends that can't be ordered
        pass
    return _unordered(left, right)


def _single(collection: Tree, value: Tree) -> Finding:
    found = as_sets(collection.args, (value,))
    return found if found.equal is not False else found.but("several values against one")


def _matrices(left: Tree, right: Tree) -> Finding:
    if shape(left) != shape(right):
        return Finding(False, "matrices of different shapes")
    return in_order(_cells(left), _cells(right), "matrices, cell by cell")


def _cells(matrix: Tree) -> list[Tree]:
    return [cell for row in matrix.args for cell in row.args]


def _rows_with_matrix(rows: Tree, matrix: Tree) -> Finding:
    """`[[1,2],[3,4]]` or `[1,2]`, as programs write a matrix or a vector."""
    if 1 in shape(matrix) and all(arg.head != "brackets" for arg in rows.args):
        return _matrix_with_tuple(matrix, rows)
    if any(row.head != "brackets" for row in rows.args):
        return Finding(False, "brackets and a matrix")
    left, right = ([Tree("tuple", row.args) for row in side.args] for side in (rows, matrix))
    return in_order(left, right, "rows")


def _matrix_with_tuple(matrix: Tree, ordered: Tree) -> Finding:
    if 1 not in shape(matrix):
        return Finding(False, "a matrix is no tuple")
    return in_order(_cells(matrix), ordered.args, "a vector, place by place")


def _real_sets(left: Tree, right: Tree) -> Finding:
    try:
        return compare_sets(left, right)
    except NotASet:
        return _by_structure(left, right)


_PIECES = frozenset(("interval", "tuple", "brackets", "set"))


def _list_with_set(listed: Tree, other: Tree) -> Finding:
    r"""`(-\infty,-1), (5,\infty)` for the union of the two; any other list as the set that its bounds make."""
    if other.head == "union" and all(arg.head in _PIECES for arg in listed.args):
        return as_sets(listed.args, list(_pieces(other)))
    return _real_sets(listed, other)


def _pieces(tree: Tree) -> Iterator[Tree]:
    for arg in tree.args:
        if arg.head == "union":
            yield from _pieces(arg)
        else:
            yield arg


def _by_structure(left: Tree, right: Tree) -> Finding:
    if left.head != right.head or left.leaf != right.leaf or not left.args:
        return Finding(left == right, "the same notation")
    found = in_order(left.args, right.args, "part by part")
    return found if found.equal or left.head in ("interval", "row") else Finding(None, found.rule)


def _brackets_with_tuple(brackets: Tree, ordered: Tree) -> Finding:
    if len(brackets.args) == 2:
        return Finding(False, "closed and open brackets")
    return _tuples(brackets, ordered)


# -- the rest ------------------------------------------------------------------------------------------------


def _relation_with_value(relation: Tree, value: Tree) -> Finding:
    if relation.leaf == r"\in" and is_name(relation.args[0]):
        return compare(relation.args[1], value)
    pair = assigned(relation)
    if pair is None:
        return Finding(False, "a relation is no value")
    return compare(pair[1], value).but("the value of a named quantity")


def _relation_with_set(relation: Tree, other: Tree) -> Finding:
    if assigned(relation):
        return _relation_with_value(relation, other)
    return _real_sets(relation, other)


def _list_with_relation(listed: Tree, relation: Tree) -> Finding:
    r"""`x=5, y=-1` and `(x,y)=(5,-1)`; `2, 3` and `x \in \{2,3\}`."""
    if relation.leaf == r"\in" and is_name(relation.args[0]):
        return compare(relation.args[1], listed)
    name, value = assigned(relation) or (relation, relation)
    if name.head != "tuple" or len(name.args) != len(value.args):
        return _real_sets(listed, relation)
    equations = tuple(Tree("rel", pair, "=") for pair in zip(name.args, value.args, strict=True))
    return as_sets(listed.args, equations)


def _numeral_with_number(numeral: Tree, number: Tree) -> Finding:
    digits, _, base = str(numeral.leaf).partition(":")
    if base != "10" or number.head != "num":
        return Finding(False, "a numeral needs its base")
    return Finding(number.leaf == int(digits), "numerals in base ten")


def _ratios(left: Tree, right: Tree) -> Finding:
    halves = {str(left.leaf), str(right.leaf)} - {"", "clock"}
    if len(left.args) != len(right.args) and not halves:
        return Finding(False, "different lengths")
    if len(halves) > 1:
        return Finding(False, "morning and afternoon")
    if halves or "clock" in (left.leaf, right.leaf):
        return in_order(_hours(left, halves), _hours(right, halves), "times of day")
    first, other = left.args[0], right.args[0]
    crossed = [(Tree("mul", (a, other)), Tree("mul", (b, first))) for a, b in zip(left.args, right.args, strict=True)]
    return _all_of([compare_values(*pair) for pair in crossed], "ratios, cross-multiplied")


def _hours(time: Tree, halves: set[str]) -> Sequence[Tree]:
    """The parts of a time of day, `17:45` as 5:45 where the other side says pm."""
    hour, *rest = time.args if len(time.args) > 1 or not halves else (*time.args, num(0))
    count = int(hour.leaf or 0) if hour.head == "num" else 0
    late = time.leaf not in halves and halves == {"pm"} and _NOON < count < 2 * _NOON
    return (num(count - _NOON), *rest) if late else (hour, *rest)


_NOON = 12


def _ratio_with_number(ratio: Tree, number: Tree) -> Finding:
    value = exact(number)
    if len(ratio.args) != 2 or ratio.leaf or value is None or value.denominator == 1:
        return Finding(False, "a ratio is no number")
    return compare_values(Tree("div", ratio.args), number).but("a ratio and its quotient")


def _specials(left: Tree, right: Tree) -> Finding:
    names = {str(left.leaf), str(right.leaf)}
    return Finding(len(names) == 1 or names == {"empty", "no solution"}, "objects with a name")


def _measures(left: Tree, right: Tree) -> Finding:
    values = compare(left.args[0], right.args[0])
    return _all_of([values, Finding(left.leaf == right.leaf, "units")], "values and units")


def _list_with_mixed(listed: Tree, mixed: Tree) -> Finding:
    return in_order(listed.args if listed.leaf == "and" else (), mixed.args, "quantities, unit by unit")


def _several(_many: Tree, _one: Tree) -> Finding:
    return Finding(False, "several values against one")


def _equations_and_bounds(left: Tree, right: Tree) -> Finding:
    return compare_relations(left, right, compare)


_tuples = _place_by_place("tuples, place by place")
_ALIKE: dict[str, Comparison] = {
    "scalar": compare_scalars,
    "list": _lists,
    "set": _unordered,
    "tuple": _tuples,
    "real set": _real_sets,
    "brackets": _place_by_place("closed brackets, place by place"),
    "matrix": _matrices,
    "relation": _equations_and_bounds,
    "text": lambda left, right: Finding(left == right, "the same words"),
    "special": _specials,
    "ratio": _ratios,
    "numeral": lambda left, right: Finding(left == right, "the same numeral in the same base"),
    "measure": _measures,
    "row": _by_structure,
    "mod": compare_congruences,
    "mixed": _place_by_place("quantities, unit by unit"),
}
_UNLIKE: dict[tuple[str, str], Comparison] = {
    ("list", "set"): _unordered,
    ("list", "tuple"): _list_with_tuple,
    ("list", "mixed"): _list_with_mixed,
    ("list", "real set"): _list_with_set,
    ("list", "relation"): _list_with_relation,
    ("set", "scalar"): _single,
    ("brackets", "tuple"): _brackets_with_tuple,
    ("matrix", "tuple"): _matrix_with_tuple,
    ("brackets", "matrix"): _rows_with_matrix,
    ("numeral", "scalar"): _numeral_with_number,
    ("ratio", "scalar"): _ratio_with_number,
}
_UNLIKE |= {(many, "scalar"): _several for many in ("list", "measure")}
_UNLIKE |= {(one, "real set"): _real_sets for one in ("set", "tuple", "brackets")}
_UNLIKE |= {(one, "special"): _real_sets for one in ("list", "set", "tuple", "real set")}
_UNLIKE |= {("relation", other): _relation_with_set for other in ("real set", "tuple", "brackets", "special", "set")}
_VALUES = ("mixed", "scalar", "matrix", "text", "ratio", "numeral", "measure")
_UNLIKE |= {("relation", value): _relation_with_value for value in _VALUES}
