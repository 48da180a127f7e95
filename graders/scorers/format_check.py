"""format_check: is the text exactly a thought and an answer?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graders.completion.layout_faults import layout_fault
from graders.completion.parse import Completion
from graders.contract.batch import Batch
from graders.contract.scorer import Scorer
from graders.contract.scores import Scores
from graders.vocabulary.outcome import Outcome
from graders.wire.schema import FormatCheckGrader

_RIGHT = Outcome.MATCH.code


class FormatCheckScorer(Scorer[FormatCheckGrader]):
    """Scores 1 for a completion that is exactly ``<think>`` thought ``</think>`` ``<answer>`` answer ``</answer>``.

    White space may stand around the text and between the blocks, nothing else. Each of the four tags
    stands exactly once in the whole text, spelt exactly so, code fences and quotations included; neither
    block is empty. Settings: ``tags``, ``think_prefilled``, ``allow_empty_think``.
    """

    grader_model = FormatCheckGrader

    def score(self, batch: Batch) -> Scores:
        """Score each row of a batch: 1.0 or 0.0."""
        found = [_RIGHT if one.well_formed else (one.fault or Outcome.BAD_LAYOUT).code for one in batch.completions]
        return Scores.verdicts(found)

    def details(self, completion: Completion, reference: str | None, prompt: str | None) -> dict[str, Any]:
        """How often each tag stands in the text, and what is wrong where an outcome doesn't say it."""
        del reference, prompt
        layout = self.settings.layout
        tags = {"tags": {tag: completion.text.count(tag) for tag in layout[:4]}}
        is_told = completion.well_formed or completion.fault not in (None, Outcome.BAD_LAYOUT)
        return tags if is_told else {"fault": layout_fault(completion.text, layout), **tags}

    def signature(self) -> Mapping[str, object]:
        """The options of the layout."""
        return {"prefilled": self.settings.think_prefilled, "empty_think": self.settings.allow_empty_think}
