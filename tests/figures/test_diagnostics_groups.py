"""Group diagnostics against a slow, obvious computation, under both ways that trainers make advantages."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graders
from graders.contract.scores import Scores
from graders.figures.diagnostics import diagnose
from graders.reward.reward_batch import combine

WEIGHTS = {"format": 0.1, "math": 0.6, "text": 0.3}


def figures(columns, groups, aggregation="sum_then_normalize", lengths=None):
    scores = {name: Scores.of(values) for name, values in columns.items()}
    weights = {name: WEIGHTS[name] for name in columns}
    rewards = combine({name: part.values for name, part in scores.items()}, weights)
    return diagnose(rewards, scores, weights, np.array(groups), lengths, aggregation)


def slow_shares(columns, groups, aggregation):
    """Each component's covariance with the sum, over the sum's variance; group by group, in plain Python."""
    weights = {name: WEIGHTS[name] for name in columns}
    shares, sizes = {name: [] for name in columns}, []
    for group in sorted(set(groups)):
        rows = [row for row, one in enumerate(groups) if one == group]
        parts = {}
        for name, values in columns.items():
            inside = np.array([values[row] for row in rows], dtype=float)
            moved = inside - inside.mean() if len(set(inside)) > 1 else np.zeros(len(rows))
            if aggregation == "normalize_then_sum" and len(rows) > 1:
                moved = moved / (inside.std(ddof=1) + 1e-4)
            parts[name] = weights[name] * moved
        total = sum(parts.values())
        rewards = sum(weights[name] * np.array([columns[name][row] for row in rows]) for name in columns)
        flat = (
            np.ptp(rewards) < 1e-12 if aggregation == "sum_then_normalize" else not any(p.any() for p in parts.values())
        )
        if flat or not (total @ total) > 1e-24:
            continue
        sizes.append(total @ total)
        for name, part in parts.items():
            shares[name].append(part @ total / (total @ total))
    if not sizes:
        return dict.fromkeys(columns, math.nan)
    weigh = None if aggregation == "sum_then_normalize" else sizes
    return {name: float(np.average(values, weights=weigh)) for name, values in shares.items()}


LEVELS = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@given(st.lists(st.tuples(st.integers(0, 3), LEVELS, LEVELS, LEVELS), min_size=2, max_size=24),
       st.sampled_from(["sum_then_normalize", "normalize_then_sum"]))  # fmt: skip
def test_variance_shares_are_those_of_the_slow_way(rows, aggregation):
    groups = [row[0] for row in rows]
    columns = {name: [row[k + 1] for row in rows] for k, name in enumerate(WEIGHTS)}
    found = figures(columns, groups, aggregation)
    slow = slow_shares(columns, groups, aggregation)
    for name, share in slow.items():
        assert found.components[name].variance_share == pytest.approx(share, abs=1e-6, nan_ok=True)


def test_a_small_format_weight_can_carry_a_whole_group():
    found = figures({"format": [1, 1, 0, 0], "math": [0, 0, 0, 0]}, [0] * 4)
    assert found.components["format"].variance_share == pytest.approx(1)
    assert found.groups.format_decides == 1
    assert found.groups.zero_variance == 0


def test_kinds_of_groups_without_advantage():
    graded = [1, 1, 0, 0, 0.5, 0.5, 1, 0]
    columns = {"format": [1, 1, 1, 1, 1, 1, 1, 0], "math": graded, "text": graded}
    groups = figures(columns, [0, 0, 1, 1, 2, 2, 3, 3]).groups
    assert (groups.count, groups.zero_variance, groups.all_right, groups.all_wrong, groups.tied) == (4, 3, 1, 1, 1)


def test_components_that_cancel_are_flat_in_the_sum_alone():
    columns = {"math": [1, 0], "text": [0, 1]}
    weights = {"math": 0.5, "text": 0.5}
    scores = {name: Scores.of(values) for name, values in columns.items()}
    rewards = combine({name: part.values for name, part in scores.items()}, weights)
    kinds = [diagnose(rewards, scores, weights, np.zeros(2, dtype=np.int64), None, how).groups.zero_variance
             for how in ("sum_then_normalize", "normalize_then_sum")]  # fmt: skip
    assert kinds == [1, 0]


@pytest.mark.parametrize(("apart", "is_rounding"), [(3e-7, True), (4e-7, False)])
def test_what_is_left_of_components_that_cancel(apart, is_rounding):
    """A billionth of a thousandth of what they vary by themselves is rounding, and nobody's share; more is variance."""
    values = np.array([0.0, 1.0, 0.0, 1.0])
    scores = {"a": Scores.of(values), "b": Scores.of(1 - values)}
    rewards = 0.5 + apart * np.array([1, -1, -1, 1])  # squares of 4 apart**2, beside 0.5 of the weighted components
    found = diagnose(rewards, scores, {"a": 0.5, "b": 0.5}, np.zeros(4, dtype=np.int64))
    assert math.isnan(found.components["a"].variance_share) == is_rounding


def test_a_component_with_a_spread_of_trl_s_epsilon_is_scaled_to_half():
    """TRL divides by the standard deviation plus 1e-4: of two equal weights a half against a whole is 1 to 4."""
    small = 1e-4 * math.sqrt(3) * np.array([0, 0, 1, 1])  # a standard deviation of 1e-4, of four rows less one
    scores = {"a": Scores.of(small), "b": Scores.of([0.0, 1.0, 0.0, 1.0])}
    weights = {"a": 0.5, "b": 0.5}
    rewards = combine({name: part.values for name, part in scores.items()}, weights)
    found = diagnose(rewards, scores, weights, np.zeros(4, dtype=np.int64), None, "normalize_then_sum")
    assert found.components["a"].variance_share == pytest.approx(0.2, abs=1e-3)


def test_unscored_rows_are_left_out():
    found = figures({"format": [1, 0, 1], "math": [1, 0, np.nan]}, [0, 0, 0])
    assert found.groups.unscored == 1
    assert sum(one.variance_share for one in found.components.values()) == pytest.approx(1)


def test_length_against_reward_within_groups():
    lengths = np.array([1.0, 2, 3, 101, 102, 103])
    found = figures({"math": [0, 0.5, 1, 0, 0.5, 1]}, [0, 0, 0, 1, 1, 1], lengths=lengths)
    assert found.answer_length.within_groups == pytest.approx(1)
    assert abs(found.answer_length.correlation) < 0.1
    assert found.answer_length.mean == lengths.mean()


def alarms(found):
    return {alarm.kind: alarm for alarm in found.alarms}


def test_alarms_name_the_rows_that_raised_them():
    found = figures({"format": [1, 0] * 8 + [1] * 16, "math": [0] * 16 + [1] * 16}, np.repeat(range(8), 4))
    raised = alarms(found)
    assert raised["format_decides"].rows == tuple(range(16))
    assert raised["overpull"].rows == tuple(range(16))
    assert "zero_variance" not in raised
    found = figures({"format": [1] * 32, "math": [0, 1] * 4 + [1] * 24}, np.repeat(range(8), 4))
    assert alarms(found)["zero_variance"].count == 24
    assert alarms(found)["constant"].sentence.startswith("format is 1 in all 32 scored rows")


def test_unscored_and_length_alarms():
    math_scores = [0, 0.5, 1, np.nan] * 8
    found = figures({"math": math_scores}, np.repeat(range(8), 4), lengths=np.array([1.0, 20, 300, 5] * 8))
    assert alarms(found)["unscored"].count == 8
    assert set(alarms(found)["length"].rows) <= set(range(2, 32, 4))


def test_metrics_are_flat_finite_and_the_same_numbers():
    reward = graders.load_reward({"graders": [{"type": "math_accuracy"}]})
    batch = reward.evaluate(["<think>x</think><answer>1</answer>", "<answer>2</answer>"], ["1", "1"], ["a", "a"])
    found = batch.diagnostics()
    metrics = found.metrics()
    assert metrics["math_accuracy/variance_share"] == found.components["math_accuracy"].variance_share
    assert metrics["groups/zero_variance"] == 0
    assert all(math.isfinite(value) for value in metrics.values())


def test_an_empty_batch_has_figures():
    reward = graders.load_reward({"graders": [{"type": "format_check"}]})
    assert reward.evaluate([], prompts=[]).diagnostics().rows == 0


def test_graders_score_shows_the_same_numbers(cli, write):
    import json

    good, bad = "<think>x</think><answer>1</answer>", "<answer>1</answer>"
    rows = [{"prompt": str(k), "reference_answer": "7", "completions": [good, bad] * 2} for k in range(6)]
    reward, data = write("r.json", {"graders": [{"type": "math_accuracy"}]}), write("d.jsonl", rows)
    text = cli("score", reward, data).output
    assert "shares of the variance within groups: format 100.0%, math_accuracy 0.0%" in text
    assert "alarm format_decides: in 100% of 6 groups every answer is wrong" in text
    document = json.loads(cli("score", reward, data, "--json").stdout)
    batch = graders.load_reward(reward).evaluate([good, bad] * 12, ["7"] * 24, group=[k // 4 for k in range(24)])
    figures = batch.diagnostics().to_dict()
    for key in ("groups", "correlations"):
        assert document[key] == figures[key]
    assert document["alarms"] == json.loads(json.dumps(figures["alarms"]))
    assert document["components"]["format"] == figures["components"]["format"]
