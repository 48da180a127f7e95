"""Curves over steps: no peak is lost where many steps share a place, and gaps stay gaps."""

import re

import numpy as np
import pytest

from graders.pages.step_plots import BUCKETS, StepAxis

FLOOR, CEILING = 128.0, 8.0
"""Where 0 and 1 are drawn."""


def paths(markup, kind):
    """The points of each path of a class."""
    found = re.findall(rf'class="{kind}[^"]*" d="([^"]*)"', markup)
    return [[tuple(map(float, point.split(","))) for point in re.findall(r"-?[\d.]+,-?[\d.]+", d)] for d in found]


def axis(steps, **more):
    return StepAxis(np.arange(1, steps + 1), **more)


def test_each_step_has_its_point_where_there_is_room():
    drawn = axis(3).line(np.array([0.0, 0.5, 1.0]), "x")
    (points,) = paths(drawn, "curve")
    assert [y for _, y in points] == [FLOOR, (FLOOR + CEILING) / 2, CEILING]
    assert paths(drawn, "band") == []
    assert axis(3).said == "Each point is a step."


@pytest.mark.parametrize("place", [0, 4999, 9999])
def test_one_step_of_ten_thousand_is_in_the_band(place):
    """The line is a mean, in which it is lost; the band reaches to it."""
    curve = np.zeros(10_000)
    curve[place] = 1.0
    drawn = axis(10_000).line(curve, "x")
    assert min(y for _, y in paths(drawn, "band")[0]) == CEILING
    assert min(y for _, y in paths(drawn, "curve")[0]) > FLOOR - 3
    assert axis(10_000).said.startswith("10,000 recorded steps in 140 places of up to 72 steps:")


def test_means_are_means():
    """As a slow mean over the steps of each place, NaN left out."""
    rng = np.random.default_rng(0)
    curve = np.where(rng.random(1000) < 0.1, np.nan, rng.random(1000))
    starts = np.unique(np.linspace(0, 1000, BUCKETS, endpoint=False).astype(int))
    slow = [np.nanmean(curve[start:end]) for start, end in zip(starts, [*starts[1:], 1000], strict=True)]
    assert axis(1000).means(curve) == pytest.approx(slow)


def test_a_gap_is_no_line():
    """Steps without a value divide the curve; one alone between them is seen all the same."""
    drawn = axis(5).line(np.array([0.1, 0.2, np.nan, 0.4, np.nan]), "x")
    assert [len(points) for points in paths(drawn, "curve")] == [2, 2]


@pytest.mark.parametrize("curve", [np.array([np.nan]), np.array([0.5])])
def test_a_single_step(curve):
    assert axis(1).line(curve, "x").startswith("<svg")


def test_layers_stand_upon_each_other():
    """What one has as its lower edge is the upper edge of the one before, up to 1."""
    shares = np.array([0.25, 0.5]), np.array([0.75, 0.5])
    lower, upper = paths(axis(2).layers([(shares[0], "fill"), (shares[1], "quiet")], "x", "y"), "layer")
    assert lower[:2] == upper[:1:-1]
    assert [y for _, y in upper[:2]] == [CEILING, CEILING]


def test_alarms_are_marked_where_they_are():
    drawn = axis(101, marks=[51]).line(np.zeros(101), "x")
    assert re.search(r'<line class="mark" x1="(\d+)" x2="\1"', drawn)[1] == str(34 + 140)
    assert "alarm at step 51" in drawn
