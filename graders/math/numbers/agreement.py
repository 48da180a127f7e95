"""Whether two values agree, to more and more digits.

A difference that is not zero stays what it is when the digits are doubled; one that is zero shrinks with
them. That tells the two apart whatever was lost to cancellation on the way, if the digits reach below the smallest
scale that is written: 1 + 10^-200 is 1 to 100 digits and to 200. So the magnitudes of all values on the way are added
up, and a few times their sum is what the digits must reach; where they can't, nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graders.math.numbers.digits import FEWEST, GUARD, ORDER, SPARE, Big, Digits, context, trusted
from graders.math.numbers.evaluate import Inexact, Undefined
from graders.math.numbers.literals import Rational, decimal_value, step
from graders.math.tree import Tree, contains, heads, size
from graders.math.work import kept

_LEVELS = (FEWEST, 100, 200)
_QUADRATURE_LEVELS = (12, 24)
_STABLE = 1e-5
_SHRUNK = 1e-12
_MOST_DIGITS, _MORE = 2500, 50
"""Digits beyond which nothing is settled, and by how many more a difference is looked at again."""
_STRIDE = 100
_DEAR_STEPS = 16e7
"""Nodes times the square of the digits that may be worked out with more digits than usual."""
_QUADRATURE_BITS = 64
"""What 24 digits of an integral are good for."""
_LIMIT_SHARE = 0.4
"""Share of the digits of a limit that are right."""


def same_number(left: Tree, right: Tree, env: Mapping[str, Rational] | None = None) -> bool | None:
    """Whether two trees have one value at a point; None where it stays open. Symmetric.

    Raises `Undefined` where one of them has no value.
    """
    inside = heads(left) | heads(right)
    levels = _QUADRATURE_LEVELS if "int" in inside else _LEVELS
    share = _LIMIT_SHARE if "lim" in inside else 1.0
    found, needed = _stable(left, right, levels, env, share)
    if "int" in inside:
        return found if not found or needed <= ORDER * _QUADRATURE_BITS + SPARE else None
    reached = levels[1]
    most = min(_MOST_DIGITS, int((_DEAR_STEPS / (size(left) + size(right))) ** 0.5))
    while needed > share * trusted(reached):
        reached = int((needed / share + 4) * 3 / 10) + GUARD + 1
        if reached > most:
            return None
        reached = min(most, _in_strides(reached))
        found, needed = _stable(left, right, (reached, reached + _MORE), env, share)
    return found


def seem_same(left: Tree, right: Tree, env: Mapping[str, Rational]) -> bool:
    """Whether two trees have one value at a point, to the fewest digits that are looked at. Raises like `value`."""
    return not _difference(left, right, FEWEST, env)[0]


def _in_strides(digits: int) -> int:
    """So many digits or a few more, that values which need about as many are worked out once for all of them."""
    return -(-digits // _STRIDE) * _STRIDE


def _stable(
    left: Tree, right: Tree, levels: Sequence[int], env: Mapping[str, Rational] | None, share: float = 1.0
) -> tuple[bool | None, int]:
    """Whether the difference shrinks as the digits grow (True), stays (False) or neither; the bits it takes to know.

    Where those are more than the second level has, to a share, no further level is looked at: more digits will tell.
    """
    previous, needed = None, 0
    for digits in levels:
        try:
            gap, scale, needed = _difference(left, right, digits, env)
        except Undefined:  # with more digits a divisor may turn out not to be zero
            if digits == levels[-1]:
                raise
            continue
        if not gap and previous is not None:
            return True, needed
        if previous is not None and abs(gap - previous) < _STABLE * gap:
            return False, needed
        if previous is not None and gap < _SHRUNK * previous and gap < _SHRUNK * scale:
            return True, needed
        if needed > share * trusted(levels[1]):
            break
        previous = gap
    return None, needed


def _difference(left: Tree, right: Tree, digits: int, env: Mapping[str, Rational] | None) -> tuple[float, float, int]:
    (one, needed), (two, needed_too) = (_measured(tree, digits, env) for tree in (left, right))
    mp = context(FEWEST)  # gaps of all levels are compared in one context
    gap, scale = mp.convert(abs(one - two)), mp.convert(max(abs(one), abs(two)))
    is_rounding = bool(gap) and mp.mag(gap) < mp.mag(scale) - trusted(digits)
    return mp.zero if is_rounding else gap, scale, needed + needed_too - SPARE


def _measured(tree: Tree, digits: int, env: Mapping[str, Rational] | None) -> tuple[Big, int]:
    """A value, and the bits that tell a difference of such values from zero."""
    return _walked(tree, digits, env) if env else _constant(tree, digits, context(digits))


def _walked(tree: Tree, digits: int, env: Mapping[str, Rational] | None) -> tuple[Big, int]:
    walk = Digits(digits, env)
    return walk.of(tree), walk.needed


@kept(512)
def _constant(tree: Tree, digits: int, _context: Any) -> tuple[Big, int]:
    """The same, kept for each context: a list's members are each held against all of another's."""
    return _walked(tree, digits, None)


def roughly(tree: Tree, env: Mapping[str, Rational]) -> float:
    """About how large the value is at a point. Raises `Undefined`, and `Inexact` where it isn't told here."""
    levels = _QUADRATURE_LEVELS if contains(tree, "int") else _LEVELS
    return float(abs(_measured(tree, levels[0], env)[0]))


def is_real(tree: Tree, env: Mapping[str, Rational]) -> bool:
    """Whether the tree's value at a point is real, up to rounding. Raises `Undefined`."""
    value = Digits(30, env).of(tree)
    return bool(abs(value.imag) <= abs(value) * 1e-20)


def is_rounded(value: Tree, text: str) -> bool:
    """Whether a literal is a correct rounding of an irrational value, to the digits it shows."""
    try:
        walk = Digits(60 + len(text))
        gap = abs(walk.of(value) - walk.number(decimal_value(text)))
        return bool(gap * 2 <= walk.number(step(text)))
    except (Undefined, Inexact, TypeError):
        return False


def vanishes_to(left: Tree, right: Tree, bits: int) -> bool:
    """Whether the difference of two values is zero to this many bits after the point."""
    digits = 2 * bits // 3 + 20  # the values on the way may be as large as the bound itself
    gap, _, _ = _difference(left, right, digits, None)
    return bool(not gap or context(FEWEST).mag(gap) < -bits)


def decimals(tree: Tree, digits: int = 30) -> str:
    """The tree's value written to some digits, for explanations."""
    return str(context(digits + 10).nstr(Digits(digits + 10).of(tree), digits))
