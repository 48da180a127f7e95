"""combine and what a scored batch gives to a trainer."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graders
from graders import combine
from graders.contract.batch import Batch
from graders.contract.scores import Scores
from graders.reward.reward_batch import RewardBatch
from graders.vocabulary.errors import DataError, UnscoredError
from graders.wire.weight_rules import effective_weights

SCORES = st.floats(0, 1)
RAW = st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=6)


def rewards(weights, columns):
    names = [f"c{n}" for n in range(len(weights))]
    return combine(
        {name: np.array(column, dtype=np.float64) for name, column in zip(names, columns, strict=True)},
        dict(zip(names, weights, strict=True)),
    )


@st.composite
def weighted(draw, rows=4):
    """Weights as the wire makes them, with a column of scores for each."""
    weights = effective_weights(draw(st.none() | st.floats(1e-6, 0.9)), draw(RAW))
    columns = [draw(st.lists(SCORES, min_size=rows, max_size=rows)) for _ in weights]
    return weights, columns


@given(weighted())
def test_p2_in_range_and_p10_the_weighted_sum(case):
    """P2, P10: within an ulp a term of the exact sum, and in [0, 1]."""
    weights, columns = case
    got = rewards(weights, columns)
    assert np.all((got >= 0) & (got <= 1))
    exact = [float(sum(w * c[row] for w, c in zip(weights, columns, strict=True))) for row in range(len(columns[0]))]
    assert got == pytest.approx(exact, abs=len(weights) * 2.3e-16)


@given(weighted())
def test_p3_p4_p5_permutation_split_and_equal_rows_bit_for_bit(case):
    """P3, P4, P5: a row's reward depends on that row alone, to the last bit."""
    weights, columns = case
    whole = rewards(weights, columns)
    backwards = rewards(weights, [column[::-1] for column in columns])
    assert backwards[::-1].tobytes() == whole.tobytes()
    halves = [rewards(weights, [column[part] for column in columns]) for part in (slice(0, 1), slice(1, None))]
    assert np.concatenate(halves).tobytes() == whole.tobytes()
    doubled = rewards(weights, [column * 9 for column in columns])
    assert doubled.tobytes() == whole.tobytes() * 9


@given(weighted(), st.randoms(use_true_random=False))
def test_p12_the_order_of_graders_hardly_matters(case, random):
    """P12: within 1e-12."""
    weights, columns = case
    order = list(range(len(weights)))
    random.shuffle(order)
    other = rewards([weights[i] for i in order], [columns[i] for i in order])
    assert other == pytest.approx(rewards(weights, columns), abs=1e-12)


@given(weighted(), st.data())
def test_p13_raising_a_score_never_lowers_the_reward(case, data):
    """P13: monotone in every component."""
    weights, columns = case
    which = data.draw(st.integers(0, len(weights) - 1))
    raised = [list(column) for column in columns]
    raised[which] = [data.draw(st.floats(score, 1)) for score in raised[which]]
    assert np.all(rewards(weights, raised) >= rewards(weights, columns))


@given(weighted(), st.lists(SCORES | st.just(float("nan")), min_size=4, max_size=4))
def test_p14_a_component_without_weight_has_no_effect(case, column):
    """P14: not even where it is unscored."""
    weights, columns = case
    assert rewards([*weights, 0.0], [*columns, column]).tobytes() == rewards(weights, columns).tobytes()


@given(SCORES, SCORES)
def test_p15_the_ends(a, b):
    """P15: all the weight on one component gives that component."""
    assert rewards([1.0, 0.0], [[a], [b]]).tolist() == [a]
    assert rewards([0.0, 1.0], [[a], [b]]).tolist() == [b]


@given(st.none() | st.floats(0.01, 0.9), st.lists(st.floats(0.01, 1.0), min_size=1, max_size=6), st.data())
def test_p16_one_where_all_are_one_zero_where_all_are_zero(first, raw, data):
    """P16: and nowhere else, with weights that are not vanishing."""
    weights = effective_weights(first, raw)
    ones = [[1.0]] * len(weights)
    assert rewards(weights, ones).tolist() == [1.0]
    assert rewards(weights, [[0.0]] * len(weights)).tolist() == [0.0]
    which = data.draw(st.sampled_from([i for i, weight in enumerate(weights) if weight > 1e-9]))
    assert rewards(weights, [[0.5] if i == which else [1.0] for i in range(len(weights))])[0] < 1
    assert rewards(weights, [[0.5] if i == which else [0.0] for i in range(len(weights))])[0] > 0


@given(RAW, st.data())
def test_p18_splitting_a_grader_into_two_halves(raw, data):
    """P18: two graders of half the weight and the same scores are one."""
    which = data.draw(st.integers(0, len(raw) - 1))
    columns = [[data.draw(SCORES)] for _ in range(len(raw) + 1)]
    split = [*raw[:which], raw[which] / 2, raw[which] / 2, *raw[which + 1 :]]
    doubled = [*columns[: which + 1], columns[which + 1], *columns[which + 1 :]]
    one = rewards(effective_weights(None, raw), columns)
    assert rewards(effective_weights(None, split), doubled) == pytest.approx(one, abs=1e-12)


@given(st.none() | st.floats(1e-6, 0.9), RAW, SCORES)
def test_p19_equal_scores_give_that_score(first, raw, score):
    """P19: all x gives x."""
    weights = effective_weights(first, raw)
    assert rewards(weights, [[score]] * len(weights)) == pytest.approx([score], abs=1e-12)


@given(weighted(), st.data())
def test_p63_a_group_of_equal_rows_has_no_spread(case, data):
    """Equal rows, wherever they stand, are bit-equal: std exactly 0."""
    weights, columns = case
    row = data.draw(st.integers(0, 3))
    got = rewards(weights, [column + [column[row]] * 7 for column in columns])
    assert len({reward.tobytes() for reward in got[4:]} | {got[row].tobytes()}) == 1


def scored(values, on_unscored="none", groups=None):
    batch = Batch.of(["x"] * len(values), group=groups)
    outcomes = ["worker_lost" if np.isnan(value) else "graded" for value in values]
    return RewardBatch(batch, {"format": Scores.of(values, outcomes)}, {"format": 1.0}, on_unscored)


NAN = float("nan")


@pytest.mark.parametrize(
    ("setting", "values", "groups", "expected"),
    [
        ("none", [0.5, NAN], None, [0.5, None]),
        ("zero", [0.5, NAN], None, [0.5, 0.0]),
        ("none", [0.5], None, [0.5]),
        ("group_mean", [0.25, NAN, 0.75, 1.0, NAN], [0, 0, 0, 1, 1], [0.25, 0.5, 0.75, 1.0, 1.0]),
        ("group_mean", [0.25, NAN, 0.75], ["a", "b", "a"], [0.25, None, 0.75]),
        ("error", [0.5], None, [0.5]),
        ("none", [], None, []),
    ],
)
def test_what_a_trainer_gets(setting, values, groups, expected):
    """Unscored rows as the settings say; plain floats and None."""
    got = scored(values, setting, groups).for_trainer()
    assert got == expected
    assert all(type(reward) in (float, type(None)) for reward in got)


def test_a_group_mean_is_a_zero_advantage():
    """The row stands exactly at its group's mean, which it doesn't move."""
    got = scored([0.2, NAN, 0.9, 0.4], "group_mean", [0] * 4).for_trainer()
    assert got[1] == pytest.approx(np.mean(got), abs=1e-15)


def test_unscored_rows_as_an_error():
    """It names how many, the first, and why."""
    with pytest.raises(UnscoredError, match=r"2 of 3 rows are unscored, the first is row 2: format: worker_lost \("):
        scored([0.5, NAN, NAN], "error").for_trainer()


def test_a_group_mean_needs_groups():
    """Otherwise the error says what to pass."""
    with pytest.raises(DataError, match="pass group= or prompts="):
        scored([0.5, NAN], "group_mean").for_trainer()


def test_a_batch_is_itself_and_stays_as_it_is():
    """Its rewards are computed once, so nothing behind them is replaced; it is equal to itself alone."""
    one = scored([0.5])
    assert len({one, scored([0.5])}) == 2
    with pytest.raises(FrozenInstanceError):
        one.weights = {}


def test_the_columns_of_a_batch(quiet):
    """Arrays and lists of one length by the same names, in the same order, that say the same."""
    reward = graders.load_reward(
        {"graders": [{"type": "string_check", "operation": "equals"}, {"type": "string_check", "operation": "equals"}]}
    )
    batch = reward.evaluate(["<think>x</think><answer>a</answer>", "a"], ["a", "a"], prompts=["p", "p"])
    names = ["format", "string_check:equals", "string_check:equals#2"]
    assert list(batch.components) == list(batch.outcomes) == list(batch.weights) == names
    assert batch.rewards.tolist() == [1.0, 0.0]
    assert batch.rewards.dtype == np.float64
    assert batch.answers == ["a", None]
    assert len(batch) == 2
    assert sum(batch.weights.values()) == 1.0
    assert batch.diagnostics().groups.count == 1
