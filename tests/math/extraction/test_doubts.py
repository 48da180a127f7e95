"""Prose is read only where its words are understood, in whatever language the others are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.math import equivalent
from graders.math.extraction.answer import OPENINGS_ABROAD
from graders.math.extraction.doubts import ANCHORS, HARMLESS
from graders.math.lexis.words import DENIALS, DENIALS_ABROAD, HEDGES, NEGATIONS

VALUES = st.sampled_from(("43", "$43$", r"\boxed{43}", r"\frac{1}{3}", r"\sqrt{5}", "x = 43", "-7", "2.5", "(1, 2)"))
REFERENCES = {"$43$": "43", r"\boxed{43}": "43", "x = 43": "43"}
SCRIPTS = st.one_of(
    *(
        st.text(st.sampled_from(letters), min_size=2, max_size=8)
        for letters in ("абвгдежз", "ابتثجح", "不大小至少约", "ではない", "아니다")
    )
)
LATIN = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzäéñßşø"), min_size=5, max_size=12).filter(
    lambda word: word not in HARMLESS | ANCHORS and (word,) not in OPENINGS_ABROAD
)


@given(
    SCRIPTS | LATIN, VALUES, st.sampled_from(("{} {}", "{}: {}", "The answer is {} {}", "{} {}.", "The value: {} {}"))
)
def test_an_unknown_word_before_a_value_makes_it_unreadable(word, value, form):
    assert not equivalent(form.format(word, value), REFERENCES.get(value, value))


@given(SCRIPTS, VALUES, st.sampled_from(("{} {}", "The answer is {} {}", "The answer is {}, {}")))
def test_another_script_behind_a_value_does_too(word, value, form):
    assert not equivalent(form.format(value, word), REFERENCES.get(value, value))


@given(st.sampled_from(sorted(OPENINGS_ABROAD)), VALUES)
def test_an_opening_of_another_language_says_nothing(opening, value):
    reference = REFERENCES.get(value, value)
    phrase = " ".join(opening)
    assert equivalent(f"{phrase}: {value}", reference)
    assert not equivalent(f"{phrase}: {value}", "44")


@pytest.mark.parametrize("word", ["Natalia", "Quidditch", "Weng", "widgeteers"])
def test_an_unknown_word_may_stand_in_an_english_sentence(word):
    assert equivalent(f"{word} is 43", "43")
    assert equivalent(f"There are 43 {word}", "43")
    assert equivalent(f"The number of {word}: 43", "43")


def test_no_harmless_word_denies_or_hedges():
    assert not (HARMLESS | ANCHORS) & (NEGATIONS | HEDGES | DENIALS | DENIALS_ABROAD)
    assert all(word.isascii() and word.islower() for word in HARMLESS | ANCHORS)


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
