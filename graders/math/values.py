"""Whether two scalar expressions have the same value, or are the same function of their variables.

From cheap to dear: equal trees; exact rationals; doubles, which only reject; residues modulo a prime, which
prove identities of rational functions; many digits, with the separation bound where all is algebraic.
Variables are real: two expressions are compared where both are real, at points drawn from their own texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from hashlib import blake2b

from . import digits, residues
from .algebraic import separation_bits
from .evaluate import Inexact, Undefined
from .floats import Double, approximate, clearly_differ
from .limits import MAX_BITS, OverLimit
from .numbers import Rational, exact
from .tree import Tree, contains, symbols, write
from .verdict import Finding

_TRUSTED_BITS = 150
"""Bits that the comparison by digits has seen anyway."""
_NEEDED = 2
"""Points at which two functions must agree."""
_SCALES = ((1, 4, False), (1, 4, True), (0, 1, False), (0, 1, True), (4, 16, False), (4, 16, True))
"""Ranges of the points: ordinary, small (for arcsines), large; then with signs of their own."""


def same(left: Tree, right: Tree) -> bool | None:
    """True, False, or None where it stays open. Symmetric. Raises like `decide`."""
    return decide(left, right).equal


@lru_cache(maxsize=512)
def decide(left: Tree, right: Tree) -> Finding:
    """The finding on two scalar expressions. Symmetric.

    Raises `Undefined` for an expression without a value, `OverLimit` for one past the ceilings.
    """
    names = symbols(left) | symbols(right)
    return _functions(left, right, names) if names else _constants(left, right)


def _constants(left: Tree, right: Tree) -> Finding:
    one, two = exact(left), exact(right)
    if one is not None and two is not None:
        return Finding(one == two, "exact rationals")
    if _rejected(left, right):
        return Finding(False, "values in doubles")
    if residues.same_function(left, right):
        return Finding(True, "an identity of rational functions")
    try:
        verdict = digits.same_number(left, right)
    except Inexact as error:
        return Finding(None, f"beyond this arithmetic: {error}")
    return Finding(_confirmed(left, right) if verdict else verdict, "values to many digits")


def _rejected(left: Tree, right: Tree, env: dict[str, Double] | None = None) -> bool:
    one = approximate(left, env)
    two = approximate(right, env)
    return one is not None and two is not None and clearly_differ(one, two)


def _confirmed(left: Tree, right: Tree) -> bool:
    bits = separation_bits(left, right)
    if bits is None or bits <= _TRUSTED_BITS or bits > MAX_BITS:
        return True
    return digits.vanishes_to(left, right, bits)


def _functions(left: Tree, right: Tree, names: frozenset[str]) -> Finding:
    verdict = residues.same_function(left, right)
    if verdict is not None:
        return Finding(verdict, "an identity of rational functions")
    if contains(left, "int") or contains(right, "int"):
        return Finding(None, "an integral with parameters")
    return Finding(_same_at_points(left, right, names), "values at points of the domain")


def _same_at_points(left: Tree, right: Tree, names: frozenset[str]) -> bool | None:
    points = list(_points(left, right, names))
    compared = [_at_point(left, right, point) for point in points]
    if False in compared:
        return False
    if compared.count(True) < _NEEDED:
        return _complex_everywhere(left, right, points)
    return _many_digits(left, right, [point for point, seen in zip(points, compared, strict=True) if seen])


def _at_point(left: Tree, right: Tree, point: dict[str, Rational]) -> bool | None:
    """False where the values clearly differ, True where both are real, None outside a domain."""
    env: dict[str, Double] = {name: float(value) for name, value in point.items()}
    try:
        one, two = approximate(left, env), approximate(right, env)
    except Undefined:
        return None
    if one is None or two is None:
        return True if _both_real(left, right, point) else None
    if _is_complex(one) or _is_complex(two):
        return None
    return not clearly_differ(complex(one).real, complex(two).real)


def _both_real(left: Tree, right: Tree, point: dict[str, Rational]) -> bool:
    try:
        return digits.is_real(left, point) and digits.is_real(right, point)
    except (Undefined, Inexact):
        return False


def _is_complex(value: Double) -> bool:
    return isinstance(value, complex) and abs(value.imag) > 1e-9 * abs(value)


def _many_digits(left: Tree, right: Tree, points: list[dict[str, Rational]]) -> bool | None:
    verdict: bool | None = True
    for point in points[:3]:
        try:
            found = digits.same_number(left, right, point)
        except Undefined:
            continue
        except Inexact:
            found = None
        if found is False:
            return False
        verdict = verdict if found else None
    return verdict


def _complex_everywhere(left: Tree, right: Tree, points: list[dict[str, Rational]]) -> bool | None:
    """The comparison as complex functions, for expressions that are nowhere real (`x + 2i`)."""
    seen = 0
    for point in points:
        try:
            if _rejected(left, right, {name: float(value) for name, value in point.items()}):
                return False
            seen += bool(digits.same_number(left, right, point))
        except (Undefined, Inexact):
            continue
    return True if seen >= _NEEDED else None


def _points(left: Tree, right: Tree, names: frozenset[str]) -> Iterator[dict[str, Rational]]:
    text = "\n".join(sorted((write(left), write(right))))
    seed = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=32).digest()
    whole = _integer_names(left) | _integer_names(right)
    for number, (low, high, signed) in enumerate(_SCALES):
        yield {name: _coordinate(seed, f"{number}{name}", low, high, signed, name in whole) for name in names}


def _coordinate(seed: bytes, label: str, low: int, high: int, signed: bool, whole: bool) -> Rational:  # noqa: PLR0913, PLR0917
    drawn = int.from_bytes(blake2b(label.encode("utf-8", "surrogatepass"), digest_size=8, key=seed).digest())
    if whole:
        return 2 + drawn % 11
    value = low + Fraction(drawn % 65521 * (high - low), 65521) + Fraction(1, 131)
    return -value if signed and (drawn >> 40) % 2 else value


def _integer_names(tree: Tree) -> frozenset[str]:
    """Variables that stand where only integers do: in factorials, binomials, bounds, exponents of -1."""
    found = frozenset().union(*map(_integer_names, tree.args)) if tree.args else frozenset()
    if tree.head == "fn" and tree.leaf in ("fact", "fact2", "binom", "gcd", "lcm"):
        return found | symbols(tree)
    if tree.head in ("sum", "prod"):
        return found | symbols(tree.args[2]) | symbols(tree.args[3])
    if tree.head == "pow" and _is_negative(tree.args[0]):
        return found | symbols(tree.args[1])
    return found


def _is_negative(tree: Tree) -> bool:
    return tree.head == "neg" and not symbols(tree)


def is_defined(tree: Tree) -> bool:
    """Whether a scalar has a value (somewhere, if it has variables): not 0/0, not 1/(x-x)."""
    names = symbols(tree)
    try:
        if not names:
            return exact(tree) is not None or approximate(tree) is not None or _has_digits(tree)
        return residues.same_function(tree, tree) is True or _has_points(tree, names)
    except (Undefined, ZeroDivisionError):
        return False


def _has_digits(tree: Tree) -> bool:
    if contains(tree, "int") or contains(tree, "lim"):
        return True
    try:
        digits.Digits(30).value(tree)
    except Inexact:
        return contains(tree, "const")
    return True


def _has_points(tree: Tree, names: frozenset[str]) -> bool:
    for point in _points(tree, tree, names):
        try:
            if approximate(tree, {name: float(value) for name, value in point.items()}) is not None:
                return True
        except (Undefined, OverLimit):
            continue
    return False
