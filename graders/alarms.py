"""Alarms: what a batch shows that a person should look at, with the rows that raised it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graders.grouping import Flags, Floats, Mixture

MIN_GROUPS = 4
"""Fewer groups raise no alarm: a share of them says little."""

MIN_ROWS = 16
"""Fewer scored rows raise no alarm."""

MAX_ROWS = 100
"""An alarm names so many rows at most; `Alarm.count` is how many there are."""

DEAD_GROUPS = 0.5
"""A larger share of groups without any advantage is an alarm."""

FORMAT_GROUPS = 0.25
"""A larger share of groups in which the format alone decides is an alarm."""

OVERPULL = 0.5
"""A component that carries more than this share of the variance, at less than half of it in weight, is one."""

UNSCORED_ROWS = 0.05
"""A larger share of rows without a reward is an alarm."""

LENGTH_CORRELATION = 0.7
"""A stronger correlation of answer length with the reward within groups is an alarm."""

KINDS = ("zero_variance", "format_decides", "overpull", "constant", "unscored", "length")
"""Every kind of alarm."""


@dataclass(frozen=True)
class Alarm:
    """Something to look at.

    Attributes:
        kind: One of `KINDS`.
        sentence: What was found, and what it means.
        rows: The rows that raised it, from 0, the first `MAX_ROWS` of them.
        count: How many rows raised it.
    """

    kind: str
    sentence: str
    rows: tuple[int, ...]
    count: int


def group_alarms(mixture: Mixture) -> Iterator[Alarm]:
    """Alarms about groups: no advantage, the format decides, a component pulls beyond its weight."""
    groups = len(mixture.grouping)
    if groups < MIN_GROUPS:
        return
    dead = 1 - float(mixture.teaching.mean())
    if dead > DEAD_GROUPS:
        yield _of_groups("zero_variance", f"{dead:.0%} of {groups} groups have no advantage and teach nothing",
                         mixture, ~mixture.teaching)  # fmt: skip
    decided = float(mixture.decided_by_format.mean())
    if decided > FORMAT_GROUPS:
        yield _of_groups("format_decides", f"in {decided:.0%} of {groups} groups every answer is wrong and the format "
                         "alone decides: full advantages from it, whatever its weight",
                         mixture, mixture.decided_by_format)  # fmt: skip
    for name, share in mixture.shares.items():
        pull, weight = mixture.mean_shares[name], mixture.weights[name]
        if pull > OVERPULL and weight < OVERPULL * pull:
            yield _of_groups("overpull", f"{name} has a weight of {weight:.3g} and carries {pull:.0%} of the variance "
                             "within groups", mixture, np.nan_to_num(share) > OVERPULL)  # fmt: skip


def row_alarms(mixture: Mixture, lengths: Floats | None, length_pull: float) -> Iterator[Alarm]:
    """Alarms about rows: constant components, unscored rows, length that pays."""
    scored = mixture.scored
    known, unscored = int(scored.sum()), int((~scored).sum())
    if len(scored) >= MIN_ROWS and unscored > UNSCORED_ROWS * len(scored):
        yield _alarm("unscored", f"{unscored / len(scored):.1%} of {len(scored)} rows have no reward", ~scored)
    if known < MIN_ROWS:
        return
    for name, values in mixture.components.items():
        if np.ptp(values[scored]) == 0:
            yield _alarm("constant", f"{name} is {values[scored][0]:g} in all {known} scored rows: it adds nothing to "
                         "any advantage", scored)  # fmt: skip
    if lengths is not None and abs(length_pull) > LENGTH_CORRELATION:
        way = "longer" if length_pull > 0 else "shorter"
        far = scored & (np.nan_to_num(lengths) >= np.nanquantile(lengths[scored], 0.9))
        yield _alarm("length", f"within groups {way} answers are paid more (correlation {length_pull:.2f})", far)


def _of_groups(kind: str, sentence: str, mixture: Mixture, groups: Flags) -> Alarm:
    return _alarm(kind, sentence, groups[mixture.grouping.index])


def _alarm(kind: str, sentence: str, rows: Flags) -> Alarm:
    found = np.flatnonzero(rows)
    return Alarm(kind, sentence, tuple(found[:MAX_ROWS].tolist()), len(found))
