"""The comparison itself: figures of what changed from A to B."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graders.comparison.chance import Floats, Units, intervals, sign_test
from graders.comparison.changed_groups import changed_groups
from graders.comparison.changed_rows import changed_rows
from graders.comparison.changes import AccuracyChange, Change, Comparison, Difference, Flips, GroupChanges
from graders.comparison.pairing import RowPairs, pair
from graders.comparison.side import Side, read_side
from graders.contract.scores import Scores
from graders.offline.reading.rows import Columns
from graders.reward.components import FORMAT

RIGHT = 0.5 - 1e-12
"""A completion is right where its score is at least one half, but for rounding."""

ROUNDING = 1e-12
"""A smaller change is none."""

_REWARD, _ACCURACY = "reward", "accuracy"


@dataclass(frozen=True, slots=True)
class ComparisonOptions:
    """How two files are read and matched.

    Attributes:
        columns: Which column holds what; the manifests' where None.
        id_column: The column that names a row; None to match by place.
        label_column: The column of 0/1 labels; the manifests' where None.
        shown: How many changed completions are shown, either way.
    """

    columns: Columns | None = None
    id_column: str | None = None
    label_column: str | None = None
    shown: int = 5


def compare(path_a: str, path_b: str, options: ComparisonOptions | None = None) -> Comparison:
    """Compare two scored files or runs' directories of the same rows.

    Args:
        path_a: The one that is compared against.
        path_b: The other.
        options: How they are read.

    Raises:
        DataError: one can't be read, or they don't hold the same rows.
    """
    options = options or ComparisonOptions()
    a, b = (
        read_side(path, columns=options.columns, label_column=options.label_column, id_column=options.id_column)
        for path in (path_a, path_b)
    )
    return _Both(a, b, pair(a, b, options.id_column)).comparison(options.shown)


@dataclass(frozen=True, eq=False)
class _Both:
    """Two sides whose completions are matched; n pairs."""

    a: Side
    b: Side
    pairs: RowPairs

    def comparison(self, shown: int) -> Comparison:
        """Everything that is found."""
        differences = self._differences()
        changes = {
            name: Change(differences[name], self._flips(*self._scores(name))) for name in (_REWARD, *self.shared)
        }
        delta = self._columns[_REWARD][1] - self._columns[_REWARD][0]
        falls, rises = changed_rows(self.a, self.b, self.pairs, delta, shown)
        return Comparison(
            self.a.scored.path,
            self.b.scored.path,
            len(self.pairs.a),
            self.pairs.only_a,
            self.pairs.only_b,
            self.a.scored.error_count,
            self.b.scored.error_count,
            changes.pop(_REWARD),
            changes,
            _only(self.a, self.b),
            _only(self.b, self.a),
            self._groups(shown),
            self._accuracy(differences[_ACCURACY]) if _ACCURACY in differences else None,
            falls,
            rises,
            tuple(self._notes()),
        )

    @property
    def shared(self) -> list[str]:
        """The components that both have."""
        return [name for name in self.a.scored.scores if name in self.b.scored.scores]

    @cached_property
    def groups(self) -> NDArray[np.int64]:
        """The group of each pair."""
        return self.a.scored.groups[self.pairs.a]

    @cached_property
    def labels(self) -> Floats:
        """The label of each pair, from whichever side has it."""
        one, other = self.a.scored.labels[self.pairs.a], self.b.scored.labels[self.pairs.b]
        return np.where(np.isnan(one), other, one)

    @cached_property
    def verdicts(self) -> tuple[Floats, Floats]:
        """Whether the graders find each pair right on either side: 1, 0, NaN where unscored."""
        return _verdict(self.a)[self.pairs.a], _verdict(self.b)[self.pairs.b]

    def _scores(self, name: str) -> tuple[Floats, Floats]:
        """Verdicts for the reward, scores for a component."""
        if name == _REWARD:
            return self.verdicts
        return self.a.scored.scores[name].values[self.pairs.a], self.b.scored.scores[name].values[self.pairs.b]

    @cached_property
    def _columns(self) -> dict[str, tuple[Floats, Floats]]:
        """What is averaged, on both sides, by name."""
        columns = {_REWARD: (self.a.scored.rewards[self.pairs.a], self.b.scored.rewards[self.pairs.b])}
        columns |= {name: self._scores(name) for name in self.shared}
        if not np.isnan(self.labels).all():
            columns[_ACCURACY] = tuple(_agreement(side, self.labels) for side in self.verdicts)  # type: ignore[assignment]
        return columns

    def _differences(self) -> dict[str, Difference]:
        deltas = np.array([b - a for a, b in self._columns.values()])
        units = Units.of(deltas, self.groups)
        bounds = intervals(units)
        return {
            name: _difference(*self._columns[name], units.means[:, k], bounds[k])
            for k, name in enumerate(self._columns)
        }

    def _flips(self, a: Floats, b: Floats) -> Flips:
        known = ~np.isnan(a) & ~np.isnan(b)
        right_a, right_b = a >= RIGHT, b >= RIGHT
        return Flips(
            _count(known & ~right_a & right_b),
            _count(known & right_a & ~right_b),
            _count(~np.isnan(a) & np.isnan(b)),
            _count(np.isnan(a) & ~np.isnan(b)),
        )

    def _groups(self, shown: int) -> GroupChanges | None:
        a, b = self._columns[_REWARD]
        both = np.array([np.where(np.isnan(b), np.nan, a), np.where(np.isnan(a), np.nan, b)])
        means = Units.of(both, self.groups).means
        if len(means) == len(self.groups):
            return None
        up, down, level = (_count(flags) for flags in _ways(means[:, 1] - means[:, 0]))
        return GroupChanges(
            len(means),
            up,
            down,
            level,
            _teaching(a, self.groups),
            _teaching(b, self.groups),
            changed_groups(self.a, self.pairs, self.groups, means, shown),
        )

    def _accuracy(self, difference: Difference) -> AccuracyChange:
        a, b = self.verdicts
        known = ~np.isnan(a) & ~np.isnan(b) & ~np.isnan(self.labels)
        right = self.labels[known] == 1
        sides = [side[known] >= RIGHT for side in (a, b)]
        mended, broken = (_count(x != right) for x in (sides[0], sides[1]))
        both_wrong = _count((sides[0] != right) & (sides[1] != right))
        return AccuracyChange(
            difference, mended - both_wrong, broken - both_wrong, *(_confusion(side, right) for side in sides)
        )

    def _notes(self) -> Iterable[str]:
        for side in (self.a, self.b):
            if len(_graders(side)) > 1 and not side.scored.weights:
                yield (
                    f"{side.scored.path} names no weights, so a completion counts as right where its whole reward "
                    "is at least one half"
                )
        if self.pairs.other_references:
            yield f"{self.pairs.other_references} completions have other references in B than in A"
        if not self.shared:
            yield "the two have no component in common: only rewards are compared"


def _verdict(side: Side) -> Floats:
    """Whether the graders' weighted part of each completion is at least one half; NaN where it is unscored."""
    scores, weights, graders = side.scored.scores, side.scored.weights, _graders(side)
    share = side.scored.rewards
    if len(graders) == 1:
        share = scores[graders[0]].values
    elif graders and weights:
        total = sum(weights[name] for name in graders) or 1.0
        share = np.sum([weights[name] / total * scores[name].values for name in graders], axis=0)
    unscored = np.isnan(share) | np.isnan(side.scored.rewards)
    return np.where(unscored, np.nan, share >= RIGHT)


def _graders(side: Side) -> list[str]:
    weights: dict[str, float] = side.scored.weights
    scores: dict[str, Scores] = side.scored.scores
    return [name for name in scores if name != FORMAT and weights.get(name, 1.0) > 0]


def _agreement(verdicts: Floats, labels: Floats) -> Floats:
    return np.where(np.isnan(verdicts) | np.isnan(labels), np.nan, verdicts == labels)


def _difference(a: Floats, b: Floats, unit_means: Floats, bounds: Floats) -> Difference:
    known = ~np.isnan(a) & ~np.isnan(b)
    rows = _count(known)
    mean_a, mean_b = (float(side[known].mean()) if rows else float("nan") for side in (a, b))
    up, down, _ = (_count(flags) for flags in _ways(unit_means))
    mean = float((b - a)[known].mean()) if rows else float("nan")
    return Difference(rows, mean_a, mean_b, mean, float(bounds[0]), float(bounds[1]), up, down, sign_test(up, down))


def _ways(deltas: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """What rises, falls and stays; NaN is none of these."""
    return deltas > ROUNDING, deltas < -ROUNDING, np.abs(deltas) <= ROUNDING


def _teaching(rewards: Floats, groups: NDArray[np.int64]) -> int:
    """In how many groups two rewards differ."""
    scored = ~np.isnan(rewards)
    index = np.unique(groups, return_inverse=True)[1][scored]
    size = int(index.max(initial=-1)) + 1
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(low, index, rewards[scored])
    np.maximum.at(high, index, rewards[scored])
    return _count(low < high)


def _confusion(paid: NDArray[np.bool_], right: NDArray[np.bool_]) -> dict[str, int]:
    return {
        "true_positives": _count(paid & right),
        "false_positives": _count(paid & ~right),
        "true_negatives": _count(~paid & ~right),
        "false_negatives": _count(~paid & right),
    }


def _only(one: Side, other: Side) -> tuple[str, ...]:
    return tuple(name for name in one.scored.scores if name not in other.scored.scores)


def _count(flags: NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(flags))
