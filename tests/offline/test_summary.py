"""Accuracy against labels, counted by hand."""

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest

import graders
from graders.figures.running_figures import ScoredBlock
from graders.offline.results.scored_part import ScoredPart, prompt_fingerprint
from graders.offline.results.summary import Accuracy, Summary
from graders.vocabulary.outcome import Outcome

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
    result.add(ScoredPart.of(reward.evaluate(texts, references), range(len(texts)), labels))
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


def parts_of(rows, size, weights):
    """The same rows in parts of a size, groups of 7 whose prompts go on from part to part."""
    rng = np.random.default_rng(5)
    answers = rng.choice([0.0, 0.3, 1.0], rows)
    form = (rng.random(rows) < 0.8).astype(float)
    unscored = rng.random(rows) < 0.01
    values = np.array([form, np.where(unscored, np.nan, answers)])
    codes = np.array([np.where(form == 1, 0, 1), np.where(unscored, Outcome.WORKER_LOST.code, 2)]).astype(np.int8)
    rewards = weights["format"] * values[0] + weights["math"] * values[1]
    block = ScoredBlock(rewards, values, codes, np.arange(rows) // 7, rng.integers(1, 60, rows).astype(float))
    labels = rng.integers(0, 2, rows).astype(np.int8)
    for start in range(0, rows, size):
        part = block[start : start + size]
        first, last = (prompt_fingerprint(int(part.groups[end])) for end in (0, -1))
        yield ScoredPart(replace(part, groups=part.groups - part.groups[0]), labels[start : start + size], first, last)


@pytest.mark.parametrize("size", [1, 1000, 1024, 8192, 8193, 20_000])
def test_the_figures_are_the_same_to_the_last_bit_in_any_parts(size):
    """Whatever the parts; and asking on the way changes nothing."""
    weights = {"format": 0.1, "math": 0.9}
    whole, found = Summary(weights), Summary(weights)
    whole.add(next(parts_of(20_000, 20_000, weights)))
    for number, part in enumerate(parts_of(20_000, size, weights)):
        found.add(part)
        if number == 3:
            found.diagnostics()
    assert found.to_dict() == whole.to_dict()
    assert whole.diagnostics().groups.count == math.ceil(20_000 / 7)
    assert whole.accuracy().rows == 20_000 - round(20_000 * whole.diagnostics().unscored)


def test_what_is_kept_does_not_grow():
    """Ten times the rows, the same bytes."""
    weights = {"format": 0.1, "math": 0.9}
    sizes = []
    for rows in (30_000, 300_000):
        result = Summary(weights)
        for part in parts_of(rows, 1000, weights):
            result.add(part)
        sizes.append(len(pickle.dumps(result)))
    assert sizes[1] < 1.2 * sizes[0]
    assert sizes[1] < 2**20


def test_errors_of_parts_are_counted():
    result = Summary({"format": 1.0})
    empty = graders.load_reward({"graders": [{"type": "format_check"}]}).evaluate([])
    result.add(ScoredPart.of(empty, [], errors=["line 1 is not valid JSON", "line 2 is not valid JSON"]))
    assert (result.errors, result.first_error, result.scored) == (2, "line 1 is not valid JSON", 0)
