"""Which of the last calls' scoring times the percentiles are."""

import random

import pytest

from graders.reward.telemetry import REMEMBERED_CALLS, Telemetry


def times(seconds):
    telemetry = Telemetry()
    for one in seconds:
        telemetry.report(None, one, None, None)  # nobody asks for figures, so no batch is looked at
    return telemetry.times()["seconds/p50"], telemetry.times()["seconds/p99"]


@pytest.mark.parametrize(
    ("calls", "median", "high"), [(1, 0, 0), (2, 0, 0), (3, 1, 1), (100, 49, 98), (101, 50, 99), (102, 50, 99)]
)
def test_percentiles_are_times_that_were_measured(calls, median, high):
    """The one with a half, or 99 of 100, of the others at or below it, rounded down; in any order of the calls."""
    shuffled = random.Random(0).sample(range(calls), calls)
    assert times(shuffled) == (median, high)


def test_a_hundredth_of_slow_calls_is_beyond_the_99th_percentile_and_more_is_not():
    """Ten of a thousand are still forgiven, eleven show."""
    assert times([1] * 990 + [60] * 10) == (1, 1)
    assert times([1] * 989 + [60] * 11) == (1, 60)


def test_only_the_last_thousand_calls_count():
    """The one before them is forgotten, whichever size it has."""
    assert REMEMBERED_CALLS == 1000
    assert times([60] * 20 + [1] * 989) == (1, 60)
    assert times([60] * 20 + [1] * 990) == (1, 1)
