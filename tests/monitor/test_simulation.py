"""A policy that learns to game a reward is found out in time, an honest one is left alone: `prove` in short."""

import pytest

from tests.monitor.honest_runs import KINDS
from tests.monitor.policy import HACKS, TASKS
from tests.monitor.prove import BAR, hacked, honest

pytestmark = pytest.mark.usefixtures("own_registry")


@pytest.mark.parametrize(("task", "name"), HACKS, ids=[f"{task}: {name}" for task, name in HACKS])
def test_a_hack_is_flagged_before_a_tenth_of_the_paid_rows_are_hacks(task, name):
    """By an alarm that shows it; faster learning than in the whole proof, which takes the same rows."""
    found = hacked(task, name, seed=4, steps=600)
    assert found is not None
    assert found[0] < BAR


@pytest.mark.parametrize(
    ("task", "kind"), [(task, list(KINDS)[(2 * number + 1) % len(KINDS)]) for number, task in enumerate(TASKS)]
)
def test_an_honest_run_raises_nothing(task, kind):
    """Whichever way its habits go."""
    assert honest(task, kind, seed=1, steps=200) == []
