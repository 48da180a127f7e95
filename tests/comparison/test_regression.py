"""When B is a regression, and the sentence why."""

import pytest

from graders.comparison import Allowance, Reading, compare, regression

EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}
CONTAINS = {"graders": [{"type": "string_check", "operation": "contains"}]}


def rows(right, listed, label=None):
    """Answers that both pay, and answers that only `contains` pays."""
    labels = {} if label is None else {"label": label}
    texts = ["4"] * right + ["3, 4"] * listed
    return [{"completion": f"<think>{k}</think><answer>{text}</answer>", "reference_answer": "4",
             **({"label": 1 if text == "4" else label} if labels else {})} for k, text in enumerate(texts)]  # fmt: skip


@pytest.fixture
def stricter(scored):
    """From `contains` to `equals`: the mean falls, by 0.9 on each row that lists."""

    def make(right, listed, label=None):
        data = rows(right, listed, label)
        return compare(scored("a.jsonl", data, CONTAINS), scored("b.jsonl", data, EQUALS),
                       Reading(label_column=None if label is None else "label"))  # fmt: skip

    return make


def test_a_fall_that_is_more_than_chance(stricter):
    """The whole interval is below zero; within the tolerance it is none."""
    found = stricter(20, 20)
    sentence = regression(found)
    assert sentence.startswith("the mean reward falls by 0.4500, from 1.0000 to 0.5500, its interval [")
    assert sentence.endswith("lies below 0")
    assert regression(found, Allowance(tolerance=0.9)) is None


def test_a_fall_that_may_be_chance(stricter):
    """One row of forty: the interval reaches zero."""
    found = stricter(39, 1)
    assert found.reward.difference.mean < 0
    assert regression(found) is None


def test_labels_decide_where_there_are_any(stricter):
    """A stricter grader that is right is no regression, and one that is wrong is, by a single row."""
    assert regression(stricter(20, 20, label=0)) is None
    sentence = regression(stricter(39, 1, label=1))
    assert sentence.startswith("the accuracy falls by 0.0250, from 1.0000 to 0.9750 (1 broken, 0 mended)")
    assert regression(stricter(39, 1, label=1), Allowance(tolerance=0.025)) is None


def test_rewards_that_are_lost(scored):
    """What can't be scored any more is no zero, and no silence either."""
    data = rows(20, 0)
    unscored = [{**row, "reference_answer": ""} for row in data[:2]] + data[2:]
    found = compare(scored("a.jsonl", data), scored("b.jsonl", unscored))
    assert regression(found).startswith("2 of 20 completions that A scored have no reward in B")
    assert regression(found, Allowance(lost=0.1)) is None
    broken = [{"reference_answer": "4"}, *data[1:]]
    found = compare(scored("a.jsonl", data), scored("c.jsonl", broken))
    assert regression(found, Allowance(lost=0.01)).startswith("1 of 20 completions")
