"""Test points, exact angles, and parts without a value."""

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.math import equivalent, parse
from graders.math.decide.values import same
from graders.math.numbers import sample_points
from graders.math.numbers.angles import half_turns
from graders.math.numbers.domain import check, is_defined
from graders.math.numbers.evaluate import Undefined
from graders.math.numbers.floats import Floats, approximate
from graders.math.numbers.sample_points import Points


def points_of(text):
    tree = parse(text)
    points = Points(tree, tree)
    return [*points.more(), *points.decisive()]


def test_rational_functions_need_no_more_points():
    assert points_of(r"\frac{x^2+y}{x-1}") == []


@pytest.mark.parametrize("count", range(1, 9))
def test_any_two_variables_take_every_pattern_of_signs(count):
    names = "abcdghkm"[:count]
    found = points_of("|" + "+".join(names) + "|")
    for pair in combinations(names, min(2, count)):
        patterns = {tuple(point[name] > 0 for name in pair) for point in found}
        assert patterns == set(product((True, False), repeat=len(pair)))
    assert len(found) < 60


@pytest.mark.parametrize(("count", "patterns"), [(3, 8), (4, 6)])
def test_every_pattern_of_signs_is_taken_of_three_variables_at_most(count, patterns):
    names = "abcd"[:count]
    tree = parse("|" + "+".join(names) + "|")
    found = Points(tree, tree).more()
    assert len({tuple(point[name] > 0 for name in names) for point in found}) == patterns


def beside(found, value, place):
    """The points at which a value lies two fifths beside a place, as near as places are searched for."""
    return [point for point in found if abs(abs(value(point) - place) - Fraction(2, 5)) < Fraction(1, 512)]


def test_the_places_beside_six_bends_are_points():
    places = [1.5, 20.5, 300.5, 4000.5, 50_000.5, 600_000.5, 7_000_000.5]
    found = points_of("+".join(f"|x-{place}|" for place in places))
    near = [bool(beside(found, lambda point: point["x"], Fraction(place))) for place in places]
    assert sum(near) >= 6


def test_each_variable_moves_to_the_places_beside_a_bend():
    found = points_of("|a+b+c-1000|")
    assert len(beside(found, lambda point: sum(point.values()), 1000)) == 6


@pytest.mark.parametrize("text", ["|x^2-50|", "|x^3-5000|", r"\lfloor\frac{x^3}{10^{9}}\rfloor"])
def test_a_bend_off_the_secant_is_found_where_the_sign_changes(text):
    tree = parse(text)
    for bend in Points(tree, tree).bends():
        zeros = sample_points._zeros(bend, "x", {"x": 2.37})
        assert zeros
        assert all(abs(Floats({"x": float(place)}).value(bend)) < 1e-6 for place in zeros)


@pytest.mark.parametrize(("constant", "seen"), [(11, False), (12, True), (5000, True)])
def test_integers_are_looked_at_around_constants_beyond_the_ordinary_points(constant, seen):
    found = {point["n"] for point in points_of(rf"\binom{{n}}{{{constant}}}")}
    assert ({constant - 1, constant, constant + 1} <= found) is seen


@pytest.mark.parametrize(("constants", "seen"), [(6, True), (7, False)])
def test_around_the_six_largest_constants(constants, seen):
    found = {point["n"] for point in points_of("n!" + "".join(f"+{100 * (at + 1)}" for at in range(constants)))}
    assert (101 in found) is seen


@settings(max_examples=40, deadline=None)
@given(st.integers(-10_000, 10_000), st.integers(1, 9))
def test_both_sides_of_a_bend_are_seen_from_near(place, slope):
    """However far out `|ax - b|` bends, a point lies on each side of it, nearer than one."""
    found = points_of(f"|{slope}x-({place})|")
    gaps = [point["x"] - Fraction(place, slope) for point in found]
    assert any(0 < gap < 1 for gap in gaps)
    assert any(-1 < gap < 0 for gap in gaps)


@settings(max_examples=60, deadline=None)
@given(st.integers(-500, 500), st.integers(1, 6), st.sampled_from("+-"))
def test_a_modulus_is_neither_of_its_branches(place, slope, sign):
    inside = f"{slope}x-({place})"
    assert same(parse(f"|{inside}|"), parse(f"{sign}({inside})")) is False
    assert same(parse(f"|{inside}|"), parse(rf"\sqrt{{({inside})^2}}")) is True


@settings(max_examples=60, deadline=None)
@given(st.integers(-40, 40), st.integers(1, 12))
def test_angles_are_exact(above, below):
    tree = parse(rf"\frac{{{above}\pi}}{{{below}}}")
    assert half_turns(tree) == Fraction(above, below)
    sine = approximate(parse(rf"\sin(\frac{{{above}\pi}}{{{below}}})"))
    assert (sine == 0) == (above % below == 0)


@pytest.mark.parametrize("text", [r"\pi^2", r"\pi+1", r"\frac{1}{\pi}", "3", "x", r"\sqrt2\pi"])
def test_other_angles_are_left_alone(text):
    assert half_turns(parse(text)) is None


PARTS = [r"\ln 0", r"\frac00", r"\tan 90^\circ", r"\infty", r"\log_1 2", r"0^{-1}", r"\frac{1}{\sqrt4-2}", r"(-1)!"]
WHOLES = ["3+{0}-{0}", "0({0})", "3+({0})^0", r"\frac{{3({0})}}{{{0}}}", "x+{0}-{0}", "xy({0})"]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("whole", WHOLES)
def test_no_part_without_a_value_cancels(part, whole):
    text = whole.format(part)
    with pytest.raises(Undefined):
        check(parse(text))
    assert not is_defined(parse(text))
    assert not any(equivalent(text, value) for value in ("0", "1", "3", "4", "x"))


@pytest.mark.parametrize("part", [r"\ln 2", r"\frac12", r"\tan 45^\circ", r"10^{-400}", r"\ln e^{-1000}", r"5!"])
def test_parts_with_a_value_cancel(part):
    assert equivalent(f"3+{part}-({part})", "3")
    assert equivalent(rf"\frac{{x\cdot({part})}}{{{part}}}", "x")
