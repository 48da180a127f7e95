"""Rows taken in block by block say what they say at once, wherever the blocks end."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.contract.scores import Scores
from graders.figures import diagnostics
from graders.figures.alarms import KINDS
from graders.figures.diagnostics import diagnose, figures_of
from graders.figures.running_figures import RunningFigures, ScoredBlock
from graders.reward.reward_batch import combine
from graders.vocabulary.outcome import Outcome

NAN = float("nan")
WEIGHTS = {"format": 0.13, "math": 0.58, "text": 0.29, "length": 0.0}
AGGREGATIONS = ["sum_then_normalize", "normalize_then_sum"]

SCORES = st.sampled_from([0.0, 0.0, 0.25, 1.0, 1.0, NAN])
LENGTHS = st.one_of(st.integers(0, 6).map(float), st.integers(0, 100_000).map(float), st.just(NAN))
ROWS = st.tuples(SCORES, SCORES, SCORES, SCORES, LENGTHS)
GROUPS = st.lists(st.lists(ROWS, min_size=1, max_size=12), max_size=12)


def columns(groups):
    """What `diagnose` takes, from lists of rows."""
    rows = [row for group in groups for row in group]
    scores = {name: Scores.of([row[number] for row in rows]) for number, name in enumerate(WEIGHTS)}
    zero = np.flatnonzero(scores["math"].values == 0)
    scores["math"].codes[zero[::7]] = Outcome.JUDGE_REFUSED.code  # as if a judge gave them
    scores["math"] = unread(scores["math"])
    rewards = combine({name: part.values for name, part in scores.items()}, WEIGHTS)
    numbers = np.repeat(np.arange(len(groups)), [len(group) for group in groups]).astype(np.int64)
    return rewards, scores, WEIGHTS, numbers, np.array([row[-1] for row in rows], dtype=float)


def unread(scores):
    """Some zeros have no answer, some are cut off."""
    codes, place = scores.codes.copy(), np.arange(len(scores.codes)) % 7
    for at, outcome in ((0, Outcome.NO_ANSWER), (1, Outcome.TRUNCATED)):
        codes[(scores.values == 0) & (place == at)] = outcome.code
    return Scores(scores.values, codes)


def block_of(rewards, scores, weights, groups, lengths):
    parts = [scores[name] for name in weights]
    return ScoredBlock(
        rewards, np.array([one.values for one in parts]), np.array([one.codes for one in parts]), groups, lengths
    )


def in_blocks(rows, ends, aggregation):
    tally = RunningFigures(WEIGHTS, aggregation)
    bounds = [0, *sorted({end for end in ends if 0 < end < len(rows)}), len(rows)]
    for start, end in pairwise(bounds):
        if end > start:
            tally.take(rows[start:end], last=end == len(rows))
    return figures_of(tally)


def assert_same(found, expected):
    """Numbers within 1e-12, all else equal."""
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        for key, value in expected.items():
            assert_same(found[key], value)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True)
    else:
        assert found == expected


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
@given(groups=GROUPS, ends=st.lists(st.integers(1, 144), max_size=12))
def test_any_blocks_say_the_same(aggregation, groups, ends):
    """All figures, and the alarms with their sentences, rows and counts; groups go on from block to block."""
    given_rows = columns(groups)
    whole = diagnose(*given_rows, aggregation)
    found = in_blocks(block_of(*given_rows), ends, aggregation)
    assert_same(replace(found, alarms=()).to_dict(), replace(whole, alarms=()).to_dict())
    assert found.alarms == whole.alarms


def many(rows=40, groups=40, seed=0):
    """Groups that raise every alarm: six in ten are dead, in three the format decides, and long answers are paid."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(groups):
        lengths = rng.integers(1, 400, rows) if number % 10 < 4 else np.full(rows, 200)
        text = lengths / 400 if number % 10 == 3 else np.zeros(rows)
        form = lengths > 200 if number % 10 < 3 else np.zeros(rows)
        made.append([(float(form[row]), NAN if row % 11 == 5 else 0.0, text[row], 0.5, float(lengths[row]))
                     for row in range(rows)])  # fmt: skip
    return made


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
@pytest.mark.parametrize("size", [1, 7, 40, 41, 399, 1600])
def test_blocks_raise_the_same_alarms(aggregation, size):
    """More rows than an alarm names; the open group's first rows are named too."""
    given_rows = columns(many())
    whole = diagnose(*given_rows, aggregation)
    assert {alarm.kind for alarm in whole.alarms} == set(KINDS) - {"refused_right"}  # nobody has labels here
    found = in_blocks(block_of(*given_rows), range(0, 1600, size), aggregation)
    assert found.alarms == whole.alarms


@pytest.mark.parametrize("aggregation", AGGREGATIONS)
def test_a_group_larger_than_any_block(aggregation):
    """Its rows are gone before it ends."""
    [group] = many(rows=3000, groups=1)
    groups = [group[:3], group, group[:5], *many()]
    given_rows = columns(groups)
    found = in_blocks(block_of(*given_rows), range(0, 5000, 100), aggregation)
    whole = diagnose(*given_rows, aggregation)
    assert_same(replace(found, alarms=()).to_dict(), replace(whole, alarms=()).to_dict())
    assert found.alarms == whole.alarms


def test_what_is_kept_of_an_open_group_does_not_grow():
    tally = RunningFigures(WEIGHTS)
    rows = block_of(*columns([many(rows=500, groups=1)[0]]))
    for _ in range(50):
        tally.take(rows)
    assert len(tally._open.rows) == 100
    assert tally._open.groups.sizes.tolist() == [25_000]
    assert tally.groups["count"] == 0


def test_long_batches_are_cut_and_say_the_same_to_the_last_bit(monkeypatch):
    """`diagnose` cuts where the groups ascend; where they are mixed up it can't, and need not."""
    monkeypatch.setattr(diagnostics, "BLOCK", 100)
    given_rows = columns(many())
    cut = diagnose(*given_rows)
    assert cut.to_dict() == in_blocks(block_of(*given_rows), range(0, 1600, 100), "sum_then_normalize").to_dict()
    mixed = np.random.default_rng(3).permutation(1600)
    rewards, scores, weights, groups, lengths = given_rows
    found = diagnose(rewards[mixed], {name: Scores(part.values[mixed], part.codes[mixed]) for name, part in
                                      scores.items()}, weights, groups[mixed], lengths[mixed])  # fmt: skip
    assert_same(replace(found, alarms=()).to_dict(), replace(cut, alarms=()).to_dict())
    assert [(alarm.kind, alarm.count) for alarm in found.alarms] == [(alarm.kind, alarm.count) for alarm in cut.alarms]
    unscored = next(alarm for alarm in found.alarms if alarm.kind == "unscored")
    assert unscored.rows == tuple(np.flatnonzero(np.isnan(rewards[mixed]))[:100])


def test_components_that_cancel_to_rounding_have_no_share():
    """1e-17 of variance is no variance: a share of it would be a number without meaning."""
    values = np.array([0.0, 0.3, 0.7, 1.0])
    scores = {"a": Scores.of(values), "b": Scores.of(1 - values)}
    rewards = np.array([0.5, 0.5, 0.5 + 1e-16, 0.5 - 1e-16])
    found = diagnose(rewards, scores, {"a": 0.5, "b": 0.5}, np.zeros(4, dtype=np.int64))
    assert all(math.isnan(one.variance_share) for one in found.components.values())
