"""What a scored batch says about the reward itself: whether it can teach anything, and what it is made of."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.contract.scores import Scores
from graders.figures.alarms import Alarm, group_alarms, row_alarms, worst_first
from graders.figures.grouping import Aggregation, Floats
from graders.figures.running_figures import BLOCK, RunningFigures, ScoredBlock
from graders.vocabulary.outcome import OUTCOMES, Outcome

_OUTCOME_NAMES = [str(outcome) for outcome in OUTCOMES]
_PLAIN = {str(outcome) for outcome in (Outcome.MATCH, Outcome.MISMATCH, Outcome.GRADED)}


@dataclass(frozen=True)
class ComponentFigures:
    """One component over a batch.

    Attributes:
        weight: Its effective weight.
        mean, std: Mean and standard deviation of its scored rows; NaN where none is.
        saturated: Share of scored rows at exactly 1.
        unscored: Share of all rows that are unscored.
        outcomes: How many rows have each outcome, most frequent first.
        variance_share: Its share of the variance within groups, which is what a trainer makes advantages of: the
            shares of all components sum to 1. NaN where groups are unknown or none has any variance.
    """

    weight: float
    mean: float
    std: float
    saturated: float
    unscored: float
    outcomes: dict[str, int]
    variance_share: float = math.nan


@dataclass(frozen=True)
class GroupFigures:
    """The groups of a batch: a group whose rewards are all equal has no advantage and teaches nothing.

    Where components are normalised each for itself, it is a group in which every one of them is equal.

    Attributes:
        count: How many groups there are.
        zero_variance: How many have scored rows that are all equal (two rows at least).
        all_right, all_wrong, tied: What these are: every row at 1, every row with all graders at 0, the rest.
        unscored: How many have an unscored row.
        format_decides: How many have an advantage although all graders are at 0 in every row.
    """

    count: int
    zero_variance: int
    all_right: int
    all_wrong: int
    tied: int
    unscored: int
    format_decides: int = 0


@dataclass(frozen=True)
class LengthFigures:
    """Length of the answers, in characters, against the reward.

    Attributes:
        mean: Mean length of the answers there are; NaN where there is none.
        correlation: Correlation with the reward over all rows that have both; NaN where one is constant.
        within_groups: The same after each group's means are taken off: what a policy is taught.
    """

    mean: float
    correlation: float
    within_groups: float


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
        correlations: Correlation of each two components over scored rows, as ``"format~math_accuracy"``; pairs
            with a constant one are left out.
        answer_length: Length against reward; None where the answers are unknown.
        alarms: What a person should look at, with the rows that raised it.
    """

    rows: int
    mean: float
    std: float
    saturated: float
    unscored: float
    components: dict[str, ComponentFigures]
    groups: GroupFigures | None
    correlations: dict[str, float] = field(default_factory=dict)
    answer_length: LengthFigures | None = None
    alarms: tuple[Alarm, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """All figures as plain values."""
        return asdict(self)

    def metrics(self) -> dict[str, float]:
        """The figures flat, as a trainer logs them; groups as shares; what has no value is left out.

        >>> from graders import load_reward
        >>> batch = load_reward({"graders": [{"type": "math_accuracy"}]}).evaluate(["<answer>4 or 5</answer>"], ["4"])
        >>> batch.diagnostics().metrics()["math_accuracy/outcome/several_values"]
        1.0
        """
        named = {"mean": self.mean, "std": self.std, "saturated": self.saturated, "unscored": self.unscored}
        named |= dict(self._component_metrics()) | self._group_metrics()
        named |= {f"correlation/{pair}": value for pair, value in self.correlations.items()}
        if self.answer_length is not None:
            named |= {f"answer_length/{name}": value for name, value in vars(self.answer_length).items()}
        named["alarms"] = len(self.alarms)
        return {name: float(value) for name, value in named.items() if not math.isnan(value)}

    def _component_metrics(self) -> Iterator[tuple[str, float]]:
        for name, figures in self.components.items():
            for key in ("mean", "std", "saturated", "unscored", "variance_share"):
                yield f"{name}/{key}", getattr(figures, key)
            for outcome, count in figures.outcomes.items():
                if outcome not in _PLAIN:
                    yield f"{name}/outcome/{outcome}", count / self.rows

    def _group_metrics(self) -> dict[str, float]:
        if self.groups is None or not self.groups.count:
            return {}
        counts = dict(vars(self.groups))
        total = counts.pop("count")
        return {f"groups/{name}": count / total for name, count in counts.items()}


def diagnose(  # noqa: PLR0913, PLR0917 - columns of one batch
    rewards: NDArray[np.float64],
    scores: Mapping[str, Scores],
    weights: Mapping[str, float],
    groups: NDArray[np.int64] | None,
    lengths: NDArray[np.float64] | None = None,
    aggregation: Aggregation = "sum_then_normalize",
    unread: Mapping[str, int] | None = None,
) -> Diagnostics:
    """Figures of a batch.

    Args:
        rewards: The reward of each row, NaN where unscored.
        scores: The scores of each component.
        weights: The weight of each.
        groups: The group number of each row; None where unknown.
        lengths: The length of each answer, NaN where there is none; None where unknown.
        aggregation: Whether the trainer normalises the weighted sum or each component.
        unread: How many rows without an answer each ``answer_source`` would read; None where nobody looked.
    """
    running = RunningFigures({name: weights[name] for name in scores}, aggregation)
    running.unread.update(unread or {})
    rows = len(rewards)
    block = ScoredBlock(
        rewards,
        np.array([part.values for part in scores.values()]),
        np.array([part.codes for part in scores.values()]),
        np.arange(rows) if groups is None else groups,
        np.full(rows, np.nan) if lengths is None else lengths,
    )
    step = BLOCK if rows <= BLOCK or (block.groups[1:] >= block.groups[:-1]).all() else rows
    for start in range(0, rows, step):
        running.take(block if step >= rows else block[start : start + step], last=start + step >= rows)
    return figures_of(running, with_groups=groups is not None, with_lengths=lengths is not None)


def figures_of(running: RunningFigures, *, with_groups: bool = True, with_lengths: bool = True) -> Diagnostics:
    """What running figures say.

    Args:
        running: The figures of rows, to the last of them.
        with_groups: Whether the groups are known.
        with_lengths: Whether the lengths of answers are known.
    """
    pulls = _mean_shares(running)
    length = _length(running) if with_lengths else None
    of_rewards, *of_spread = _spreads(running)
    of_components, correlations = dict(_components(running, of_spread, pulls)), _correlations(running)
    counts = {name: count for name, count in running.groups.items() if name != "teaching"}
    alarms = [*group_alarms(running, pulls)] if with_groups else []
    alarms += row_alarms(running, length.within_groups if length else math.nan)
    return Diagnostics(
        running.rows,
        *of_rewards,
        of_components,
        GroupFigures(**counts) if with_groups else None,
        correlations,
        length,
        tuple(worst_first(alarms)),
    )


def _mean_shares(running: RunningFigures) -> dict[str, float]:
    """Each component's share of the variance within groups, over all groups; NaN where no group has any."""
    if not running.importance:
        return dict.fromkeys(running.weighted, math.nan)
    return dict(zip(running.weighted, (running.pulls / running.importance).tolist(), strict=True))


Spread = tuple[float, float, float, float]
"""Mean, standard deviation and share at 1 of what is scored, and the share of all rows that is not."""


def _spreads(running: RunningFigures) -> Iterator[Spread]:
    """The spread of the rewards, then of each component."""
    if running.whole is None:
        yield from [(math.nan, math.nan, math.nan, 0.0)] * len(running.at_one)
        return
    rewards, alone = running.whole.scored, running.whole.alone
    of_rewards = float(rewards.count[0]), float(rewards.mean[0]), float(rewards.products[0, 0])
    squares = alone.products.diagonal().tolist()
    columns = [of_rewards, *zip(alone.count.tolist(), alone.mean.tolist(), squares, strict=True)]
    at_one_by_column = running.at_one.tolist()  # the last column, the length's, is no component
    for (scored, mean, square), at_one in zip(columns, at_one_by_column, strict=False):
        known = (mean, math.sqrt(square / scored), at_one / scored) if scored else (math.nan,) * 3
        yield *known, 1 - scored / running.rows


def _components(
    running: RunningFigures, spreads: Sequence[Spread], pulls: Mapping[str, float]
) -> Iterator[tuple[str, ComponentFigures]]:
    of_components = zip(running.weights.items(), spreads, running.outcomes.tolist(), strict=True)
    for (name, weight), spread, outcomes in of_components:
        found = sorted(((count, code) for code, count in enumerate(outcomes) if count), key=itemgetter(0), reverse=True)
        named = {_OUTCOME_NAMES[code]: count for count, code in found}
        yield name, ComponentFigures(weight, *spread, named, pulls.get(name, math.nan))


def _correlations(running: RunningFigures) -> dict[str, float]:
    """The correlation of each two components over the scored rows, where neither is constant."""
    if running.whole is None:
        return {}
    products = running.whole.scored.products[1:, 1:].tolist()
    found = {
        f"{name}~{other}": correlation(products[i][i], products[i][j], products[j][j])
        for (i, name), (j, other) in combinations(enumerate(running.weighted), 2)
    }
    return {pair: value for pair, value in found.items() if not math.isnan(value)}


def _length(running: RunningFigures) -> LengthFigures:
    if running.whole is None:
        return LengthFigures(math.nan, math.nan, math.nan)
    mean = float(running.whole.alone.mean[-1]) if running.whole.alone.count[-1] else math.nan
    return LengthFigures(mean, *map(_of_two, (running.whole.with_length.products, running.within_groups)))


def _of_two(products: Floats) -> float:
    return correlation(float(products[0, 0]), float(products[0, 1]), float(products[1, 1]))


def correlation(variance: float, covariance: float, other_variance: float) -> float:
    """The linear correlation of two columns from their co-moments; NaN where one is constant.

    >>> correlation(1.0, -1.0, 4.0)
    -0.5
    """
    bound = math.sqrt(variance * other_variance)
    return min(1.0, max(-1.0, covariance / bound)) if bound else math.nan
