"""The shape of a noun behind a number, and Roman numerals, against slow oracles."""

import pytest

from graders.math.lexis.roman import roman_value
from graders.math.prose.counted import is_counted_noun, is_plural
from graders.math.prose.restated import numbers_said


@pytest.mark.parametrize("word", ["apples", "people", "boxes", "cm", "half-hours", "pandas", "photos", "children"])
def test_plurals_and_units_are_counted(word):
    assert is_plural(word)


@pytest.mark.parametrize("word", ["rossz", "nan", "class", "falsus", "octal", "apple"])
def test_other_words_are_not(word):
    assert not is_plural(word)


@pytest.mark.parametrize(
    ("word", "figure", "counted"),
    [
        ("яблок", "28", True),
        ("рублей", "30", True),
        ("яблока", "22", True),
        ("яблоко", "21", False),
        ("грешно", "93", False),
        ("хиляди", "150", False),
        ("гала", "28", False),
        ("مليون", "150", False),
        ("تفاحة", "28", True),
        ("میلیون", "28", False),
    ],
)
def test_a_number_asks_for_a_case(word, figure, counted):
    assert is_counted_noun(word, figure) is counted


def spelt(number):
    """The Roman numeral of a number, by taking away the largest that fits."""
    signs = {1000: "M", 900: "CM", 500: "D", 400: "CD", 100: "C", 90: "XC", 50: "L", 40: "XL"}
    signs |= {10: "X", 9: "IX", 5: "V", 4: "IV", 1: "I"}
    out = ""
    for value, sign in signs.items():
        while number >= value:
            out, number = out + sign, number - value
    return out


def test_every_roman_numeral_is_read():
    assert [roman_value(spelt(number)) for number in range(1, 4000)] == list(range(1, 4000))
    assert [roman_value(text) for text in ("", "IIX", "VV", "CIVIC", "xx")] == [0] * 5


@pytest.mark.parametrize(
    ("word", "said"),
    [("neunundzwanzig", {29}), ("ventinove", {29}), ("twentynine", {29}), ("apples", set()), ("huszonkilenc", set())],
)
def test_a_number_in_words_of_any_language(word, said):
    assert numbers_said(word) == said
