"""Whether two settled trees are one mathematical object: a table from their kinds to the rule that decides.

Every rule is symmetric in its two sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import gcd

from graders.math.decide.canonical import canonical
from graders.math.decide.families import compare_families, family_with_formula
from graders.math.decide.members import as_lists, as_sets, at_odds, connective, labels, leaves_labels_out
from graders.math.decide.naming import assigned, coordinates, is_name
from graders.math.decide.relations import compare_congruences, compare_relations
from graders.math.decide.scalars import compare_scalars, compare_values, is_scalar
from graders.math.decide.sets import NotASet, compare_sets
from graders.math.lexis.words import words_of
from graders.math.numbers.evaluate import Inexact, Undefined
from graders.math.numbers.rationals import exact
from graders.math.tree import Tree, num, shape, symbols
from graders.math.verdict import Comparison, Finding, Refused, all_same
from graders.math.work import charge

_COMPARED = 15
"""Work of holding two members against one another, beside what evaluates them."""
_SET_LIKE = frozenset(("interval", "union", "meet", "minus", "where"))


def settled(tree: Tree) -> Tree:
    """The tree with its notation worked out. Raises `Refused` for chains that say nothing or too much."""
    return canonical(tree, compare)


def compare(left: Tree, right: Tree) -> Finding:
    """Whether two trees denote the same object; None where it stays open. Symmetric."""
    charge(_COMPARED)
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


def in_order(left: Sequence[Tree], right: Sequence[Tree], rule: str) -> Finding:
    """Whether two sequences agree place by place."""
    if len(left) != len(right):
        return Finding(False, "different lengths")
    return Finding(all_same(left, right, compare), rule)


def _place_by_place(rule: str) -> Comparison:
    return lambda left, right: in_order(left.args, right.args, rule)


def _under_one_name(rule: str) -> Comparison:
    """The rule of what has a unit or a label."""
    return lambda left, right: (
        in_order(left.args, right.args, rule) if left.leaf == right.leaf else Finding(False, rule)
    )


def _list_with_tuple(listed: Tree, ordered: Tree) -> Finding:
    if connective(listed) != "and":
        return Finding(False, "alternatives are no coordinates")
    equations = [assigned(arg) for arg in listed.args]
    if all(equations):
        found = sorted((str(name.leaf), value) for name, value in filter(None, equations))
        if len({name for name, _ in found}) < len(found):
            return Finding(False, "two values of one name")
        return in_order([value for _, value in found], ordered.args, "named coordinates")
    return in_order(listed.args, ordered.args, "coordinates without brackets")


def _list_with_brackets(listed: Tree, brackets: Tree) -> Finding:
    """`[2, 3]` as programs write a list, with space behind each comma; `[2,3]` is an interval."""
    if len(brackets.args) == 2 and brackets.leaf != "spaced":
        return Finding(False, "a closed interval and a list")
    if len(brackets.args) == 2 and any(map(symbols, brackets.args)):  # `[a+b, b]` has letters for its ends
        return Finding(False, "a closed interval and a list")
    joined = listed.leaf == "," or (connective(listed) == "and" and len(listed.args) > 2)
    if not joined or len(labels(listed)) > 1:
        return Finding(False, "closed brackets and a list")
    return in_order(listed.args, brackets.args, "a list in brackets, in order")


def _lists(left: Tree, right: Tree) -> Finding:
    if reason := at_odds(left, right):
        return Finding(False, reason)
    if " " in connective(left):
        return in_order(left.args, right.args, "statements, in order")
    try:
        if any(arg.head == "rel" and arg.leaf != "=" for arg in (*left.args, *right.args)):
            return compare_sets(left, right)
    except (NotASet, Inexact, Undefined):  # ends that can't be ordered
        pass
    if leaves_labels_out(left, right):
        return in_order(left.args, right.args, "values without their names, in order")
    return as_lists(left.args, right.args, compare)


def _list_with_finite_set(listed: Tree, other: Tree) -> Finding:
    if len(labels(listed)) > 1 and (len(labels(other)) < 2 or connective(listed) != "and"):
        return Finding(False, "values of different names are no set")
    return as_sets(listed.args, other.args, compare)


def _matrices(left: Tree, right: Tree) -> Finding:
    if shape(left) != shape(right):
        return Finding(False, "matrices of different shapes")
    return in_order(_cells(left), _cells(right), "matrices, cell by cell")


def _cells(matrix: Tree) -> list[Tree]:
    return [cell for row in matrix.args for cell in row.args]


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
        return as_sets(listed.args, list(_pieces(other)), compare)
    return _real_sets(listed, other)


def _pieces(tree: Tree) -> Iterator[Tree]:
    for arg in tree.args:
        yield from _pieces(arg) if arg.head == "union" else (arg,)


def _by_structure(left: Tree, right: Tree) -> Finding:
    alike = left.head == right.head and left.leaf == right.leaf and len(left.args) == len(right.args) > 0
    if not alike or any(is_scalar(one) != is_scalar(two) for one, two in zip(left.args, right.args, strict=False)):
        return Finding(left == right, "the same notation")
    found = in_order(left.args, right.args, "part by part")
    return found if found.equal or left.head in ("interval", "row") else Finding(None, found.rule)


# -- ratios and times of day, which look alike: `2:3`, `5:45`, `5:45 pm` ---------------------------------------


_NOON = 12
_HOURS, _SIXTY = 24, 60


def _ratios(left: Tree, right: Tree) -> Finding:
    """Whether two ratios, or two times of day, are equal. Symmetric."""
    halves = {str(left.leaf), str(right.leaf)} - {"", "clock"}
    if len(left.args) != len(right.args) and not halves:
        return Finding(False, "different lengths")
    if len(halves) > 1:
        return Finding(False, "morning and afternoon")
    if halves or "clock" in (left.leaf, right.leaf):
        return _times(left, right, halves)
    if _is_time(left) and _is_time(right) and left != right:
        return Finding(False, "two times of day")
    if (_is_time(left) or _is_time(right)) and not (_in_lowest_terms(left) or _in_lowest_terms(right)):
        return Finding(False, "a time of day is no ratio")
    first, other = left.args[0], right.args[0]
    crossed = [Tree("mul", (part, other)) for part in left.args], [Tree("mul", (part, first)) for part in right.args]
    return Finding(all_same(*crossed, compare_values), "ratios, cross-multiplied")


def _times(left: Tree, right: Tree, halves: set[str]) -> Finding:
    likely_ratio = bool(halves) and left.args == right.args and any(map(_may_be_ratio, (left, right)))
    if likely_ratio or not all(side.leaf or len(side.args) == 1 or _is_time(side) for side in (left, right)):
        return Finding(False, "a ratio is no time of day")
    hours = _hours(left, halves), _hours(right, halves)
    if len(hours[0]) != len(hours[1]):
        return Finding(False, "different lengths")
    return Finding(all_same(*hours, compare), "times of day")


def _hours(time: Tree, halves: set[str]) -> Sequence[Tree]:
    """The parts of a time of day, `17:45` as 5:45 where the other side says pm."""
    hour, *rest = time.args if len(time.args) > 1 or not halves else (*time.args, num(0))
    count = int(hour.leaf or 0) if hour.head == "num" else 0
    late = time.leaf not in halves and halves == {"pm"} and _NOON < count < 2 * _NOON
    return (num(count - _NOON), *rest) if late else (hour, *rest)


def _is_time(tree: Tree) -> bool:
    """Whether two integers may be hours and minutes: in their bounds, the minutes in two digits."""
    if len(tree.args) != 2 or any(arg.head != "num" for arg in tree.args):
        return False
    hour, minute = (int(arg.leaf or 0) for arg in tree.args)
    return hour < _HOURS and 10 <= minute < _SIXTY


def _may_be_ratio(tree: Tree) -> bool:
    """Whether `6:11` is a ratio more likely than a time of day: in lowest terms, and nothing said of the day."""
    return not tree.leaf and len(tree.args) > 1 and _in_lowest_terms(tree)


def _in_lowest_terms(tree: Tree) -> bool:
    values = [int(arg.leaf or 0) for arg in tree.args if arg.head == "num"]
    return len(values) < len(tree.args) or gcd(*values) == 1


# -- the rest ------------------------------------------------------------------------------------------------


def _relation_with_value(relation: Tree, value: Tree) -> Finding:
    if relation.leaf == r"\in" and is_name(relation.args[0]):
        return compare(relation.args[1], value)
    pair = assigned(relation)
    return compare(pair[1], value).but("the value of a named quantity") if pair else _real_sets(relation, value)


def _list_with_relation(listed: Tree, relation: Tree) -> Finding:
    r"""`x=5, y=-1` and `(x,y)=(5,-1)`; `2, 3` and `x \in \{2,3\}`."""
    if relation.leaf == r"\in" and is_name(relation.args[0]):
        return compare(relation.args[1], listed)
    name, value = assigned(relation) or (relation, relation)
    if name.head != "tuple" or len(name.args) != len(value.args):
        return _real_sets(listed, relation)
    equations = tuple(Tree("rel", pair, "=") for pair in zip(name.args, value.args, strict=True))
    return _lists(listed, Tree("list", equations, "and"))


def _numeral_with_number(numeral: Tree, number: Tree) -> Finding:
    digits, _, base = str(numeral.leaf).partition(":")
    if base != "10" or number.head != "num":
        return Finding(False, "a numeral needs its base")
    return Finding("." not in digits and number.leaf == int(digits), "numerals in base ten")


def _ratio_with_number(ratio: Tree, number: Tree) -> Finding:
    value = exact(number)
    if len(ratio.args) != 2 or ratio.leaf or value is None or value.denominator == 1:
        return Finding(False, "a ratio is no number")
    return compare_values(Tree("div", ratio.args), number).but("a ratio and its quotient")


def _specials(left: Tree, right: Tree) -> Finding:
    names = {str(left.leaf), str(right.leaf)}
    if len(names) == 1 or names == {"empty", "no solution"}:
        return Finding(True, "objects with a name")
    try:
        return compare_sets(left, right)
    except NotASet:
        return Finding(False, "objects with a name")


def _tuples(left: Tree, right: Tree) -> Finding:
    """Whether two points agree place by place, named coordinates in the order of their names."""
    one, two = coordinates(left), coordinates(right)
    if one is None or two is None:
        return Finding(False, "coordinates with names that are no point")
    return in_order(one, two, "tuples, place by place")


_ALIKE: dict[str, Comparison] = {
    "scalar": compare_scalars,
    "list": _lists,
    "set": lambda left, right: as_sets(left.args, right.args, compare),
    "tuple": _tuples,
    "real set": _real_sets,
    "brackets": _place_by_place("closed brackets, place by place"),
    "matrix": _matrices,
    "relation": lambda left, right: compare_relations(left, right, compare),
    "text": lambda left, right: Finding(left == right, "the same words"),
    "special": _specials,
    "ratio": _ratios,
    "numeral": lambda left, right: Finding(left == right, "the same numeral in the same base"),
    "measure": _under_one_name("values and units"),
    "row": _by_structure,
    "piecewise": lambda left, right: as_lists(left.args, right.args, compare).but("pieces with their conditions"),
    "mod": compare_congruences,
    "labelled": _under_one_name("labels and what they stand for"),
    "family": lambda left, right: compare_families(left, right, compare),
    "mixed": _place_by_place("quantities, unit by unit"),
}
_UNLIKE: dict[tuple[str, str], Comparison] = {
    ("list", "set"): _list_with_finite_set,
    ("list", "brackets"): _list_with_brackets,
    ("list", "tuple"): _list_with_tuple,
    ("list", "mixed"): lambda listed, mixed: in_order(
        listed.args if listed.leaf == "and" else (), mixed.args, "quantities, unit by unit"
    ),
    ("list", "real set"): _list_with_set,
    ("list", "relation"): _list_with_relation,
    ("set", "scalar"): lambda members, value: as_sets(members.args, (value,), compare).but("a set and its one member"),
    ("brackets", "tuple"): lambda brackets, ordered: (
        _tuples(brackets, ordered) if len(brackets.args) != 2 else Finding(False, "closed and open brackets")
    ),
    ("numeral", "scalar"): _numeral_with_number,
    ("ratio", "scalar"): _ratio_with_number,
    **{
        (many, "scalar"): lambda _many, _one: Finding(False, "several values against one")
        for many in ("list", "measure")
    },
    **{("matrix", other): _matrix_with_tuple for other in ("tuple", "brackets")},
    **{(one, "real set"): _real_sets for one in ("set", "tuple", "brackets")},
    **{(one, "special"): _real_sets for one in ("list", "set", "tuple", "real set")},
    **{
        ("relation", value): _relation_with_value
        for value in words_of("piecewise mixed scalar matrix text ratio numeral measure tuple brackets special set")
    },
    ("relation", "real set"): _relation_with_value,
    **{
        ("family", other): lambda left, right: family_with_formula(left, right, compare)
        for other in ("scalar", "list", "tuple", "relation", "degree")
    },
}
