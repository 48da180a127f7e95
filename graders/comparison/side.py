"""One side of a comparison: a scored file as arrays, with fingerprints of what its rows hold."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from graders.offline.reading.rows import Columns, RowInputs
from graders.offline.scored import ScoredRows, read_documents, read_scored
from graders.vocabulary.errors import DataError
from graders.vocabulary.validation import closest, shown

_LARGEST = 2**64


@dataclass(frozen=True, slots=True)
class ComparisonOptions:
    """How two files are read and matched.

    Attributes:
        columns: Which column holds what; the manifests' where None.
        id_column: The column that names a row; None to match by place.
        label_column: The column of 0/1 labels; the manifests' where None.
        shown: How many changed completions are shown, either way.
    """

    columns: Columns | None = None
    id_column: str | None = None
    label_column: str | None = None
    shown: int = 5


@dataclass(frozen=True, eq=False)
class Side:
    """A scored file and what identifies its rows; n completions.

    Attributes:
        scored: Its figures.
        keys: uint64 (n,): the output row of each completion, by place or by id.
        completions, prompts, references: uint64 (n,): fingerprints; 0 where there is nothing.
    """

    scored: ScoredRows
    keys: NDArray[np.uint64]
    completions: NDArray[np.uint64]
    prompts: NDArray[np.uint64]
    references: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.scored)

    @property
    def rows(self) -> int:
        """How many output rows it has, error rows included."""
        return len(np.unique(self.scored.lines)) + self.scored.error_count

    def at(self, rows: NDArray[np.intp]) -> Side:
        """The same of some completions, in this order; itself where these are all of them in theirs."""
        if np.array_equal(rows, np.arange(len(self))):
            return self
        arrays: dict[str, Any] = {name: part[rows] for name, part in vars(self).items() if isinstance(part, np.ndarray)}
        return replace(self, scored=self.scored.at(rows), **arrays)

    def documents(self, rows: Iterable[int]) -> dict[int, dict[str, Any]]:
        """The output rows of some completions, by the number of the completion."""
        lines = {row: int(self.scored.lines[row]) for row in rows}
        documents = read_documents(self.scored.path, lines.values()) if lines else {}
        return {row: documents[line] for row, line in lines.items()}

    def inputs(self, document: Mapping[str, Any]) -> RowInputs:
        """What an output row gave to score."""
        return self.scored.columns.example(document, needs_reference=False)


def read_side(path: str, options: ComparisonOptions, advance: Callable[[int], object] | None = None) -> Side:
    """Read one side, a scored file or a run's directory, in one pass.

    Raises:
        DataError: it can't be read, or a row has no id.
    """
    prints = _Prints(options.id_column)
    scored = read_scored(
        path, columns=options.columns, label_column=options.label_column, note=prints.add, advance=advance
    )
    completions, prompts, references, ids = (np.array(part, dtype=np.uint64) for part in prints.columns)
    keys = scored.lines.astype(np.uint64) if options.id_column is None else ids
    return Side(scored, keys, completions, prompts, references)


@dataclass
class _Prints:
    """Fingerprints as rows go by: of completions, prompts, references and ids."""

    id_column: str | None
    columns: tuple[array[int], ...] = field(default_factory=lambda: tuple(array("Q") for _ in range(4)))

    def add(self, document: Mapping[str, Any], inputs: RowInputs) -> None:
        """Take in one output row."""
        count = len(inputs.completions)
        completions, prompts, references, ids = self.columns
        completions.extend(map(fingerprint, inputs.completions))
        prompts.extend([fingerprint(inputs.prompt)] * count)
        references.extend([fingerprint(inputs.reference)] * count)
        if self.id_column is not None:
            ids.extend([self._id(document)] * count)

    def _id(self, document: Mapping[str, Any]) -> int:
        value = document.get(str(self.id_column))
        if isinstance(value, str | int) and not isinstance(value, bool):
            return fingerprint(value)
        near = closest(self.id_column, document)
        hint = f"; did you mean {near!r}?" if near and near != self.id_column else ""
        raise DataError(
            f"it has {shown(value)} in the column {self.id_column!r}, expected an id: a text or a whole number{hint}"
        )


def fingerprint(value: Any) -> int:
    """A number that equal values share within this process, and others as good as never; 0 for None."""
    if value is None:
        return 0
    return hash(value if isinstance(value, str) else _written(value)) % _LARGEST or 1


def _written(value: Any) -> bytes:
    """A value as JSON, the same for equal ones; lone surrogates and endless integers are beyond orjson."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_SERIALIZE_NUMPY, default=str)
    except TypeError:
        return json.dumps(value, sort_keys=True, default=str).encode()
