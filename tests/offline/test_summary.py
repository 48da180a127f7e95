"""Accuracy against labels, counted by hand."""

import numpy as np
import pytest

import graders
from graders.offline.summary import Accuracy, Summary

A = "<think>x</think><answer>{}</answer>".format
PAIR = {
    "graders": [
        {"type": "string_check", "operation": "equals", "weight": 0.6},
        {"type": "format_check", "weight": 0.3},
    ],
    "format_reward_weight": 0.1,
}


def summary(texts, references, labels, definition=None):
    reward = graders.load_reward(definition or {"graders": [{"type": "string_check", "operation": "equals"}]})
    result = Summary(reward.weights)
    result.add(reward.evaluate(texts, references), list(range(len(texts))), labels)
    return result


def test_confusion_by_hand(quiet):
    """Right paid, wrong paid, wrong refused, right refused; an unscored row is in none."""
    accuracy = summary(
        [A("a"), A("a"), A("b"), A("b"), A("b"), A("a")], ["a", "a", "a", "a", "a", ""], [1, 0, 0, 0, 1, 1]
    ).accuracy()
    assert accuracy == Accuracy(5, 1, 1, 2, 1)
    assert (accuracy.accuracy, accuracy.precision, accuracy.recall) == (3 / 5, 1 / 2, 1 / 2)


def test_the_format_is_left_out():
    """A row counts as positive by the graders' weighted part alone: a right answer in a wrong layout is positive."""
    assert summary(["<answer>a</answer>", A("b")], ["a", "a"], [1, 0]).accuracy() == Accuracy(2, 1, 0, 1, 0)


@pytest.mark.parametrize(("text", "positive"), [("<answer>a</answer>", 1), (A("b"), 0), (A("a"), 1), ("", 0)])
def test_at_least_one_half_of_the_graders_part(text, positive):
    """0.6 of 0.9 is more than one half, 0.3 of 0.9 is not."""
    accuracy = summary([text], ["a"], [1], PAIR).accuracy()
    assert accuracy.true_positives == positive


def test_exactly_one_half_counts():
    """The bound belongs to the positives, rounding included."""
    half = {"graders": [{"type": "string_check", "operation": "equals"}, {"type": "format_check"}]}
    assert summary([A("b")], ["a"], [1], half).accuracy().true_positives == 1


def test_without_labels_or_rows():
    """No labels, no accuracy; no rows, no figures but no error either."""
    assert summary([A("a")], ["a"], []).accuracy() is None
    empty = Summary({"format": 1.0})
    assert empty.error_rate == 0
    assert np.isnan(empty.diagnostics().mean)
    assert np.isnan(Accuracy(0, 0, 0, 0, 0).accuracy)


def test_shares_of_errors():
    """Rows that can't be read, of all rows."""
    result = summary([A("a")] * 3, ["a"] * 3, [])
    result.errors = 1
    assert result.error_rate == 0.25
