"""What SymPy can prove about two trees. Runs in the worker only: nothing here is bounded but by its limits.

"Equal" needs a proof that the difference is zero; "different" needs one point at which two elementary
expressions certainly have different real values. Everything else stays open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache

import sympy

from graders.math.decide.compare import compare, settled
from graders.math.decide.scalars import is_scalar, quantity
from graders.math.limits import OverLimit
from graders.math.numbers.evaluate import Undefined
from graders.math.numbers.literals import rounds_to
from graders.math.symbolic.to_sympy import Expression, to_sympy
from graders.math.tree import Tree
from graders.math.verdict import Refused

_DIGITS = 30
"""Digits that a value must be known to before it counts as evidence."""
_CLEARLY = sympy.Rational(1, 10**12)
"""Values of which the difference is a larger share than this are different."""
_POINTS = (Fraction(137, 100), Fraction(289, 100), Fraction(53, 100), Fraction(-171, 100), Fraction(1193, 100))
"""Values of the first variable; the others get shifted ones."""
_SIMPLE_BITS = 256
"""Bits of the numbers in a difference that is simplified by all means."""
_DIVERGING = (sympy.Sum, sympy.Product, sympy.Integral)
_WORKED_OUT = (sympy.Sum, sympy.Product, sympy.Integral, sympy.Limit)
_IN_ORDER = frozenset(("tuple", "vector", "brackets", "matrix", "row", "rel", "interval", "unit"))
_UNORDERED = frozenset(("list", "set", "union"))
_MAX_PAIRS = 49
"""Comparisons made to match two unordered collections."""


def decided(left: Tree, right: Tree) -> bool | None:
    """True by a proof, False by a counter-example, None for open. Two scalars are known to be open in the host."""
    worked_out.cache_clear()  # no question may be cheaper for what was asked before it
    if is_scalar(left) and is_scalar(right):
        return _quantities(left, right)
    return _decided(left, right)


def _decided(left: Tree, right: Tree) -> bool | None:
    try:
        left, right = settled(left), settled(right)
        found = compare(left, right).equal
    except (Refused, Undefined):
        return False
    except OverLimit:  # the ceilings keep the host fast; here the worker's own limits hold
        found = None
    return _proved(left, right) if found is None else found


def _proved(left: Tree, right: Tree) -> bool | None:
    if is_scalar(left) and is_scalar(right):
        return _quantities(left, right)
    if left.head != right.head or left.leaf != right.leaf:
        return None
    if left.head in _IN_ORDER:
        return _in_order(left.args, right.args)
    return _in_any_order(left.args, right.args) if left.head in _UNORDERED else None


def _in_order(left: Sequence[Tree], right: Sequence[Tree]) -> bool | None:
    """Place by place; a place that differs proves nothing, for a relation may be written in many ways."""
    if len(left) != len(right):
        return None
    return all(_decided(one, two) is True for one, two in zip(left, right, strict=True)) or None


def _in_any_order(left: Sequence[Tree], right: Sequence[Tree]) -> bool | None:
    if len(left) * len(right) > _MAX_PAIRS:
        return None
    table = [[_decided(one, two) is True for two in right] for one in left]
    return (all(map(any, table)) and all(map(any, zip(*table, strict=True)))) or None


def _quantities(left: Tree, right: Tree) -> bool | None:
    (one, unit_one), (two, unit_two) = quantity(left), quantity(right)
    if unit_one != unit_two and "percent" in (unit_one, unit_two):
        return None
    for value, other in ((one, two), (two, one)):
        if other.head == "decimal":
            return _rounds(to_sympy(value), str(other.leaf))
    return same_value(to_sympy(one), to_sympy(two))


def same_value(left: Expression, right: Expression) -> bool | None:
    """Whether two expressions are equal wherever both are real; None for open."""
    sides = left, right
    left, right = worked_out(left), worked_out(right)
    if not (left.is_finite is not False and right.is_finite is not False):
        if any(side.has(*_DIVERGING) for side in sides):  # what diverges has no value to be equal to
            return None
        if {left.is_finite, right.is_finite} == {True, False}:
            return False
        return left == right if left.is_infinite and right.is_infinite else None
    if sympy.expand(left - right) == 0:
        return True
    if left.has(*_WORKED_OUT) or right.has(*_WORKED_OUT):  # of what SymPy can't work out it knows nothing else
        return None
    return False if _differ_somewhere(left, right) else _vanishes(left - right) or None


@lru_cache(maxsize=2 * _MAX_PAIRS)
def worked_out(expression: Expression) -> Expression:
    """Sums, products, integrals and limits replaced by their values, as far as SymPy finds them."""
    done = expression.doit()
    if done.has(sympy.Piecewise):
        done = sympy.piecewise_fold(done)
        done = _main_piece(done.args) if isinstance(done, sympy.Piecewise) else done
    return done.replace(_is_power_of_zero, lambda *_: sympy.S.Zero)


def _main_piece(pieces: Sequence[Expression]) -> Expression:
    """What holds but at single values of a variable; else what holds where the rest is unsolved or infinite."""
    wide = [piece for piece in pieces if not _is_rare(piece[1])]
    values = [piece for piece, _ in wide if not (piece.is_infinite or piece.has(*_WORKED_OUT))]
    if _is_rare(sympy.Not(wide[0][1])) or values == [wide[0][0]]:
        return wide[0][0]
    return sympy.Piecewise(*wide)


def _is_rare(condition: Expression) -> bool:
    """Whether a condition holds at single values of a variable alone."""
    if isinstance(condition, sympy.Or):
        return all(map(_is_rare, condition.args))
    return isinstance(condition, sympy.Eq) or (isinstance(condition, sympy.And) and any(map(_is_rare, condition.args)))


def _is_power_of_zero(part: Expression) -> bool:
    """The zero to an unknown power at the end of an integral: zero wherever the integral converges."""
    return bool(part.is_Pow and part.base.is_zero and part.exp.free_symbols)


def _has_large_numbers(difference: Expression) -> bool:
    """Whether factors would be looked for by primes of which one test is a long step, which no fuel counts."""
    sizes = ((abs(number.p) | number.q).bit_length() for number in difference.atoms(sympy.Rational))
    return max(sizes, default=0) > _SIMPLE_BITS


def _vanishes(difference: Expression) -> bool:
    return any(method(difference) == 0 for method in _METHODS)


_METHODS: tuple[Callable[[Expression], Expression], ...] = (
    lambda difference: sympy.cancel(sympy.together(difference)),
    lambda difference: sympy.expand(difference.rewrite(sympy.exp)),
    sympy.trigsimp,
    lambda difference: difference if _has_large_numbers(difference) else sympy.simplify(difference),
)
"""From cheap to dear; the first that comes to zero has proved it."""


def _differ_somewhere(left: Expression, right: Expression) -> bool:
    return any(_differ(left.xreplace(point), right.xreplace(point)) for point in _places(left, right))


def _places(left: Expression, right: Expression) -> Iterator[dict[Expression, Expression]]:
    names = sorted(left.free_symbols | right.free_symbols, key=str)
    for start in _POINTS if names else _POINTS[:1]:
        values = [start + Fraction(index, 7) for index in range(len(names))]
        yield {
            name: sympy.Rational(value.numerator, value.denominator) for name, value in zip(names, values, strict=True)
        }


def _differ(left: Expression, right: Expression) -> bool:
    """Whether both values are known, finite and real, and clearly apart."""
    one, two = (sympy.N(side, _DIGITS) for side in (left, right))
    if not all(value.is_Float and value.is_finite and value._prec > 1 for value in (one, two)):  # noqa: SLF001
        return False
    return bool(abs(one - two) > _CLEARLY * max(abs(one), abs(two)))


def _rounds(value: Expression, text: str) -> bool | None:
    """Whether a decimal is a correct rounding of a value that SymPy works out."""
    done = worked_out(value)
    if done.free_symbols or done.has(*_WORKED_OUT):
        return None
    number = sympy.N(done, _DIGITS + len(text))
    if not (number.is_Float and number.is_finite and number._prec > 1):  # noqa: SLF001
        return None
    exact = sympy.Rational(number)
    return rounds_to(Fraction(int(exact.p), int(exact.q)), text)


GIVING_UP = (TypeError, ValueError, ArithmeticError, AttributeError, LookupError, RuntimeError)
"""What SymPy, and the conversion, raise where they know no further (too deep a recursion is a `RuntimeError`).

Any other exception ends the process of the task, which leaves it open as well.
"""
