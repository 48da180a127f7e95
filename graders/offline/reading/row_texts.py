"""What people read of a row: its texts, whatever stands in its columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graders.completion.messages import completion_text, prompt_text
from graders.completion.references import acceptable_references
from graders.offline.reading.row import RowInputs


@dataclass(frozen=True, kw_only=True)
class RowTexts:
    """The texts of one completion.

    Attributes:
        prompt: The question; empty where there is none.
        completion: The text.
        answer: What was read as the answer; None where nothing was.
        reference: The reference, several of them in one line; None where there is none.
    """

    prompt: str
    completion: str
    answer: str | None
    reference: str | None


def row_texts(document: Mapping[str, Any], inputs: RowInputs, position: int, between: str = " or ") -> RowTexts:
    """The texts of a completion of an output row.

    Args:
        document: The row.
        inputs: What it gives to score.
        position: The place of the completion in it.
        between: What stands between several acceptable references.

    Raises:
        IndexError, KeyError, TypeError: it is no output row.
    """
    answer = document["answer"]
    return RowTexts(
        prompt=question(inputs.prompt),
        completion=completion_text(inputs.completions[position], position),
        answer=answer[position] if inputs.is_group else answer,
        reference=_reference(inputs.reference, between),
    )


def question(prompt: Any) -> str:
    """The question in a prompt; a reward that asks about none lets anything stand there."""
    try:
        return prompt_text(prompt, 0)
    except TypeError:
        return _as_json(prompt)


def _reference(reference: Any, between: str) -> str | None:
    if reference is None:
        return None
    try:
        acceptable = acceptable_references(reference, 0)
    except TypeError:  # a grader that reads no reference lets anything stand there
        return _as_json(reference)
    return acceptable if isinstance(acceptable, str) else between.join(acceptable)


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
