"""The two tests keep their promise under their nulls, and are quick under others."""

import numpy as np
import pytest

from graders.monitor.sequential import MARGIN, Bet, Jump, bar

PATHS = 400


@pytest.mark.parametrize("spread", [0.05, 0.3, 1.0])
def test_bets_seldom_win_where_nothing_differs(rng, spread):
    """Ville: a wealth of 20 is seen in a twentieth of all runs at most, at whatever step one looks."""
    seen = 0
    for _ in range(PATHS):
        bet, steps = Bet(), MARGIN + rng.choice([-spread, spread], (300, 4)) * (1 - MARGIN)
        seen += any(bet.settle(differences) > np.log(20) for differences in steps.tolist())
    assert seen / PATHS <= 0.05


def test_bets_win_soon_where_a_trait_pays():
    """Thirty groups in which it earns half of the spread more."""
    assert Bet().settle([0.5] * 30) > bar(1 / 24)


def test_groups_that_say_nothing_change_nothing():
    """No comparison, no gain."""
    assert Bet().settle([]) == 0.0


@pytest.mark.parametrize("whole", [False, True], ids=["parts of groups", "whole groups"])
def test_a_share_that_stays_seldom_jumps(rng, whole):
    """In T steps a ratio of c is seen in T/c of all runs at most: here 200 / 4000."""
    seen = 0
    for _ in range(150):
        jump = Jump(null=0.1)
        hits = rng.random((200, 8)) < 0.1 if whole else rng.beta(0.5, 4.5, (200, 8))
        seen += any(jump.take(some[some > 0].tolist(), 8, step) > np.log(4000) for step, some in enumerate(hits * 1.0))
    assert seen / 150 <= 0.05


def test_a_share_that_jumps_is_told_with_the_step():
    """From a hundredth to a fifth, at step 100."""
    jump = Jump()
    for step in range(1, 200):
        evidence = jump.take([0.01 if step < 100 else 0.2] * 8, 8, step)
        if evidence > bar(1 / 24, jump=True):
            break
    assert 95 <= jump.step <= 105
    assert step < 160
