"""Drawings say what the numbers say."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.pages import svg
from tests.report.conftest import read

SCORES = st.lists(st.sampled_from([0.0, 0.049, 0.05, 0.5, 0.999, 1.0, float("nan")]), min_size=1, max_size=60)


@given(SCORES)
def test_a_histogram_counts_every_scored_row_once(scores):
    """An oracle counts in its own way; the highest bar is as high as there is room."""
    values = np.array(scores)
    bars = read(svg.histogram(values, "scores")).all("rect", class_="bar")
    counted = {}
    for bar in bars:
        low, rows = re.match(r"([\d.]+) to [\d.]+: (\d+) row", bar.one("title").text).groups()
        counted[float(low)] = int(rows)
    wanted = {}
    for score in scores:
        if score == score:  # noqa: PLR0124 - not NaN
            low = min(int(score * 20 + 1e-9), 19) / 20
            wanted[low] = wanted.get(low, 0) + 1
    assert counted == wanted
    if counted:
        assert max(float(bar.attributes["height"]) for bar in bars) == 104


def test_a_histogram_of_nothing():
    assert not read(svg.histogram(np.array([np.nan]), "scores")).all("rect")


@pytest.mark.parametrize("share", [0.0, 1e-6, 0.3, 1.0, 2.0, -1.0])
def test_a_bar_stays_in_its_cell(share):
    """What is above nothing can be seen, and no bar is longer than the whole."""
    bars = read(svg.bar(share)).all("rect", class_="fill")
    assert len(bars) == (share > 0)
    assert all(0.5 < float(bar.attributes["width"]) <= 100 for bar in bars)


def test_stacked_parts_fill_the_bar():
    parts = read(svg.stacked([(0.25, "fill"), (0.5, "warn"), (0.25, "quiet")])).all("rect")
    assert [part.attributes["class"] for part in parts] == ["fill", "warn", "quiet"]
    last = parts[-1].attributes
    assert float(last["x"]) + float(last["width"]) == pytest.approx(100)


def test_a_heat_map_draws_what_is_there():
    """One cell for each that has rows, and a line through the means of the columns that have any."""
    counts = np.array([[3, 0, 1], [0, 0, 0], [0, 2, 0]])
    page = read(svg.heat_map(counts, np.array([0.25, np.nan, 0.5]), ["1", "2", "3"], "t", "d"))
    assert [cell.one("title").text.rpartition(": ")[2] for cell in page.all("rect", class_="cell")] == [
        "3 of 4 rows", "1 of 4 rows", "2 of 2 rows",
    ]  # fmt: skip
    assert len(page.one("polyline").attributes["points"].split()) == len(page.all("circle")) == 2
