"""The shipped strategies make what their names say."""

from hypothesis import given
from hypothesis import strategies as st

from graders.completion.parse import parse
from graders.testing import completions, hostile, malformed, well_formed


@given(well_formed())
def test_well_formed_is_well_formed(text):
    """Every one keeps the layout and has an answer."""
    completion = parse(text)
    assert completion.well_formed
    assert completion.answer is not None


@given(malformed())
def test_malformed_is_malformed(text):
    """No one keeps the layout."""
    assert not parse(text).well_formed


@given(well_formed(st.sampled_from(["28", "Paris"])))
def test_answers_can_be_given(text):
    """The answers drawn from are the answers parsed."""
    assert parse(text).answer in {"28", "Paris"}


@given(hostile(), completions())
def test_nothing_breaks_the_parser(first, second):
    """Whatever they make, it is parsed."""
    for text in (first, second):
        completion = parse(text)
        assert (completion.answer is None) == (completion.fault is not None)
