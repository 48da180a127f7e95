"""Lists where one text is expected, one text where a list is, and what is said of what is neither."""

import json

import pytest

import graders
from graders.offline.reading.row import Columns, Row
from graders.offline.results.summary import Summary
from graders.offline.scoring.score_rows import RowScoring

A = "<think>x</think><answer>72</answer>"
B = "<think>x</think><answer>71</answer>"
SAID, OTHER = {"role": "assistant", "content": A}, {"role": "assistant", "content": B}
ASKED = {"role": "user", "content": "q"}
REWARD = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})


def scored(row, **columns):
    named = Columns(**columns)
    row = row if named.reference in row else {**row, "reference_answer": "72"}
    return next(RowScoring(REWARD, named, None, Summary(REWARD.weights)).score([Row(1, row)]))


@pytest.mark.parametrize("value", [
    A, [A], [[A]], [[[A]]], SAID, [SAID], [[SAID]], [ASKED, SAID], [[ASKED, SAID]], json.dumps(SAID), [OTHER, SAID],
], ids=range(11))  # fmt: skip
def test_one_completion_however_deep(value):
    """A text, a message or a conversation, in any number of lists."""
    assert scored({"completion": value})["reward"] == 1.0


@pytest.mark.parametrize("column", ["completion", "completions"])
@pytest.mark.parametrize("value", [
    [A, B], [[A], [B]], [[A, B]], [[[A]], [[B]]], [[SAID], [OTHER]], [[ASKED, SAID], [ASKED, OTHER]],
    [A, [OTHER]], [[A], B], [[[SAID], [OTHER]]], [[[A, B]]],
], ids=range(10))  # fmt: skip
def test_several_are_a_group_in_either_column(column, value):
    """In their order."""
    assert scored({column: value})["reward"] == pytest.approx([1.0, 0.1])


@pytest.mark.parametrize("value", [
    A, [A], [[A]], SAID, [SAID], [[SAID]], [ASKED, SAID], json.dumps([A]), json.dumps([ASKED, SAID]), [[ASKED, SAID]],
], ids=range(10))  # fmt: skip
def test_one_in_the_column_of_several(value):
    """A group of one."""
    assert scored({"completions": value})["reward"] == [1.0]


@pytest.mark.parametrize(
    ("value", "reward"),
    [("72", 1), (["72"], 1), ([["72"]], 1), ([["72", "x"]], 1), ([["x", "72"]], 1), (72, 1), (72.0, 1),
     ([72], 1), ([72.0], 1), ([[72, "x"]], 1), ([["71"]], 0.1)],
)  # fmt: skip
def test_references(value, reward):
    """One, or several acceptable ones; a whole float is an integer."""
    assert scored({"completion": A, "reference_answer": value})["reward"] == pytest.approx(reward)


@pytest.mark.parametrize("value", [
    "q", ["q"], [["q"]], ASKED, [ASKED], [[ASKED]], json.dumps(ASKED), json.dumps([ASKED]), [json.dumps([ASKED])],
    [[[ASKED]]],
], ids=range(10))  # fmt: skip
def test_prompts(value):
    """The question is the same."""
    from graders.completion.messages import prompt_text

    example = Columns().example({"completion": A, "prompt": value}, needs_reference=False)
    assert prompt_text(example.prompt, 0) == "q"


@pytest.mark.parametrize(
    ("row", "columns", "said"),
    [
        ({"completion": [A, 5]}, {}, "the column 'completion' holds a list of texts with 5 among them"),
        ({"completion": [A, None]}, {}, "holds a list of texts with None among them"),
        ({"completion": [[A, B], ["c"]]}, {}, "holds a list of texts"),
        ({"completions": []}, {}, "the column 'completions' holds [], expected a list of completions"),
        ({"completions": 5}, {}, "the column 'completions' holds 5"),
        ({"completion": 5}, {}, "completions[0]: got int 5"),
        ({"completion": A, "reference_answer": {"target": ["72"]}}, {}, "such as reference_answer.target"),
        ({"completion": A, "gold": {"a": 1, "b": 2}}, {"reference": "gold"}, "such as gold.a, gold.b"),
        ({"completion": A, "reference_answer": True}, {}, "got bool True"),
        ({"r": A}, {}, "has no column 'completion'"),
        ({"r": A}, {"completion": "x"}, "columns are 'r', 'reference_answer' (name yours with --completion-"),
        ({"r": A}, {"completions": "x"}, "columns are 'r', 'reference_answer' (name yours with --completions-"),
        ({"r": A}, {"messages": "x"}, "(name yours with --messages-column)"),
        ({"model": {"text": A}}, {"completion": "model.txt"}, "has no column 'model.txt'; did you mean 'model.text'?"),
        ({"completion": A, "x": "72"}, {"reference": "gold"}, "(name yours with --reference-column)"),
    ],
    ids=range(15),
)  # fmt: skip
def test_what_is_said(row, columns, said):
    """The column, what was found, and the option that was given."""
    found = scored(row, **columns)
    assert found["status"] == "error"
    assert said in found["error"]
