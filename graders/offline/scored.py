"""Reading what was scored: a run or a file of output rows as arrays, a row a completion."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.contract.scores import Scores
from graders.offline.ledger.manifest import read_manifest
from graders.offline.reading.nested_values import NOTHING
from graders.offline.reading.rows import Columns, Row, RowInputs, open_rows
from graders.reward.components import FORMAT
from graders.vocabulary.errors import DataError
from graders.vocabulary.outcome import OUTCOMES
from graders.vocabulary.validation import closest, shown

MAX_ERRORS = 100
"""How many error rows are kept with their messages; all are counted."""

_CODES = {str(outcome): outcome.code for outcome in OUTCOMES}
_MISSING = object()


@dataclass(frozen=True, eq=False)
class ScoredRows:
    """A scored file as arrays, a row a completion; rows that could not be read stand apart.

    Attributes:
        path: What was read.
        rewards: float64 (n,), NaN where unscored.
        scores: The values and outcome codes of each component, each (n,).
        weights: The effective weight of each component; empty where nobody says.
        groups: int64 (n,): the completions of one prompt have one number, counted up through the file.
        lengths: float64 (n,): characters of the answer, NaN where there is none.
        labels: float64 (n,): 0 or 1, NaN where there is none.
        lines: int64 (n,): the number of the output row, from 0, over all files.
        positions: int64 (n,): the place within a row that holds a group; else 0.
        errors: Line and message of the first `MAX_ERRORS` error rows.
        error_count: How many error rows there are.
        manifest: What was run; None for a file alone.
        columns: Which column of an output row holds what.
    """

    path: str
    rewards: NDArray[np.float64]
    scores: dict[str, Scores]
    weights: dict[str, float]
    groups: NDArray[np.int64]
    lengths: NDArray[np.float64]
    labels: NDArray[np.float64]
    lines: NDArray[np.int64]
    positions: NDArray[np.int64]
    errors: tuple[tuple[int, str], ...]
    error_count: int
    manifest: Mapping[str, Any] | None = None
    columns: Columns = field(default_factory=Columns)

    def __len__(self) -> int:
        return len(self.rewards)

    def at(self, rows: NDArray[np.intp]) -> ScoredRows:
        """The same of some completions, in this order."""
        arrays: dict[str, Any] = {name: part[rows] for name, part in vars(self).items() if isinstance(part, np.ndarray)}
        scores = {name: Scores(one.values[rows], one.codes[rows]) for name, one in self.scores.items()}
        return replace(self, scores=scores, **arrays)

    def place(self, row: int) -> str:
        """Where a completion stands, for people: the number of its output row, from 1, and its place in a group."""
        line, position = int(self.lines[row]), int(self.positions[row])
        several = position > 0 or (row + 1 < len(self) and self.lines[row + 1] == line)
        return f"{line + 1}" + (f", completion {position + 1}" if several else "")

    def graders_share(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """The weighted mean of each completion's graders, the format left out; NaN where one that counts is unscored.

        Args:
            weights: The weight of each component.
        """
        graders = [name for name in self.scores if name != FORMAT and weights[name] > 0]
        total = sum(weights[name] for name in graders) or 1.0
        parts = [weights[name] / total * self.scores[name].values for name in graders]
        share: NDArray[np.float64] = np.sum(parts, axis=0) if parts else np.zeros(len(self))
        return np.where(np.isnan(self.rewards), np.nan, share)


def read_scored(  # noqa: PLR0913 - all but the first have defaults and names
    path: str,
    *,
    weights: Mapping[str, float] | None = None,
    columns: Columns | None = None,
    label_column: str | None = None,
    note: Callable[[Mapping[str, Any], RowInputs], None] | None = None,
    advance: Callable[[int], object] | None = None,
) -> ScoredRows:
    """Read output rows as arrays: about 60 bytes a row and component stay in memory, no text.

    Args:
        path: A run's directory, or a file of output rows.
        weights: The effective weights, where no manifest says them.
        columns: Which column holds what, where no manifest says so.
        label_column: The column of 0/1 labels; None for the manifest's, if any.
        note: Is given each row that has completions, and what it gives to score.
        advance: Called with the number of bytes of each row, for progress.

    Raises:
        DataError: it can't be read, or a row is no output row, with the row's number.
    """
    manifest = read_manifest(path)
    said = manifest or {}
    columns = columns or Columns(**said.get("columns", {}))
    gathered = RowArrays(columns, label_column or said.get("label_column"), note)
    for number, row in enumerate(output_rows(path, manifest, advance)):
        gathered.add(number, row)
    if not gathered.rewards and not gathered.error_count:
        raise DataError(f"{path} has no rows")
    return gathered.scored(path, dict(weights or said.get("weights", {})), manifest)


def read_documents(path: str, lines: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Some output rows as they are written, by number; one pass through what holds them.

    Args:
        path: A run's directory, or a file of output rows.
        lines: Their numbers, from 0, as in `ScoredRows.lines`.
    """
    wanted = set(lines)
    last = max(wanted, default=-1)
    found = {}
    for number, row in enumerate(output_rows(path, read_manifest(path))):
        if number > last:
            break
        if number in wanted:
            found[number] = row.document
    return found


def output_bytes(paths: Iterable[str]) -> int:
    """How much there is to read in what scored rows are in: files, runs' directories."""
    files = (file for path in paths for file in _files(path, read_manifest(path)))
    return sum(Path(file).stat().st_size for file in files if Path(file).is_file())


def output_rows(
    path: str, manifest: Mapping[str, Any] | None, advance: Callable[[int], object] | None = None
) -> Iterator[Row]:
    """The output rows, in the order of the input; of anything that is no run its rows.

    Args:
        path: A run's directory, or whatever else `open_rows` reads.
        manifest: The run's; None where it is none.
        advance: Called with the number of bytes of each row.

    Raises:
        DataError: a shard of the run is missing, or a file can't be read.
    """
    for file in _files(path, manifest):
        with open_rows(file, advance) as rows:
            yield from rows


def _files(path: str, manifest: Mapping[str, Any] | None) -> list[str]:
    return [path] if manifest is None else _shards(path, manifest)


def _shards(path: str, manifest: Mapping[str, Any]) -> list[str]:
    """The files of a run's shards, all of which must be there."""
    shards = [Path(path) / shard["file"] for shard in manifest["shards"]]
    missing = [shard.name for shard in shards if not shard.exists()]
    if missing:
        raise DataError(
            f"{path} is not complete: {len(missing)} of its {len(shards)} shards are missing, the first is "
            f"{missing[0]}; make them with graders score --resume"
        )
    return list(map(str, shards))


@dataclass
class RowArrays:
    """Output rows so far, column by column."""

    columns: Columns
    label_column: str | None
    note: Callable[[Mapping[str, Any], RowInputs], None] | None
    rewards: array[float] = field(default_factory=lambda: array("d"))
    values: dict[str, array[float]] = field(default_factory=dict)
    codes: dict[str, array[int]] = field(default_factory=dict)
    groups: array[int] = field(default_factory=lambda: array("q"))
    lengths: array[float] = field(default_factory=lambda: array("d"))
    labels: array[float] = field(default_factory=lambda: array("d"))
    lines: array[int] = field(default_factory=lambda: array("q"))
    positions: array[int] = field(default_factory=lambda: array("q"))
    errors: list[tuple[int, str]] = field(default_factory=list)
    error_count: int = 0
    _group: int = -1
    _prompt: Any = _MISSING

    def add(self, number: int, row: Row) -> None:
        """Take in one output row."""
        document = row.document
        if row.error is not None:
            raise DataError(f"row {number + 1} {row.error}")
        if document.get("status") == "error":
            return self._add_error(number, str(document.get("error")))
        if "reward" not in document or not isinstance(document.get("scores"), dict):
            raise DataError(_not_scored(number, document))
        try:
            example = self.columns.example(document, needs_reference=False)
            if self.note is not None:
                self.note(document, example)
            self._add_completions(number, document, example)
        except (DataError, KeyError, TypeError, ValueError) as error:
            raise DataError(f"row {number + 1} can't be read as a scored row: {_said(error)}") from None
        return None

    def _add_error(self, number: int, message: str) -> None:
        self.error_count += 1
        if len(self.errors) < MAX_ERRORS:
            self.errors.append((number, message))

    def _add_completions(self, number: int, document: dict[str, Any], example: RowInputs) -> None:
        count = len(example.completions)
        several = _as_group if example.is_group else _alone
        self._add_scores(document, count, several)
        self.rewards.extend(map(_number, several(document["reward"], count)))
        self.lengths.extend(_length(answer) for answer in several(document["answer"], count))
        self.labels.extend(several(self._label(document, example), count))
        self.lines.extend([number] * count)
        self.positions.extend(range(count))
        self.groups.extend([self._group_of(example)] * count)

    def _add_scores(self, document: dict[str, Any], count: int, several: Any) -> None:
        scores, outcomes = document["scores"], document["outcomes"]
        if not self.values:
            self.values = {name: array("d") for name in scores}
            self.codes = {name: array("b") for name in scores}
        if scores.keys() != self.values.keys():
            raise DataError(
                f"its scores are of {', '.join(scores)}, those of the rows before of {', '.join(self.values)}"
            )
        for name, column in self.values.items():
            column.extend(map(_number, several(scores[name], count)))
            self.codes[name].extend(_code(outcome) for outcome in several(outcomes[name], count))

    def _group_of(self, example: RowInputs) -> int:
        """The completions of one row are a group, and so are rows of one prompt that stand side by side."""
        alone = example.is_group or example.prompt is None
        if alone or self._group < 0 or example.prompt != self._prompt:
            self._group += 1
        self._prompt = _MISSING if alone else example.prompt
        return self._group

    def _label(self, document: dict[str, Any], example: RowInputs) -> Any:
        nothing = [np.nan] * len(example.completions) if example.is_group else np.nan
        if self.label_column is None:
            return nothing
        value = self.columns.label(document, self.label_column)
        return nothing if value is NOTHING or value is None else value

    def scored(self, path: str, weights: dict[str, float], manifest: Mapping[str, Any] | None) -> ScoredRows:
        """Everything as arrays."""
        try:
            scores = {
                name: Scores(np.array(values), np.array(self.codes[name], dtype=np.int8))
                for name, values in self.values.items()
            }
        except ValueError as error:
            raise DataError(f"{path} holds what no scorer gives: {error}") from None
        return ScoredRows(
            path,
            np.array(self.rewards),
            scores,
            weights,
            np.array(self.groups, dtype=np.int64),
            np.array(self.lengths),
            np.array(self.labels),
            np.array(self.lines, dtype=np.int64),
            np.array(self.positions, dtype=np.int64),
            tuple(self.errors),
            self.error_count,
            manifest,
            self.columns,
        )


def _alone(value: Any, count: int) -> list[Any]:
    del count
    return [value]


def _as_group(values: Any, count: int) -> list[Any]:
    if isinstance(values, list) and len(values) == count:
        return values
    raise DataError(f"it holds {count} completions and {shown(values)} beside them, expected a list of {count}")


def _number(value: Any) -> float:
    if value is None:
        return float("nan")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise DataError(f"{shown(value)} is no score, expected a number from 0 to 1 or null")
    return float(value)


def _length(answer: Any) -> float:
    return float("nan") if answer is None else len(answer)


def _code(outcome: Any) -> int:
    if outcome in _CODES:
        return _CODES[outcome]
    near = closest(str(outcome), _CODES)
    raise DataError(f"{shown(outcome)} is no outcome" + (f"; did you mean {near!r}?" if near else ""))


def _said(error: Exception) -> str:
    told = f"has no {error.args[0]!r}" if isinstance(error, KeyError) else str(error)
    return f"it {told}" if told.startswith("has ") else told


def _not_scored(number: int, document: Mapping[str, Any]) -> str:
    missing = "reward" if "reward" not in document else "scores"
    columns = ", ".join(map(repr, document)) or "none"
    return f"row {number + 1} has no column {missing!r}: score it first with graders score; its columns are {columns}"
