"""Numbers with many digits, by mpmath; how far rounding has spoilt them is kept beside their values."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from graders.math.lexis.words import words_of
from graders.math.limits import MAX_BITS, OverLimit
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
from graders.math.numbers.rationals import Rationals
from graders.math.tree import Tree, contains, infinite_sign
from graders.math.work import charge

Big = Any
"""A real or complex number of one mpmath context; mpmath is not typed."""
_FAR_OUT = 14  # bits of a node
FEWEST = 50
"""Digits that may say that two values are equal; a quadrature has fewer."""
GUARD = 5
"""Digits at the end of a number that rounding on the way may have spoilt."""
ORDER, SPARE = 4, 64
"""Times the magnitudes on the way, and bits beside, that the digits must reach: a difference may be of the fourth order
in the smallest value written (a cosine's is of the second)."""
_BITS_AT_ONCE = 150
"""Bits of an integer that become a number of this kind in a microsecond."""
_DEAR, _NODE = 14, 10
"""Work of a function of few digits, and of a node of a quadrature beside its steps."""
_LARGEST_LOG = MAX_BITS.bit_length()
"""Bits of the logarithm of a value that is not too large."""
_ROOTS_AT_ONCE = 8
"""Square roots in the time of one logarithm."""
_HIDDEN = frozenset(("tanh", "coth"))
"""Functions that come as near to a number as an exponential of their argument to zero."""


_local = threading.local()


def context(digits: int) -> Any:
    """The mpmath context of this thread with so many digits: quadrature changes a context while it works."""
    contexts: dict[int, Any] = _local.__dict__.setdefault("contexts", {})
    if digits not in contexts:
        from mpmath import MPContext

        contexts[digits] = MPContext()
        contexts[digits].dps = digits
    return contexts[digits]


def trusted(digits: int) -> int:
    """Bits of a number with so many digits that rounding has not spoilt; the few of a quadrature are taken as is."""
    return (digits - GUARD) * 10 // 3 if digits >= FEWEST else MAX_BITS


class Digits(Evaluator[Big]):
    """Arithmetic with a fixed number of digits; sizes are bounded before a power or an exponential."""

    price = 6

    def __init__(self, digits: int, env: Mapping[str, Rational] | None = None) -> None:
        super().__init__()
        self.digits = digits
        self.mp = context(digits)
        self.dear = _DEAR + digits * digits // 1000
        """Work of a function or a power that is no whole one."""
        self.factor = 1 + digits // 100 + digits * digits // 60_000
        """Work of a product or two."""
        self.trusted = trusted(digits)
        self.env = {name: self.number(value) for name, value in (env or {}).items()}
        self.exactly = Rationals()
        self.magnitudes: dict[int, int] = {}
        """Of the value of each node, by the node's identity."""

    def value(self, tree: Tree) -> Big:
        """The tree's value; its magnitude is noted."""
        result = super().value(tree)
        if result:
            bits = abs(self.mp.mag(result))
            if bits > self.magnitudes.get(id(tree), 0):
                self.magnitudes[id(tree)] = bits
        return result

    @property
    def needed(self) -> int:
        """Bits that tell a difference of such values from zero."""
        return ORDER * sum(self.magnitudes.values()) + SPARE

    def number(self, value: Rational) -> Big:
        """A rational number, rounded."""
        return self.mp.mpf(value) if isinstance(value, int) else self.mp.mpf(value.numerator) / value.denominator

    def constant(self, name: str) -> Big:
        """pi, e or i."""
        if name == "i":
            return self.mp.mpc(0, 1)
        if name == "oo":
            raise Inexact("infinity")
        return +(self.mp.pi if name == "pi" else self.mp.e)

    def add(self, left: Big, right: Big) -> Big:
        """The sum; zero where nothing but rounding is left of it."""
        result = left + right
        return self.mp.zero if result and self.mp.mag(left) - self.mp.mag(result) > self.trusted else result

    def mul(self, left: Big, right: Big) -> Big:
        """The product."""
        return self.bounded(left * right)

    def bounded(self, value: Big) -> Big:
        """The value, if its size is below the ceiling."""
        if value and abs(self.mp.mag(value)) > MAX_BITS:
            raise OverLimit(f"a number beyond {MAX_BITS} bits")
        return value

    def div(self, left: Big, right: Big) -> Big:
        """The quotient."""
        if not right:
            raise Undefined("a division by zero")
        return self.bounded(left / right)

    def power(self, base: Big, exponent: Big) -> Big:
        """The principal power."""
        if not base:
            if self.mp.re(exponent) <= 0:
                raise Undefined("zero to a power that is not positive")
            return base
        magnitude = self.mp.mag(exponent)
        may_be_large = magnitude > 1 and magnitude + _bits_of_log(self.mp.mag(base)) > _LARGEST_LOG
        if may_be_large:
            charge(self.dear)
        if may_be_large and self.mp.mag(exponent * self.mp.ln(base)) > _LARGEST_LOG:
            raise OverLimit("a power too large")
        charge(self._price_of_power(exponent, magnitude))
        return self.bounded(self.mp.power(base, exponent))

    def _price_of_power(self, exponent: Big, magnitude: int) -> int:
        """A whole power is multiplied out, a square root is as cheap as a few products."""
        if self.mp.isint(exponent):
            return max(1, magnitude) * self.factor
        return 1 + self.dear // _ROOTS_AT_ONCE if self.mp.isint(2 * exponent) else self.dear

    def odd_root(self, base: Big, above: int, below: int) -> Big:
        """The real power of a real base."""
        share = self.mp.mpf(above) / below
        if not self.is_real(base):
            return self.power(base, share)
        return self.power(abs(base), share) * (-1 if base < 0 and above % 2 else 1)

    def is_real(self, value: Big) -> bool:
        """Whether the value is of the real type."""
        return isinstance(value, self.mp.mpf)

    def whole(self, value: Big) -> int:
        """The value as an integer."""
        if not self.is_real(value) or not self.mp.isint(value):
            raise Inexact("not an integer")
        return int(value)

    def on_fn(self, tree: Tree) -> Big:
        """A known function, zero where it is exactly that."""
        return self.mp.zero if vanishes(tree) else super().on_fn(tree)

    def call(self, name: str, args: list[Big]) -> Big:
        """A known function."""
        if name in OF_INTEGERS:
            result = self.exactly.call(name, [self.whole(arg) for arg in args])
            charge(result.numerator.bit_length() // _BITS_AT_ONCE)
            return self.number(result)
        if name in STEPPING:
            args = [self._on_step(args[0])]
        if name not in _OWN and name not in _BY_NAME:
            raise Inexact(name)
        if self.mp.mag(args[0] or 1) > _LARGEST.get(name, MAX_BITS):
            raise OverLimit(f"{name} of a large number")
        charge(self.dear)
        try:
            result = _OWN[name](self.mp, *args) if name in _OWN else getattr(self.mp, name)(*args)
        except (ZeroDivisionError, ValueError, TypeError) as error:  # the last for an order among complex numbers
            raise Undefined(f"{name} has no value here") from error
        if not self.mp.isfinite(result) or (name in WITH_POLES and self.mp.mag(result) > self.trusted):
            raise Undefined(f"{name} has no value here")
        if name in _HIDDEN:
            self.magnitudes[id(args)] = int(3 * abs(args[0]))
        return self._without_dust(result, args[0]) if name not in FAITHFUL else result

    def _without_dust(self, result: Big, given: Big) -> Big:
        """The result, zero where nothing but rounding is left of it: in the sine of a computed pi."""
        ordinary = min(0, self.mp.mag(given or 1))
        return self.mp.zero if result and self.mp.mag(result) < ordinary - self.trusted else result

    def _on_step(self, value: Big) -> Big:
        """The nearest integer, where only rounding keeps the value away from it."""
        near = self.mp.nint(value)
        return near if near and self.mp.mag(value - near) < self.mp.mag(near) - self.trusted else value

    def on_lim(self, tree: Tree) -> Big:
        """The value next to the point, so close that a third of the digits are right."""
        body, variable, point = tree.args
        gap = self.mp.mpf(10) ** -(2 * self.digits // 5)
        sides = {"+": (1,), "-": (-1,)}.get(str(tree.leaf), (1, -1))
        far = infinite_sign(point)
        places = [far / gap] if far else [self.value(point) + side * gap for side in sides]
        values = [self._at(body, str(variable.leaf), place) for place in places]
        if abs(values[0] - values[-1]) > abs(gap) ** 0.5 * (1 + abs(values[0])):
            raise Undefined("the limits of the two sides differ")
        return values[0]

    def _at(self, body: Tree, name: str, place: Big) -> Big:
        near = Digits(3 * self.digits)
        near.env = {key: near.mp.convert(value) for key, value in self.env.items()} | {name: near.mp.convert(place)}
        near.steps = self.steps
        value = near.value(body)
        self.steps = near.steps
        return self.mp.convert(value)

    def on_int(self, tree: Tree) -> Big:
        """A definite integral by tanh-sinh quadrature."""
        body, variable, first, last = tree.args
        if contains(body, "int"):
            raise Inexact("an integral within an integral")
        ends = [far * self.mp.inf if (far := infinite_sign(end)) else self.value(end) for end in (first, last)]
        name, outside = str(variable.leaf), dict(self.magnitudes)

        def height(place: Big) -> Big:
            self.env[name] = place
            charge(_NODE)
            try:
                return self.value(body)
            except OverLimit:  # at nodes far out the integrand of a convergent integral is zero
                if self.mp.mag(place) < _FAR_OUT:
                    raise
                return self.mp.mpf(0)

        result, error = self.mp.quad(height, ends, error=True, maxdegree=5 if self.digits < 20 else 6)
        self.env.pop(name, None)
        self.magnitudes = outside  # at the nodes an integrand is as small as it pleases
        if error > self.mp.mpf(10) ** -(self.digits // 2):
            raise Inexact("the quadrature does not settle")
        return result


_LARGEST = dict.fromkeys(PERIODIC, 100) | dict.fromkeys(
    words_of("sinh cosh tanh coth sech csch"), MAX_BITS.bit_length()
)
"""Binary magnitude of the arguments whose values can still be told."""


def _bits_of_log(magnitude: int) -> int:
    """At most so many bits has the logarithm of a number of this magnitude, a turn around zero included."""
    return (min(MAX_BITS, abs(magnitude)) + 6).bit_length() + 1


def _log(mp: Any, value: Big, base: Big = 10) -> Big:
    return mp.ln(value) / mp.ln(base)


_BY_NAME = frozenset(
    words_of("""
        sin cos tan cot sec csc asin acos atan asec acsc sinh cosh tanh coth sech csch asinh acosh atanh
        re im arg conj floor ceil sign ln
    """)
)
"""Functions that mpmath calls as we do."""
_OWN: dict[str, Callable[..., Big]] = {
    **dict.fromkeys(("log", "lg"), _log),
    "acot": lambda mp, value: mp.pi / 2 - mp.atan(value),
    **dict.fromkeys(("abs", "norm"), lambda _mp, value: abs(value)),
    "max": lambda _mp, *values: max(values),
    "min": lambda _mp, *values: min(values),
}
