"""Scoring rows in chunks: a row in is a row out, in order, and an error row where it can't be scored."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from graders.batch import Batch
from graders.errors import BadReferenceError, BatchWarning, DataError
from graders.mistakes import shown
from graders.offline.rows import Columns, Example, Row, missing_column
from graders.offline.summary import Summary
from graders.reward import RewardFunction
from graders.reward_batch import RewardBatch

CHUNK = 1024
"""Rows that are scored at once,"""

CHUNK_BYTES = 16 * 2**20
"""or fewer, where their lines together have so many bytes."""

RESULT_KEYS = ("reward", "scores", "outcomes", "answer", "status", "error")
"""The columns of an output row that are the result; what a row holds there before is replaced."""


@dataclass(slots=True)
class _Scorable:
    """A row with what it gives to score, or the reason why it gives nothing."""

    row: Row
    example: Example | None
    error: str | None
    labels: list[int]
    group: int


@dataclass(slots=True)
class RowScoring:
    """Scores rows and keeps the summary.

    Attributes:
        reward: The reward.
        columns: Which column holds what.
        label_column: The column of 0/1 labels to measure accuracy against; None for none.
        summary: What has been scored so far.
    """

    reward: RewardFunction
    columns: Columns
    label_column: str | None
    summary: Summary
    _group: int = -1
    _prompt: Any = None
    _said: bool = False

    def score(self, rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
        """Each row with ``reward``, ``scores``, ``outcomes``, ``answer``, ``status``, and ``error`` where it failed.

        A row that holds a group has lists in these columns. Statuses: ``scored``, ``unscored`` (nobody's
        answer can be scored here, e.g. a bad reference), ``error`` (the row can't be read).
        """
        for chunk in _chunks(rows):
            yield from self._score_chunk([self._scorable(row) for row in chunk])

    def _scorable(self, row: Row) -> _Scorable:
        self._say_what_is_replaced(row)
        if row.error is not None:
            return _Scorable(row, None, f"line {row.line} {row.error}", [], -1)
        try:
            example = self.columns.example(row.document, needs_reference=self.reward.needs_reference)
            labels = self._labels(row.document, len(example.completions), is_group=example.is_group)
        except DataError as error:
            return _Scorable(row, None, f"line {row.line} {error}", [], -1)
        if example.is_group or self._group < 0 or example.prompt is None or example.prompt != self._prompt:
            self._group += 1
        self._prompt = None if example.is_group else example.prompt
        return _Scorable(row, example, None, labels, self._group)

    def _say_what_is_replaced(self, row: Row) -> None:
        """Warn once of columns that are the user's own: a row that was scored before has a status."""
        taken = [key for key in RESULT_KEYS if key in row.document]
        if taken and "status" not in row.document and not self._said:
            self._said = True
            columns = ", ".join(map(repr, taken))
            warnings.warn(f"line {row.line} has columns named as results are, which replace them: {columns}",
                          BatchWarning, stacklevel=2)  # fmt: skip

    def _labels(self, document: dict[str, Any], count: int, *, is_group: bool) -> list[int]:
        if self.label_column is None:
            return []
        if self.label_column not in document:
            raise DataError(missing_column(document, self.label_column, "--label-column"))
        value = document[self.label_column]
        labels = value if is_group else [value]
        if isinstance(labels, list) and len(labels) == count and all(label in (0, 1) for label in labels):
            return [int(label) for label in labels]
        wanted = f"a list of {count} labels 0 or 1" if is_group else "0 or 1"
        raise DataError(f"has {shown(value)} in the label column {self.label_column!r}, expected {wanted}")

    def _score_chunk(self, chunk: list[_Scorable]) -> Iterator[dict[str, Any]]:
        good = [scorable for scorable in chunk if scorable.example is not None]
        try:
            result = self._evaluate(good)
        except TypeError:  # some row holds what is no completion, reference or prompt: find which
            self._find_mistyped(good)
            good = [scorable for scorable in good if scorable.error is None]
            result = self._evaluate(good)
        self._summarise(good, result)
        position = 0
        for scorable in chunk:
            if scorable.error is not None:
                self.summary.errors += 1
                self.summary.first_error = self.summary.first_error or scorable.error
                yield {**_without_results(scorable.row), **_NOTHING, "error": scorable.error}
                continue
            count = len(scorable.example.completions)  # type: ignore[union-attr]
            yield _written(scorable, result, range(position, position + count))
            position += count

    def _evaluate(self, scorables: list[_Scorable]) -> RewardBatch:
        try:
            return self._result(scorables)
        except BadReferenceError:  # it names a row of this chunk; people need the line
            for scorable in scorables:
                self._raise_if_bad(scorable)
            raise

    def _raise_if_bad(self, scorable: _Scorable) -> None:
        """Raise where no acceptable reference of a row is usable for some component."""
        reference = scorable.example and scorable.example.reference
        acceptable = (Batch.of([""], [reference]).references or [()])[0]
        if not acceptable:
            raise BadReferenceError(f"line {scorable.row.line}: the reference is empty") from None
        faults = self.reward.check_references([reference])
        components = [fault.component for fault in faults]
        for fault in faults:
            if components.count(fault.component) == (1 if isinstance(acceptable, str) else len(acceptable)):
                raise BadReferenceError(f"line {scorable.row.line}: {fault.component} finds {fault.reference!r:.80} "
                                        f"{fault.reason}") from None  # fmt: skip

    def _result(self, scorables: list[_Scorable]) -> RewardBatch:
        flat = [
            (completion, s.example, s.group) for s in scorables if s.example for completion in s.example.completions
        ]
        prompts = [example.prompt for _, example, _ in flat]
        return self.reward.evaluate(
            [completion for completion, _, _ in flat],
            [example.reference for _, example, _ in flat] if self.reward.needs_reference else None,
            prompts if any(prompt is not None for prompt in prompts) else None,
            [group for _, _, group in flat],
        )

    def _summarise(self, scorables: list[_Scorable], result: RewardBatch) -> None:
        groups = [s.group for s in scorables if s.example for _ in s.example.completions]
        self.summary.add(result, groups, [label for scorable in scorables for label in scorable.labels])

    def _find_mistyped(self, scorables: list[_Scorable]) -> None:
        """Note which rows can't be read; nothing is scored for that."""
        for scorable in scorables:
            try:
                self._read(scorable.example)
            except TypeError as error:
                scorable.error = f"line {scorable.row.line}: {error}"

    def _read(self, example: Example | None) -> None:
        if example is not None:
            rows = len(example.completions)
            references = [example.reference] * rows if self.reward.needs_reference else None
            Batch.of(example.completions, references, [example.prompt] * rows, layout=self.reward.settings.layout)


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


def _without_results(row: Row) -> dict[str, Any]:
    """A row's own columns: a result of an earlier run must not stand beside one of this run."""
    return {key: value for key, value in row.document.items() if key not in RESULT_KEYS}


_NOTHING: dict[str, Any] = {"reward": None, "scores": {}, "outcomes": {}, "answer": None, "status": "error"}


def _written(scorable: _Scorable, result: RewardBatch, rows: range) -> dict[str, Any]:
    """An output row from the batch's rows that are its completions."""
    parts = [_result_columns(result, row) for row in rows]
    if not scorable.example or not scorable.example.is_group:
        return {**_without_results(scorable.row), **parts[0]}
    columns = {key: [part[key] for part in parts] for key in ("reward", "answer", "status")}
    by_component = {key: {name: [part[key][name] for part in parts] for name in result.scores}
                    for key in ("scores", "outcomes")}  # fmt: skip
    errors = [part["error"] for part in parts if "error" in part]
    failed = {"error": errors[0]} if errors else {}
    return {**_without_results(scorable.row), "reward": columns["reward"], **by_component, **columns, **failed}


def _result_columns(result: RewardBatch, row: int) -> dict[str, Any]:
    reward = float(result.rewards[row])
    outcomes = {name: codes[row] for name, codes in result.outcomes.items()}
    columns: dict[str, Any] = {
        "reward": None if np.isnan(reward) else reward,
        "scores": {name: None if np.isnan(values[row]) else float(values[row])
                   for name, values in result.components.items()},
        "outcomes": {name: str(outcome) for name, outcome in outcomes.items()},
        "answer": result.answers[row],
        "status": "unscored" if np.isnan(reward) else "scored",
    }  # fmt: skip
    if not np.isnan(reward):
        return columns
    unscored = [f"{name}: {outcome} ({outcome.meaning})" for name, outcome in outcomes.items() if outcome.unscored]
    return {**columns, "error": "; ".join(unscored)}


def to_json(row: dict[str, Any]) -> bytes:
    """A row as a line of JSON; text as it is, escaped only where it holds lone surrogates."""
    try:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(row).encode() + b"\n"
