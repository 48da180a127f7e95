"""JSON from strangers: what is none is refused with words, what is some is read as the standard library reads it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.service.json_text import DEEPEST, decode_json, encode_json
from graders.service.problems import Problem

REFUSED = {
    "nothing": (b"", "Expecting value"),
    "no utf-8": (b'"\xff"', "byte 1 is no UTF-8"),
    "a surrogate in utf-8": (b'"\xed\xa0\x80"', "no UTF-8"),
    "a mark in front": (b"\xef\xbb\xbf1", "BOM"),
    "NaN": (b"[NaN]", "NaN is no number"),
    "infinity": (b"[-Infinity]", "-Infinity is no number"),
    "too large a number": (b"1e999", "out of range"),
    "digits without end": (b"1" * 5000, "digits"),
    "something behind": (b"1 2", "Extra data"),
    "a bomb of brackets": (b"[" * 100_000, "nested deeper"),
    "a bomb of objects": (b'{"a":' * 100_000, "nested deeper"),
    "just too deep": (b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2), "nested deeper"),
    "too deep with a surrogate": (b'["\\ud800",' + b"[" * 70 + b"]" * 71, "nested deeper"),
    "a key twice": (b'{"a": 1, "a": 2}', "'a' is given twice"),
    "a key twice, escaped": (b'{"a": 1, "\\u0061": 2}', "'a' is given twice"),
    "a key twice, within": (b'{"x": [{"b" \n : 1, "b": 1}], "t": "\\":"}', "'b' is given twice"),
}


SPACE = pytest.mark.parametrize("space", [b"", b" " * 20_000], ids=["short", "long"])
"""What stands behind a text: a long one's keys are counted in another way."""


@SPACE
@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED)
def test_refused(text, words, space):
    with pytest.raises(Problem) as caught:
        decode_json(text + space)
    assert caught.value.status == 400
    assert words in caught.value.message


TEXTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None) | st.sampled_from('":\\ud{}')),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.sampled_from('a":\\ \n')), inner, max_size=4)
    ),
    max_leaves=12,
)


@SPACE
@given(TEXTS, st.booleans(), st.sampled_from([None, 1]), st.sampled_from([": ", ":", "\n:"]))
def test_read_as_the_standard_library_reads_it(space, value, ascii_only, indent, colon):
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent, separators=(",", colon)) + space.decode()
    try:
        encoded = text.encode()
    except UnicodeEncodeError:  # a lone surrogate that is not escaped: no UTF-8
        return
    assert decode_json(encoded) == json.loads(text)


@given(TEXTS)
def test_written_so_that_it_is_read_again(value):
    text = encode_json(value)
    assert b"\n" not in text
    assert decode_json(text) == value


def test_nan_is_written_as_null():
    assert encode_json([float("nan"), 0.1 + 0.2]) == b"[null,0.30000000000000004]"
