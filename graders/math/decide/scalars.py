"""Numbers and expressions: the decimal policy, percent, degrees and units around the values."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from typing import NamedTuple

from graders.math.decide.values import compare_expressions, is_same, same
from graders.math.lexis.units import UNIT_LETTERS, same_unit
from graders.math.limits import OverLimit
from graders.math.numbers.agreement import is_rounded
from graders.math.numbers.domain import is_defined
from graders.math.numbers.evaluate import Undefined
from graders.math.numbers.floats import approximate
from graders.math.numbers.literals import Rational, decimal_value, rounds_to, significant_digits
from graders.math.numbers.prime_powers import prime_powers
from graders.math.numbers.rationals import exact
from graders.math.tree import PI, SCALARS, Tree, fn, heads, infinite_sign, nodes, num, sym, symbols
from graders.math.verdict import Finding, all_same

_SIGNIFICANT = 6
"""Digits that a rounded decimal must show."""
_ZERO, _HUNDRED = num(0), num(100)
_I = Tree("const", (), "i")
_HALF_TURN = num(180)


class Quantity(NamedTuple):
    """A value and what stands behind it: a unit's name, `percent`, `degree` or nothing."""

    value: Tree
    unit: str


def quantity(tree: Tree) -> Quantity:
    """The tree as a value and its unit; a sign before a percentage belongs to the value."""
    if tree.head in ("percent", "degree"):
        return Quantity(tree.args[0], tree.head)
    if tree.head == "unit":
        return Quantity(tree.args[0], str(tree.leaf))
    if tree.head == "neg" and tree.args[0].head in ("percent", "degree", "unit"):
        value, unit = quantity(tree.args[0])
        return Quantity(Tree("neg", (value,)), unit)
    return Quantity(tree, "")


def is_scalar(tree: Tree) -> bool:
    """Whether the tree is a number, an expression, or one with a unit."""
    head = tree.head
    return head in SCALARS or head in ("percent", "degree") or (head == "unit" and tree.args[0].head in SCALARS)


def compare_scalars(left: Tree, right: Tree) -> Finding:
    """Whether two quantities are equal under the policy on units, percent and decimals."""
    (one, unit_one), (two, unit_two) = quantity(left), quantity(right)
    if unit_one and unit_two and not same_unit(unit_one, unit_two):
        return Finding(False, "different units")
    if unit_one != unit_two and {unit_one, unit_two} & {"percent", "percent point"}:
        return _percent(one, two, unit_one, unit_two)
    measured, plain = (one, two) if unit_one else (two, one)
    if "degree" in (unit_one, unit_two) and unit_one != unit_two and PI in nodes(plain) and not symbols(plain):
        turned = Tree("div", (Tree("mul", (measured, PI)), _HALF_TURN))
        return compare_values(turned, plain).but("an angle in degrees and in radians")
    if unit_one != unit_two and symbols(plain):
        one, two = _as_variables(one, unit_one), _as_variables(two, unit_two)
    found = compare_values(one, two)
    return found if unit_one == unit_two else found.but(f"{found.rule}, a unit missing on one side")


def _as_variables(value: Tree, unit: str) -> Tree:
    """The value times its unit's letters: `3 m` and `3 m/s^2` may be metres and seconds, or variables."""
    above, *below = (_letters(part) for part in unit.split("/"))
    if not above or not all(below):
        return value
    product = Tree("mul", (value, *above))
    return Tree("div", (product, Tree("mul", tuple(chain(*below))))) if below else product


def _letters(unit: str) -> tuple[Tree, ...]:
    """The factors that a product of units makes when its letters are variables; none where it has other names."""
    factors: list[Tree] = []
    for part in unit.split():
        name, _, power = part.partition("^")
        letters = UNIT_LETTERS.get(name, ())
        if not letters or not (power or "1").isdigit():
            return ()
        found = tuple(map(sym, letters))
        base = found[0] if len(found) == 1 else Tree("mul", found)
        factors.append(Tree("pow", (base, num(int(power)))) if power else base)
    return tuple(factors)


def _percent(one: Tree, two: Tree, unit_one: str, unit_two: str) -> Finding:
    if unit_one and unit_two:
        return Finding(False, "different units")
    share, plain = (one, two) if unit_one else (two, one)
    of_shares = (share, Tree("mul", (_HUNDRED, plain))), (Tree("div", (share, _HUNDRED)), plain)
    for pair in of_shares if "percent" in (unit_one, unit_two) else ():
        found = compare_values(*pair)
        if found.equal is not False:
            return found.but("a percentage and its value")
    value = exact(plain)
    if value and -1 < value < 1:  # below one it is the share itself
        return Finding(False, "a percentage and its value")
    return compare_values(one, two).but("a percent sign missing on one side")


def compare_numbers(one: Tree, two: Tree) -> Finding:
    """`compare_values` for numbers as written: integers, decimals, fractions of such."""
    try:
        return compare_values(one, two)
    except Undefined as error:
        return Finding(False, f"no value: {error}")


def compare_values(one: Tree, two: Tree) -> Finding:
    """Whether two values are equal, or one is a decimal that rounds the other as the policy allows."""
    if one.head == two.head == "num":
        return Finding(one == two, "exact rationals")
    signs = infinite_sign(one), infinite_sign(two)
    if any(signs):
        return Finding(signs[0] == signs[1], "infinity")
    literals = decimal_text(one), decimal_text(two)
    if any(literals) and not (symbols(one) or symbols(two)):
        return _with_decimals(one, two, *literals)
    parts = _rectangular(one), _rectangular(two)
    if any(parts) and not (symbols(one) or symbols(two)):
        sides = parts[0] or _parts(one), parts[1] or _parts(two)
        return Finding(all_same(*sides, compare_values), "real and imaginary parts")
    if one == two:
        has_value = _has_value(one)
        return Finding(has_value, "the same expression" if has_value else "an expression without a value")
    return compare_expressions(one, two)


def _has_value(tree: Tree) -> bool:
    """Whether an expression has a value, one of powers that are too large to be worked out among them."""
    try:
        return is_defined(tree)
    except OverLimit:
        if prime_powers(tree) is None:
            raise
        return True


# -- complex numbers -----------------------------------------------------------------------------------------


def _rectangular(tree: Tree) -> tuple[Tree, Tree] | None:
    """The two parts of `a+bi` and `bi` where these are literals and one of them is a decimal."""
    real, imaginary = tree.args if tree.head == "add" and len(tree.args) == 2 else (_ZERO, tree)
    factor = _times_i(imaginary)
    if factor is None or not (_is_written(real) and _is_written(factor)):
        return None
    return (real, factor) if "decimal" in heads(real) | heads(factor) else None


def _times_i(tree: Tree) -> Tree | None:
    if tree.head == "neg":
        inner = _times_i(tree.args[0])
        return inner and Tree("neg", (inner,))
    if tree.head == "mul" and len(tree.args) == 2 and _I in tree.args:
        return tree.args[tree.args[0] == _I]
    return num(1) if tree == _I else None


def _is_written(tree: Tree) -> bool:
    return tree.head in ("num", "decimal") or (tree.head == "neg" and _is_written(tree.args[0]))


def _parts(tree: Tree) -> tuple[Tree, Tree]:
    return fn("re", tree), fn("im", tree)


# -- decimals ------------------------------------------------------------------------------------------------


def decimal_text(tree: Tree) -> str:
    """The text of a decimal literal, with its sign and power of ten; empty for anything else."""
    if tree.head == "decimal":
        return str(tree.leaf)
    if tree.head == "neg":
        inner = decimal_text(tree.args[0])
        return inner and "-" + inner
    if tree.head == "mul" and len(tree.args) == 2:
        return _scientific(*tree.args)
    return ""


def _scientific(mantissa: Tree, power: Tree) -> str:
    text = decimal_text(mantissa)
    if not text or "e" in text or power.head != "pow" or power.args[0] != num(10):
        return ""
    exponent = exact(power.args[1])
    return f"{text}e{exponent}" if isinstance(exponent, int) and abs(exponent) < 10_000 else ""


def _with_decimals(one: Tree, two: Tree, text_one: str, text_two: str) -> Finding:
    first, second = exact(one), exact(two)
    if first is not None and second is not None:
        if first == second:
            return Finding(True, "exact rationals")
        rounded = (bool(text_two) and _rounds(first, text_one, text_two)) or (
            bool(text_one) and _rounds(second, text_two, text_one)
        )
        return Finding(rounded, "a correct rounding" if rounded else "exact rationals")
    value, text = (one, text_two) if first is None else (two, text_one)
    return Finding(_rounds_irrational(value, text), "rounding of an irrational value")


def _rounds(value: Rational, other: str, text: str) -> bool:
    if other and significant_digits(other) <= significant_digits(text):
        return False  # of two decimals the shorter one is the rounding
    return rounds_to(value, text)


def _rounds_irrational(value: Tree, text: str) -> bool:
    if not is_defined(value):
        raise Undefined("no value")
    near, given = approximate(value), decimal_value(text)
    if isinstance(near, float) and abs(Fraction(near) - given) > abs(given) / 10**5:
        return False
    if same(value, Tree("decimal", (), text)):
        return True
    if isinstance(near, complex) or significant_digits(text) < _SIGNIFICANT:
        return False
    return is_rounded(value, text) and not is_same(value, num(round(given)))
