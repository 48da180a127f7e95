"""The rows that alarms name, against the rows themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.figures import noted_rows as alarm_rows
from graders.figures.noted_rows import MAX_ROWS, SETTLED_ROWS, FirstRows, GroupRows, LongRows


def longest(lengths, cuts, share=0.9):
    found, start = LongRows(), 0
    for end in [*sorted(cuts), len(lengths)]:
        found.add(lengths[start:end], np.ones(max(0, end - start), dtype=bool), start)
        start = max(start, end)
    return found.longest(share)


@pytest.mark.parametrize("settled", [1, 50, 10**6])
@given(
    lengths=st.one_of(
        st.lists(st.integers(0, 8), min_size=1, max_size=600), st.lists(st.integers(0, 9999), min_size=1, max_size=300)
    ),
    cuts=st.lists(st.integers(0, 300), max_size=5),
    share=st.sampled_from([0.9, 0.5, 0.0, 1.0]),
)
def test_the_longest_are_those_of_numpys_quantile(settled, lengths, cuts, share):
    """However often the lengths are settled on the way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alarm_rows, "SETTLED_ROWS", settled)
        lengths = np.array(lengths, dtype=float)
        found = longest(lengths, [min(cut, len(lengths)) for cut in cuts], share)
    rows = np.flatnonzero(lengths >= np.quantile(lengths, share))
    assert found == FirstRows(rows[:MAX_ROWS].tolist(), len(rows))


def test_few_rows_are_kept():
    """Of a million, some more than a block."""
    found, rng = LongRows(), np.random.default_rng(0)
    for start in range(0, 10**6, 10_000):
        found.add(rng.integers(0, 500, 10_000).astype(float), np.ones(10_000, dtype=bool), start)
    assert found.longest(0.9).count == pytest.approx(10**5, rel=0.05)
    assert len(found._values) == 500
    assert len(found._rows) < 25_000


def test_no_rows_are_no_longest():
    assert LongRows().longest(0.9) == FirstRows()


def test_rows_of_groups():
    """Those that stand before the block belong to the first group; groups beyond the flags have none."""
    where = GroupRows(np.array([5, 2, 1]), np.array([0, 0, 1, 1, 2]), 10, [7, 8, 9])
    assert where.first(np.array([True, False])) == [7, 8, 9, 10, 11]
    assert where.first(np.array([False, True])) == [12, 13]
    found = FirstRows()
    found.add_groups(np.array([True, True]), where)
    assert found == FirstRows([7, 8, 9, 10, 11, 12, 13], 7)


def test_a_hundred_are_named_and_all_are_counted():
    found = FirstRows()
    for start in range(0, 400, 80):
        found.add(np.ones(80, dtype=bool), start)
    assert found == FirstRows(list(range(100)), 400)


@pytest.mark.parametrize("rows", [99, 100, 101])
def test_both_sides_of_a_hundred(rows):
    """The hundredth is named, the one after it counted alone: of rows, of groups, of the longest."""
    named, flags = list(range(min(rows, 100))), np.ones(rows, dtype=bool)
    first, of_group, long = FirstRows(), FirstRows(), LongRows()
    first.add(flags, 0)
    of_group.add_groups(np.array([True]), GroupRows(np.array([rows]), np.zeros(rows, dtype=np.intp), 0))
    long.add(np.full(rows, 7.0), flags, 0)
    assert first == of_group == long.longest(0.9) == FirstRows(named, rows)


def test_lengths_are_counted_once_so_many_rows_are_gathered():
    """One row fewer is still kept as it came: the bound is on memory, no alarm depends on it."""
    found, rows = LongRows(), SETTLED_ROWS - 1
    found.add(np.zeros(rows), np.ones(rows, dtype=bool), 0)
    assert len(found._values) == 0
    found.add(np.zeros(1), np.ones(1, dtype=bool), rows)
    assert found._counts.tolist() == [SETTLED_ROWS]
