"""Exact arithmetic, literals and rounding."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.math import OverLimit, parse
from graders.math.numbers.evaluate import Undefined
from graders.math.numbers.literals import decimal_value, repeating_value, rounds_to, significant_digits
from graders.math.numbers.rationals import exact, integer_root


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2^{-3}", Fraction(1, 8)),
        ("\\sqrt{25}", 5),
        ("8^{2/3}", 4),
        ("\\sqrt[3]{-27}", -3),
        ("(-8)^{1/3}", -2),
        ("\\binom{5}{2}", 10),
        ("7!!", 105),
        ("\\gcd(12,18)", 6),
        ("|-3|", 3),
        ("\\lfloor -1.5\\rfloor", -2),
        ("\\sum_{k=1}^{100} k", 5050),
        ("0.1\\overline{6}", Fraction(1, 6)),
        ("35\\%", Fraction(7, 20)),
        ("1e-3", Fraction(1, 1000)),
    ],
)
def test_exact_values(text, value):
    assert exact(parse(text)) == value


@pytest.mark.parametrize("text", ["\\sqrt2", "\\pi", "x", "\\sin 1", "\\ln 2"])
def test_what_is_not_rational(text):
    assert exact(parse(text)) is None


@pytest.mark.parametrize("text", ["1/0", "0/0", "0^0", "0^{-1}", "(-1)!"])
def test_what_has_no_value(text):
    with pytest.raises(Undefined):
        exact(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "10^{10^{10}}",
        "99999999!",
        "2^{100000000}",
        "\\binom{10^{9}}{5\\cdot10^{8}}",
        "\\sum_{k=1}^{10^9} k",
        "1e999999999",
        "((9!)!)!",
        "(10^{10})!",
        "\\prod_{k=1}^{900} 10^{90}",
    ],
)
def test_size_is_bounded_before_the_work(text):
    with pytest.raises(OverLimit):
        exact(parse(text))


@given(st.fractions(min_value=-1000, max_value=1000), st.integers(6, 20))
def test_a_correct_rounding_is_accepted(value, digits):
    if value.denominator == 1:
        return
    text = f"{abs(value).numerator * 10**digits // abs(value).denominator / 10**digits:.{digits}f}"
    scaled = abs(value) * 10**digits
    nearest = int(scaled + Fraction(1, 2))
    text = f"{nearest // 10**digits}.{nearest % 10**digits:0{digits}d}"
    if significant_digits(text) >= 6:
        assert rounds_to(abs(value), text)
    off = nearest + 2
    assert not rounds_to(abs(value), f"{off // 10**digits}.{off % 10**digits:0{digits}d}")


def test_ties_round_half_up_or_half_even():
    value = decimal_value("0.12345675")
    assert rounds_to(value, "0.1234568")
    assert rounds_to(decimal_value("0.12345665"), "0.1234566")
    assert rounds_to(decimal_value("0.12345665"), "0.1234567")
    assert not rounds_to(value, "0.1234567")


def test_integers_are_never_rounded():
    assert not rounds_to(2, "2.0000001")
    assert rounds_to(2, "2.000")


@given(st.integers(0, 10**40), st.integers(2, 7))
def test_integer_roots(value, index):
    root = integer_root(value, index)
    assert root**index <= value < (root + 1) ** index


def test_repeating_decimals():
    assert repeating_value("0.(27)") == Fraction(3, 11)
    assert repeating_value("2.1(6)") == Fraction(13, 6)
