"""What a batch says about the reward itself, on batches counted by hand."""

import numpy as np
import pytest

from graders.contract.scores import Scores
from graders.figures.diagnostics import diagnose

NAN = float("nan")


def figures(form, answer, groups=None, weights=(0.1, 0.9)):
    outcomes = [
        "worker_lost" if np.isnan(value) else "match" if value == 1 else "mismatch" if value == 0 else "graded"
        for value in answer
    ]
    scores = {"format": Scores.of(form), "math": Scores.of(answer, outcomes)}
    rewards = weights[0] * scores["format"].values + weights[1] * scores["math"].values
    return diagnose(
        rewards, scores, dict(zip(scores, weights, strict=True)), None if groups is None else np.array(groups)
    )


def test_figures_of_components():
    """Mean, spread, share at 1, share unscored, and how often each outcome."""
    got = figures([1, 1, 0, 1], [1, 0, 0.5, NAN])
    math = got.components["math"]
    assert (math.weight, math.mean, math.saturated, math.unscored) == (0.9, 0.5, 1 / 3, 0.25)
    assert math.std == pytest.approx(np.std([1, 0, 0.5]))
    assert math.outcomes == {"match": 1, "mismatch": 1, "graded": 1, "worker_lost": 1}
    assert (got.rows, got.saturated, got.unscored, got.groups) == (4, 1 / 3, 0.25, None)
    assert got.to_dict()["components"]["math"]["mean"] == 0.5


@pytest.mark.parametrize(
    ("form", "answer", "groups", "expected"),
    [
        # count, zero_variance, all_right, all_wrong, tied, unscored
        ([1, 1, 1, 1], [1, 1, 0, 1], [0, 0, 1, 1], (2, 1, 1, 0, 0, 0)),
        ([1, 1, 1, 1], [0, 0, 1, 0], [0, 0, 1, 1], (2, 1, 0, 1, 0, 0)),
        ([1, 0, 1, 1], [0, 0, 0.5, 0.5], [0, 0, 1, 1], (2, 1, 0, 0, 1, 0)),
        ([1, 1, 1, 1], [1, 1, 1, 1], [0, 1, 2, 3], (4, 0, 0, 0, 0, 0)),
        ([1, 1, 1], [NAN, 1, 1], [0, 0, 0], (1, 1, 1, 0, 0, 1)),
        ([1, 1], [NAN, 1], [0, 0], (1, 0, 0, 0, 0, 1)),
        ([1, 1], [NAN, NAN], [0, 0], (1, 0, 0, 0, 0, 1)),
        ([1, 1, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1], (2, 2, 1, 1, 0, 0)),
        ([], [], [], (0, 0, 0, 0, 0, 0)),
    ],
)  # fmt: skip
def test_p64_groups_that_teach_nothing(form, answer, groups, expected):
    """P64: all rewards equal; told apart by why; single rows and unscored ones teach nothing of either kind."""
    got = figures(form, answer, groups).groups
    assert (got.count, got.zero_variance, got.all_right, got.all_wrong, got.tied, got.unscored) == expected


def test_an_empty_batch():
    """No rows have no mean, and nothing of them is unscored."""
    got = figures([], [])
    assert np.isnan(got.mean)
    assert got.unscored == 0
