"""The verdict: a judge's reply read strictly, and what a row ends up with."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from graders.judge.prompt import Decision, Prompt
from graders.outcome import Outcome


class Attempt(NamedTuple):
    """One call to the server.

    Attributes:
        status: The HTTP status, or a word such as ``timeout`` or ``reset``, or what was wrong with the reply.
        ms: How long it took, in milliseconds.
    """

    status: str
    ms: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a row ends up with; equal rows share one.

    Attributes:
        value: The score in [0, 1]; NaN where the outcome is unscored.
        outcome: Why.
        reason: The judge's own words, or what went wrong; empty where code decided.
        labels: The verdict as the judge gave it, one a criterion or one alone; empty where there is none.
        source: Who decided: ``code``, ``cache`` or ``judge``.
        key: The cache key, 32 bytes; empty where code decided.
        attempts: The calls made, in order.
        tokens: Prompt and completion tokens of the attempts that reported them.
        cost: What these cost by the given prices.
        flags: What was done to the row: ``sanitised``, ``clipped``, ``without temperature``, ...
    """

    value: float
    outcome: Outcome
    reason: str = ""
    labels: tuple[str, ...] = ()
    source: Literal["code", "cache", "judge"] = "code"
    key: bytes = b""
    attempts: tuple[Attempt, ...] = ()
    tokens: tuple[int, int] = (0, 0)
    cost: float = 0.0
    flags: tuple[str, ...] = ()

    @property
    def record(self) -> dict[str, Any]:
        """The verdict as a JSON object, as it stands in the records file."""
        return {
            "key": self.key.hex(),
            "source": self.source,
            "cached": self.source == "cache",
            "outcome": str(self.outcome),
            "value": None if math.isnan(self.value) else self.value,
            "verdict": self.labels[0] if len(self.labels) == 1 else list(self.labels) or None,
            "reason": self.reason,
            "attempts": [{"status": status, "ms": round(ms, 1)} for status, ms in self.attempts],
            "usage": {"prompt_tokens": self.tokens[0], "completion_tokens": self.tokens[1]},
            "cost": self.cost,
            "flags": list(self.flags),
        }


def unscored(outcome: Outcome, reason: str) -> Judgement:
    """The verdict of a row that couldn't be scored."""
    return Judgement(math.nan, outcome, reason, source="judge")


def said(prompt: Prompt, labels: tuple[str, ...], reason: str, **more: Any) -> Judgement:
    """The verdict of a row by the labels that the judge gave; `more` are fields of it."""
    value = prompt.value(labels)
    outcome = Outcome.MATCH if value == 1 else Outcome.MISMATCH if value == 0 else Outcome.GRADED
    return Judgement(value, outcome, reason, labels, **more)


def read(content: str, prompt: Prompt) -> Decision | str:
    """Read a reply: exactly one JSON object in the form asked for, or a sentence that says what is wrong.

    A code fence around the whole and a reasoning block in front are taken off; nothing is ever searched for.

    >>> read('{"reason": "same value", "verdict": "pass"}', Prompt())
    Decision(labels=('pass',), reason='same value')
    >>> read('The verdict is pass.', Prompt())
    'not one JSON object: Expecting value'
    """
    try:
        reply = json.loads(_bare(content), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        return f"not one JSON object: {getattr(error, 'msg', error)}"
    return prompt.decision(reply)


def _bare(content: str) -> str:
    """The reply without a reasoning block in front and a code fence around the whole."""
    text = content.strip()
    if text.startswith("<think>"):
        text = text.partition("</think>")[2].strip()
    if text.startswith("```") and text.endswith("```") and len(text) > 6:
        head, _, body = text[3:-3].partition("\n")
        text = body if head.strip() in {"", "json"} else text
    return text


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, unless a key stands in it twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
