"""A value that is missing or of the wrong kind is its own row's outcome, and no other row's."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

import graders

pytestmark = pytest.mark.filterwarnings("ignore::graders.BatchWarning")
TEXT = "<think>x</think><answer>42</answer>"


class NAType:
    """Named as pandas' own class is."""

    def __bool__(self):
        raise TypeError("boolean value of NA is ambiguous")

    def __repr__(self):
        return "<NA>"


MISSING = [None, float("nan"), np.float64("nan"), np.float32("nan"), Decimal("nan"), NAType()]
ODD = [True, np.True_, {"a": 1}, [["42"]], ["42", False], b"42", {"42"}, date(2026, 1, 1), object(), 10**5000]


@pytest.fixture
def reward():
    return graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})


@pytest.mark.parametrize("missing", MISSING, ids=repr)
def test_missing_completions_and_references(reward, missing):
    batch = reward.evaluate([TEXT, missing, TEXT], ["42", "42", missing])
    assert batch.outcomes["string_check:equals"] == ["match", "no_completion", "bad_reference"]
    assert batch.rewards[:2].tolist() == [1.0, 0.0]
    assert np.isnan(batch.rewards[2])


@pytest.mark.parametrize("odd", ODD, ids=lambda value: type(value).__name__)
def test_a_reference_of_the_wrong_kind(reward, odd):
    batch = reward.evaluate([TEXT, TEXT], [odd, "42"])
    assert batch.outcomes["string_check:equals"] == ["bad_reference", "match"]
    fault = reward.check_references(["42", odd])[0]
    assert (fault.row, fault.usable) == (1, False)
    assert "expected" in fault.reason or "pass it as a string" in fault.reason
    with pytest.raises(graders.BadReferenceError, match=r"the first is row 1: reference_answer\[0\]"):
        graders.load_reward(reward.definition, graders.Settings(on_bad_reference="error")).evaluate([TEXT], [odd])


def test_arrow_columns(reward):
    pyarrow = pytest.importorskip("pyarrow")
    columns = pyarrow.array([TEXT, None]), pyarrow.array(["42", "42"])
    assert reward.evaluate(*columns).rewards.tolist() == [1.0, 0.0]
    chunked = [pyarrow.chunked_array([column, column]) for column in columns]
    assert reward.evaluate(*chunked).rewards.tolist() == [1.0, 0.0] * 2
    assert len(reward.check_references(pyarrow.array(["42", None]))) == 1
