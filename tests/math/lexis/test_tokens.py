"""Text to tokens: one pass, canonical signs, no guessing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.math import OverLimit
from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.tokens import tokenize


def kinds(text, **options):
    return [token[0] if token[0] != "num" else token[1] for token in tokenize(text, **options)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\dfrac12", [r"\frac", "12"]),
        ("1,234", ["1234"]),
        ("(1,234)", ["(", "1", ",", "234", ")"]),
        (r"1,\!234", ["1234"]),
        ("1{,}234", ["1234"]),
        ("12 345", ["12345"]),
        ("12,34,567", ["1234567"]),
        ("1.234.567", ["1234567"]),
        ("1,2345", ["1", ",", "2345"]),
        ("2 8", ["2", "8"]),
        ("0 1 2", ["0", "1", "2"]),
        ("1.5e-3", ["1.5e-3"]),
        (r"\left( 3 \right]", ["(", "3", "]"]),
        ("x ≤ 3", ["letters", "<=", "3"]),
        ("**45**", ["45"]),
        ("2**3", ["2", "^", "3"]),
        (r"\text{ cm}^2", ["word", "^", "2"]),
        ("$5 and $6", [r"\$", "5", "letters", r"\$", "6"]),
        ("$5$", ["$", "5", "$"]),
        ("٢٨", ["28"]),
        ("x²", ["letters", "^", "{", "2", "}"]),
        (r"\phantom{-}1", ["1"]),
    ],
)
def test_signs_and_numbers(text, expected):
    assert kinds(text) == expected


def test_grouping_can_be_switched_off():
    assert kinds("1,234", grouping=False) == ["1", ",", "234"]


def test_space_is_noted():
    assert [token[2] for token in tokenize("2 x")] == [False, True]


@pytest.mark.parametrize("text", ["2\u200b8", "\u202e82", "27\ud800", "㉗", "2８", "}", "a\x00é"])
def test_signs_that_no_answer_has(text):
    with pytest.raises(Unreadable):
        tokenize(text)


def test_limits_come_first():
    with pytest.raises(OverLimit):
        tokenize("1" * 5000)
    with pytest.raises(OverLimit):
        tokenize("x+" * 1500)
    with pytest.raises(OverLimit):
        tokenize("1" * 1001)


@given(st.text(max_size=60))
def test_any_text_has_tokens_or_a_reason(text):
    try:
        tokens = tokenize(text)
    except (Unreadable, OverLimit):
        return
    assert all(len(token) == 3 for token in tokens)
