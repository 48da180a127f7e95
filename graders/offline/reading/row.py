"""A row as it is read, and which of its columns holds what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from graders.offline.reading.dumps import DUMPS, is_sample
from graders.offline.reading.nested_values import (
    NOTHING,
    alone,
    as_conversation,
    as_messages,
    as_texts,
    begins_as_messages,
    is_conversation,
    near_path,
    unwrapped,
    value_at,
)
from graders.offline.reading.reference_sources import REFERENCE_SOURCES, answer_of
from graders.vocabulary.errors import DataError
from graders.vocabulary.validation import closest, shown

_ALLOWED: Mapping[str, Collection[str]] = {"dump": DUMPS, "reference_from": REFERENCE_SOURCES}
"""What a role takes that is no column."""

_INSTEAD = {
    "messages": ("completions",),
    "completion": ("completions", "messages"),
    "completions": ("completion", "messages"),
}
"""What a row may have in place of a column of completions that is named, if that is named too."""

KEPT = "input_"
"""What the name of a row's own column begins with in an output row, where a result has its name."""


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


@dataclass(frozen=True)
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

    @classmethod
    def of(cls, names: Mapping[str, str]) -> Columns:
        """Columns by what they hold: ``{"prompt": "question", "reference": "answer", "reference_from": "hash"}``.

        Raises:
            DataError: a key is no role of a column, or `reference_from` or `dump` no known one.
        """
        roles = [one.name for one in fields(cls)]
        for role, name in names.items():
            allowed = _ALLOWED.get(role, ()) if role in roles else roles
            wrong = name if role in roles else role
            if role not in roles or (allowed and name not in allowed):
                near = closest(wrong, allowed)
                meant = f"; did you mean {near!r}?" if near else ""
                raise DataError(f"columns has {wrong!r}, expected one of {', '.join(map(repr, allowed))}{meant}")
        return cls(**names)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are read."""
        return self.completion, self.completions, self.reference, self.prompt, self.messages

    def standard(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """A row with what stands deeper in it, or in a dump's own places, under the names of these columns as well.

        Raises:
            DataError: it lacks a column that is named otherwise than usual, or its reference has no answer where
                `reference_from` looks for one.
        """
        if self._are_usual and "status" not in document:  # nearly all
            return document
        whole = self._with_places(document)
        self._check_named(document, whole)
        if self.reference_from and self.reference in whole:
            return {**whole, self.reference: answer_of(whole[self.reference], self.reference_from)}
        return whole

    def _with_places(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        more = _of_dump(self, document) if self.dump else {}
        for name in self.names:
            if "status" in document and KEPT + name in document:
                more[name] = document[KEPT + name]
            elif "." in name and name not in document and (value := value_at(document, name)) is not NOTHING:
                more[name] = value
        return {**document, **more} if more else document

    @cached_property
    def _named(self) -> frozenset[str]:
        """The roles whose column is named otherwise than usual, but for the reference's."""
        return frozenset(role for role in ("prompt", *_INSTEAD) if getattr(self, role) != role)

    @cached_property
    def _are_usual(self) -> bool:
        """Whether a row holds what is read under the very names of these columns, and need not hold any of them."""
        return not (self._named or self.dump or self.reference_from or "." in self.reference)

    def _check_named(self, document: Mapping[str, Any], whole: Mapping[str, Any]) -> None:
        """Refuse a row that lacks a column which somebody has named: it is most likely mistyped.

        Where several are named that hold completions, rows may differ in which they have.
        """
        there = {role for role in self._named if getattr(self, role) in whole}
        for role in sorted(self._named - there):
            if there.isdisjoint(_INSTEAD.get(role, ())):
                raise DataError(missing_column(document, getattr(self, role), f"--{role}-column"))

    def holds(self, row: Row) -> bool:
        """Whether a row is a sample at all; a dump may have other lines, such as a header."""
        return not self.dump or row.error is not None or is_sample(self.dump, row.document)

    def label(self, document: Mapping[str, Any], column: str) -> Any:
        """What a row's label column holds: ``label`` is a dump's verdict; ``C`` and ``I`` of inspect_ai are 1 and 0."""
        value = value_at(document, column)
        if value is NOTHING and self.dump and column == "label":
            value = DUMPS[self.dump](document).get("label", NOTHING)
        return _LABELS.get(value, value) if isinstance(value, str) else value

    def example(
        self,
        document: Mapping[str, Any],
        *,
        needs_reference: bool,
        others: Sequence[str] = (),
        needs_completion: bool = True,
    ) -> RowInputs:
        """What a row gives to score.

        In a table every row has every column: an empty one counts only where no other holds a completion.

        Args:
            document: The row.
            needs_reference: Whether it must have a reference.
            others: Other columns that it must have.
            needs_completion: Whether it must have a completion; else None stands for one that it lacks.

        Raises:
            DataError: it lacks a column that is named, it has no completion, or no reference where one is needed.
        """
        own, document = document, self.standard(document)
        conversation, final = _split_conversation(_unpacked(document.get(self.messages)))
        if document.get(self.completion) is not None:
            completions, is_group = self._one_or_several(document[self.completion])
        elif document.get(self.completions) is not None:
            completions, is_group = self._group(document[self.completions]), True
        elif final is not None:
            completions, is_group = [[final]], False
        elif self.completion in document or not needs_completion:
            completions, is_group = [None], False
        else:
            raise DataError(self._without_completion(own))
        if needs_reference and self.reference not in document:
            raise DataError(missing_column(own, self.reference, "--reference-column"))
        reference, prompt = document.get(self.reference), prompt_value(document.get(self.prompt))
        if type(reference) is not str:
            reference = self.reference_value(reference) if needs_reference else unwrapped(reference)
        prompt = conversation if prompt is None else prompt
        return RowInputs(completions, is_group, reference, prompt, _others(own, others))

    def reference_value(self, value: Any) -> Any:
        """A reference as it is compared: a list in a list of nothing else is that list.

        Raises:
            DataError: it is an object, of which some field must be meant.
        """
        value = unwrapped(value)
        if isinstance(value, Mapping) and value:
            paths = ", ".join(f"{self.reference}.{name}" for name in islice(value, 3))
            raise DataError(
                f"has an object in {self.reference!r}, expected a string, a number or a list of acceptable ones; name "
                f"the field that is meant with --reference-column, such as {paths}"
            )
        return value

    def _without_completion(self, document: Mapping[str, Any]) -> str:
        """What to say of a row without a completion: the option that was given is the one that found nothing."""
        given = [role for role in ("completion", "completions", "messages") if getattr(self, role) != role]
        role = given[0] if given else "completion"
        return missing_column(document, getattr(self, role), f"--{role}-column")

    def _one_or_several(self, value: Any) -> tuple[list[Any], bool]:
        """The completions in a column of one, and whether they are a group: a list of them is one, or several."""
        value = _unpacked(value)
        if type(value) is str or begins_as_messages(value):
            return [value], False
        value = as_conversation(value)
        if not isinstance(value, list) or not value or is_conversation(value):
            return [value], False
        members = [alone(one) for one in unwrapped(value)]
        if all(isinstance(one, str) or is_conversation(one) for one in members):
            return members, len(members) > 1
        if any(isinstance(one, str) for one in members):
            raise DataError(self._mixed(self.completion, members))
        return [value], False

    def _group(self, value: Any) -> list[Any]:
        value = as_conversation(as_texts(value))
        if isinstance(value, str):
            return [_unpacked(value)]
        if is_conversation(value) and any(one["role"] != "assistant" for one in value):
            return [value]
        if isinstance(value, list) and value:
            return [as_conversation(_unpacked(alone(one))) for one in unwrapped(value)]
        raise DataError(f"the column {self.completions!r} holds {shown(value)}, expected a list of completions")

    @staticmethod
    def _mixed(column: str, members: list[Any]) -> str:
        other = next(one for one in members if not isinstance(one, str))
        return f"the column {column!r} holds a list of texts with {shown(other)} among them, expected texts alone"


def _others(document: Mapping[str, Any], names: Sequence[str]) -> tuple[Any, ...]:
    """The values of other columns; a name may be a path into a nested one."""
    found = tuple(value_at(document, name) for name in names)
    for name, value in zip(names, found, strict=True):
        if value is NOTHING:
            raise DataError(missing_column(document, name, "criteria_column"))
    return found


_LABELS = {"C": 1, "I": 0, "N": 0, "true": 1, "false": 0, "True": 1, "False": 0, "1": 1, "0": 0, "1.0": 1, "0.0": 0}
"""Labels that are texts."""


def _of_dump(columns: Columns, document: Mapping[str, Any]) -> dict[str, Any]:
    """What a dump's own places hold, for the columns that nobody has named otherwise."""
    found = DUMPS[columns.dump](document)
    names = {role: getattr(columns, role) for role in ("completion", "completions", "reference", "prompt")}
    unnamed = {role: name for role, name in names.items() if name == getattr(_USUAL, role)}
    return {name: found[role] for role, name in unnamed.items() if found.get(role) is not None}


def _unpacked(value: Any) -> Any:
    """A value of a column; a text that is JSON of messages as these."""
    return as_messages(value) if type(value) is str and '"role"' in value else value


def prompt_value(value: Any) -> Any:
    """A prompt; a list of one text is that text, JSON text of messages these, and one message a conversation."""
    if value is None or (type(value) is str and '"role"' not in value) or begins_as_messages(value):  # nearly every one
        return value
    return as_conversation(_unpacked(alone(value)))


OTHER_NAMES = {
    "reference_answer": ("reference", "gold", "gold_answer", "answer", "target", "ground_truth", "solution", "label"),
    "prompt": ("question", "problem", "query", "instruction", "input"),
    "completion": ("response", "output", "generation", "prediction"),
}
"""What columns are called elsewhere."""


def _other_name(document: Mapping[str, Any], column: str) -> str | None:
    return next((name for name in OTHER_NAMES.get(column, ()) if name in document), None)


def missing_column(document: Mapping[str, Any], column: str, option: str) -> str:
    """What to say of a row that lacks a column: which it has, which of them is near, and the option that names it."""
    nearest = near_path(document, column) or closest(column, document) or _other_name(document, column)
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
