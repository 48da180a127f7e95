"""Completions that were scored without an answer: which other layout would read them, counted as a file goes by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graders.completion.messages import completion_text
from graders.completion.parse import Layout, parse
from graders.completion.unread_layouts import unread_layouts
from graders.offline.reading.rows import RowInputs
from graders.vocabulary.outcome import Outcome


@dataclass
class UnreadRows:
    """Looks at the rows in which some component found no answer.

    Attributes:
        layout: How they were read when they were scored.
        counts: How many each other ``answer_source`` would read.
    """

    layout: Layout
    counts: Counter[str] = field(default_factory=Counter)

    def note(self, document: Mapping[str, Any], example: RowInputs) -> None:
        """Look at the completions of an output row."""
        outcomes = document.get("outcomes")
        if isinstance(outcomes, Mapping) and any(map(_is_unread, outcomes.values())):
            texts = (completion_text(one, 0, self.layout) for one in example.completions)
            self.counts.update(unread_layouts((parse(text, self.layout) for text in texts if text), self.layout))


def _is_unread(outcome: Any) -> bool:
    """Whether an outcome, or one of those of a group, says that there is no answer."""
    return Outcome.NO_ANSWER in (outcome if isinstance(outcome, list) else [outcome])
