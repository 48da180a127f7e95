"""What a scored batch says about the reward itself: whether it can teach anything, and what it is made of."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.alarms import Alarm, group_alarms, row_alarms
from graders.grouping import Aggregation
from graders.moments import Moments, correlation
from graders.outcome import OUTCOMES, Outcome
from graders.scorer import Scores
from graders.tally import BLOCK, Block, Tally

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
) -> Diagnostics:
    """Figures of a batch.

    Args:
        rewards: The reward of each row, NaN where unscored.
        scores: The scores of each component.
        weights: The weight of each.
        groups: The group number of each row; None where unknown.
        lengths: The length of each answer, NaN where there is none; None where unknown.
        aggregation: Whether the trainer normalises the weighted sum or each component.
    """
    weights = {name: weights[name] for name in scores}
    tally = Tally(weights, aggregation)
    rows = len(rewards)
    alone = np.arange(rows) if groups is None else groups
    block = Block(
        rewards,
        np.array([part.values for part in scores.values()]),
        np.array([part.codes for part in scores.values()]),
        alone,
        np.full(rows, np.nan) if lengths is None else lengths,
    )
    step = BLOCK if (alone[1:] >= alone[:-1]).all() else rows
    for start in range(0, rows, step):
        tally.take(block[start : start + step], last=start + step >= rows)
    return figures_of(tally, with_groups=groups is not None, with_lengths=lengths is not None)


def figures_of(tally: Tally, *, with_groups: bool = True, with_lengths: bool = True) -> Diagnostics:
    """What a tally says.

    Args:
        tally: The figures of rows, to the last of them.
        with_groups: Whether the groups are known.
        with_lengths: Whether the lengths of answers are known.
    """
    length = _length(tally) if with_lengths else None
    alarms = [*group_alarms(tally)] if with_groups else []
    alarms += row_alarms(tally, length.within_groups if length else math.nan)
    return Diagnostics(
        tally.rows,
        *_spread(tally.together, int(tally.at_one[-1]), tally.rows),
        dict(_components(tally)),
        _groups(tally) if with_groups else None,
        tally.correlations,
        length,
        tuple(alarms),
    )


def _spread(moments: Moments | None, at_one: int, rows: int) -> tuple[float, float, float, float]:
    """Mean, standard deviation and share at 1 of what is scored in the first column, and the share that is not."""
    scored = float(moments.count[0]) if moments else 0.0
    unscored = 1 - scored / rows if rows else 0.0
    if moments is None or not scored:
        return math.nan, math.nan, math.nan, unscored
    deviation = math.sqrt(float(moments.products[0, 0, 0]) / scored)
    return float(moments.mean[0, 0]), deviation, at_one / scored, unscored


def _components(tally: Tally) -> Iterator[tuple[str, ComponentFigures]]:
    pulls = tally.mean_shares
    for number, (name, weight) in enumerate(tally.weights.items()):
        spread = _spread(tally.alone and tally.alone[number:], int(tally.at_one[number]), tally.rows)
        counts = Counter(dict(enumerate(tally.outcomes[number].tolist())))
        outcomes = {str(OUTCOMES[code]): count for code, count in counts.most_common() if count}
        yield name, ComponentFigures(weight, *spread, outcomes, pulls.get(name, math.nan))


def _groups(tally: Tally) -> GroupFigures:
    return GroupFigures(**{one.name: tally.groups[one.name] for one in fields(GroupFigures)})


def _length(tally: Tally) -> LengthFigures:
    mean = tally.length_sum / tally.length_count if tally.length_count else math.nan
    over_all = tally.with_length.correlation(0, 1) if tally.with_length else math.nan
    return LengthFigures(mean, over_all, correlation(tally.within, 0, 1))
