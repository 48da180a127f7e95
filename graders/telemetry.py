"""What a reward tells a trainer's log: figures, alarms, scoring time, and columns beside each completion."""

from __future__ import annotations

import logging
import math
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from graders.grouping import Aggregation
from graders.reward_batch import RewardBatch

log = logging.getLogger("graders")

PREFIX = "graders/"
"""What every metric and column of ours begins with, so that none can be taken for a trainer's own."""

REMEMBERED_CALLS = 1000
"""The scoring times of so many last calls make the percentiles."""

LogMetric = Callable[[str, float], object]
LogColumn = Callable[[str, list[Any]], object]


class Telemetry:
    """Tells a trainer's log what each batch says. One a reward and process.

    Attributes:
        aggregation: How the trainer makes advantages of components.
    """

    def __init__(self, aggregation: Aggregation = "sum_then_normalize") -> None:
        self.aggregation = aggregation
        self._seconds: deque[float] = deque(maxlen=REMEMBERED_CALLS)
        self._raised: set[str] = set()

    def report(
        self,
        result: RewardBatch,
        seconds: float,
        log_metric: LogMetric | None,
        log_extra: LogColumn | None,
        more: Mapping[str, float] | None = None,
    ) -> None:
        """Tell a batch's figures to what the trainer passed.

        Args:
            result: The scored batch.
            seconds: How long scoring took.
            log_metric: Takes a name and a number; None where the trainer has no such thing.
            log_extra: Takes a name and a column of the batch's length; None likewise.
            more: Numbers of single scorers, such as a judge's calls.
        """
        self._seconds.append(seconds)
        if log_metric is not None:
            figures = result.diagnostics(self.aggregation)
            for alarm in figures.alarms:
                self._say(alarm.kind, f"{alarm.sentence}; rows {_some(alarm.rows, alarm.count)} of this batch")
            for name, value in {**figures.metrics(), **self.times(), **(more or {})}.items():
                if not math.isnan(value):
                    log_metric(PREFIX + name, float(value))
        if log_extra is not None:
            for name, column in columns(result).items():
                log_extra(PREFIX + name, column)

    def times(self) -> dict[str, float]:
        """The median and the 99th percentile of the last calls' scoring time, in seconds."""
        ordered = sorted(self._seconds)
        return {f"seconds/p{share}": ordered[(len(ordered) - 1) * share // 100] for share in (50, 99)}

    def _say(self, kind: str, sentence: str) -> None:
        """Log an alarm, once a kind; the metric ``graders/alarms`` counts it every time."""
        if kind not in self._raised:
            self._raised.add(kind)
            log.warning("alarm %s: %s", kind, sentence)


def columns(result: RewardBatch) -> dict[str, list[Any]]:
    """A column for each thing worth seeing beside a completion: the answer, and each score with its outcome."""
    found: dict[str, list[Any]] = {"answer": list(result.answers)}
    for name, scores in result.scores.items():
        found[f"{name}/score"] = [None if math.isnan(value) else value for value in scores.values.tolist()]
        found[f"{name}/outcome"] = [str(outcome) for outcome in scores.outcomes]
    return found


def _some(rows: tuple[int, ...], count: int) -> str:
    return ", ".join(map(str, rows[:8])) + (", ..." if count > 8 else "")
