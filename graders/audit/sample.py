"""A sample of a file's rows as cases: the same rows for the same seed, whatever the file's size."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from graders.audit.case import Case
from graders.audit.wrong import absorbs, kind_of, wrong_answers, wrong_number
from graders.completion.messages import completion_text, prompt_text
from graders.completion.parse import Layout, parse, thought_of
from graders.completion.references import acceptable_references
from graders.offline.ledger.manifest import MANIFEST, read_manifest
from graders.offline.reading.rows import Columns
from graders.offline.scored import output_rows
from graders.reward.reward_function import RewardFunction
from graders.vocabulary.errors import DataError

STAND_IN = "42"
"""The reference of rows that have none, for a reward that reads none."""

_THOUGHT = "I read the question twice and worked it out."
_LOOKED_AT, _LOOKED_AT_LEAST = 2, 50
"""So many times as many completions are drawn as are wanted, and so many more: some may turn out to be unusable."""

_OTHERS = 60
"""References of so many other rows are tried as wrong answers."""

_LONGEST_THOUGHT = 2000
"""Characters of a row's thought that its mutants carry: the rest only costs time."""


class Sampled(NamedTuple):
    """One completion of the data.

    Attributes:
        line: The number of its row, from 1.
        completion: Its text; empty where the row has none.
        acceptable: The references.
        prompt: The question.
        number: Its place among the completions that can be read.
    """

    line: int
    completion: str
    acceptable: tuple[str, ...]
    prompt: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """What an audit is made on.

    Attributes:
        lines: The number of each case's row, from 1.
        cases: The cases.
        seen: How many completions the data has.
        passed_over: How many could not be used: rows that can't be read, and of those that were looked at the ones
            without a usable reference.
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
    faults = _Faults()
    completions = _completions(path, columns, faults, reward)
    drawn, seen = _drawn(completions, _LOOKED_AT * rows + _LOOKED_AT_LEAST, seed)
    unread, rng = faults.count, random.Random(seed)
    usable = islice(_usable(rng.sample(drawn, len(drawn)), reward, faults), rows)
    chosen = sorted(usable, key=lambda one: one.number)
    if not chosen:
        raise DataError(f"{path} has no row that can be audited; the first: {faults.first or 'it has no rows'}")
    references = [one.acceptable[0] for one in chosen]
    mixed = (rng.sample(references, min(len(references), _OTHERS)) for _ in chosen)
    cases = tuple(_case(one, reward.settings.layout, others) for one, others in zip(chosen, mixed, strict=True))
    return Sample(tuple(one.line for one in chosen), cases, seen + unread, faults.count)


def _drawn(found: Iterable[Sampled], most: int, seed: int) -> tuple[list[Sampled], int]:
    """A fair draw in one pass, each completion with the same chance; and how many there are."""
    rng = random.Random(seed)
    drawn: list[Sampled] = []
    seen = 0
    for seen, one in enumerate(found, start=1):
        if len(drawn) < most:
            drawn.append(one._replace(number=seen))
        elif (place := rng.randrange(seen)) < most:
            drawn[place] = one._replace(number=seen)
    return drawn, seen


@dataclass
class _Faults:
    """Why rows could not be used: the first is told, the others are counted."""

    first: str | None = None
    count: int = 0

    def add(self, sentence: str) -> None:
        """Take in why one can't be used."""
        self.first = self.first or sentence
        self.count += 1


def _usable(drawn: Iterable[Sampled], reward: RewardFunction, faults: _Faults) -> Iterator[Sampled]:
    """The completions that can be used; references are checked as the reward checks them."""
    for one in drawn:
        if reward.needs_reference and not _is_usable(one.acceptable, reward):
            faults.add(f"line {one.line} has a reference that can't be used: {', '.join(one.acceptable)!r:.80}")
        else:
            yield one


def _is_usable(acceptable: tuple[str, ...], reward: RewardFunction) -> bool:
    """Whether the reward can compare with all references, and a wrong answer beside them stays wrong."""
    if reward.check_references([list(acceptable)]):
        return False
    return not any(kind_of(reference) == "formula" and absorbs(reference) for reference in acceptable)


def _completions(path: str, columns: Columns, faults: _Faults, reward: RewardFunction) -> Iterator[Sampled]:
    is_run = (Path(path) / MANIFEST).is_file()
    for row in output_rows(path, read_manifest(path) if is_run else None):
        if not columns.holds(row):
            continue
        if row.error is not None:
            faults.add(f"line {row.line} {row.error}")
            continue
        try:
            yield from _of_row(row.line, row.document, columns, reward)
        except (DataError, TypeError) as error:
            faults.add(f"line {row.line}: {error}")


def _of_row(line: int, document: dict[str, Any], columns: Columns, reward: RewardFunction) -> Iterator[Sampled]:
    example = columns.example(document, needs_reference=reward.needs_reference, needs_completion=False)
    reference = acceptable_references(example.reference, line)
    acceptable = (reference,) if isinstance(reference, str) else reference
    if not reward.needs_reference and not any(acceptable):
        acceptable = (STAND_IN,)
    prompt = prompt_text(example.prompt, line) or _question(document)
    for completion in example.completions:
        yield Sampled(line, completion_text(completion, line, reward.settings.layout), acceptable, prompt)


def _question(document: dict[str, Any]) -> str:
    """The prompt under its other usual name."""
    question = document.get("question")
    return question if isinstance(question, str) else ""


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
