"""What looks wrong with a whole batch, so that a wrong setting is found in the first batch and not after a run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graders.outcome import Outcome
from graders.reward.reward_batch import RewardBatch
from graders.settings.settings import Settings


def oddities(result: RewardBatch, settings: Settings) -> dict[str, str]:
    """A sentence for each odd topic: answers nowhere, a prefilled thought, a scorer that raises."""
    found = {"no answer": _no_answers(result, settings), "prefilled": _prefilled(result, settings)}
    found |= {f"error in {name}": sentence for name, sentence in _failures(result)}
    return {topic: sentence for topic, sentence in found.items() if sentence}


def _no_answers(result: RewardBatch, settings: Settings) -> str | None:
    """Whether no completion has an answer block at all."""
    faults = (completion.fault for completion in result.batch.completions if completion.text)
    if any(fault is not Outcome.NO_ANSWER for fault in faults) or not _has_text(result):
        return None
    layout = settings.layout
    tagged = f"{layout.answer_open}...{layout.answer_close}"
    wanted = r"a \boxed{...} behind the thought" if layout.answer_source == "boxed" else f"an answer block {tagged}"
    return (
        f"none of {len(result)} completions has {wanted}; if they were made in another layout, see "
        "Settings(answer_source='answer', 'boxed' or 'lenient') and Settings(tags=...)"
    )


def _prefilled(result: RewardBatch, settings: Settings) -> str | None:
    """Whether every completion closes the thought and none opens it."""
    layout = settings.layout
    texts = (completion.text for completion in result.batch.completions if completion.text)
    if layout.think_prefilled or any(layout.think_open in text or layout.think_close not in text for text in texts):
        return None
    if not _has_text(result):
        return None
    return (
        f"all completions have {layout.think_close} and none has {layout.think_open}: if the chat template opens "
        "the thought, set Settings(think_prefilled=True), or the format score is 0 throughout"
    )


def _failures(result: RewardBatch) -> Iterator[tuple[str, str]]:
    """Each component whose scorer raised, with how often and where first."""
    for name, scores in result.scores.items():
        if scores.has(Outcome.SCORER_ERROR):
            rows = np.flatnonzero(scores.codes == Outcome.SCORER_ERROR.code)
            yield (
                name,
                (
                    f"{name} raised an exception on {len(rows)} of {len(result)} rows, the first is row "
                    f"{rows[0]}; they are unscored, the log of 'graders' has the traceback"
                ),
            )


def _has_text(result: RewardBatch) -> bool:
    return any(completion.text for completion in result.batch.completions)
