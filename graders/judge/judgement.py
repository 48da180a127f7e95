"""The verdict: a judge's reply read strictly, and what a row ends up with."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from graders.judge.bare_reply import UNENDED, bare, mended
from graders.judge.prompt import Decision, Prompt
from graders.vocabulary.outcome import Outcome


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
        votes: The value of each vote, NaN for one that is missing; empty where there is but one judgement.
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
    votes: tuple[float, ...] = ()

    @property
    def record(self) -> dict[str, Any]:
        """The verdict as a JSON object, as it stands in the records file."""
        return {
            "key": self.key.hex(),
            "source": self.source,
            "cached": self.source == "cache",
            "outcome": str(self.outcome),
            "value": _shown(self.value),
            "verdict": self.labels[0] if len(self.labels) == 1 else list(self.labels) or None,
            "reason": self.reason,
            "attempts": [{"status": status, "ms": round(ms, 1)} for status, ms in self.attempts],
            "usage": {"prompt_tokens": self.tokens[0], "completion_tokens": self.tokens[1]},
            "cost": self.cost,
            "flags": list(self.flags),
            **({"votes": [_shown(vote) for vote in self.votes]} if self.votes else {}),
        }


def _shown(value: float) -> float | None:
    """A value as JSON has it."""
    return None if math.isnan(value) else value


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

    A thought in front, a code fence around the whole and tokens of the template are taken off, in any model's way of
    writing them; nothing is ever searched for. Raw line ends and lone backslashes in the reason are read as such.

    >>> read('{"reason": "same value", "verdict": "pass"}', Prompt())
    Decision(labels=('pass',), reason='same value')
    >>> read('The verdict is pass.', Prompt())
    'not one JSON object, but words; structured says how the form is asked for'
    """
    text = bare(content)
    if text is None:
        return UNENDED
    try:
        reply = _loaded(text)
    except (ValueError, RecursionError) as error:
        return f"not one JSON object, {_stands_there(text, error)}"
    return prompt.decision(reply)


def _loaded(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError:
        return _DECODER.decode(mended(text))


def _stands_there(text: str, error: Exception) -> str:
    """What stands in place of one JSON object, and what to set."""
    start = text.find("{")
    try:
        _, end = _DECODER.raw_decode(mended(text[start:])) if start >= 0 else (None, 0)
    except (ValueError, RecursionError):
        return f"but a broken one: {getattr(error, 'msg', error)}"
    if not end:
        return "but words; structured says how the form is asked for"
    if "{" in mended(text[start:])[end:]:
        return "but two"
    return f"but words {'in front of' if start else 'behind'} it; structured says how the form is asked for"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, unless a key stands in it twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_once, strict=False)
