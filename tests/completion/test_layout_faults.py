"""What keeps a completion from being in the layout, said in words."""

import pytest

from graders.completion.layout_faults import layout_fault, usual_fault
from graders.completion.parse import Layout, parse

LAYOUT = Layout()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<answer>1</answer>", "no thought: neither <think> nor </think>"),
        ("x</think><answer>1</answer>", "no <think>"),
        ("Hi <think>x</think><answer>1</answer>", "text in front of <think>: 'Hi'"),
        ("<think>x</think> so <answer>1</answer>", "text between </think> and <answer>: 'so'"),
        ("<think>x</think><answer>1</answer> Bye", "text behind </answer>: 'Bye'"),
        ("<think> </think><answer>1</answer>", "an empty thought"),
        ("<think>as <answer> says</think><answer>1</answer>", "2 times <answer>"),
        ("<think><think>x</think><answer>1</answer>", "2 times <think>"),
    ],
)
def test_each_fault(text, said):
    """Of completions with an answer, none of them well formed."""
    completion = parse(text, LAYOUT)
    assert (completion.fault, completion.well_formed) == (None, False)
    assert layout_fault(completion.text, LAYOUT) == said


def test_the_usual_one():
    """The kind that most have, with the first one's words."""
    texts = ["Hi<think>x</think><answer>1</answer>", "Ho<think>x</think><answer>1</answer>", "<answer>1</answer>"]
    assert usual_fault([parse(text) for text in texts], LAYOUT) == "text in front of <think>: 'Hi' (2 of 3)"
