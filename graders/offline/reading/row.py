"""A row as it is read, and which of its columns holds what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from graders.errors import DataError
from graders.validation import closest, shown


class Row(NamedTuple):
    """One line of a file, or one row of a table.

    Attributes:
        line: Its number within its source, from 1.
        document: The row's columns; for a line that can't be read, its text under ``raw``.
        error: Why it can't be read; None where it can.
        size: How many bytes the line has, 0 where unknown.
        raw: The line as it was read, where it is one JSON object; empty otherwise.
        unit: What `line` counts, with the source's name where there are several: ``"b.jsonl line"``.
    """

    line: int
    document: dict[str, Any]
    error: str | None = None
    size: int = 0
    raw: bytes = b""
    unit: str = "line"

    @property
    def place(self) -> str:
        """Where it stands, as an error says it: ``line 7``."""
        return f"{self.unit} {self.line}"


class RowInputs(NamedTuple):
    """What a row gives to score.

    Attributes:
        completions: One completion, or several of one prompt.
        is_group: Whether the row holds a list of completions.
        reference: The reference answer, None where the reward needs none.
        prompt: The prompt, None where the row has none.
    """

    completions: list[Any]
    is_group: bool
    reference: Any
    prompt: Any


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what.

    Attributes:
        completion: One completion: text or chat messages.
        completions: A list of completions of one prompt: a group.
        reference: The reference answer.
        prompt: The prompt: text or chat messages.
        messages: A conversation; where it ends in an assistant turn, that is the completion.
    """

    completion: str = "completion"
    completions: str = "completions"
    reference: str = "reference_answer"
    prompt: str = "prompt"
    messages: str = "messages"

    def example(self, document: Mapping[str, Any], *, needs_reference: bool) -> RowInputs:
        """What a row gives to score.

        In a table every row has every column: an empty one counts only where no other holds a completion.

        Raises:
            DataError: it has no completion, or no reference where one is needed.
        """
        conversation, final = _split_conversation(document.get(self.messages))
        if document.get(self.completion) is not None:
            completions, is_group = [document[self.completion]], False
        elif document.get(self.completions) is not None:
            completions, is_group = self._group(document[self.completions]), True
        elif final is not None:
            completions, is_group = [[final]], False
        elif self.completion in document:
            completions, is_group = [None], False
        else:
            raise DataError(missing_column(document, self.completion, "--completion-column"))
        if needs_reference and self.reference not in document:
            raise DataError(missing_column(document, self.reference, "--reference-column"))
        prompt = document.get(self.prompt)
        return RowInputs(
            completions, is_group, document.get(self.reference), conversation if prompt is None else prompt
        )

    def _group(self, value: Any) -> list[Any]:
        if isinstance(value, list) and value:
            return value
        raise DataError(f"the column {self.completions!r} holds {shown(value)}, expected a list of completions")


def missing_column(document: Mapping[str, Any], column: str, option: str) -> str:
    """What to say of a row that lacks a column: which it has, which of them is near, and the option that names it."""
    nearest = closest(column, document)
    its = f"; did you mean {nearest!r}? Its" if nearest else "; its"
    columns = ", ".join(map(repr, document)) or "none"
    return f"has no column {column!r}{its} columns are {columns} (name yours with {option})"


def _split_conversation(messages: Any) -> tuple[Any, Any]:
    """A conversation without its final assistant turn, and that turn; None for what there is not."""
    if not isinstance(messages, list) or not messages:
        return None, None
    last = messages[-1]
    if isinstance(last, dict) and last.get("role") == "assistant":
        return messages[:-1], last
    return messages, None
