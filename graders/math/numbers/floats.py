"""Doubles: the cheap pass that tells different values apart. It never says that two are equal."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping
from typing import Any

from graders.math.lexis.words import words_of
from graders.math.limits import OverLimit
from graders.math.numbers.angles import vanishes
from graders.math.numbers.evaluate import (
    FAITHFUL,
    OF_INTEGERS,
    PERIODIC,
    STEPPING,
    WITH_POLES,
    Evaluator,
    Inexact,
    Undefined,
)
from graders.math.numbers.literals import Rational
from graders.math.numbers.rationals import Rationals, exact
from graders.math.tree import Tree
from graders.math.work import kept

Double = float | complex
_CANCELLED = 1e-5
"""A sum this much smaller than its terms has lost too many digits to be trusted."""
_CLEARLY = 1e-7
"""Values that differ by more than this share of the larger one are different."""
_LARGE_ANGLE = 1e6
"""Beyond it a periodic function has lost its digits, and its argument beside a pole."""
_STEP = 1e-9
"""A value this near to an integer may lie on its other side, as far as doubles can tell."""


class Floats(Evaluator[Double]):
    """Arithmetic in doubles, complex where a value departs from the real line; `doubtful` after cancellation."""

    def __init__(self, env: Mapping[str, Double] | None = None) -> None:
        super().__init__(env)
        self.doubtful = False
        self.absorbed = False
        """Whether something too small for a double was lost on the way."""
        self.departures: set[Double] = set()

    def number(self, value: Rational) -> Double:
        """A rational number, rounded."""
        return float(value)

    def constant(self, name: str) -> Double:
        """pi, e or i."""
        if name not in _CONSTANTS:
            raise Inexact(name)
        return _CONSTANTS[name]

    def add(self, left: Double, right: Double) -> Double:
        """The sum; notes cancellation."""
        result = left + right
        if abs(result) < _CANCELLED * abs(left):
            self.doubtful = True
        self.absorbed |= (result == left and right != 0) or (result == right and left != 0)
        return result

    def mul(self, left: Double, right: Double) -> Double:
        """The product."""
        return _kept(left * right, left and right)

    def div(self, left: Double, right: Double) -> Double:
        """The quotient."""
        if not right:
            raise self.absent("a division by zero")
        return _kept(left / right, left)

    def absent(self, reason: str) -> ValueError:
        """What a zero without a meaning raises: after cancellation it may be none."""
        return Inexact(reason) if self.doubtful else Undefined(reason)

    def power(self, base: Double, exponent: Double) -> Double:
        """The principal power."""
        if not base:
            if isinstance(exponent, complex) or exponent <= 0:
                raise self.absent("zero to a power that is not positive")
            return 0.0
        result: Double = base**exponent
        if isinstance(result, complex):
            self.departures.add(base)
        return _kept(result, base)

    def odd_root(self, base: Double, above: int, below: int) -> Double:
        """The real power of a real base."""
        if isinstance(base, complex):
            return self.power(base, above / below)
        return math.copysign(1.0, base) ** (above % 2) * self.power(abs(base), above / below)

    def whole(self, value: Double) -> int:
        """The value as an integer."""
        if isinstance(value, complex) or value != int(value):
            raise Inexact("not an integer")
        return int(value)

    def on_fn(self, tree: Tree) -> Double:
        """A known function, zero where it is exactly that."""
        return 0.0 if vanishes(tree) else super().on_fn(tree)

    def call(self, name: str, args: list[Double]) -> Double:
        """A known function."""
        if name in OF_INTEGERS:
            return float(Rationals().call(name, [self.whole(arg) for arg in args]))
        known = _FUNCTIONS.get(name)
        if known is None:
            raise Inexact(name)
        if not all(map(cmath.isfinite, args)):
            raise OverflowError(name)
        try:
            result: Double = known(*args)
        except (ValueError, ZeroDivisionError):
            raise self.absent(f"{name} has no value here") from None
        if isinstance(result, complex):
            self.departures.add(args[0])
        self._note(name, args[0], result)
        return result

    def _note(self, name: str, given: Double, result: Double) -> None:
        """Notes a result that has lost its digits: a small one of larger numbers, one beside a step."""
        if name in STEPPING:
            gap = abs(given - round(complex(given).real))
            self.doubtful |= 0 < gap < _STEP * max(1.0, abs(given)) or (not gap and self.absorbed)
        elif name not in FAITHFUL:
            self.absorbed |= abs(result) == 1 != abs(given)  # a hyperbolic tangent
            small = abs(result) < _CANCELLED * min(1.0, abs(given))
            self.doubtful |= small or (name in PERIODIC and abs(given) > _LARGE_ANGLE)
            self.doubtful |= name in WITH_POLES and abs(result) > _LARGE_ANGLE


def _kept(result: Double, exact: Double) -> Double:
    """The result, which must not be zero for being too small for a double."""
    if exact and not result:
        raise OverflowError("below the doubles")
    return result


_CONSTANTS: dict[str, Double] = {"pi": math.pi, "e": math.e, "i": 1j}


def _real_or(real: Callable[[float], float], other: Callable[[complex], complex]) -> Callable[[Double], Double]:
    def apply(value: Double) -> Double:
        if not isinstance(value, complex):
            try:
                return real(value)
            except ValueError:
                pass
        return other(value)

    return apply


def _log(value: Double, base: Double = 10.0) -> Double:
    log = _real_or(math.log, cmath.log)
    return log(value) / log(base)


_RECIPROCALS = {"sec": "cos", "csc": "sin", "cot": "tan", "sech": "cosh", "csch": "sinh", "coth": "tanh"}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{
        name: _real_or(getattr(math, name), getattr(cmath, name))
        for name in words_of("sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh")
    },
    **{name: lambda value, partner=partner: 1 / _FUNCTIONS[partner](value) for name, partner in _RECIPROCALS.items()},
    "asec": lambda value: _FUNCTIONS["acos"](1 / value),
    "acsc": lambda value: _FUNCTIONS["asin"](1 / value),
    "acot": lambda value: math.pi / 2 - _FUNCTIONS["atan"](value),
    "ln": _real_or(math.log, cmath.log),
    **dict.fromkeys(("log", "lg"), _log),
    **dict.fromkeys(("abs", "norm"), abs),
    "re": lambda value: complex(value).real,
    "im": lambda value: complex(value).imag,
    "arg": cmath.phase,
    "conj": lambda value: complex(value).conjugate(),
    "floor": lambda value: float(math.floor(value)),
    "ceil": lambda value: float(math.ceil(value)),
    "max": lambda *values: max(values),
    "min": lambda *values: min(values),
    "sign": lambda value: math.copysign(1.0, value) if value else 0.0,
}


def approximate(tree: Tree, env: Mapping[str, Double] | None = None) -> Double | None:
    """The tree's value in doubles if it can be trusted to about 7 digits, else None.

    Raises `Undefined` where there is no value.
    """
    return _approximated(tree, env) if env else _of_constant(tree)


@kept(512)
def _of_constant(tree: Tree) -> Double | None:
    return _approximated(tree, None)


def _approximated(tree: Tree, env: Mapping[str, Double] | None) -> Double | None:
    walk = Floats(env)
    try:
        value = walk.of(tree)
    except (Undefined, OverLimit):
        raise
    except (ValueError, ArithmeticError, TypeError):  # past the doubles: other numbers will tell
        return None
    return value if cmath.isfinite(value) and not walk.doubtful and (not value or abs(value) > 1e-290) else None


def size_of(tree: Tree) -> Rational | Double | None:
    """The tree's value, exact where it is rational, else as `approximate` has it."""
    value = exact(tree)
    return value if value is not None else approximate(tree)


def departures(tree: Tree, env: Mapping[str, Double]) -> int:
    """Of how many different numbers the roots and logarithms on the way to a tree's value are not real.

    Raises `Inexact` where a value on the way is past the doubles, and `Undefined` where there is none.
    """
    walk = Floats(env)
    try:
        walk.of(tree)
    except OverflowError as error:
        raise Inexact(str(error)) from None
    return len(walk.departures)


def clearly_differ(left: Double, right: Double) -> bool:
    """Whether two trusted values are certainly different."""
    return abs(left - right) > _CLEARLY * max(abs(left), abs(right))
