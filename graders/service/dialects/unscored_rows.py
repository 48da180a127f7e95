"""What becomes of a row without a reward where a trainer wants a number.

A trainer reads a reply of 200 as the truth, and any other as "ask again". So a row that may yet be scored (a judge out
of reach, a worker lost) is a 503, and one that never will be (a bad reference) a number with a flag beside it.
"""

from __future__ import annotations

from graders.service.problems import Problem
from graders.service.scoring.reward_scores import RewardScores
from graders.vocabulary.outcome import Outcome

MAY_PASS = frozenset(
    (
        Outcome.JUDGE_UNREACHABLE,
        Outcome.OVER_BUDGET,
        Outcome.CIRCUIT_OPEN,
        Outcome.PAST_DEADLINE,
        Outcome.WORKER_LOST,
    )
)
"""Outcomes that another try, or somebody's hand, may mend."""


def refuse_what_may_pass(scores: RewardScores) -> None:
    """Have the caller ask again where a row is unscored for a reason that may pass.

    Raises:
        Problem: 503, with the row and the reason.
    """
    for row, reward in enumerate(scores.rewards):
        if reward is None and any(scores.outcomes[name][row] in MAY_PASS for name in scores.outcomes):
            message = f"row {row + 1} could not be scored: {scores.why_unscored(row)}; ask again"
            raise Problem(503, message, code="unscored", headers={"Retry-After": "5"})


def flat(scores: RewardScores, row: int) -> dict[str, float]:
    """One row as numbers alone: ``score``, ``unscored`` (1 where it has no reward and counts as 0), each component."""
    reward = scores.rewards[row]
    components = {name: value or 0.0 for name, value in scores.row(row).items()}
    return {"score": reward or 0.0, "unscored": float(reward is None), **components}
