"""A batch: parsed completions beside their references and prompts, and the work that all scorers share."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graders.completion.messages import comparable, completion_text, prompt_text
from graders.completion.parse import NOTHING, Completion, Layout, parse
from graders.completion.references import acceptable_references
from graders.completion.visible import has_visible
from graders.pages.formatting import counted
from graders.vocabulary.errors import DataError

PLACEHOLDERS = frozenset({"nan", "none", "null", "n/a", "?", "..."})
"""References that stand for a missing one; compared without case and white space around."""


class Pairs(NamedTuple):
    """Answers beside references, for every row that has both; a row with k acceptable references is k pairs.

    Attributes:
        rows: The row of each pair, ascending, int64.
        answers: The answers, as written inside the answer block.
        references: The references, as given.
    """

    rows: NDArray[np.int64]
    answers: list[str]
    references: list[str]


@dataclass(frozen=True)
class Batch:
    """Completions, parsed once, with what they are scored against. Make one with `Batch.of`.

    Attributes:
        completions: The parsed completions, one a row.
        references: A row's reference, a tuple where several are acceptable; None where none were given.
        prompts: The question of each row, or None.
        groups: The group of each row, numbered from 0 in order of appearance; None where unknown.
        conversations: The prompt of each row as it was given, or None.
        columns: Other columns that a scorer reads, by name; each has a value a row.
        unreadable: Rows whose reference is of no type that holds one, such as a boolean or an object, with why; it
            stands as none at all among the references.
    """

    completions: list[Completion]
    references: list[str | tuple[str, ...]] | None = None
    prompts: list[str] | None = None
    groups: NDArray[np.int64] | None = field(default=None, compare=False)
    unreadable: Mapping[int, str] = field(default_factory=dict)
    conversations: list[Any] | None = field(default=None, compare=False)
    columns: Mapping[str, list[Any]] = field(default_factory=dict)

    @classmethod
    def of(  # noqa: PLR0913 - what a trainer holds, column by column
        cls,
        completions: Iterable[Any],
        reference_answer: Iterable[Any] | None = None,
        prompts: Iterable[Any] | None = None,
        group: Iterable[Hashable] | None = None,
        layout: Layout | None = None,
        *,
        columns: Mapping[str, Iterable[Any]] | None = None,
    ) -> Batch:
        """Read what a trainer or a dataset holds and parse each completion once.

        Args:
            completions: Strings, chat messages or None, one a row.
            reference_answer: Strings, numbers or lists of acceptable ones, one a row.
            prompts: Strings or chat messages, one a row.
            group: Anything hashable that rows of one prompt share; without it, runs of equal prompts.
            layout: How the completions are laid out; the default layout where None.
            columns: Other columns by name, one value a row.

        Raises:
            TypeError: a completion or prompt is of no such type; the message names it.
            DataError: the columns differ in length.
        """
        layout = layout or Layout()
        texts = _texts(completions, layout)
        usual = {"reference_answer": reference_answer, "prompts": prompts, "group": group}
        lists = {name: _column(name, values, len(texts)) for name, values in usual.items()}
        references, raw_prompts, ids = lists.values()
        parsed = {text: parse(text, layout) if text else NOTHING for text in dict.fromkeys(texts)}
        known, unreadable = _references(references)
        questions, runs = (None, None) if raw_prompts is None else _in_runs(raw_prompts)
        numbers = runs if ids is None else _numbered(ids)
        groups = None if numbers is None else np.array(numbers, dtype=np.int64)
        more = _columns(columns, len(texts)) if columns else {}
        return cls([parsed[text] for text in texts], known, questions, groups, unreadable, raw_prompts, more)

    def __len__(self) -> int:
        return len(self.completions)

    def __repr__(self) -> str:
        known = {"references": self.references, "prompts": self.prompts, "groups": self.groups}
        given = " and ".join(name for name, column in known.items() if column is not None) or "nothing"
        return f"<Batch of {len(self):,} completions with {given} beside them>"

    def row(self, index: int) -> Batch:
        """The batch of one row alone."""
        return self.rows(range(index, index + 1))

    def rows(self, indices: Sequence[int]) -> Batch:
        """The batch of some rows, parsed work included."""
        return Batch(
            [self.completions[i] for i in indices],
            self.references and [self.references[i] for i in indices],
            self.prompts and [self.prompts[i] for i in indices],
            None if self.groups is None else self.groups[list(indices)],
            {k: self.unreadable[i] for k, i in enumerate(indices) if i in self.unreadable} if self.unreadable else {},
            self.conversations and [self.conversations[i] for i in indices],
            {name: [values[i] for i in indices] for name, values in self.columns.items()},
        )

    @cached_property
    def answers(self) -> list[str | None]:
        """The answer of each row, None where there is none."""
        return [completion.answer for completion in self.completions]

    def pairs(self, usable: Callable[[str], bool]) -> Pairs:
        """The pairs of all rows that have an answer and a usable reference.

        Args:
            usable: Whether a reference can be compared with; asked once a distinct reference.
        """
        references = self.references or []
        if None not in self.answers and set(map(type, references)) == {str} and all(map(usable, set(references))):  # type: ignore[arg-type]
            return Pairs(np.arange(len(references)), self.answers, references)  # type: ignore[arg-type]
        good = {reference: usable(reference) for reference in self.distinct_references}
        triples = [
            (row, answer, reference)
            for row, (answer, acceptable) in enumerate(zip(self.answers, references, strict=True))
            if answer is not None
            for reference in ((acceptable,) if isinstance(acceptable, str) else acceptable)
            if good[reference]
        ]
        rows, answers, their_references = map(list, zip(*triples, strict=True)) if triples else ([], [], [])
        return Pairs(np.array(rows, dtype=np.int64), answers, their_references)

    @cached_property
    def distinct_references(self) -> frozenset[str]:
        """Every reference that stands anywhere in the batch."""
        if set(map(type, self.references or ())) <= {str}:
            return frozenset(self.references or ())  # type: ignore[arg-type]
        single = {reference for reference in self.references or () if isinstance(reference, str)}
        several = (reference for reference in self.references or () if not isinstance(reference, str))
        return frozenset(single.union(*several))


def missing_reference(reference: str) -> str | None:
    """Why a reference stands for none at all: nothing visible in it, or a placeholder; else None.

    >>> missing_reference(" NaN "), missing_reference("42")
    ("a placeholder, 'NaN'", None)
    """
    if not has_visible(reference, 0, len(reference)):
        return "empty"
    if len(reference) < 64 and reference.strip().casefold() in PLACEHOLDERS:
        return f"a placeholder, {reference.strip()!r}"
    return None


def _texts(completions: Iterable[Any], layout: Layout) -> list[str]:
    check_is_column("completions", completions)
    return [c if type(c) is str else completion_text(c, row, layout) for row, c in enumerate(as_list(completions))]


def check_is_column(name: str, values: Any) -> None:
    """Refuse one string, which nobody means letter by letter, and what has no rows or no order.

    Raises:
        TypeError: naming the column and what was found.
    """
    if isinstance(values, str):
        raise TypeError(f"{name}: got one string, expected a list with one value per completion (put it into brackets)")
    if isinstance(values, Mapping | set | frozenset | bytes):
        raise TypeError(f"{name}: got a {type(values).__name__}, expected a list with one value per completion")
    if not hasattr(values, "__iter__") and not hasattr(values, "__getitem__"):
        raise TypeError(f"{name}: got {type(values).__name__}, expected a list with one value per completion")


def as_list(values: Iterable[Any]) -> list[Any]:
    """The values of a column, those of an Arrow array as Python has them."""
    return values if type(values) is list else list(getattr(values, "to_pylist", values.__iter__)())


def _column(name: str, values: Iterable[Any] | None, rows: int) -> list[Any] | None:
    """A column as a list of the batch's length."""
    if values is None:
        return None
    check_is_column(name, values)
    column = as_list(values)
    if len(column) != rows:
        given, wanted = counted(len(column), "value"), counted(rows, "completion")
        raise DataError(f"{name}: got {given} for {wanted}, expected one a completion")
    return column


def _columns(given: Mapping[str, Iterable[Any]], rows: int) -> dict[str, list[Any]]:
    return {name: _column(name, values, rows) or [] for name, values in given.items()}


def _references(column: list[Any] | None) -> tuple[list[str | tuple[str, ...]] | None, dict[int, str]]:
    """The references, and why some can't be read: a row's own fault, which no other row suffers for."""
    if column is None:
        return None, {}
    unreadable: dict[int, str] = {}
    texts = [r if type(r) is str else _readable(r, row, unreadable) for row, r in enumerate(column)]
    return texts, unreadable


def _readable(reference: Any, row: int, unreadable: dict[int, str]) -> str | tuple[str, ...]:
    try:
        return acceptable_references(reference, row)
    except TypeError as error:
        unreadable[row] = str(error)
        return ()


def _in_runs(prompts: list[Any]) -> tuple[list[str], list[int]]:
    """The text of each prompt and the number of its run: equal ones that stand together are read once."""
    texts: list[str] = []
    numbers: list[int] = []
    for number, (_, run) in enumerate(groupby(comparable(prompts))):
        same, row = len(list(run)), len(texts)
        texts += [prompt_text(prompts[row], row)] * same
        numbers += [number] * same
    return texts, numbers


def _numbered(ids: list[Any]) -> list[int]:
    """Ids as numbers from 0 in order of appearance."""
    numbers: dict[Hashable, int] = {}
    found = []
    for row, key in enumerate(ids):
        try:
            found.append(numbers.setdefault(key, len(numbers)))
        except TypeError:
            raise TypeError(f"group[{row}]: got {type(key).__name__}, expected something hashable") from None
    return found
