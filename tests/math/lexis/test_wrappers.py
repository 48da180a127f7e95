r"""What only wraps a text says nothing about its value: boxes, dollars, bold, spacing around all of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.math import equivalent
from graders.math.lexis.wrappers import bare

WRAPPERS = [r"\boxed{%s}", "$%s$", "$$%s$$", r"\(%s\)", r"\[ %s \]", "**%s**", r"\,%s\;", r"\displaystyle %s", " %s\n"]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        (r"\boxed{\frac{1}{2}}", r"\frac{1}{2}"),
        (r"$\boxed{\{1, 2\}}$", r"\{1, 2\}"),
        (r"\,456\;", "456"),
        (r"\boxed{}", ""),
        (r"$\ $", ""),
        (r"\boxed{1} and \boxed{2}", r"\boxed{1} and \boxed{2}"),
        ("$1$ and $2$", "$1$ and $2$"),
        (r"\(1\) or \(2\)", r"\(1\) or \(2\)"),
        ("**1** or **2**", "**1** or **2**"),
        ("2**3**", "2**3**"),
        (r"\displaystylex", r"\displaystylex"),
        ("a \\\\,", "a \\\\,"),
        ("$", "$"),
        ("$$", "$$"),
        ("", ""),
    ],
)
def test_only_what_encloses_the_whole_text_is_taken_off(text, inside):
    assert bare(text) == inside


@given(
    st.lists(st.sampled_from(WRAPPERS), max_size=4, unique_by=lambda wrapper: "$" if "$" in wrapper else wrapper),
    st.sampled_from(["28", "x+1", r"\frac{1}{2}", "(1, 2)"]),
)
def test_wrappers_in_any_order(wrappers, value):
    text = value
    for wrapper in wrappers:
        text = wrapper % text
    assert bare(text) == value
    assert equivalent(text, value).equal


@given(st.text(alphabet=r"\boxed{}$()[]*~,;:! 1x", max_size=30))
def test_hostile_texts_come_to_an_end_and_change_no_more(text):
    assert bare(bare(text)) == bare(text)
    assert len(bare(text)) <= len(text)


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize(
    ("inside", "outcome"),
    [("The total is 28.", "match"), ("27 or 28", "several_values"), ("29", "mismatch"), ("not 28", "mismatch")],
)
def test_prose_in_a_wrapper_is_read_as_it_is_outside(wrapper, inside, outcome):
    assert equivalent(wrapper % inside, "28").outcome == outcome
