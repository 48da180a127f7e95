"""What trainers and datasets hold, as text: completions, prompts, references."""

from collections import OrderedDict
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from graders.completion.messages import comparable, completion_text, prompt_text
from graders.completion.references import acceptable_references


def said(content, role="assistant", **more):
    return {"role": role, "content": content, **more}


CALL = {"tool_calls": [{"function": {"name": "calc", "arguments": "{}"}}]}


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("a", "a"),
        ("", ""),
        (None, ""),
        ([], ""),
        ((), ""),
        (np.str_("a"), "a"),
        ([said("a")], "a"),
        ((said("a"),), "a"),
        ([OrderedDict(said("a"))], "a"),
        (np.array([said("a")], dtype=object), "a"),
        ([said("a"), said("b")], "b"),
        ([said("a"), said("")], "a"),
        ([said("a"), said(None, **CALL)], "a"),
        ([said(None, **CALL)], ""),
        ([{"role": "assistant", **CALL}], ""),
        ([said("a"), said("r", "tool"), said("q", "user")], "a"),
        ([said("a", "user")], ""),
        (float("nan"), ""),
        (np.float32("nan"), ""),
        (Decimal("nan"), ""),
        ([said("a", "system")], ""),
        ([{}], ""),
        ([said(" ")], " "),
        ([said([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}])], "ab"),
        ([said([{"text": "a"}])], "a"),
        ([said(["a", "b"])], "ab"),
        ([said([{"type": "image_url", "image_url": {"url": "x"}}])], ""),
        ([said([{"type": "text", "text": None}])], ""),
        ([said([])], ""),
        ([said(np.array([{"type": "text", "text": "a"}]))], "a"),
        ([said([{"type": "image"}, {"type": "text", "text": "a"}])], "a"),
    ],
)
def test_completion_text(completion, text):
    """The last assistant message with text; nothing where there is none."""
    assert completion_text(completion, 0) == text


@pytest.mark.parametrize(
    ("completion", "place"),
    [
        (5, "completions[7]: got int 5"),
        (b"a", "completions[7]: got bytes"),
        ({"role": "assistant", "content": "a"}, "completions[7]: got dict"),
        ([{"content": "a"}], "completions[7][0]: got a message with the keys 'content'"),
        ([{"role": "model", "content": "a"}], "completions[7][0]: got a message with role 'model'"),
        ([{"from": "gpt", "value": "a"}], "completions[7][0]: got a message with the keys 'from', 'value'"),
        (True, "completions[7]: got bool"),
        (object(), "completions[7]: got object"),
        (["a"], "completions[7][0]: got str 'a'"),
        ([said("a"), 5], "completions[7][1]: got int"),
        ([said(5)], "completions[7][0].content: got int"),
        ([said({"text": "a"})], "completions[7][0].content: got dict"),
        ([said([5])], "completions[7][0].content[0]: got int"),
        ([said([{"type": "text", "text": 5}])], "completions[7][0].content[0].text: got int"),
        (np.array(3), "completions[7]: got ndarray"),
    ],
)
def test_what_is_no_completion_is_named_with_its_row(completion, place):
    """One clear TypeError: where, what was found, what is expected."""
    with pytest.raises(TypeError) as caught:
        completion_text(completion, 7)
    assert str(caught.value).startswith(place)
    assert "expected" in str(caught.value)


def test_long_values_are_cut_in_errors():
    """An error quotes no megabyte."""
    with pytest.raises(TypeError) as caught:
        completion_text(bytearray(10**6), 0)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("q", "q"),
        (None, ""),
        ([said("s", "system"), said("q", "user")], "q"),
        ([said("q", "user"), said("a"), said("r", "user")], "r"),
        ([said("a")], ""),
        ([said([{"type": "text", "text": "q"}], "user")], "q"),
    ],
)
def test_prompt_text(prompt, text):
    """The last user message with text."""
    assert prompt_text(prompt, 0) == text


@pytest.mark.parametrize("prompt", [5, {"role": "user"}, ["q"]])
def test_what_is_no_prompt_is_named(prompt):
    """With its row."""
    with pytest.raises(TypeError, match=r"^prompts\[3\]"):
        prompt_text(prompt, 3)


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("42", "42"),
        (" ", " "),
        (None, ""),
        (42, "42"),
        (-7, "-7"),
        (2.5, "2.5"),
        (1.0, "1"),
        (1e-7, "0.0000001"),
        (1e22, "1" + "0" * 22),
        (np.int64(3), "3"),
        (np.float64(2.5), "2.5"),
        (np.float32(0.1), "0.1"),
        (np.float16(0.1), "0.1"),
        (Decimal("1.50"), "1.50"),
        (Decimal("42.00"), "42.00"),
        (42.0, "42"),
        (-3.0, "-3"),
        (0.0, "0"),
        (1e20, "100000000000000000000"),
        (np.float32(7), "7"),
        (np.float64(1234567), "1234567"),
        (10.5, "10.5"),
        ("42.0", "42.0"),
        (Decimal("1E+3"), "1000"),
        (Fraction(1, 3), "1/3"),
        (float("nan"), "NaN"),
        (["a", 1, None], ("a", "1", "")),
        ([], ()),
        (("a",), ("a",)),
        (np.array(["a", "b"]), ("a", "b")),
        (np.array([1, 2]), ("1", "2")),
    ],
)
def test_references(reference, text):
    """Text, a number's decimal text without an exponent, or several acceptable ones."""
    assert acceptable_references(reference, 0) == text


@pytest.mark.parametrize(
    ("reference", "place"),
    [
        (True, "reference_answer[2]: got bool"),
        (np.True_, "reference_answer[2]"),
        ({"a"}, "reference_answer[2]: got set"),
        ({}, "reference_answer[2]: got dict"),
        (b"a", "reference_answer[2]: got bytes"),
        ([["a"]], "reference_answer[2][0]: got list"),
        (["a", True], "reference_answer[2][1]: got bool"),
        (object(), "reference_answer[2]"),
    ],
)
def test_what_is_no_reference_is_named(reference, place):
    """With its row, and its place in a list."""
    with pytest.raises(TypeError) as caught:
        acceptable_references(reference, 2)
    assert str(caught.value).startswith(place)


@pytest.mark.parametrize(("size", "shown"), [(57, "b'" + "x" * 57 + "'"), (58, "b'" + "x" * 55 + "...")])
def test_sixty_characters_of_a_value_are_shown(size, shown):
    """A value of 60 characters as it is, of 61 the first 57 and three dots."""
    with pytest.raises(TypeError, match=f"got bytes {shown.replace('.', '[.]')},"):
        acceptable_references(b"x" * size, 0)


def test_an_integer_too_long_to_write_out():
    """Python refuses to write it; the error says what to do."""
    with pytest.raises(TypeError, match="too long to write out, pass it as a string"):
        acceptable_references(10**5000, 0)


@pytest.mark.parametrize("make", [dict, OrderedDict])
def test_an_array_within_any_message_is_made_comparable(make):
    """Two parts as an array would compare part by part, and say neither equal nor different."""
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    found = comparable([[make(said(np.array(parts, dtype=object), "user"))]])
    assert found == [[said(parts, "user")]]


def test_comparable_prompts():
    """Arrays, as parquet gives them, compare as lists do."""
    of_arrays = np.array([{"role": "user", "content": np.array([{"type": "text", "text": "q"}])}], dtype=object)
    plain = [{"role": "user", "content": [{"type": "text", "text": "q"}]}]
    assert comparable([of_arrays, "q", None]) == [plain, "q", None]
    of_text = [[{"role": "user", "content": "q"}], "q"]
    assert comparable(of_text) is of_text
