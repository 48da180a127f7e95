"""What looks wrong with a whole batch, so that a wrong setting is found in the first batch and not after a run."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graders.completion.layout_faults import usual_fault, wanted_answer
from graders.completion.parse import Layout
from graders.completion.unread_layouts import where_else
from graders.contract.scorer import Scorer
from graders.reward.reference_faults import LOOKED_AT, bad_reference_sentence, weak_references_sentence
from graders.reward.reward_batch import RewardBatch
from graders.vocabulary.errors import BatchWarning
from graders.vocabulary.outcome import Outcome
from graders.vocabulary.validation import caller_level
from graders.wire.schema import FormatCheckGrader
from graders.wire.weight_rules import NO_SHARE

MALFORMED = 16
"""So many completions with an answer, none of them in the layout, are told: fewer may be the first of any policy."""


NOTICED = 1e-6
"""A share of the format below this is there because the API refuses 0."""


@dataclass
class BatchWarnings:
    """Warns of what looks wrong with a batch, of each topic once in the life of a reward.

    Attributes:
        scorers: The scorers of the reward by component.
        layout: How its completions are laid out.
    """

    scorers: Mapping[str, Scorer[Any]]
    layout: Layout
    _said: set[str] = field(default_factory=set)
    _malformed: int = 0

    def warn(self, result: RewardBatch) -> None:
        """Say, to the caller's line, what is odd with this batch and has not been said."""
        for topic, sentence in oddities(result, self.layout).items():
            if topic != "prefilled" or self._pays_format(result):
                self._once(topic, sentence)
        if "references" not in self._said and (bad := _bad_references(result)):
            self._once("references", bad_reference_sentence(self.scorers, result.batch, bad))
        if "layout" not in self._said:
            self._watch_layout(result)
        if "weak references" not in self._said and len(result.batch.completions) >= LOOKED_AT.start:
            self._look_at_references(result)

    def _look_at_references(self, result: RewardBatch) -> None:
        """Say that references pay an identical text alone; one batch is enough."""
        if sentence := weak_references_sentence(self.scorers, result.batch):
            self._once("weak references", sentence)
        self._said.add("weak references")

    def _watch_layout(self, result: RewardBatch) -> None:
        """Say that no completion was in the layout so far, once there were enough; a trainer may give one a call."""
        completions = [one for one in result.batch.completions if one.text]
        if not self._pays_format(result) or any(one.well_formed for one in completions):
            self._said.add("layout")
            return
        answered = [one for one in completions if one.fault is None]
        self._malformed += len(answered)
        if answered and self._malformed >= MALFORMED and "prefilled" not in self._said:
            self._once("layout", _layout_sentence(self._malformed, usual_fault(answered, self.layout), self.layout))

    def _pays_format(self, result: RewardBatch) -> bool:
        """Whether the format has a share of the reward that anybody could notice."""
        formats = (name for name, scorer in self.scorers.items() if scorer.grader_model is FormatCheckGrader)
        return any(result.weights[name] > NOTICED for name in formats)

    def _once(self, topic: str, sentence: str) -> None:
        if topic not in self._said:
            self._said.add(topic)
            warnings.warn(sentence, BatchWarning, stacklevel=caller_level())


def _layout_sentence(count: int, fault: str, layout: Layout) -> str:
    found = (
        f"none of the first {count} completions with an answer is in the layout, so that the format score is 0 "
        f"throughout; what most of them have: {fault}. "
    )
    if layout.answer_source == "answer":
        return found + (
            "See --tags, --think-prefilled and --allow-empty-think, in Python Settings(tags=..., think_prefilled=..., "
            "allow_empty_think=...), or say in the prompt which layout is wanted"
        )
    return found + (
        f"The format asks for {layout.think_open} and {layout.answer_open} blocks, also with --answer-source "
        f'{layout.answer_source}: take its share away with "format_reward_weight": {NO_SHARE:g}, as graders init --for '
        "boxed does, or say in the prompt which layout is wanted"
    )


def oddities(result: RewardBatch, layout: Layout) -> dict[str, str]:
    """A sentence for each odd topic: answers nowhere, a prefilled thought, a scorer that raises."""
    found = {"no answer": _no_answers(result, layout), "prefilled": _prefilled(result, layout)}
    found |= {f"error in {name}": sentence for name, sentence in _failures(result)}
    return {topic: sentence for topic, sentence in found.items() if sentence}


def _no_answers(result: RewardBatch, layout: Layout) -> str | None:
    """Whether no completion has an answer block at all."""
    faults = (completion.fault for completion in result.batch.completions if completion.text)
    if any(fault is not Outcome.NO_ANSWER for fault in faults) or not _has_text(result):
        return None
    told = where_else(result.unread, [completion.text for completion in result.batch.completions])
    none = f"none of {len(result):,} completions has" if len(result) > 1 else "the completion doesn't have"
    return f"{none} {wanted_answer(layout)}; {told}"


def _prefilled(result: RewardBatch, layout: Layout) -> str | None:
    """Whether every completion closes the thought and none opens it."""
    texts = (completion.text for completion in result.batch.completions if completion.text)
    opens = any(layout.think_open in text or layout.think_close not in text for text in texts)
    if opens or layout.think_prefilled or not _has_text(result):
        return None
    return (
        f"all completions have {layout.think_close} and none has {layout.think_open}: if the chat template opens "
        "the thought, set --think-prefilled, in Python Settings(think_prefilled=True), or the format score is 0 "
        "throughout"
    )


def _failures(result: RewardBatch) -> Iterator[tuple[str, str]]:
    """Each component whose scorer raised, with how often and where first."""
    for name in result.scores:
        rows = _rows_with(result, name, Outcome.SCORER_ERROR)
        if rows:
            counts = f"{len(rows):,} of {len(result):,} rows, the first is row {rows[0] + 1}"
            told = "they are unscored, the log of 'graders' has the traceback"
            yield name, f"{name} raised an exception on {counts}; {told}"


def _bad_references(result: RewardBatch) -> list[int]:
    """The rows that some component could not score for their reference, ascending."""
    return sorted({row for name in result.scores for row in _rows_with(result, name, Outcome.BAD_REFERENCE)})


def _rows_with(result: RewardBatch, component: str, outcome: Outcome) -> list[int]:
    rows: list[int] = np.flatnonzero(result.scores[component].codes == outcome.code).tolist()
    return rows


def _has_text(result: RewardBatch) -> bool:
    return any(completion.text for completion in result.batch.completions)
