"""Agreement with labels: by hand, by a slow oracle, and at the edges."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.figures.label_agreement import LabelAgreement


def test_the_example_of_the_text_books():
    """Two raters of 50 grant proposals: 20 and 15 agreed on, 5 and 10 not; kappa is 0.4."""
    found = LabelAgreement(20, 5, 10, 15)
    assert (found.share, found.by_chance, found.kappa) == (0.7, 0.5, pytest.approx(0.4))
    assert found.kappa_interval.low == pytest.approx(0.1249, abs=1e-4)
    assert found.kappa_interval.high == pytest.approx(0.6179, abs=1e-4)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_against_the_definition(pairs):
    n = len(pairs)
    agreed = sum(a == b for a, b in pairs) / n
    chance = sum(a == b for a, _ in pairs for _, b in pairs) / n**2
    found = LabelAgreement.of(pairs)
    assert found.rows == n
    assert found.share == pytest.approx(agreed)
    assert found.by_chance == pytest.approx(chance)
    if chance == 1:
        assert math.isnan(found.kappa)
    else:
        assert found.kappa == pytest.approx((agreed - chance) / (1 - chance))
        assert found.kappa_interval.low <= found.kappa + 1e-12
        assert found.kappa <= found.kappa_interval.high + 1e-12


def test_few_rows_that_all_agree_leave_room():
    """Wald's interval would be [1, 1]."""
    found = LabelAgreement(3, 0, 0, 2)
    assert found.kappa == 1.0
    assert found.kappa_interval.low < 0.2
    assert found.share_interval.low == pytest.approx(0.5655, abs=1e-4)


def test_no_rows():
    found = LabelAgreement.of([])
    assert math.isnan(found.share)
    assert all(map(math.isnan, (*found.share_interval, *found.kappa_interval, found.kappa)))
