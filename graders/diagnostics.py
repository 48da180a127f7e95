"""What a scored batch says about the reward itself: whether it can teach anything, and what it is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.scorer import Scores


@dataclass(frozen=True)
class ComponentFigures:
    """One component over a batch.

    Attributes:
        weight: Its effective weight.
        mean, std: Mean and standard deviation of its scored rows; NaN where none is.
        saturated: Share of scored rows at exactly 1.
        unscored: Share of all rows that are unscored.
        outcomes: How many rows have each outcome, most frequent first.
    """

    weight: float
    mean: float
    std: float
    saturated: float
    unscored: float
    outcomes: dict[str, int]


@dataclass(frozen=True)
class GroupFigures:
    """The groups of a batch: a group whose rewards are all equal has no advantage and teaches nothing.

    Attributes:
        count: How many groups there are.
        zero_variance: How many have scored rows that are all equal (two rows at least).
        all_right, all_wrong, tied: What these are: every row at 1, every row with all graders at 0, the rest.
        unscored: How many have an unscored row.
    """

    count: int
    zero_variance: int
    all_right: int
    all_wrong: int
    tied: int
    unscored: int


@dataclass(frozen=True)
class Diagnostics:
    """Figures of a batch.

    Attributes:
        rows: How many rows there are.
        mean, std: Mean and standard deviation of the scored rewards; NaN where none is.
        saturated: Share of scored rows with a reward of exactly 1.
        unscored: Share of all rows without a reward.
        components: Figures of each component, by name.
        groups: Figures of the groups; None where groups are unknown.
    """

    rows: int
    mean: float
    std: float
    saturated: float
    unscored: float
    components: dict[str, ComponentFigures]
    groups: GroupFigures | None

    def to_dict(self) -> dict[str, Any]:
        """All figures as plain values."""
        return asdict(self)


def diagnose(
    rewards: NDArray[np.float64],
    scores: Mapping[str, Scores],
    weights: Mapping[str, float],
    groups: NDArray[np.int64] | None,
) -> Diagnostics:
    """Figures of a batch from its rewards, component scores, weights and group numbers."""
    mean, std, saturated, unscored = _figures(rewards)
    components = {name: _component(scores[name], weights[name]) for name in scores}
    graders = [scores[name].values for name in scores if name != "format"]
    return Diagnostics(
        len(rewards), mean, std, saturated, unscored, components,
        None if groups is None else _groups(rewards, graders, groups),
    )  # fmt: skip


def _figures(values: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Mean, standard deviation and share at 1 of what is scored, and the share that is not."""
    scored = values[~np.isnan(values)]
    unscored = 1 - len(scored) / len(values) if len(values) else 0.0
    if not len(scored):
        return np.nan, np.nan, np.nan, unscored
    return float(scored.mean()), float(scored.std()), float((scored == 1).mean()), unscored


def _component(scores: Scores, weight: float) -> ComponentFigures:
    counts = Counter(map(str, scores.outcomes)).most_common()
    return ComponentFigures(weight, *_figures(scores.values), dict(counts))


def _groups(
    rewards: NDArray[np.float64], graders: list[NDArray[np.float64]], groups: NDArray[np.int64]
) -> GroupFigures:
    """Count the groups that teach nothing, by why."""
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    if not len(starts):
        return GroupFigures(0, 0, 0, 0, 0, 0)
    sorted_rewards = rewards[order]
    nan = np.isnan(sorted_rewards)
    low = np.minimum.reduceat(np.where(nan, np.inf, sorted_rewards), starts)
    high = np.maximum.reduceat(np.where(nan, -np.inf, sorted_rewards), starts)
    flat = (np.add.reduceat(~nan, starts, dtype=np.int64) > 1) & (low == high)
    right = flat & (low == 1)
    best = np.max([np.nan_to_num(values) for values in graders], axis=0)[order]
    wrong = flat & (np.maximum.reduceat(np.where(nan, 0, best), starts) == 0)
    unscored = np.logical_or.reduceat(nan, starts)
    return GroupFigures(
        len(starts), int(flat.sum()), int(right.sum()), int(wrong.sum()), int((flat & ~right & ~wrong).sum()),
        int(unscored.sum()),
    )  # fmt: skip
