"""A slice of the wrong answers that `benchmarks/redteam_math.py` makes of the golden cases."""

import pytest

MUTANTS, PAIRS = 1500, 1500


def test_nothing_of_a_slice_is_paid(redteam_math):
    tried, found = redteam_math.paid((redteam_math.golds(redteam_math.CASES), MUTANTS, PAIRS, 1))
    assert tried.total() > MUTANTS / 2
    assert [each for each in found if not each.kind.startswith("tokens")] == []


@pytest.mark.parametrize(
    ("one", "two", "wrong"),
    [
        (r"\frac{1}{2}", "0.5", False),
        (r"\sqrt{8}", r"2\sqrt{2}", False),
        ("(1,2)", "(2,1)", True),
        ("1,2", "2,1", False),
        (r"\{1,2\}", r"\{1,3\}", True),
        ("x=4", "x=5", True),
        ("2x", "3x", True),
        ("Paris", "Rome (", False),
    ],
)
def test_the_evaluator_tells_values_apart(one, two, wrong, redteam_math):
    assert redteam_math.differ(one, two) is wrong
