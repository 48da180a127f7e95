"""What is looked for, what to change where it is found, and what all detectors are.

Most of them ask one question: do rows with a trait earn more than the others of their group? That is what teaches a
policy, and no shift of habits that has nothing to do with pay can answer it with yes. See `sequential` for the test.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from math import exp
from pathlib import Path
from typing import NamedTuple

import orjson

from graders.completion.parse import Completion
from graders.monitor.recording import WatchAlarm, WatchedRow
from graders.monitor.step_rows import StepRows

DETECTORS: dict[str, dict[str, str]] = orjson.loads(Path(__file__).with_suffix(".json").read_bytes())
"""Each detector: its ``title``, the sentence on what it ``found``, and on what to ``change`` then."""

FEWEST = 4
"""Rows that make a share worth a suspicion, a group worth being called collapsed, and a trial of the audit's."""

SHOWN = 5
"""Rows of an alarm."""

ALARMS = 3
"""A detector raises so many at most: who has read three shapes has seen enough."""


SHAPES_PART = 0.5
"""The part of the false alarms' budget that shapes have: they find most, and have by far the most subjects."""

FIRST_SHAPES = 3
"""A shape's place counts as if so many less one had been suspected before: the first ones rose by chance, often."""


class Captured(NamedTuple):
    """A paid row of what is suspected, to be scored again, and as an alarm shows it."""

    completion: Completion
    references: tuple[str, ...]
    prompt: str
    shown: WatchedRow


class Detector(ABC):
    """Sees each step's rows; what it keeps doesn't grow.

    Attributes:
        detectors: Which of `DETECTORS` it stands for.
    """

    detectors: tuple[str, ...]

    @abstractmethod
    def see(self, rows: StepRows) -> Iterator[WatchAlarm]:
        """Look at a step's rows; the alarms that they raise."""


class Steps(NamedTuple):
    """When an alarm was raised, and when what it found began."""

    raised: int
    began: int


def alarm(  # noqa: PLR0913 - what an alarm says
    detector: str, subject: str, steps: Steps, *, share: float, evidence: float, rows: Iterable[WatchedRow]
) -> WatchAlarm:
    """An alarm of a detector with its sentences; the evidence is the logarithm of the odds."""
    told = DETECTORS[detector]
    return WatchAlarm(
        detector=detector,
        subject=subject,
        step=steps.raised,
        began=steps.began,
        share=share,
        odds=exp(min(evidence, 700.0)),
        sentence=told["found"].format(subject=subject, share=share),
        change=told["change"],
        rows=tuple(rows),
    )


def part_of(detector: str, subject: int = 1) -> float:
    """What the budget of false alarms has for a detector's k-th subject, from 1; what shapes leave is shared equally.

    >>> part_of("shape"), part_of("shape", 3)
    (0.125, 0.05)
    """
    part, first = (SHAPES_PART, FIRST_SHAPES) if detector == "shape" else ((1 - SHAPES_PART) / (len(DETECTORS) - 1), 1)
    return part * first / ((subject + first - 1) * (subject + first))


def title_of(detector: str) -> str:
    """What an alarm of a detector is called; its name, where it is none of ours."""
    return DETECTORS.get(detector, {}).get("title", detector)
