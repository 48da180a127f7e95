"""A trainer's own steps, and the alarms in its log."""

from __future__ import annotations

from typing import Any

from graders.monitor.watcher import Watcher
from graders.vocabulary.errors import MissingExtraError


def trainer_steps(watcher: Watcher) -> Any:
    """A callback of transformers' that tells a watcher its trainer's steps.

    Raises:
        MissingExtraError: transformers isn't installed.
    """
    try:
        from transformers import TrainerCallback
    except ImportError:
        raise MissingExtraError("the callback of graders.watch", "trl") from None

    class TrainerSteps(TrainerCallback):  # type: ignore[misc, unused-ignore]
        """Tells each step before it is scored; logs how many alarms there are."""

        def on_step_begin(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
            """The step that comes."""
            watcher.at(state.global_step + 1)

        def on_log(self, _args: Any, _state: Any, _control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
            """Add to what the trainer logs."""
            if logs is not None:
                logs["graders/watch/alarms"] = float(len(watcher.raised))

        def on_train_end(self, *_args: Any, **_: Any) -> None:
            """Write what is left."""
            watcher.flush()

    return TrainerSteps()
