"""A row as it is read, and which of its columns holds what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graders.offline.reading.dumps import DUMPS, is_sample
from graders.offline.reading.nested_values import NOTHING, as_messages, as_texts, value_at
from graders.offline.reading.reference_sources import answer_of
from graders.vocabulary.errors import DataError
from graders.vocabulary.validation import closest, shown


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
        more: The values of other columns that the reward reads.
    """

    completions: list[Any]
    is_group: bool
    reference: Any
    prompt: Any
    more: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what; a name may be a path into a nested one, such as ``reward_model.ground_truth``.

    Attributes:
        completion: One completion: text or chat messages.
        completions: A list of completions of one prompt: a group.
        reference: The reference answer.
        prompt: The prompt: text or chat messages.
        messages: A conversation; where it ends in an assistant turn, that is the completion.
        dump: The program whose dump the rows are, one of `DUMPS`; empty for none.
        reference_from: Where in a reference the answer stands, one of `REFERENCE_SOURCES`; empty for all of it.
    """

    completion: str = "completion"
    completions: str = "completions"
    reference: str = "reference_answer"
    prompt: str = "prompt"
    messages: str = "messages"
    dump: str = ""
    reference_from: str = ""

    def standard(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """A row with what stands deeper in it, or in a dump's own places, under the names of these columns as well.

        Raises:
            DataError: its reference has no answer where `reference_from` looks for one.
        """
        names = f"{self.completion}{self.completions}{self.reference}{self.prompt}{self.messages}"
        if "." not in names and not self.dump and not self.reference_from:  # nearly every row
            return document
        more = _of_dump(self, document) if self.dump else {}
        for name in (self.completion, self.completions, self.reference, self.prompt, self.messages):
            if "." in name and name not in document and (value := value_at(document, name)) is not NOTHING:
                more[name] = value
        whole = {**document, **more} if more else document
        if self.reference_from and self.reference in whole:
            return {**whole, self.reference: answer_of(whole[self.reference], self.reference_from)}
        return whole

    def holds(self, row: Row) -> bool:
        """Whether a row is a sample at all; a dump may have other lines, such as a header."""
        return not self.dump or row.error is not None or is_sample(self.dump, row.document)

    def label(self, document: Mapping[str, Any], column: str) -> Any:
        """What a row's label column holds: ``label`` is a dump's verdict; ``C`` and ``I`` of inspect_ai are 1 and 0."""
        value = value_at(document, column)
        if value is NOTHING and self.dump and column == "label":
            value = DUMPS[self.dump](document).get("label", NOTHING)
        return _LABELS.get(value, value) if isinstance(value, str) else value

    def example(self, document: Mapping[str, Any], *, needs_reference: bool, others: Sequence[str] = ()) -> RowInputs:
        """What a row gives to score.

        In a table every row has every column: an empty one counts only where no other holds a completion.

        Args:
            document: The row.
            needs_reference: Whether it must have a reference.
            others: Other columns that it must have.

        Raises:
            DataError: it has no completion, or no reference where one is needed.
        """
        document = self.standard(document)
        conversation, final = _split_conversation(_unpacked(document.get(self.messages)))
        if document.get(self.completion) is not None:
            completions, is_group = _one_or_several(document[self.completion])
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
        prompt = _prompt(document.get(self.prompt))
        prompt = conversation if prompt is None else prompt
        return RowInputs(completions, is_group, document.get(self.reference), prompt, _others(document, others))

    def _group(self, value: Any) -> list[Any]:
        value = as_texts(value)
        if isinstance(value, str):
            return [_unpacked(value)]
        if isinstance(value, list) and value:
            return [_unpacked(one) for one in value]
        raise DataError(f"the column {self.completions!r} holds {shown(value)}, expected a list of completions")


def _others(document: Mapping[str, Any], names: Sequence[str]) -> tuple[Any, ...]:
    """The values of other columns; a name may be a path into a nested one."""
    found = tuple(value_at(document, name) for name in names)
    for name, value in zip(names, found, strict=True):
        if value is NOTHING:
            raise DataError(missing_column(document, name, "criteria_column"))
    return found


_LABELS = {"C": 1, "I": 0, "true": 1, "false": 0, "True": 1, "False": 0, "1": 1, "0": 0, "1.0": 1, "0.0": 0}
"""Labels that are texts."""


def _of_dump(columns: Columns, document: Mapping[str, Any]) -> dict[str, Any]:
    """What a dump's own places hold, for the columns that nobody has named otherwise."""
    found = DUMPS[columns.dump](document)
    names = {role: getattr(columns, role) for role in ("completion", "completions", "reference", "prompt")}
    unnamed = {role: name for role, name in names.items() if name == getattr(_USUAL, role)}
    return {name: found[role] for role, name in unnamed.items() if found.get(role) is not None}


def _one_or_several(value: Any) -> tuple[list[Any], bool]:
    """The completions in a column of one, and whether they are a group: a list of texts is one of them, or several."""
    value = _unpacked(value)
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return value, len(value) > 1
    return [value], False


def _unpacked(value: Any) -> Any:
    """A value of a column; a text that is JSON of messages as these."""
    return as_messages(value) if type(value) is str and '"role"' in value else value


def _prompt(value: Any) -> Any:
    """A prompt; a list of one text is that text."""
    value = _unpacked(value)
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str) else value


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


_USUAL = Columns()
