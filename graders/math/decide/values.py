"""Whether two scalar expressions have the same value, or are the same function of their variables.

From cheap to dear: equal trees; exact rationals; doubles, which only reject; residues modulo a prime, which
prove identities of rational functions; many digits, with the separation bound where all is algebraic.
Variables are real: two expressions are the same function when they have real values at the same points, drawn
from their own texts, and the same values there. A part without a value leaves the whole without one.
"""

from __future__ import annotations

from itertools import chain, repeat

from graders.math.limits import OverLimit
from graders.math.numbers import agreement, domain, residues
from graders.math.numbers.algebraic import separation_bits
from graders.math.numbers.evaluate import Inexact, Undefined
from graders.math.numbers.floats import Double, approximate, clearly_differ, departures, size_of
from graders.math.numbers.prime_powers import prime_powers
from graders.math.numbers.rationals import Rationals, exact, worked_out
from graders.math.numbers.sample_points import Point, Points, has_steps
from graders.math.tree import SCALARS, Tree, contains, nodes, symbols, write
from graders.math.verdict import Finding, all_of
from graders.math.work import kept

_PROOF_BITS = 6000
"""Bits up to which a separation bound is looked at: beyond it, the digits that the magnitudes ask for must do."""
_NEEDED, _SURE = 2, 3
"""Points at which two functions must agree, and at how many of them to many digits."""
_REAL, _COMPLEX = 1e-12, 1e-6
"""Shares of the imaginary part below and above which a value is real, and is not; between them it is not known."""
_SMALL = 1e4
"""Values below it show in doubles whether they are the same to twelve digits."""

_ARCS = frozenset(("asin", "acos", "atanh"))
_ONE_DEPARTURE = 1
"""Laws such as ln ab = ln a + ln b are meant for positive numbers: where two are negative, both logarithms leave the
real line and their sum or product may come back to another place. Where one leaves it, the domains differ."""


def same(left: Tree, right: Tree) -> bool | None:
    """True, False, or None where it stays open. Symmetric. Raises like `compare_expressions`."""
    return compare_expressions(left, right).equal


def is_same(left: Tree, right: Tree) -> bool:
    """Whether two trees certainly are one value; whatever is no scalar must be the same tree."""
    if left == right:
        return True
    if left.head not in SCALARS or right.head not in SCALARS:
        return False
    try:
        return same(left, right) is True
    except (Undefined, OverLimit, Inexact):
        return False


def sign_of(tree: Tree) -> int | None:
    """The sign of a constant, if it is real and certain."""
    try:
        size = size_of(tree)
    except (Undefined, Inexact, OverLimit):
        return None
    if size is None or isinstance(size, complex) or (isinstance(size, float) and not size):
        return None
    return (size > 0) - (size < 0)


@kept(512)
def compare_expressions(left: Tree, right: Tree) -> Finding:
    """The finding on two scalar expressions. Symmetric.

    Raises `Undefined` for an expression without a value, `OverLimit` for one past the ceilings.
    """
    if symbols(left) or symbols(right):
        return _functions(worked_out(left), worked_out(right))
    return _constants(left, right)


def _constants(left: Tree, right: Tree) -> Finding:
    try:
        one, two = exact(left), exact(right)
    except OverLimit:
        powers = prime_powers(left), prime_powers(right)
        if None in powers:
            raise
        return Finding(powers[0] == powers[1], "the same powers of primes")
    return _irrational(left, right) if one is None or two is None else Finding(one == two, "exact rationals")


def _irrational(left: Tree, right: Tree) -> Finding:
    domain.check(left)
    domain.check(right)
    if _rejected(left, right):
        return Finding(False, "values in doubles")
    if residues.same_function(left, right):
        return Finding(True, "an identity of rational functions")
    bits = separation_bits(left, right)
    if bits is not None and bits <= _PROOF_BITS:
        return Finding(agreement.vanishes_to(left, right, bits), "algebraic numbers by their separation bound")
    try:
        return Finding(agreement.same_number(*_in_order(left, right)), "values to many digits")
    except Inexact as error:
        return Finding(None, f"beyond this arithmetic: {error}")


def _rejected(left: Tree, right: Tree, env: dict[str, Double] | None = None) -> bool:
    one = approximate(left, env)
    two = approximate(right, env)
    return one is not None and two is not None and clearly_differ(one, two)


def _functions(left: Tree, right: Tree) -> Finding:
    if domain.is_polynomial(left) and domain.is_polynomial(right):
        names = sorted(symbols(left) | symbols(right))
        if _rejected(left, right, {name: 1.3 + at / 7 for at, name in enumerate(names)}):
            return Finding(False, "values in doubles")
    domain.check(left)
    domain.check(right)
    verdict = residues.same_function(left, right)
    if verdict is not None:
        if not (domain.has_points(left) and domain.has_points(right)):
            raise Undefined("no value at any point")
        return Finding(verdict, "an identity of rational functions")
    if contains(left, "int") or contains(right, "int"):
        return Finding(None, "an integral with parameters")
    if has_steps(left) is not has_steps(right) and not Points(left, right).whole:
        return Finding(False, "a function with steps and one without")  # no points show that they differ at one
    return Finding(_same_at_points(*_in_order(left, right)), "values at points of the domain")


def _in_order(left: Tree, right: Tree) -> tuple[Tree, Tree]:
    """The two trees the same way round for either order: which of them crosses a ceiling first must not matter."""
    return (left, right) if write(left) <= write(right) else (right, left)


def _same_at_points(left: Tree, right: Tree) -> bool | None:
    for tree in (left, right):
        if not symbols(tree):
            approximate(tree)  # a constant past the ceilings is past them at every point
    points = Points(left, right)
    is_short = any(map(_on_a_stretch, (left, right)))
    agreed: list[Point] = []
    for point, ordinary in chain(zip(points.ordinary(), repeat(True)), zip(points.more(), repeat(False))):
        seen = _at_point(left, right, point, closely=ordinary)
        if seen is False:
            return False
        if seen and (ordinary or (is_short and len(agreed) < _NEEDED)):
            agreed.append(point)
    if len(agreed) < _NEEDED:
        return _complex_everywhere(left, right, points)
    found = all_of(_in_digits(left, right, point) for point in agreed[:_SURE])
    return _beyond(left, right, points) if found else found


def _beyond(left: Tree, right: Tree, points: Points) -> bool | None:
    """Whether two functions that agree at ordinary points do so far away, beside bends and around constants."""
    near = (_exactly_at(left, right, point) for point in points.decisive())
    far = (_exactly_at(left, right, point, far=True) is not False for point in points.large())
    return all_of(chain(near, far))


def _exactly_at(left: Tree, right: Tree, point: Point, *, far: bool = False) -> bool | None:
    """Whether two functions have one value at a point, or one that is no real number; None where it stays open."""
    try:
        return Rationals(dict(point)).of(left) == Rationals(dict(point)).of(right)
    except Undefined:
        return True
    except (Inexact, OverLimit):
        pass
    found = _at_point(left, right, point, closely=False)
    if found is False or (found and _plainly_equal(left, right, point)):
        return found
    return _in_digits(left, right, point, far=far)


def _in_digits(left: Tree, right: Tree, point: Point, *, far: bool = False) -> bool | None:
    """The same in many digits; `far` out, where sums have many terms, the fewest digits may show that they agree."""
    try:
        if far and agreement.seem_same(left, right, point):
            return True
        if not (agreement.is_real(left, point) and agreement.is_real(right, point)):
            return True
        return agreement.same_number(left, right, point)
    except Undefined:
        return True
    except (Inexact, OverLimit):
        return None


def _on_a_stretch(tree: Tree) -> bool:
    """Whether an arcsine or its like stands in a tree: it is real on a short stretch alone, and bent elsewhere."""
    return any(node.head == "fn" and node.leaf in _ARCS for node in nodes(tree))


def _at_point(left: Tree, right: Tree, point: Point, *, closely: bool) -> bool | None:
    """False where the values clearly differ or only one is real, True where both are real, None for no evidence."""
    env: dict[str, Double] = {name: float(value) for name, value in point.items()}
    try:
        one, two = approximate(left, env), approximate(right, env)
    except (Undefined, OverLimit):
        return None
    if one is None or two is None:
        return True if closely and _both_real(left, right, point) else None
    reality = _is_real(one), _is_real(two)
    if None in reality or reality == (False, False):
        return None
    if reality[0] is reality[1] and not clearly_differ(complex(one).real, complex(two).real):
        return True
    return None if max(departures(left, env), departures(right, env)) > _ONE_DEPARTURE else False


def _plainly_equal(left: Tree, right: Tree, point: Point) -> bool:
    """Whether doubles agree to all but their last digits, and are small enough to show a difference of a step."""
    env: dict[str, Double] = {name: float(value) for name, value in point.items()}
    one, two = approximate(left, env), approximate(right, env)
    return one is not None and two is not None and abs(one) < _SMALL and abs(one - two) <= _REAL * abs(one)


def _both_real(left: Tree, right: Tree, point: Point) -> bool:
    try:
        return agreement.is_real(left, point) and agreement.is_real(right, point)
    except (Undefined, Inexact):
        return False


def _is_real(value: Double) -> bool | None:
    if not isinstance(value, complex):
        return True
    share = abs(value.imag)
    return True if share <= _REAL * abs(value) else False if share > _COMPLEX * abs(value) else None


def _complex_everywhere(left: Tree, right: Tree, points: Points) -> bool | None:
    """The comparison as complex functions, for expressions that are nowhere real (`x + 2i`)."""
    seen = 0
    for point in chain(points.ordinary(), points.more(), points.decisive(), points.large()):
        env: dict[str, Double] = {name: float(value) for name, value in point.items()}
        try:
            left_the_line = max(departures(left, env), departures(right, env))
            same_here = not _rejected(left, right, env) and (
                (seen >= _SURE and _plainly_equal(left, right, point)) or agreement.same_number(left, right, point)
            )
            if same_here is False and left_the_line <= _ONE_DEPARTURE:
                return False
            seen += bool(same_here)
        except (Undefined, Inexact, OverLimit):
            continue
    return True if seen >= _NEEDED else None
