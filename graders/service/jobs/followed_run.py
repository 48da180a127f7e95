"""A run that is under way, as its files show it: the events that are new since the last look."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from graders.service.jobs.metric_lines import MetricLines
from graders.service.jobs.places.place import Run, RunPlace, State
from graders.service.jobs.tables.event_table import JobEvent
from graders.training.train_run import whole_checkpoints


@dataclass
class FollowedRun:
    """What a server remembers of a run between two looks; one that comes after begins anew, and tells nothing twice.

    Attributes:
        run: The run.
        metrics: Its metrics.
        checkpoints: Those that were told.
        state: Where it stood when its place was asked last.
        asked: When that was.
        gone_since: When it was found gone; None where it was not.
        asked_to_end: When it was asked to end; None where it was not.
        has_begun: Whether a step was told.
    """

    run: Run
    metrics: MetricLines
    checkpoints: set[str] = field(default_factory=set)
    state: State = "running"
    asked: float = 0.0
    gone_since: float | None = None
    asked_to_end: float | None = None
    has_begun: bool = False

    @classmethod
    def of(cls, run: Run) -> FollowedRun:
        """Begin to follow a run."""
        return cls(run, MetricLines(run.folder.metrics))

    def news(self) -> list[JobEvent]:
        """Events since the last look."""
        return [*self._steps(), *self._new_checkpoints()]

    def _steps(self) -> Iterator[JobEvent]:
        for event in self.metrics.added():
            if not self.has_begun:
                self.has_begun = True
                yield JobEvent("training:start", "training has begun", "TRAINING_START")
            yield event

    def _new_checkpoints(self) -> Iterator[JobEvent]:
        if not self.run.folder.output.exists():
            return
        for path in whole_checkpoints(self.run.folder.output):
            if path.name not in self.checkpoints:
                self.checkpoints.add(path.name)
                step = int(path.name.rpartition("-")[2])
                yield JobEvent(
                    f"checkpoint:{step}", f"a checkpoint is kept at step {step}", "CHECKPOINT_SAVE", step=step
                )

    def look(self, place: RunPlace) -> State:
        """Where the run stands; gone only where it is, and what it wrote has had time to arrive."""
        at = time.monotonic()
        if at - self.asked >= place.poll_seconds or self.asked == 0.0:
            self.asked = at
            self.state = place.state(self.run)
        if self.state != "gone":
            self.gone_since = None
            return self.state
        self.gone_since = self.gone_since or at
        return "gone" if at - self.gone_since >= place.settle_seconds else "running"
