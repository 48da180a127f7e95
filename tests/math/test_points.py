"""Test points, exact angles, and parts without a value."""

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.math import equivalent, parse
from graders.math.decide.values import same
from graders.math.numbers.angles import half_turns
from graders.math.numbers.domain import check, is_defined
from graders.math.numbers.evaluate import Undefined
from graders.math.numbers.floats import approximate
from graders.math.numbers.sample_points import Points


def points_of(text):
    tree = parse(text)
    return list(Points(tree, tree).more())


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


@pytest.mark.parametrize(("count", "patterns"), [(3, 8), (4, 8)])
def test_every_pattern_of_signs_is_taken_of_three_variables_at_most(count, patterns):
    names = "abcd"[:count]
    found = points_of("|" + "+".join(names) + "|")
    assert len({tuple(point[name] > 0 for name in names) for point in found}) == patterns


def beside(found, value, place):
    """The points at which a value lies two fifths beside a place, as near as places are searched for."""
    return [point for point in found if abs(abs(value(point) - place) - Fraction(2, 5)) < Fraction(1, 512)]


def test_the_places_beside_four_bends_are_points():
    places = [1, 20, 300, 4000, 50_000]
    found = points_of("+".join(f"|x-{place}|" for place in places))
    assert [len(beside(found, lambda point: point["x"], place)) for place in places] == [2, 2, 2, 2, 0]


def test_two_variables_move_to_the_places_beside_a_bend():
    found = points_of("|a+b+c-1000|")
    assert len(beside(found, lambda point: sum(point.values()), 1000)) == 4


@pytest.mark.parametrize(("square", "found"), [(5, 2), (50, 0)])
def test_a_bend_is_searched_for_in_six_steps(square, found):
    """From where the search begins for these texts it takes six steps to the one place, seven to the other."""
    assert len(beside(points_of(f"|x^2-{square}|"), lambda point: point["x"], Fraction(square**0.5))) == found


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
