"""What is looked for, what to change where it is found, and what all detectors are.

Most of them ask one question: do rows with a trait earn more than the others of their group? That is what teaches a
policy, and no shift of habits that has nothing to do with pay can answer it with yes. See `sequential` for the tests.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson

from graders.monitor.step_rows import KeptRow, StepRows

DETECTORS: dict[str, dict[str, str]] = orjson.loads(Path(__file__).with_suffix(".json").read_bytes())
"""Each detector: its ``title``, the sentence on what it ``found``, and on what to ``change`` then."""

FEWEST = 4
"""Rows that make a share worth a suspicion, a group worth being called collapsed, and a trial of the audit's."""

SHOWN = 5
"""Rows of an alarm."""


class Suspicion(NamedTuple):
    """What a detector raised: as in a `WatchAlarm`, with the logarithm of the odds as evidence."""

    detector: str
    subject: str
    began: int
    share: float
    evidence: float
    rows: list[KeptRow]


class Detector(ABC):
    """Sees each step's rows; what it keeps doesn't grow.

    Attributes:
        detectors: Which of `DETECTORS` it stands for.
    """

    detectors: tuple[str, ...]

    @abstractmethod
    def see(self, rows: StepRows) -> Iterator[Suspicion]:
        """Look at a step's rows."""


def title_of(detector: str) -> str:
    """What an alarm of a detector is called; its name, where it is none of ours."""
    return DETECTORS.get(detector, {}).get("title", detector)
