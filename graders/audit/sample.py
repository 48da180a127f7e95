"""A sample of a file's rows as cases: the same rows for the same seed, whatever the file's size."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.audit.case import Case
from graders.audit.wrong import absorbs, kind_of, wrong_answers, wrong_number
from graders.completion import Layout, parse, thought_of
from graders.errors import DataError
from graders.messages import acceptable_references, completion_text, prompt_text
from graders.offline.rows import Columns, open_rows
from graders.offline.scored import MANIFEST, read_manifest
from graders.reward import RewardFunction

STAND_IN = "42"
"""The reference of rows that have none, for a reward that reads none."""

_THOUGHT = "I read the question twice and worked it out."
_LONGEST_THOUGHT = 2000
"""Characters of a row's thought that its mutants carry: the rest only costs time."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """One completion of the data.

    Attributes:
        line: The number of its row, from 1.
        completion: Its text; empty where the row has none.
        acceptable: The references.
        prompt: The question.
    """

    line: int
    completion: str
    acceptable: tuple[str, ...]
    prompt: str


@dataclass(frozen=True, slots=True)
class Sample:
    """What an audit is made on.

    Attributes:
        lines: The number of each case's row, from 1.
        cases: The cases.
        seen: How many completions the data has.
        passed_over: How many of these could not be used: an error row, or no usable reference.
    """

    lines: tuple[int, ...]
    cases: tuple[Case, ...]
    seen: int
    passed_over: int


def read_sample(path: str, reward: RewardFunction, columns: Columns, rows: int, seed: int) -> Sample:
    """Draw cases from a file, a run's directory, or whatever else `open_rows` reads.

    Args:
        path: Rows, scored or not; a completion may be missing, a reference only where the reward reads none.
        reward: The reward that is to be audited.
        columns: Which column holds what.
        rows: How many cases at most.
        seed: Decides which.

    Raises:
        DataError: nothing can be read, or no row can be used.
    """
    drawn, seen, unusable = _drawn(_usable(path, reward, columns), rows, seed)
    if not drawn:
        first = next(filter(None, unusable), "it has no rows")
        raise DataError(f"{path} has no row that can be audited; the first: {first}")
    rng = random.Random(seed)
    references = [one.acceptable[0] for one in drawn]
    cases = tuple(_case(one, reward.settings.layout, _mixed(references, rng)) for one in drawn)
    return Sample(tuple(one.line for one in drawn), cases, seen, len(unusable))


def _drawn(found: Iterable[Sampled | str], rows: int, seed: int) -> tuple[list[Sampled], int, list[str]]:
    """A fair draw in one pass: each completion has the same chance, and the order of the file is kept."""
    rng = random.Random(seed)
    kept: dict[int, Sampled] = {}
    slots: list[int] = []
    seen, unusable = 0, _Faults()
    for one in found:
        if isinstance(one, str):
            unusable.append(one)
            continue
        seen += 1
        if len(slots) < rows:
            slots.append(seen)
        elif (place := rng.randrange(seen)) < rows:
            del kept[slots[place]]
            slots[place] = seen
        else:
            continue
        kept[seen] = one
    return [kept[number] for number in sorted(kept)], seen + len(unusable), unusable


class _Faults(list[str]):
    """Why rows could not be used: the first sentence is kept, the others are counted."""

    def append(self, sentence: str) -> None:
        """Take in one."""
        super().append(sentence if not self else "")


def _usable(path: str, reward: RewardFunction, columns: Columns) -> Iterator[Sampled | str]:
    """Each completion, or why there is none to use; references are checked as the reward checks them."""
    checked: dict[tuple[str, ...], bool] = {}
    for one in _completions(path, columns, needs_reference=reward.needs_reference):
        if isinstance(one, Sampled) and reward.needs_reference:
            if one.acceptable not in checked:
                checked[one.acceptable] = _is_usable(one.acceptable, reward)
            if not checked[one.acceptable]:
                yield f"line {one.line} has a reference that can't be used: {', '.join(one.acceptable)!r:.80}"
                continue
        yield one


def _is_usable(acceptable: tuple[str, ...], reward: RewardFunction) -> bool:
    """Whether the reward can compare with all references, and a wrong answer beside them stays wrong."""
    if reward.check_references([list(acceptable)]):
        return False
    return not any(kind_of(reference) == "formula" and absorbs(reference) for reference in acceptable)


def _completions(path: str, columns: Columns, *, needs_reference: bool) -> Iterator[Sampled | str]:
    for file in _files(path):
        with open_rows(file) as rows:
            for row in rows:
                if row.error is not None:
                    yield f"line {row.line} {row.error}"
                    continue
                try:
                    yield from _of_row(row.line, row.document, columns, needs_reference=needs_reference)
                except (DataError, TypeError) as error:
                    yield f"line {row.line}: {error}"


def _files(path: str) -> list[str]:
    """The files behind a path: the shards of a run, or the path itself."""
    if not (Path(path) / MANIFEST).is_file():
        return [path]
    manifest = read_manifest(path) or {}
    return [str(Path(path) / shard["file"]) for shard in manifest["shards"]]


def _of_row(line: int, document: dict[str, Any], columns: Columns, *, needs_reference: bool) -> Iterator[Sampled]:
    try:
        example = columns.example(document, needs_reference=needs_reference)
    except DataError:  # a row of questions without completions will do as well
        example = columns.example({**document, columns.completion: None}, needs_reference=needs_reference)
    reference = acceptable_references(example.reference, line)
    acceptable = (reference,) if isinstance(reference, str) else reference
    if not needs_reference and not any(acceptable):
        acceptable = (STAND_IN,)
    prompt = prompt_text(example.prompt, line) or _question(document)
    for completion in example.completions:
        yield Sampled(line, completion_text(completion, line), acceptable, prompt)


def _question(document: dict[str, Any]) -> str:
    """The prompt under its other usual name."""
    question = document.get("question")
    return question if isinstance(question, str) else ""


def _mixed(references: list[str], rng: random.Random) -> list[str]:
    """References of other rows in an order of their own."""
    return rng.sample(references, min(len(references), 60))


def _case(one: Sampled, layout: Layout, others: list[str]) -> Case:
    parsed = parse(one.completion, layout)
    reference, kind = one.acceptable[0], kind_of(one.acceptable[0])
    wrong, number = wrong_answers(one.acceptable, kind, parsed.answer, others), wrong_number(one.acceptable)
    thought = _plain_thought(thought_of(parsed, layout), layout)
    return Case(reference.strip(), one.acceptable, kind, wrong, number, thought, one.prompt, layout)


def _plain_thought(thought: str | None, layout: Layout) -> str:
    """A thought that spoils no layout: the row's own, cut, or a stand-in where it has none or one with tags in it."""
    text = (thought or "")[:_LONGEST_THOUGHT].strip()
    return _THOUGHT if not text or any(tag in text for tag in layout[:4]) else text
