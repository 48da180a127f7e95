"""A batch before any call: equal rows made one, what code decides decided, and a key for the rest."""

from __future__ import annotations

import functools
import hashlib
import json
import math
from collections.abc import Iterator, Sequence

from graders.judge.asking.question import Question
from graders.judge.cleaning import Clean, clean, encode
from graders.judge.config import Config
from graders.judge.judgement import Judgement, said
from graders.judge.precheck import decided_by_code
from graders.judge.prompt import TEMPLATE_VERSION, data
from graders.vocabulary.outcome import Outcome

Row = tuple[str | None, str, str | None]
"""Question, answer and reference of a row."""

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

    def decided(self, row: Row) -> Judgement | bytes:
        """What code decides about a row, or the key of its question."""
        cleaned = clean(row[1])
        outcome = self._by_code(row, cleaned)
        if outcome is not None:
            return _DECIDED[outcome]
        key = self._common.copy()
        key.update(data(row[0], self._shown(row, cleaned).text, row[2]).encode())
        return key.digest()

    def _by_code(self, row: Row, cleaned: Clean) -> Outcome | None:
        prompt, answer, given = self.prompt, cleaned.text, row[2] or ""
        reference = _cleaned(given)
        same = not (cleaned.dropped or reference.dropped) or row[1].strip() == given.strip()
        equal = prompt.accept_equal and prompt.is_default and same  # what was dropped may have been the difference
        refused = prompt.refuse_contentless
        outcome = decided_by_code(answer, reference.text, accept_equal=equal, refuse_contentless=refused)
        if outcome is None and prompt.long_answer == "zero" and len(answer) > prompt.max_answer_chars:
            return Outcome.OVER_LIMIT
        return outcome

    def _shown(self, row: Row, cleaned: Clean) -> Clean:
        """The answer as it is sent: cut where it is too long."""
        limit = self.prompt.max_answer_chars
        return cleaned if len(cleaned.text) <= limit else clean(row[1], limit)

    def question(self, row: Row, key: bytes = b"") -> Question:
        """What is asked about a row."""
        answer = self._shown(row, clean(row[1]))
        line = data(row[0], answer.text, row[2])
        return Question(line, key, len(encode(answer.text)) / len(line), flags=_flags(answer))

    def from_cache(self, key: bytes, labels: tuple[str, ...], reason: str) -> Judgement | None:
        """A verdict from the cache; None where it doesn't fit the prompt."""
        if not set(labels) <= set(self.prompt.labels):
            return None
        return said(self.prompt, labels, reason, source="cache", key=key, flags=self._frozen)


class BatchPlan:
    """The rows of a batch, each with a slot that equal rows share.

    Attributes:
        slots: The slot of each row.
        verdicts: The verdict of each slot; None while it is open.
        keys: The key of each open slot's question.
    """

    def __init__(self, planner: Planner, rows: Sequence[Row]) -> None:
        self._planner = planner
        known: dict[Row, int] = {}
        self.slots = [known.setdefault(row, len(known)) for row in rows]
        self._rows = list(known)
        decided = [planner.decided(row) for row in self._rows]
        self.verdicts = [None if isinstance(one, bytes) else one for one in decided]
        self.keys = {slot: one for slot, one in enumerate(decided) if isinstance(one, bytes)}

    def close(self, slot: int, verdict: Judgement) -> None:
        """Give a slot its verdict."""
        self.verdicts[slot] = verdict
        del self.keys[slot]

    def items(self) -> Iterator[tuple[int, Question]]:
        """The open questions, each written only when its turn comes."""
        for slot, key in list(self.keys.items()):
            yield slot, self._planner.question(self._rows[slot], key)

    def results(self) -> list[Judgement]:
        """The verdict of each row; what is still open is past the deadline."""
        return [self.verdicts[slot] or PAST_DEADLINE for slot in self.slots]

    @functools.cached_property
    def rows_of(self) -> list[list[int]]:
        """The rows of each slot."""
        rows: list[list[int]] = [[] for _ in self.verdicts]
        for row, slot in enumerate(self.slots):
            rows[slot].append(row)
        return rows


@functools.lru_cache(maxsize=2048)
def _cleaned(reference: str) -> Clean:
    return clean(reference)


def _flags(answer: Clean) -> tuple[str, ...]:
    dropped = (f"sanitised {answer.dropped} characters",) if answer.dropped else ()
    return (*dropped, f"clipped {answer.clipped} characters") if answer.clipped else dropped
