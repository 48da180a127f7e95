"""What a run writes beside its checkpoints: one line of metrics a logging step."""

from __future__ import annotations

import json
import math
import sys
import time
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from graders.training.curve import read_metrics


class MetricsFile(TrainerCallback):  # type: ignore[misc, unused-ignore]
    """Writes each log of a trainer as a line of JSON: step, seconds, and every number.

    A resumed run leaves out what came after its checkpoint, so that no step stands there twice.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._began = time.perf_counter()

    def on_train_begin(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Keep the lines up to the step that the run starts from."""
        if not state.is_world_process_zero:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        known = read_metrics(self.path) if self.path.exists() and state.global_step else []
        kept = [row for row in known if row["step"] <= state.global_step]
        self.path.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")

    def on_log(self, _args: Any, state: Any, _control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
        """Write a line."""
        if logs is None or not state.is_world_process_zero:
            return
        row = {"step": state.global_step, "seconds": round(time.perf_counter() - self._began, 3), **_plain(logs)}
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")


class Progress(TrainerCallback):  # type: ignore[misc, unused-ignore]
    """Shows how far a run is: a bar in a terminal, elsewhere a line each tenth of the way."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._said = 0

    def on_train_begin(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Start the bar at the step that the run starts from."""
        if not state.is_world_process_zero:
            return
        self._said = 10 * state.global_step // max(1, state.max_steps)
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=state.max_steps, initial=state.global_step, desc="training")

    def on_log(self, _args: Any, state: Any, _control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
        """Move the bar, or print a line."""
        if not state.is_world_process_zero or not logs or "loss" not in logs:
            return
        known = {name: logs[name] for name in ("reward", "loss") if name in logs}
        shown = {name: "none" if value is None else f"{value:.3f}" for name, value in known.items()}
        if self._bar is not None:
            self._bar.set_postfix(shown)
            self._bar.update(state.global_step - self._bar.n)
        elif 10 * state.global_step // max(1, state.max_steps) > self._said:
            self._said = 10 * state.global_step // max(1, state.max_steps)
            figures = ", ".join(f"{name} {value}" for name, value in shown.items())
            print(f"step {state.global_step} of {state.max_steps}: {figures}", file=sys.stderr)  # noqa: T201

    def on_train_end(self, *_args: Any, **_: Any) -> None:
        """Close the bar."""
        if self._bar is not None:
            self._bar.close()


def _plain(logs: dict[str, Any]) -> dict[str, Any]:
    """Numbers as JSON has them: NaN and infinity are null."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in logs.items()
    }
