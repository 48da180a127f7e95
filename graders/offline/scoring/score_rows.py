"""Scoring rows in chunks: a row in is a row out, in order, and an error row where it can't be scored."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from graders.completion.messages import prompt_text
from graders.contract.batch import Batch
from graders.errors import BadReferenceError, BatchWarning, DataError
from graders.offline.reading.row import Columns, Row, RowInputs, missing_column
from graders.offline.results.scored_chunk import RESULT_KEYS, ScoredChunk, completion_results, has_results, row_results
from graders.offline.results.scored_part import ScoredPart
from graders.offline.scoring.chunk_columns import ChunkColumns
from graders.reward.reward_batch import RewardBatch
from graders.reward.reward_function import RewardFunction
from graders.validation import shown

CHUNK = 1024
"""Rows that are scored at once,"""

CHUNK_BYTES = 16 * 2**20
"""or fewer, where their lines together have so many bytes."""


class TakesParts(Protocol):
    """What scored rows are told to."""

    def add(self, part: ScoredPart) -> None:
        """Take in the part that comes next."""


@dataclass(slots=True)
class RowScoring:
    """Scores rows and keeps the summary.

    Attributes:
        reward: The reward.
        columns: Which column holds what.
        label_column: The column of 0/1 labels to measure accuracy against; None for none.
        summary: Takes in what is scored, part by part: a `Summary`, or what keeps the parts for one.
    """

    reward: RewardFunction
    columns: Columns
    label_column: str | None
    summary: TakesParts
    _group: int = -1
    _prompt: Any = None
    _question: str | None = None
    _said: bool = False
    _needs_reference: bool = field(init=False)

    def __post_init__(self) -> None:
        self._needs_reference = self.reward.needs_reference

    def chunks(self, rows: Iterable[Row]) -> Iterator[ScoredChunk]:
        """Rows as they are scored, `CHUNK` at once: what is written.

        Statuses: ``scored``, ``unscored`` (nobody's answer can be scored here, e.g. a bad reference), ``error`` (the
        row can't be read).
        """
        for chunk in _chunks(rows):
            yield self._score_chunk(chunk)

    def score(self, rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
        """Each row with ``reward``, ``scores``, ``outcomes``, ``answer``, ``status``, and ``error`` where it failed.

        A row that holds a group has lists in these columns.
        """
        for chunk in self.chunks(rows):
            yield from chunk.documents()

    def _gather(self, rows: list[Row], faults: Mapping[int, str] | None = None) -> ChunkColumns:
        """What rows give to score; of some, by their number, it is known already why they can't be scored."""
        gathered, faults = ChunkColumns(), faults or {}
        for number, row in enumerate(rows):
            if number in faults:
                gathered.add_error(row, faults[number])
                continue
            try:
                self._take(gathered, row)
            except DataError as error:
                gathered.add_error(row, f"{row.place} {error}")
            except TypeError as error:
                gathered.add_error(row, f"{row.place}: {error}")
        return gathered

    def _take(self, gathered: ChunkColumns, row: Row) -> None:
        """Add what a row gives to score.

        Raises:
            DataError: it can't be read, or lacks a column.
            TypeError: its prompt is none.
        """
        if row.error is not None:
            raise DataError(row.error)
        if not self._said and has_results(row):
            self._say_what_is_replaced(row)
        example = self.columns.example(row.document, needs_reference=self._needs_reference)
        labels = [] if self.label_column is None else self._labels(row.document, self.label_column, example)
        prompt = example.prompt
        if example.is_group or prompt is None or prompt != self._prompt:
            self._question = None if prompt is None else prompt_text(prompt, 0)
            self._group += 1
            self._prompt = None if example.is_group else prompt
        gathered.add(row, example, self._question, self._group, labels)

    def _say_what_is_replaced(self, row: Row) -> None:
        """Warn once of columns that are the user's own: a row that was scored before has a status."""
        if "status" not in row.document:
            self._said = True
            columns = ", ".join(repr(key) for key in RESULT_KEYS if key in row.document)
            warnings.warn(
                f"{row.place} has columns named as results are, which replace them: {columns}",
                BatchWarning,
                stacklevel=2,
            )

    def _labels(self, document: dict[str, Any], label_column: str, example: RowInputs) -> list[int]:
        """The label of each completion of a row."""
        if label_column not in document:
            raise DataError(missing_column(document, label_column, "--label-column"))
        value, count = document[label_column], len(example.completions)
        labels = value if example.is_group else [value]
        if isinstance(labels, list) and len(labels) == count and all(label in (0, 1) for label in labels):
            return [int(label) for label in labels]
        wanted = f"a list of {count} labels 0 or 1" if example.is_group else "0 or 1"
        raise DataError(f"has {shown(value)} in the label column {label_column!r}, expected {wanted}")

    def _score_chunk(self, rows: list[Row]) -> ScoredChunk:
        before = self._group, self._prompt, self._question
        chunk = self._gather(rows)
        try:
            result = self._evaluate(chunk)
        except TypeError:  # some row holds what is no completion or reference: find which, and part no group by it
            self._group, self._prompt, self._question = before
            chunk = self._gather(rows, self._mistyped(chunk))
            result = self._evaluate(chunk)
        errors = [error for error in chunk.errors if error is not None]
        self.summary.add(ScoredPart.of(result, chunk.groups, chunk.labels, chunk.prompts, errors))
        results = row_results(chunk.sizes, chunk.errors, completion_results(result))
        return ScoredChunk(chunk.rows, list(results))

    def _evaluate(self, chunk: ChunkColumns) -> RewardBatch:
        try:
            return self.reward.evaluate(
                chunk.completions,
                chunk.references if self._needs_reference else None,
                chunk.questions if any(question is not None for question in chunk.questions) else None,
                chunk.groups,
            )
        except BadReferenceError:  # it names a row of this chunk; people need the line
            for number, span in chunk.spans():
                self._raise_if_bad(chunk.rows[number], chunk.references[span][0])
            raise

    def _raise_if_bad(self, row: Row, reference: Any) -> None:
        """Raise where no acceptable reference of a row is usable for some component."""
        acceptable = (Batch.of([""], [reference]).references or [()])[0]
        if not acceptable:
            raise BadReferenceError(f"{row.place}: the reference is empty") from None
        faults = [fault for fault in self.reward.check_references([reference]) if not fault.usable]
        components = [fault.component for fault in faults]
        for fault in faults:
            if components.count(fault.component) == (1 if isinstance(acceptable, str) else len(acceptable)):
                raise BadReferenceError(
                    f"{row.place}: {fault.component} finds {fault.reference!r:.80} {fault.reason}"
                ) from None

    def _mistyped(self, chunk: ChunkColumns) -> dict[int, str]:
        """Which rows hold what is no completion or reference, and why; nothing is scored for that."""
        faults = {}
        for number, span in chunk.spans():
            references = chunk.references[span] if self._needs_reference else None
            try:
                Batch.of(chunk.completions[span], references, layout=self.reward.settings.layout)
            except TypeError as error:
                faults[number] = f"{chunk.rows[number].place}: {error}"
        return faults


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in lists that end at `CHUNK` rows or `CHUNK_BYTES` bytes, whichever comes first."""
    chunk: list[Row] = []
    size = 0
    for row in rows:
        chunk.append(row)
        size += row.size
        if len(chunk) >= CHUNK or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
