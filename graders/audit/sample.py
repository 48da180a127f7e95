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
from graders.completion.messages import acceptable_references, completion_text, prompt_text
from graders.completion.parse import Layout, parse, thought_of
from graders.errors import DataError
from graders.offline.ledger.manifest import MANIFEST, read_manifest
from graders.offline.reading.rows import Columns, open_rows
from graders.reward.reward_function import RewardFunction

STAND_IN = "42"
"""The reference of rows that have none, for a reward that reads none."""

_THOUGHT = "I read the question twice and worked it out."
_LOOKED_AT, _LOOKED_AT_LEAST = 2, 50
"""So many times as many completions are drawn as are wanted, and so many more: some may turn out to be unusable."""

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
    drawn, seen = _drawn(
        faults.without(_completions(path, columns, needs_reference=reward.needs_reference)),
        _LOOKED_AT * rows + _LOOKED_AT_LEAST,
        seed,
    )
    unread, rng = faults.count, random.Random(seed)
    in_turn = rng.sample(drawn, len(drawn))
    usable = islice(faults.without(_checked(in_turn, reward)), rows)
    chosen = sorted(usable, key=lambda one: one.number)
    if not chosen:
        raise DataError(f"{path} has no row that can be audited; the first: {faults.first or 'it has no rows'}")
    references = [one.acceptable[0] for one in chosen]
    cases = tuple(_case(one, reward.settings.layout, _mixed(references, rng)) for one in chosen)
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

    def without(self, found: Iterable[Sampled | str]) -> Iterator[Sampled]:
        """What can be used; sentences that say why not are taken in."""
        for one in found:
            if isinstance(one, Sampled):
                yield one
                continue
            self.first = self.first or one
            self.count += 1


def _checked(drawn: Iterable[Sampled], reward: RewardFunction) -> Iterator[Sampled | str]:
    """Each completion, or why it can't be used; references are checked as the reward checks them."""
    for one in drawn:
        if reward.needs_reference and not _is_usable(one.acceptable, reward):
            yield f"line {one.line} has a reference that can't be used: {', '.join(one.acceptable)!r:.80}"
        else:
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
