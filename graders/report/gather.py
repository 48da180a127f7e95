"""From scored rows to what a report says of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graders.completion.parse import Layout
from graders.figures.diagnostics import Diagnostics, diagnose
from graders.figures.noted_rows import MAX_ROWS, FirstRows
from graders.offline.ledger.manifest import read_manifest
from graders.offline.reading.rows import Columns, missing_column
from graders.offline.results.summary import PAID, Accuracy, with_refused_right
from graders.offline.scored import ScoredRows, read_documents, read_scored
from graders.report.facts import Agreement, Facts, RewardFacts
from graders.report.reward_facts import NO_REWARD, asks_a_judge, check_components, rebuilt, reward_facts
from graders.report.shown_rows import read_shown
from graders.report.strata import SEED, choose
from graders.report.unread_rows import UnreadRows
from graders.reward.reward_function import RewardFunction
from graders.vocabulary.errors import DataError


def gather(
    path: str,
    *,
    reward: RewardFunction | None = None,
    label_column: str | None = None,
    columns: Columns | None = None,
    advance: Callable[[int], object] | None = None,
) -> Facts:
    """Read scored rows and all that a report says of them; see `graders.report.write_report`."""
    manifest = read_manifest(path)
    why_not = None if reward or manifest else NO_REWARD
    if reward is None and manifest is not None:
        found = rebuilt(manifest)
        reward, why_not = (None, found) if isinstance(found, str) else (found, None)
    if columns is None and manifest is None and reward is not None:
        columns = Columns(reference=reward.settings.reference_column)
    weights = None if reward is None or manifest else reward.weights
    layout = reward.settings.layout if reward is not None else Layout()
    unread = UnreadRows(layout)
    scored = read_scored(
        path, weights=weights, columns=columns, label_column=label_column, note=unread.note, advance=advance
    )
    if label_column is not None:
        _check_labels(scored, label_column)
    if reward is not None:
        check_components(reward, scored.scores, path)
    return facts_of(scored, reward, reward_facts(reward, manifest, why_not), scored.columns, unread.counts)


def facts_of(
    scored: ScoredRows,
    reward: RewardFunction | None,
    about: RewardFacts,
    columns: Columns,
    unread: Mapping[str, int] | None = None,
) -> Facts:
    """What a report says of rows that have been read.

    Args:
        scored: All rows as arrays.
        reward: What takes rewards apart.
        about: What is known of the reward.
        columns: Which column of a row holds what.
        unread: How many rows without an answer each ``answer_source`` would read; None where nobody looked.
    """
    agreement = agree(scored, about.weights or _equal_weights(scored))
    diagnostics = _with_agreement(figures(scored, about.weights, unread), agreement)
    chosen = choose(scored, diagnostics, agreement)
    can_explain = reward if reward is not None and not asks_a_judge(reward) else None
    sample = tuple(read_shown(scored, chosen, columns, can_explain))
    title = Path(scored.path).name or scored.path
    return Facts(title, scored.path, scored, about, diagnostics, agreement, sample, SEED)


def _with_agreement(found: Diagnostics, agreement: Agreement | None) -> Diagnostics:
    """Figures with the alarm about right answers that are refused."""
    if agreement is None:
        return found
    rows = agreement.refused_wrongly.tolist()
    return with_refused_right(found, agreement.accuracy, FirstRows(rows[:MAX_ROWS], len(rows)))


def figures(
    scored: ScoredRows, weights: Mapping[str, float] | None, unread: Mapping[str, int] | None = None
) -> Diagnostics:
    """Figures of all rows; where no weights are known, nothing that rests on them."""
    columns = scored.rewards, scored.scores, weights or _equal_weights(scored), scored.groups, scored.lengths
    found = diagnose(*columns, unread=unread)
    if weights is not None:
        return found
    components = {
        name: replace(one, weight=float("nan"), variance_share=float("nan")) for name, one in found.components.items()
    }
    alarms = tuple(alarm for alarm in found.alarms if alarm.kind != "overpull")
    return replace(found, components=components, alarms=alarms)


def agree(scored: ScoredRows, weights: Mapping[str, float]) -> Agreement | None:
    """Compare what was paid with the labels; None where no scored row has one.

    Args:
        scored: All rows.
        weights: The weight of each component; equal ones where nobody knows them.
    """
    share = scored.graders_share(weights)
    rows = np.flatnonzero(~np.isnan(share) & ~np.isnan(scored.labels))
    if not len(rows):
        return None
    paid, right = share[rows] >= PAID, scored.labels[rows] == 1
    counts = Accuracy.of(share[rows], scored.labels[rows])
    return Agreement(counts, _ranked(rows[paid & ~right], -share), _ranked(rows[~paid & right], share))


def _ranked(rows: NDArray[np.intp], key: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows in the order of a key, those that are equal in the order of the file."""
    return rows[np.argsort(key[rows], kind="stable")]


def _check_labels(scored: ScoredRows, label_column: str) -> None:
    """Refuse a column of labels that no row has: it is most likely mistyped."""
    if len(scored) and np.isnan(scored.labels).all():
        line = int(scored.lines[0])
        said = missing_column(read_documents(scored.path, [line])[line], label_column, "--label-column")
        raise DataError(f"{scored.path} row {line + 1} {said}, nor has any other row labels there")


def _equal_weights(scored: ScoredRows) -> dict[str, float]:
    return dict.fromkeys(scored.scores, 1 / max(1, len(scored.scores)))
