"""The metrics that a run writes, followed while it writes them, as events."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from graders.service.jobs.tables.event_table import JobEvent

LONGEST_STEP = 2**62
"""What a database can hold; no run comes near."""


class MetricLines:
    """Reads the lines that were added to a file since the last time.

    A run that is resumed writes the file anew up to its checkpoint. So the place where reading stopped counts only
    while the last line that was read still stands before it; else everything is read again, and events know their
    places.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._last = b""

    def added(self) -> list[JobEvent]:
        """Events of the whole lines that are new; of a line that is half written, nothing yet."""
        try:
            with self._path.open("rb") as stream:
                stream.seek(self._offset - len(self._last))
                if stream.read(len(self._last)) != self._last:
                    self._offset, self._last = 0, b""
                    stream.seek(0)
                text = stream.read()
        except FileNotFoundError:
            self._offset, self._last = 0, b""
            return []
        whole = text[: text.rfind(b"\n") + 1]
        lines = whole.splitlines(keepends=True)
        if lines:
            self._offset, self._last = self._offset + len(whole), lines[-1]
        return [event for line in lines for event in _events(line)]


def _events(line: bytes) -> Iterator[JobEvent]:
    """What one line of metrics tells; nothing where it is none."""
    try:
        row = json.loads(line)
    except ValueError:
        return
    step = row.get("step") if isinstance(row, dict) else None
    if not isinstance(step, int) or not 0 <= step < LONGEST_STEP:
        return
    loss, reward, epoch = (_number(row.get(name)) for name in ("loss", "reward", "epoch"))
    if loss is None and reward is None and "loss" not in row and "reward" not in row:
        yield _summary(row, step, epoch)
        return
    figures = ", ".join(
        f"{name} {value:.4g}" for name, value in (("loss", loss), ("reward", reward)) if value is not None
    )
    message = f"step {step}: {figures}" if figures else f"step {step}"
    yield JobEvent(f"step:{step}", message, step=step, epoch=epoch, loss=loss, reward=reward)
    if epoch is not None and epoch >= 1 and epoch == int(epoch):
        yield JobEvent(
            f"epoch:{int(epoch)}", f"epoch {int(epoch)} is complete", "EPOCH_COMPLETE", step=step, epoch=epoch
        )


def _summary(row: dict[str, Any], step: int, epoch: float | None) -> JobEvent:
    """The line that a trainer writes at its end."""
    seconds = _number(row.get("train_runtime"))
    words = "" if seconds is None else f" in {seconds:.0f} s"
    return JobEvent(
        "training:complete", f"training is complete: {step} steps{words}", "TRAINING_COMPLETE", step=step, epoch=epoch
    )


def _number(value: object) -> float | None:
    """A finite number; None for all else, such as the null that stands for NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
