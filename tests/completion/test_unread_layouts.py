"""Which setting would read a completion in which no answer is found: told, never paid."""

import json

import pytest

from graders.completion.parse import Layout, parse
from graders.completion.unread_layouts import other_layout, remedy, unread_layouts, where_else

CASES = [
    (r"<think>x</think> It is \boxed{42}.", "answer", "boxed"),
    (r"<think>x \boxed{42}</think> So 42.", "answer", None),  # a box in the thought is none
    ("<think>x</think> So #### 42", "answer", "final"),
    ("The answer is 42", "answer", "final"),
    ("<think>x</think> 42", "answer", None),  # any text ends in some line
    ("#### 42" + " word" * 200, "answer", None),  # a marker far from the end is not looked for
    ("<think>x</think><answer>42</answer>", "boxed", "answer"),
    ("<think>x</think> #### 42", "boxed", "final"),
    ("", "answer", None),
    ("<think>never closed \\boxed{4}", "answer", None),
    ("<think>x</think><answer>42</answer>", "answer", None),  # it has an answer
]


@pytest.mark.parametrize(("text", "source", "other"), CASES, ids=range(len(CASES)))
def test_the_layout_that_would_read_it(text, source, other):
    """And where one is named, it does read the text."""
    layout = Layout(answer_source=source)
    assert other_layout(parse(text, layout), layout) == other
    if other:
        assert parse(text, Layout(answer_source=other)).answer in ("42", " 42")


def test_the_remedy_counts():
    r"""Nothing where no layout would help."""
    texts = [r"\boxed{1}", r"\boxed{2}", "#### 3", "4"]
    unread = unread_layouts((parse(text) for text in texts), Layout())
    assert unread == {"boxed": 2, "final": 1}
    assert remedy(unread, 4) == (
        r"2 of these 4 hold a \boxed{}: --answer-source boxed; "
        "1 of these 4 holds a line such as '#### 72' or 'the answer is 72': --answer-source final"
    )
    assert remedy({"boxed": 3}, 3) == r"all 3 of them hold a \boxed{}: --answer-source boxed"
    assert remedy({}, 4) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (json.loads(r'"It is \boxed{42}"'), r"a backspace and 'oxed' where \boxed was meant"),
        (json.loads(r'"It is \frac{1}{2}"'), r"a form feed and 'rac' where \frac was meant"),
        (json.loads(r'"It is \text{A}"'), r"a tab and 'ext' where \text was meant"),
        ("\textend it", "if they were made in another layout"),
    ],
    ids=range(4),
)
def test_backslashes_that_json_took(text, told):
    """One backslash in JSON is an escape: the box is none any more, and the hint says so."""
    assert told in where_else({}, [text])
    assert where_else({"final": 1}, [text]).startswith("it holds a line")
