"""The comparison itself: figures of what changed from A to B."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from graders.comparison.chance import Floats, Units, intervals, sign_test
from graders.comparison.changes import AccuracyChange, Change, Comparison, Difference, Flips, GroupChanges
from graders.comparison.largest_changes import changed_groups, changed_rows
from graders.comparison.outcome_changes import outcome_changes
from graders.comparison.pairing import RowPairs, pair
from graders.comparison.side import ComparisonOptions, read_side
from graders.offline.results.summary import Accuracy
from graders.offline.scored import ScoredRows
from graders.reward.components import FORMAT

RIGHT = 0.5 - 1e-12
"""A completion is right where its score is at least one half, but for rounding."""

ROUNDING = 1e-12
"""A smaller change is none."""

OnBothSides = tuple[Floats, Floats]
"""A figure of each pair, in A and in B; NaN where it is unknown."""


def compare(
    path_a: str,
    path_b: str,
    options: ComparisonOptions | None = None,
    advance: Callable[[int], object] | None = None,
) -> Comparison:
    """Compare two scored files or runs' directories of the same rows.

    Args:
        path_a: The one that is compared against.
        path_b: The other.
        options: How they are read.
        advance: Called with the number of bytes of each row that is read, for progress.

    Raises:
        DataError: one can't be read, or they don't hold the same rows.
    """
    options = options or ComparisonOptions()
    a, b = (read_side(path, options, advance) for path in (path_a, path_b))
    return _compared(pair(a, b, options.id_column), options.shown)


def _compared(pairs: RowPairs, shown: int) -> Comparison:
    a, b = pairs.a.scored, pairs.b.scored
    verdicts = _verdicts(a), _verdicts(b)
    labels = np.where(np.isnan(a.labels), b.labels, a.labels)
    scores = {name: (one.values, b.scores[name].values) for name, one in a.scores.items() if name in b.scores}
    agreements = [] if np.isnan(labels).all() else [(_agreement(verdicts[0], labels), _agreement(verdicts[1], labels))]
    reward, *components = _differences([(a.rewards, b.rewards), *scores.values(), *agreements], a.groups)
    falls, rises = changed_rows(pairs, shown)
    return Comparison(
        a.path,
        b.path,
        len(pairs),
        pairs.only_a,
        pairs.only_b,
        a.error_count,
        b.error_count,
        Change(reward, _flips(*verdicts)),
        {name: Change(one, _flips(*scores[name])) for name, one in zip(scores, components, strict=False)},
        tuple(name for name in a.scores if name not in scores),
        tuple(name for name in b.scores if name not in scores),
        _groups(pairs, shown),
        _accuracy(components[-1], verdicts, labels) if agreements else None,
        falls,
        rises,
        tuple(_notes(pairs)),
        outcome_changes(pairs, shown),
    )


def _verdicts(scored: ScoredRows) -> Floats:
    """Whether the graders' weighted part of each completion is at least one half: 1, 0, NaN where it is unscored."""
    graders, share = _graders(scored), scored.rewards
    if len(graders) == 1 or (graders and scored.weights):
        share = scored.graders_share(dict.fromkeys(scored.scores, 1.0) | scored.weights)
    return np.where(np.isnan(share), np.nan, share >= RIGHT)


def _graders(scored: ScoredRows) -> list[str]:
    return [name for name in scored.scores if name != FORMAT and scored.weights.get(name, 1.0) > 0]


def _agreement(verdicts: Floats, labels: Floats) -> Floats:
    return np.where(np.isnan(verdicts) | np.isnan(labels), np.nan, verdicts == labels)


def _differences(columns: Sequence[OnBothSides], groups: NDArray[np.int64]) -> Iterator[Difference]:
    """The mean difference of each column, groups drawn as wholes."""
    units = Units.of(np.array([b - a for a, b in columns]), groups)
    for column, means, bounds in zip(columns, units.means.T, intervals(units), strict=True):
        yield _difference(column, means, bounds)


def _difference(column: OnBothSides, unit_means: Floats, bounds: Floats) -> Difference:
    known = ~np.isnan(column[0]) & ~np.isnan(column[1])
    a, b = (side[known] for side in column)
    of_a, of_b, mean = (float(part.mean()) if len(a) else float("nan") for part in (a, b, b - a))
    up, down, _ = _ways(unit_means)
    return Difference(len(a), of_a, of_b, mean, float(bounds[0]), float(bounds[1]), up, down, sign_test(up, down))


def _flips(a: Floats, b: Floats) -> Flips:
    return Flips(
        _count((a < RIGHT) & (b >= RIGHT)),
        _count((a >= RIGHT) & (b < RIGHT)),
        _count(~np.isnan(a) & np.isnan(b)),
        _count(np.isnan(a) & ~np.isnan(b)),
    )


def _groups(pairs: RowPairs, shown: int) -> GroupChanges | None:
    a, b, groups = pairs.a.scored.rewards, pairs.b.scored.rewards, pairs.a.scored.groups
    both = np.array([np.where(np.isnan(b), np.nan, a), np.where(np.isnan(a), np.nan, b)])
    means = Units.of(both, groups).means
    if len(means) == len(groups):
        return None
    ways = _ways(means[:, 1] - means[:, 0])
    teaching = _teaching(a, groups), _teaching(b, groups)
    return GroupChanges(len(means), *ways, *teaching, changed_groups(pairs, means, shown))


def _ways(deltas: Floats) -> tuple[int, int, int]:
    """How many rise, fall and stay; NaN is none of these."""
    return _count(deltas > ROUNDING), _count(deltas < -ROUNDING), _count(np.abs(deltas) <= ROUNDING)


def _teaching(rewards: Floats, groups: NDArray[np.int64]) -> int:
    """In how many groups two rewards differ."""
    order = np.lexsort((rewards, groups))
    rewards, groups = rewards[order], groups[order]
    differing = (groups[1:] == groups[:-1]) & (rewards[1:] > rewards[:-1])
    return len(np.unique(groups[1:][differing]))


def _accuracy(difference: Difference, verdicts: OnBothSides, labels: Floats) -> AccuracyChange:
    known = ~np.isnan(verdicts[0]) & ~np.isnan(verdicts[1]) & ~np.isnan(labels)
    labels = labels[known]
    a, b = (side[known] for side in verdicts)
    mended, broken = _count((a != labels) & (b == labels)), _count((a == labels) & (b != labels))
    return AccuracyChange(difference, mended, broken, _confusion(a, labels), _confusion(b, labels))


def _confusion(verdicts: Floats, labels: Floats) -> dict[str, int]:
    counts = vars(Accuracy.of(verdicts, labels))
    return {name: count for name, count in counts.items() if name != "rows"}


def _notes(pairs: RowPairs) -> Iterable[str]:
    for side in (pairs.a.scored, pairs.b.scored):
        if len(_graders(side)) > 1 and not side.weights:
            yield (
                f"{side.path} names no weights, so a completion counts as right if its whole reward "
                "is at least one half"
            )
    if pairs.other_references:
        yield f"{pairs.other_references} completions have other references in B than in A"
    if pairs.a.scored.scores.keys().isdisjoint(pairs.b.scored.scores):
        yield "the two have no component in common: only rewards are compared"


def _count(flags: NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(flags))
