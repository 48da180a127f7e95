"""A batch before any call: equal rows made one, what code decides decided, and a key for the rest."""

from __future__ import annotations

import functools
import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from graders.judge.cleaning import Clean, clean, encode
from graders.judge.config import Config
from graders.judge.criteria import Criterion
from graders.judge.judgement import Judgement, said
from graders.judge.precheck import decided_by_code
from graders.judge.prompt import TEMPLATE_VERSION, Prompt, Turns, data, with_criteria
from graders.judge.question import Question
from graders.vocabulary.outcome import Outcome


class JudgedRow(NamedTuple):
    """A row as it is judged.

    Attributes:
        question: The question.
        answer: The answer.
        reference: The reference.
        criteria: Its own criteria, in place of the prompt's task; empty where it has none.
        turns: The conversation that is shown in place of the question; empty where none is.
        images: The URLs of the images that are shown.
        ballot: Which vote of the same judge on it this is, from 0.
    """

    question: str | None
    answer: str
    reference: str | None
    criteria: tuple[Criterion, ...] = ()
    turns: Turns = ()
    images: tuple[str, ...] = ()
    ballot: int = 0


_DECIDED = {
    Outcome.MATCH: Judgement(1.0, Outcome.MATCH, "equal to the reference"),
    Outcome.EMPTY_ANSWER: Judgement(0.0, Outcome.EMPTY_ANSWER, Outcome.EMPTY_ANSWER.meaning),
    Outcome.CONTENTLESS: Judgement(0.0, Outcome.CONTENTLESS, Outcome.CONTENTLESS.meaning),
    Outcome.OVER_LIMIT: Judgement(0.0, Outcome.OVER_LIMIT, "longer than max_answer_chars"),
}
PAST_DEADLINE = Judgement(math.nan, Outcome.PAST_DEADLINE, Outcome.PAST_DEADLINE.meaning, source="judge")


class Planner:
    """Reads rows as the judge will see them. The same row has the same key in every process.

    Args:
        config: All of it that can change a verdict is part of the key.
    """

    def __init__(self, config: Config) -> None:
        endpoint, sampling, prompt = config.endpoint, config.sampling, config.prompt
        self.prompt = prompt
        self.model = endpoint.model
        self.is_alone = config.voting.votes == 1 and not config.jury
        parts = [
            TEMPLATE_VERSION,
            endpoint.base_url,
            endpoint.model,
            config.storage.revision,
            sampling.parameters(),
            prompt.messages(""),
            prompt.schema(),
            prompt.max_answer_chars,
        ]
        thinking = {"reasoning_effort": endpoint.reasoning_effort, "extra_body": dict(endpoint.extra_body)}
        given = {name: value for name, value in thinking.items() if value}
        parts += [given] if given else []  # keys of caches from before stay what they were
        self._common = hashlib.sha256(json.dumps(parts, sort_keys=True).encode())
        self._frozen = ("frozen sample",) if sampling.temperature > 0 else ()

    def decided(self, row: JudgedRow) -> Judgement | bytes:
        """What code decides about a row, or the key of its question."""
        cleaned = clean(row.answer)
        outcome = self._by_code(row, cleaned)
        if outcome is not None:
            return _DECIDED[outcome]
        key = self._common.copy()
        key.update(_line(row, self._shown(row, cleaned)).encode())
        own = (row.criteria, row.images, row.ballot)
        if any(own):  # the keys of other rows stay what they were before there were any of these
            key.update(json.dumps(own).encode())
        return key.digest()

    def _by_code(self, row: JudgedRow, cleaned: Clean) -> Outcome | None:
        prompt, answer, given = self._prompt_of(row), cleaned.text, row.reference or ""
        reference = _cleaned(given)
        same = not (cleaned.dropped or reference.dropped) or row.answer.strip() == given.strip()
        equal = prompt.accept_equal and prompt.is_default and same  # what was dropped may have been the difference
        refused = prompt.refuse_contentless
        outcome = decided_by_code(answer, reference.text, accept_equal=equal, refuse_contentless=refused)
        if outcome is None and prompt.long_answer == "zero" and len(answer) > prompt.max_answer_chars:
            return Outcome.OVER_LIMIT
        return outcome

    def _shown(self, row: JudgedRow, cleaned: Clean) -> Clean:
        """The answer as it is sent: cut where it is too long."""
        limit = self.prompt.max_answer_chars
        return cleaned if len(cleaned.text) <= limit else clean(row.answer, limit)

    def _prompt_of(self, row: JudgedRow) -> Prompt:
        return with_criteria(self.prompt, row.criteria) if row.criteria else self.prompt

    def question(self, row: JudgedRow, key: bytes = b"") -> Question:
        """What is asked about a row."""
        answer = self._shown(row, clean(row.answer))
        line = _line(row, answer)
        return Question(
            line,
            self._prompt_of(row),
            key,
            len(encode(answer.text)) / len(line),
            flags=_flags(answer),
            images=row.images,
            ballot=row.ballot,
        )

    def from_cache(self, row: JudgedRow, key: bytes, labels: tuple[str, ...], reason: str) -> Judgement | None:
        """A verdict from the cache; None where it doesn't fit the prompt."""
        prompt = self._prompt_of(row)
        if not prompt.holds(labels):
            return None
        return said(prompt, labels, reason, source="cache", key=key, flags=self._frozen)


class BatchPlan:
    """The rows of a batch, each vote on one with a slot that those on equal rows share.

    Args:
        planner: Reads the rows.
        rows: The rows.
        votes: How many verdicts each gets.

    Attributes:
        rows: Each distinct row, a vote each, by slot.
        slots: The slot of each vote on each row, row by row.
        verdicts: The verdict of each slot; None while it is open.
        keys: The key of each open slot's question.
    """

    def __init__(self, planner: Planner, rows: Sequence[JudgedRow], votes: int = 1) -> None:
        self._planner, self._votes = planner, votes
        known: dict[JudgedRow, int] = {}
        ballots = (row if k == 0 else row._replace(ballot=k) for row in rows for k in range(votes))
        self.slots = [known.setdefault(row, len(known)) for row in ballots]
        self.rows = list(known)
        decided = [planner.decided(row) for row in self.rows]
        self.verdicts = [None if isinstance(one, bytes) else one for one in decided]
        self.keys = {slot: one for slot, one in enumerate(decided) if isinstance(one, bytes)}

    def close(self, slot: int, verdict: Judgement) -> None:
        """Give a slot its verdict."""
        self.verdicts[slot] = verdict
        del self.keys[slot]

    def close_kept(self, slot: int, labels: tuple[str, ...], reason: str) -> None:
        """Give a slot the verdict that was kept for it, where it fits the prompt."""
        verdict = self._planner.from_cache(self.rows[slot], self.keys[slot], labels, reason)
        if verdict is not None:
            self.close(slot, verdict)

    def items(self) -> Iterator[tuple[int, Question]]:
        """The open questions, each written only when its turn comes."""
        for slot, key in list(self.keys.items()):
            yield slot, self._planner.question(self.rows[slot], key)

    def results(self) -> list[list[Judgement]]:
        """The verdicts of each row, one a vote; what is still open is past the deadline."""
        found = [self.verdicts[slot] or PAST_DEADLINE for slot in self.slots]
        return [found[k : k + self._votes] for k in range(0, len(found), self._votes)]

    def voter(self, slot: int) -> dict[str, str | int]:
        """Who gave a verdict, and which vote it is; empty where there is but one."""
        return {} if self._planner.is_alone else {"model": self._planner.model, "vote": self.rows[slot].ballot}

    @property
    def shared(self) -> int:
        """How many rows have an equal one before them."""
        return (len(self.slots) - len(self.verdicts)) // self._votes

    @functools.cached_property
    def rows_of(self) -> list[list[int]]:
        """The rows of each slot."""
        rows: list[list[int]] = [[] for _ in self.verdicts]
        for row, slot in enumerate(self.slots):
            rows[slot].append(row // self._votes)
        return rows


def _line(row: JudgedRow, answer: Clean) -> str:
    """The data line of a row."""
    return data(row.question, answer.text, row.reference, row.turns)


@functools.lru_cache(maxsize=2048)
def _cleaned(reference: str) -> Clean:
    return clean(reference)


def _flags(answer: Clean) -> tuple[str, ...]:
    dropped = (f"sanitised {answer.dropped} characters",) if answer.dropped else ()
    return (*dropped, f"clipped {answer.clipped} characters") if answer.clipped else dropped
