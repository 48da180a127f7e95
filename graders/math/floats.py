"""Doubles: the cheap pass that tells different values apart. It never says that two are equal."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping
from typing import Any

from .evaluate import Evaluator, Inexact, Undefined
from .limits import OverLimit
from .numbers import literal_value
from .tree import Tree

Double = float | complex
_CANCELLED = 1e-5
"""A sum this much smaller than its terms has lost too many digits to be trusted."""
_CLEARLY = 1e-7
"""Values that differ by more than this share of the larger one are different."""
_LARGE_ANGLE = 1e6


class Floats(Evaluator[Double]):
    """Arithmetic in doubles, complex where a real value leaves the line; `doubtful` after cancellation."""

    def __init__(self, env: Mapping[str, Double] | None = None) -> None:
        super().__init__(env)
        self.doubtful = False

    def integer(self, value: int) -> Double:
        """An integer, rounded."""
        return float(value)

    def literal(self, tree: Tree) -> Double:
        """A literal, rounded."""
        return float(literal_value(tree))

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
        return result

    def mul(self, left: Double, right: Double) -> Double:
        """The product."""
        return left * right

    def div(self, left: Double, right: Double) -> Double:
        """The quotient."""
        if not right:
            raise Undefined("a division by zero")
        return left / right

    def power(self, base: Double, exponent: Double) -> Double:
        """The principal power."""
        if not base:
            if isinstance(exponent, complex) or exponent <= 0:
                raise Undefined("zero to a power that is not positive")
            return 0.0
        result: Double = base**exponent
        return result

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

    def call(self, name: str, args: list[Double]) -> Double:
        """A known function."""
        known = _FUNCTIONS.get(name)
        if known is None:
            raise Inexact(name)
        if abs(args[0]) > _LARGE_ANGLE:
            self.doubtful = True
        result: Double = known(*args)
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


def _over(function: Callable[[Double], Double]) -> Callable[[Double], Double]:
    return lambda value: 1 / function(value)


def _of_inverse(function: Callable[[Double], Double]) -> Callable[[Double], Double]:
    return lambda value: function(1 / value)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: _real_or(getattr(math, name), getattr(cmath, name))
    for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh")
}
_FUNCTIONS |= {
    "ln": _real_or(math.log, cmath.log),
    "log": _log,
    "lg": _log,
    "abs": abs,
    "norm": abs,
    "re": lambda value: complex(value).real,
    "im": lambda value: complex(value).imag,
    "arg": cmath.phase,
    "conj": lambda value: complex(value).conjugate(),
    "max": lambda *values: max(values),
    "min": lambda *values: min(values),
    "sign": lambda value: math.copysign(1.0, value) if value else 0.0,
}
_RECIPROCALS = {"sec": "cos", "csc": "sin", "cot": "tan", "sech": "cosh", "csch": "sinh", "coth": "tanh"}
for _name, _partner in _RECIPROCALS.items():
    _FUNCTIONS[_name] = _over(_FUNCTIONS[_partner])
for _name, _partner in (("asec", "acos"), ("acsc", "asin")):
    _FUNCTIONS[_name] = _of_inverse(_FUNCTIONS[_partner])
_FUNCTIONS["acot"] = lambda value: math.pi / 2 - _FUNCTIONS["atan"](value)


def approximate(tree: Tree, env: Mapping[str, Double] | None = None) -> Double | None:
    """The tree's value in doubles if it can be trusted to about 7 digits, else None.

    Raises `Undefined` where there is no value.
    """
    walk = Floats(env)
    try:
        value = walk.value(tree)
    except (Undefined, OverLimit):
        raise
    except ZeroDivisionError as error:
        raise Undefined("a division by zero") from error
    except (ValueError, OverflowError, TypeError):  # past the doubles: other numbers will tell
        return None
    return value if cmath.isfinite(value) and not walk.doubtful and (not value or abs(value) > 1e-290) else None


def clearly_differ(left: Double, right: Double) -> bool:
    """Whether two trusted values are certainly different."""
    return abs(left - right) > _CLEARLY * max(abs(left), abs(right))
