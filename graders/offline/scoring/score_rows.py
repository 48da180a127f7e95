"""Scoring rows in chunks: a row in is a row out, in order, and an error row where it can't be scored."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graders.completion.messages import prompt_text
from graders.completion.references import acceptable_references
from graders.contract.batch import Batch
from graders.contract.scores import Scores
from graders.figures.running_figures import ScoredBlock
from graders.offline.reading.nested_values import NOTHING
from graders.offline.reading.row import KEPT, Columns, Row, RowInputs, missing_column
from graders.offline.results.scored_chunk import RESULT_KEYS, RESULTS, ScoredChunk, completion_results, row_results
from graders.offline.results.scored_part import ScoredPart
from graders.offline.results.summary import Summary
from graders.reward.reward_batch import RewardBatch
from graders.reward.reward_function import RewardFunction
from graders.vocabulary.errors import BadReferenceError, BatchWarning, DataError
from graders.vocabulary.validation import shown

CHUNK = 1024
"""Rows that are scored at once,"""

CHUNK_BYTES = 16 * 2**20
"""or fewer, where their lines together have so many bytes."""


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
        conversations: Its prompt as it stands in the row.
        more: Its values of other columns that the reward reads.
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
    conversations: list[Any] = field(default_factory=list)
    more: list[tuple[Any, ...]] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)

    def add(self, row: Row, example: RowInputs, question: str | None, group: int, labels: list[int]) -> None:
        """Take in a row that can be scored."""
        self.labels += labels
        self.conversations += [example.prompt] * len(example.completions)
        self.more += [example.more] * len(example.completions)
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


def _replaced(name: str) -> str:
    """What becomes of a column of the user's own that is named as a result is."""
    holds = "the answer that was read" if name == "answer" else f"the {name} of this run"
    return f"your column {name!r} is written as {KEPT + name!r}, because {name!r} holds {holds}"


@dataclass(slots=True)
class RowScoring:
    """Scores rows and keeps the summary.

    Attributes:
        reward: The reward.
        columns: Which column holds what.
        label_column: The column of 0/1 labels to measure accuracy against; None for none.
        summary: Takes in what is scored, chunk by chunk; None where that is left to the caller.
        known: What these rows had when they were scored before: only unscored ones are scored again; None for all.
        writes: Whether the output rows are written, so that what they replace is worth a warning.
    """

    reward: RewardFunction
    columns: Columns
    label_column: str | None
    summary: Summary | None = None
    known: ScoredBlock | None = None
    writes: bool = True
    _group: int = -1
    _prompt: Any = None
    _question: str | None = None
    _said: bool = False

    def chunks(self, rows: Iterable[Row]) -> Iterator[ScoredChunk]:
        """Rows as they are scored, `CHUNK` at once: what is written.

        Statuses: ``scored``, ``unscored`` (nobody's answer can be scored here, e.g. a bad reference), ``error`` (the
        row can't be read).
        """
        for chunk in _chunks(filter(self.columns.holds, rows) if self.columns.dump else rows):
            scored = self._score_chunk(chunk)
            if self.summary is not None and scored.part is not None:
                self.summary.add(scored.part)
            yield scored

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
            TypeError: its prompt or its reference is none.
        """
        if row.error is not None:
            raise DataError(row.error)
        if self.writes and not self._said and not RESULTS.isdisjoint(row.document):
            self._say_what_is_replaced(row)
        example = self.columns.example(
            row.document, needs_reference=self.reward.needs_reference, others=self.reward.columns
        )
        if type(example.reference) is not str and self.reward.needs_reference:
            acceptable_references(example.reference, 0)  # of a kind that holds none: this line is said
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
            told = "; ".join(_replaced(key) for key in RESULT_KEYS if key in row.document)
            warnings.warn(told, BatchWarning, stacklevel=2)

    def _labels(self, document: dict[str, Any], label_column: str, example: RowInputs) -> list[int]:
        """The label of each completion of a row."""
        value, count = self.columns.label(document, label_column), len(example.completions)
        if value is NOTHING or (value is None and label_column not in document):
            raise DataError(missing_column(document, label_column, "--label-column"))
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
        if self.known is not None:
            self.known = self.known[len(result) :]
        part = ScoredPart.of(result, chunk.groups, chunk.labels, chunk.prompts, [*filter(None, chunk.errors)])
        return ScoredChunk(chunk.rows, row_results(chunk.sizes, chunk.errors, completion_results(result)), part)

    def _evaluate(self, chunk: ChunkColumns) -> RewardBatch:
        prompts = chunk.conversations if self.reward.reads_conversations else chunk.questions
        more = {name: [values[k] for values in chunk.more] for k, name in enumerate(self.reward.columns)}
        columns = (
            chunk.completions,
            chunk.references if self.reward.reads_reference else None,
            prompts if any(question is not None for question in chunk.questions) else None,
            chunk.groups,
        )
        try:
            if self.known is None:
                return self.reward.evaluate(*columns, columns=more)
            return self.reward.evaluate_again(self._known_scores(len(chunk.completions)), *columns, columns=more)
        except BadReferenceError:  # it names a row of this chunk; people need the line
            for number, span in chunk.spans():
                self._raise_if_bad(chunk.rows[number], chunk.references[span][0])
            raise

    def _known_scores(self, count: int) -> dict[str, Scores]:
        """The scores that the next completions had."""
        block = self.known[:count] if self.known is not None else None
        names = self.reward.weights if block is not None else ()
        return {name: Scores(block.values[k], block.codes[k]) for k, name in enumerate(names) if block is not None}

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
            references = chunk.references[span] if self.reward.needs_reference else None
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
