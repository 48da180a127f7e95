"""Long texts are cut in the middle, and the answer stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.pages.excerpt import cut, shown_value, tagged
from tests.report.conftest import read

TAGS = ("think", "answer")


def shown(markup):
    return read(markup).text


@given(st.text("abc<>\n", max_size=60), st.integers(0, 9), st.integers(0, 9))
def test_beginning_and_end_stay(value, head, tail):
    said, left_out = shown(cut(value, (head, tail))), len(value) - head - tail
    if left_out <= 0:
        assert said == value
    else:
        assert said == f"{value[:head]}{left_out} characters left out{value[len(value) - tail :]}"


@given(st.text("ab<", max_size=40), st.text("xy<", min_size=1, max_size=12), st.text("cd ", max_size=40))
def test_a_short_completion_is_shown_whole_with_its_answer_marked(thought, answer, after):
    value = f"<think>{thought}</think><answer>{answer}</answer>{after}"
    markup = tagged(value, answer, TAGS, (400, 200))
    assert shown(markup) == value
    assert read(markup).one("mark").text == answer
    assert "<answer>" in [tag.text for tag in read(markup).all("span", class_="tag")]


@pytest.mark.parametrize("after", ["", " " + "z" * 10_000])
def test_thought_and_answer_are_visible_in_a_long_one(after):
    value = f"<think>begin {'x' * 1_000_000}</think><answer>42</answer>{after}"
    said = shown(tagged(value, "42", TAGS))
    assert said.startswith("<think>begin x")
    assert "characters left out" in said
    assert "<answer>42</answer>" in said
    assert len(said) < 2000


@pytest.mark.parametrize("answer", [None, "42", "4" * 10_000])
def test_an_answer_that_is_not_in_a_block_is_not_marked(answer):
    value = "\\boxed{42}" if answer != "4" * 10_000 else f"<answer>{answer}</answer>"
    markup = tagged(value, answer, TAGS)
    assert not read(markup).all("mark")
    assert len(markup) < 2000


def test_other_tags():
    markup = tagged("<plan>a</plan><out>b</out>", "b", ("plan", "out"))
    assert [tag.text for tag in read(markup).all("span", class_="tag")] == ["<plan>", "</plan>", "<out>", "</out>"]


def test_lines_of_windows():
    assert cut("a\r\nb", (9, 9)) == "a\nb"


@pytest.mark.parametrize(
    ("value", "said"), [(None, "–"), (True, "True"), (1.5, "1.5"), ({"<a>": 1, "b": 2}, "<a> 1, b 2")]
)
def test_values(value, said):
    assert shown(shown_value(value)) == said
