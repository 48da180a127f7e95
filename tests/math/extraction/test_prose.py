"""Prose is read where its language is known and no operator governs the value, whatever its other words are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.math import equivalent

VALUES = st.sampled_from(("43", "$43$", r"\boxed{43}", r"\frac{1}{3}", r"\sqrt{5}", "x = 43", "-7", "2.5", "(1, 2)"))
REFERENCES = {"$43$": "43", r"\boxed{43}": "43", "x = 43": "43"}
UNKNOWN = st.one_of(
    *(st.text(st.sampled_from(letters), min_size=2, max_size=8) for letters in ("ღთყუიო", "ՀայԵրնմ", "ไทยกขค"))
)
"""Words in scripts of languages that have no file."""


@given(UNKNOWN, VALUES, st.sampled_from(("{} {}", "{} {}.", "{1} {0} {0}")))
def test_a_text_in_a_language_without_a_file_is_unreadable(word, value, form):
    assert not equivalent(form.format(word, value), REFERENCES.get(value, value))


@pytest.mark.parametrize("word", ["Natalia", "Quidditch", "Weng", "widgeteers", "zyzzyva"])
def test_any_other_word_is_transparent_in_english(word):
    assert equivalent(f"{word} is 43", "43")
    assert equivalent(f"There are 43 {word}", "43")
    assert equivalent(f"The number of {word}: 43", "43")
    assert equivalent(f"The {word} has 43 of them.", "43")


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("The answer is not 43.", "43"),
        ("The answer is mindestens 43", "43"),
        ("43 must be doubled", "43"),
        ("43 is a common mistake", "43"),
        ("Step 43", "43"),
        ("The 43rd week", "43"),
        ("43 (forty-four)", "43"),
        ("The reverse of 43", "43"),
    ],
)
def test_what_governs_a_value_refuses_it(answer, reference):
    verdict = equivalent(answer, reference)
    assert not verdict
    assert verdict.outcome in ("unreadable", "several_values", "mismatch")


def test_the_rule_names_the_operator_and_its_place():
    assert equivalent("The well yields at least 43 litres", "43").rule == "bound: 'at least' at word 4"


@pytest.mark.parametrize(
    "answer",
    [
        "The false killer whales ate 43 squid.",
        "The half-timbered inn has 43 rooms.",
        "43 metres under the Thames",
        "The Log Cabin Inn seats 43.",
        "Within the caldera there are 43 vents.",
        "43 is the answer",
        "forty-three (43)",
    ],
)
def test_a_word_that_governs_something_else_is_none(answer):
    assert equivalent(answer, "43")


@pytest.mark.parametrize(
    "answer",
    [
        r"\color{white}{cow} Paris",
        "cow horse",
        "~~cow~~ Paris",
        "July, cow",
        "cow değil",
        "The answer is ice. It is cow.",
    ],
)
def test_a_short_word_is_no_product_beside_other_words(answer):
    assert not equivalent(answer, "cow")


@pytest.mark.parametrize(
    "answer", ["Probably Rome, but it could also be Paris.", "~~Paris~~ Rome", "Maybe it is Paris"]
)
def test_a_hedged_word_is_no_answer(answer):
    assert not equivalent(answer, "Paris")
    assert equivalent("It is Paris.", "Paris")
