"""What a chunk of rows gives to score, column by column, and what becomes of its other rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graders.offline.reading.row import Row, RowInputs


@dataclass(slots=True)
class ChunkColumns:
    """Rows with what they give to score.

    Attributes:
        rows: The rows, all of them, in order.
        errors: Why a row can't be scored; None where it can.
        sizes: How many completions a row's group has; None where it holds one completion, or none.
        completions: All completions, row by row; the columns below go with them.
        references: The reference of each.
        questions: The text of its prompt, None where there is none.
        prompts: Its prompt as it stands in the row; None in a group row, which is a group for itself.
        groups: The number of its group.
        labels: Its label; empty where there are none.
    """

    rows: list[Row] = field(default_factory=list)
    errors: list[str | None] = field(default_factory=list)
    sizes: list[int | None] = field(default_factory=list)
    completions: list[Any] = field(default_factory=list)
    references: list[Any] = field(default_factory=list)
    questions: list[str | None] = field(default_factory=list)
    prompts: list[Any] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)

    def add(self, row: Row, example: RowInputs, question: str | None, group: int, labels: list[int]) -> None:
        """Take in a row that can be scored."""
        self.labels += labels
        if example.is_group:
            self._add_group(row, example, question, group)
            return
        self._note(row, None, None)
        self.completions += example.completions
        self.references.append(example.reference)
        self.questions.append(question)
        self.prompts.append(example.prompt)
        self.groups.append(group)

    def _add_group(self, row: Row, example: RowInputs, question: str | None, group: int) -> None:
        count = len(example.completions)
        self._note(row, None, count)
        self.completions += example.completions
        self.references += [example.reference] * count
        self.questions += [question] * count
        self.prompts += [None] * count
        self.groups += [group] * count

    def add_error(self, row: Row, error: str) -> None:
        """Take in a row that can't be scored."""
        self._note(row, error, None)

    def _note(self, row: Row, error: str | None, size: int | None) -> None:
        self.rows.append(row)
        self.errors.append(error)
        self.sizes.append(size)

    def spans(self) -> Iterator[tuple[int, slice]]:
        """The number of each row that can be scored, and where its completions stand."""
        position = 0
        for number, (error, size) in enumerate(zip(self.errors, self.sizes, strict=True)):
            if error is None:
                yield number, slice(position, position + (1 if size is None else size))
                position += 1 if size is None else size
