"""Who is to blame for a call without a verdict: a table of errors, a table of finish reasons; the first fit holds.

A row is only a suspicion. Texts of the policy's are answered with any status and any words, so what a row says is
acted upon for others than this row only where a probe, which no policy has written, meets the same (`asking.blaming`).
"""

from __future__ import annotations

import functools
import re
from enum import Enum
from typing import NamedTuple

from graders.vocabulary.outcome import Outcome


class Kind(Enum):
    """What a fault leads to."""

    OVERLOAD = "the server wants time: wait, ask again"
    TRANSPORT = "the line or the provider failed: ask again after a pause, in the end the row is unscored"
    CONTENT = "about this text: ask again; then 0 if the same question with its reference gets a pass, else unscored"
    REJECTED = "the request's form isn't taken: another one, where a probe is rejected too"
    FATAL = "the endpoint can't be used, where a probe fails too; else ask again"


class Rule(NamedTuple):
    """A row of the table.

    Attributes:
        kind: What it leads to.
        name: The word for records and metrics; the HTTP status where empty.
        statuses: The HTTP statuses; any where empty.
        words: What the error says, code and type included; anything where empty.
        asks: What must be the case besides: ``delay`` (a wait is named), ``form`` (a form was asked for), ``parameter``
            (one that was sent is named), ``tokens`` (and it is the limit of tokens).
        outcome: What the row ends up with where its answer is to blame.
    """

    kind: Kind
    name: str = ""
    statuses: frozenset[int] = frozenset()
    words: str = ""
    asks: str = ""
    outcome: Outcome = Outcome.JUDGE_INVALID

    def fits(self, status: int, text: str) -> bool:
        """Whether status and words are those of the row."""
        return (not self.statuses or status in self.statuses) and (not self.words or bool(_compiled(self.words, text)))


def _compiled(words: str, text: str) -> re.Match[str] | None:
    return re.search(words, text, re.IGNORECASE)


_BUSY = frozenset({429, 498, 503, 529})
_ASKED_WRONGLY = frozenset({400, 404, 405, 406, 415, 422, 424, 500, 501})
_OF_TEXTS = frozenset({400, 403, 404, 406, 409, 422, 424, 451, 500})
_UNUSABLE = frozenset({401, 402, 403, 404, 405, 407, 410})
_REFUSED, _OVERRAN = Outcome.JUDGE_REFUSED, Outcome.JUDGE_OVERRAN

TOO_LONG = (
    r"context[_ -]?(length|size|window)|maximum (context|input|prompt)|too many (input )?tokens\b(?!.{0,40}wait)"
    r"|(prompt|input|request|messages)\b.{0,30} too (long|large)|exceeds?.{0,40}context"
    r"|tokens.{0,60}must (be|have) (<=|less|at most)|must be reduced|string_above_max_length"
)
MODERATED = (
    r"content[_ ]?filter|content[_ ](management )?policy|responsible ?ai|moderation|flagged|data_inspection"
    r"|content exists risk|high[_ ]risk|prohibited[_ ]content|safety|usage (polic|guideline)|敏感|不安全|违规|不当"
)
PERHAPS_MODERATED = r"violat|inappropriate|unsafe|sensitive|harmful|blocked|guardrail|disallowed"
UNMADE = r"json_validate_failed|tool_use_failed|failed to (validate|generate) (valid )?json|failed to call a function"
SPENT = (
    r"insufficient[_ ](quota|balance|credit|fund)|credit balance|(no|out of|requires? more|not enough) credits?\b"
    r"|exceeded[_ ](your[_ ])?current[_ ]quota|account balance|余额|欠费|arrear|payment required|billing_hard_limit"
)
LIMITED = r"rate.?limit|resource_exhausted|per.?(min|day|sec|hour)|\b[rt]p[md]\b|throttl|too many requests|concurren"
NO_KEY = r"api[_ ]key (is )?(not valid|invalid|missing)|invalid.{0,12}api[_ ]?key|api_key_invalid|incorrect api key"
NO_SYSTEM = (
    r"system.{0,4} (role|message|prompt|instruction)s?.{0,24}(not|n't)|(not|n't) support.{0,24}\bsystem\b"
    r"|messages\[0\]\.role|roles? must alternate|only user and assistant roles|developer instruction is not enabled"
)
OF_FORM = (
    r"response_format|json_schema|json_object|json mode|structured|tool_choice|\btools?\b|function.call|\bschema\b"
    r"|maxLength|grammar|guided|template|requested parameters"
)
TOO_LARGE = r"too large|at most|less than or equal|maximum (allowed )?(value|number)|must be (less|<=|between)|exceeds"
BUSY = r"overload|over capacity|capacity|server busy|busy|pending requests|loading|engine_overloaded"

ERRORS = (
    # what it leads to   called            with status        saying      and besides      the row's zero
    Rule(Kind.CONTENT, "too_long", frozenset({413, 429}), r"too large.{0,200}(must be reduced|limit)", "", _OVERRAN),
    Rule(Kind.OVERLOAD, "", frozenset({403, 425, 500, 502, 504}) | _BUSY, "", "delay"),
    Rule(Kind.FATAL, "", frozenset({429}), r"insufficient_quota"),
    Rule(Kind.OVERLOAD, "", frozenset({429}), LIMITED),
    Rule(Kind.FATAL, "", frozenset({400, 402, 403, 429}), SPENT),
    Rule(Kind.FATAL, "", frozenset({400, 401, 403}), NO_KEY),
    Rule(Kind.OVERLOAD, "", _BUSY, ""),
    Rule(Kind.CONTENT, "too_long", frozenset({400, 413, 422, 500}), TOO_LONG, "", _OVERRAN),
    Rule(Kind.CONTENT, "too_long", frozenset({413}), "", "", _OVERRAN),
    Rule(Kind.CONTENT, "invalid", frozenset({400, 422, 500}), UNMADE),
    Rule(Kind.CONTENT, "content_filter", _OF_TEXTS, MODERATED, "", _REFUSED),
    Rule(Kind.REJECTED, "system", _ASKED_WRONGLY, NO_SYSTEM),
    Rule(Kind.REJECTED, "response_format", _ASKED_WRONGLY, OF_FORM, "form"),
    Rule(Kind.CONTENT, "content_filter", _OF_TEXTS, PERHAPS_MODERATED, "", _REFUSED),
    Rule(Kind.FATAL, "", frozenset({400, 422}), TOO_LARGE, "tokens"),
    Rule(Kind.REJECTED, "parameter", frozenset({400, 404, 422}), "", "parameter"),
    Rule(Kind.FATAL, "", frozenset({403}), "", "", _REFUSED),
    Rule(Kind.FATAL, "", _UNUSABLE),
    Rule(Kind.OVERLOAD, "", frozenset({500, 502, 504}), BUSY),
    Rule(Kind.CONTENT, "", frozenset({400, 406, 411, 414, 415, 422, 431})),
    Rule(Kind.CONTENT, "content_filter", frozenset({451}), "", "", _REFUSED),
    Rule(Kind.TRANSPORT),
)
"""What an error means; the last row fits whatever no other does."""

FINISHES = (
    Rule(Kind.CONTENT, "length", words=r"length|max.?(output.?)?tokens|context.?window", outcome=_OVERRAN),
    Rule(
        Kind.CONTENT,
        "refusal",
        words=r"filter|safety|prohibit|recitation|block|spii|refus|sensitive|moderat|guardrail",
        outcome=_REFUSED,
    ),
    Rule(Kind.CONTENT, "invalid", words=r"malformed"),
    Rule(Kind.TRANSPORT, "provider", words=r"error|abort|cancel|timeout|insufficient|unavailable|failed"),
)
"""What a finish reason means; with any other, an empty or a missing one, the reply came to its end."""


@functools.lru_cache(maxsize=256)
def of_finish(finish: str) -> Rule | None:
    """The row of a finish reason; None where the reply came to its end."""
    return next((rule for rule in FINISHES if rule.fits(200, finish)), None)
