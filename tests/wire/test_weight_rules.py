"""How weights share the reward, and which keys go together."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graders.wire.weight_rules import effective_weights, job_rules, weight_rules

WEIGHTS = st.floats(1e-9, 1.0)


def added(weights):
    total = 0.0
    for weight in weights:
        total += weight
    return total


@pytest.mark.parametrize(
    ("format_weight", "weights", "expected"),
    [
        (None, [None], (0.1, 0.9)),
        (None, [None, None], (0.1, 0.45, 0.45)),
        (0.4, [None, None], (0.4, 0.3, 0.3)),
        (1.0, [None], (1.0, 0.0)),
        (None, [0.5], (0.1, 0.9)),
        (None, [0.5, 0.25], (0.1, 0.6, 0.3)),
        (None, [1.0, 1.0], (0.1, 0.45, 0.45)),
        (0.2, [0.5, 0.3], (0.2, 0.5, 0.3)),
        (0.1, [0.9], (0.1, 0.9)),
    ],
)
def test_the_three_rules(format_weight, weights, expected):
    """None given: shared equally; all given: scaled; all and the format's given: as they are."""
    assert effective_weights(format_weight, weights) == pytest.approx(expected, abs=1e-12)


@given(st.none() | WEIGHTS, st.lists(WEIGHTS, min_size=1, max_size=30))
def test_weights_sum_to_exactly_one_in_order(format_weight, weights):
    """Added up in order they give 1.0 to the last bit, whatever was given, and none is negative."""
    for given_weights in (weights, [None] * len(weights)):
        effective = effective_weights(format_weight, given_weights)
        assert added(effective) == 1.0
        assert min(effective) >= 0.0


@given(st.lists(WEIGHTS, min_size=1, max_size=8), st.integers(0, 20))
def test_p11_scaling_all_weights_by_a_power_of_two_changes_nothing(weights, power):
    """P11, bit for bit."""
    assert effective_weights(None, [w * 2.0**-power for w in weights]) == effective_weights(None, weights)


@given(st.lists(WEIGHTS, min_size=1, max_size=8), st.floats(0.001, 1.0))
def test_p11_scaling_all_weights_changes_next_to_nothing(weights, factor):
    """P11 for any factor."""
    scaled = effective_weights(None, [w * factor for w in weights])
    assert scaled == pytest.approx(effective_weights(None, weights), abs=1e-12)


@given(st.integers(1, 12), st.floats(0.001, 1.0))
def test_p17_no_weights_are_equal_weights(count, weight):
    """P17: leaving all weights out is giving all the same."""
    assert effective_weights(None, [None] * count) == pytest.approx(
        effective_weights(None, [weight] * count), abs=1e-12
    )


@given(st.none() | WEIGHTS, st.lists(WEIGHTS, min_size=1, max_size=8))
def test_p10_weights_are_the_formula_s(format_weight, weights):
    """P10: f for the format, (1 - f) w_i / sum(w) for grader i."""
    first = 0.1 if format_weight is None else format_weight
    expected = [first, *((1 - first) * w / math.fsum(weights) for w in weights)]
    assert effective_weights(format_weight, weights) == pytest.approx(expected, abs=1e-12)


def graders(*weights):
    return {"graders": [{"type": "math_accuracy", "weight": weight} for weight in weights]}


@pytest.mark.parametrize(
    ("document", "broken"),
    [
        (graders(None, None), False),
        (graders(0.5, None), True),
        (graders(0.5, 0.5), False),
        (graders(5e-324), True),
        ({**graders(0.9), "format_reward_weight": 0.1}, False),
        ({**graders(0.9), "format_reward_weight": 0.2}, True),
        ({**graders(0.9 + 0.9e-10), "format_reward_weight": 0.1}, False),
        ({**graders(0.9 + 1.2e-10), "format_reward_weight": 0.1}, True),
        ({**graders("0.9"), "format_reward_weight": "0.1"}, False),
        ({**graders("0.9"), "format_reward_weight": "0.2"}, True),
        ({**graders(None), "format_reward_weight": 0.7}, False),
        ({}, False),
        ({"graders": []}, False),
        ({"graders": "x"}, False),
        ({"graders": [5, "x"]}, False),
        ({**graders("x"), "format_reward_weight": 0.2}, False),
        (graders(0.5, 7, None), True),
    ],
)
def test_weight_rules(document, broken):
    """Which documents break a rule; values that are no weights are left to their own errors."""
    assert bool(weight_rules(document)) is broken


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        ({}, []),
        ({"reward_components": {}}, ["reward_components"]),
        ({"beta": 0.1}, ["beta"]),
        ({"fine_tune_type": "PREFERENCE", "beta": 0.1}, []),
        ({"fine_tune_type": "REINFORCEMENT", "reward_components": {}}, []),
        ({"fine_tune_type": "REINFORCEMENT", "beta": 0.1}, ["beta"]),
        ({"fine_tune_type": "PREFERENCE", "reward_components": {}}, ["reward_components"]),
        ({"fine_tune_type": "STANDARD", "reward_components": {}, "beta": 1}, ["reward_components", "beta"]),
    ],
)
def test_job_rules(document, paths):
    """Which keys go with which kind of job."""
    assert [rule.loc[0] for rule in job_rules(document)] == paths


@given(st.lists(WEIGHTS, min_size=1, max_size=5), WEIGHTS)
def test_given_weights_that_sum_to_one_are_kept(weights, format_weight):
    """All given: nothing is scaled beyond rounding."""
    total = math.fsum([format_weight, *weights])
    document = {"format_reward_weight": format_weight / total, **graders(*(w / total for w in weights))}
    assume(all(grader["weight"] > 0 for grader in document["graders"]))
    assert weight_rules(document) == []
    effective = effective_weights(document["format_reward_weight"], [g["weight"] for g in document["graders"]])
    assert effective == pytest.approx([format_weight / total, *(w / total for w in weights)], abs=1e-9)
