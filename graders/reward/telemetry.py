"""What a reward tells a trainer's log: figures, alarms, scoring time, and columns beside each completion."""

from __future__ import annotations

import logging
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.figures.alarms import Alarm
from graders.figures.grouping import Aggregation
from graders.reward.batch_columns import score_columns
from graders.reward.reward_batch import RewardBatch

log = logging.getLogger("graders")

PREFIX = "graders/"
"""What every metric and column of ours begins with, so that none can be taken for a trainer's own."""

REMEMBERED_CALLS = 1000
"""The scoring times of so many last calls make the percentiles."""

LogMetric = Callable[[str, float], object]
LogColumn = Callable[[str, list[Any]], object]


@dataclass
class Telemetry:
    """Tells a trainer's log what each batch says. One a reward and process.

    Attributes:
        aggregation: How the trainer makes advantages of components.
    """

    aggregation: Aggregation = "sum_then_normalize"
    _seconds: deque[float] = field(default_factory=deque)
    _ordered: list[float] = field(default_factory=list)
    _raised: set[str] = field(default_factory=set)

    def report(
        self,
        result: RewardBatch,
        seconds: float,
        log_metric: LogMetric | None,
        log_extra: LogColumn | None,
        more: Callable[[], Mapping[str, float]] = dict,
    ) -> None:
        """Tell a batch's figures to what the trainer passed.

        Args:
            result: The scored batch.
            seconds: How long scoring took.
            log_metric: Takes a name and a number; None where the trainer has no such thing.
            log_extra: Takes a name and a column of the batch's length; None likewise.
            more: Gives numbers of single scorers, such as a judge's calls; asked where there is a log.
        """
        self._remember(seconds)
        if log_metric is not None:
            for name, value in {**self.figures(result), **self.times(), **more()}.items():
                if not isnan(value):
                    log_metric(PREFIX + name, float(value))
        if log_extra is not None:
            for name, column in columns(result).items():
                log_extra(PREFIX + name, column)

    def figures(self, result: RewardBatch) -> dict[str, float]:
        """A batch's figures by name; an alarm among them is said."""
        figures = result.diagnostics(self.aggregation)
        for alarm in figures.alarms:
            self._say(alarm)
        return figures.metrics()

    def times(self) -> dict[str, float]:
        """The median and the 99th percentile of the last calls' scoring time, in seconds."""
        last = len(self._ordered) - 1
        return {f"seconds/p{share}": self._ordered[last * share // 100] for share in (50, 99)}

    def _remember(self, seconds: float) -> None:
        """Keep a scoring time in place of the oldest one, in order of time and of size."""
        if len(self._seconds) == REMEMBERED_CALLS:
            del self._ordered[bisect_left(self._ordered, self._seconds.popleft())]
        self._seconds.append(seconds)
        insort(self._ordered, seconds)

    def _say(self, alarm: Alarm) -> None:
        """Log an alarm, once a kind; the metric ``graders/alarms`` counts it every time."""
        if alarm.kind not in self._raised:
            self._raised.add(alarm.kind)
            rows = ", ".join(str(row + 1) for row in alarm.rows[:8]) + (", ..." if alarm.count > 8 else "")
            log.warning("alarm %s: %s; rows %s of this batch", alarm.kind, alarm.sentence, rows)


def columns(result: RewardBatch) -> dict[str, list[Any]]:
    """A column for each thing worth seeing beside a completion: the answer, and each score with its outcome."""
    found = {"answer": result.answers, **score_columns(result.scores)}
    return {name: _with_none(column) for name, column in found.items()}


def _with_none(column: list[Any] | NDArray[np.float64]) -> list[Any]:
    """A column as a list, None where a score is NaN."""
    return list(column) if isinstance(column, list) else [None if isnan(one) else one for one in column.tolist()]
