"""Whether B is worse than A, as a gate in continuous integration asks."""

from __future__ import annotations

from dataclasses import dataclass

from graders.comparison.changes import Comparison

ROUNDING = 1e-12
"""A fall that is deeper than the tolerance by less than this is not."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much worse B may be.

    Attributes:
        tolerance: How far the accuracy, or without labels the mean reward, may fall.
        lost: What share of the completions that A scored B may leave unscored or in error rows.
    """

    tolerance: float = 0.0
    lost: float = 0.05


def regression(found: Comparison, allowance: Allowance | None = None) -> str | None:
    """Why B is a regression, one sentence; None where it is none.

    Labels decide where there are any: B is worse when its accuracy is lower by more than the tolerance. A mean reward
    that falls is then no fault: a stricter grader may be the better one. Without labels B is worse when the whole
    interval of the mean difference lies below minus the tolerance. In either case B is worse when it loses too many
    completions that A could score: what is unscored is no zero, and would else look like no change.
    """
    allowance = allowance or Allowance()
    return _losing(found, allowance.lost) or _lower(found, allowance.tolerance)


def _losing(found: Comparison, allowed: float) -> str | None:
    lost = found.reward.flips.newly_unscored + found.only_a
    scored = found.reward.difference.rows + lost
    if scored and lost / scored > allowed:
        return (
            f"{lost} of {scored} completions that A scored have no reward in B, more than the share {allowed:g} allowed"
        )
    return None


def _lower(found: Comparison, tolerance: float) -> str | None:
    if found.accuracy is not None:
        change = found.accuracy.difference
        if change.mean < -tolerance - ROUNDING:
            return (
                f"the accuracy falls by {-change.mean:.4f}, from {change.a:.4f} to {change.b:.4f} "
                f"({found.accuracy.broken} broken, {found.accuracy.mended} mended), and --tolerance is "
                f"{tolerance:g}"
            )
        return None
    change = found.reward.difference
    if change.high < -tolerance:
        return (
            f"the mean reward falls by {-change.mean:.4f}, from {change.a:.4f} to {change.b:.4f}, its interval "
            f"[{change.low:.4f}, {change.high:.4f}] lies below {0.0 - tolerance:g}"
        )
    return None
