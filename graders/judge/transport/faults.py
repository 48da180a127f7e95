"""What can go wrong with a call, and who is to blame: the line, the server, or the answer itself.

TRANSPORT faults are nobody's verdict: retried, then unscored. CONTENT faults are replies that came and hold no
verdict: asked again, then 0 where a known-good probe passes on the same server, since a policy could learn to
provoke them. REJECTED names a parameter that the server doesn't take. FATAL ends all calls.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import Any, NamedTuple

from graders.judge.judgement import read
from graders.judge.prompt import Decision, Prompt
from graders.outcome import Outcome


class Kind(Enum):
    """Who is to blame."""

    TRANSPORT = auto()
    OVERLOAD = auto()
    CONTENT = auto()
    REJECTED = auto()
    FATAL = auto()


class CallFault(NamedTuple):
    """A call without a verdict.

    Attributes:
        kind: Who is to blame.
        status: A word or HTTP status for records and metrics.
        detail: A sentence for people.
        outcome: What a content fault scores as, where the answer is to blame.
        wait: How long the server asks to wait, in seconds; None where it doesn't say.
        tokens: Prompt and completion tokens that the reply reports.
        parameter: What was rejected.
    """

    kind: Kind
    status: str
    detail: str
    outcome: Outcome = Outcome.JUDGE_INVALID
    wait: float | None = None
    tokens: tuple[int, int] = (0, 0)
    parameter: str = ""


class ValidReply(NamedTuple):
    """A call with a valid verdict: what was read, and the tokens that it took."""

    decision: Decision
    tokens: tuple[int, int]


PARAMETERS = ("temperature", "top_p", "seed", "max_completion_tokens", "max_tokens", "response_format")
"""What a call holds besides model and messages, and what a server may reject."""

_FORM = re.compile(
    r"response_format|json_schema|json_object|structured|tool_choice|\btools?\b|\bschema\b|maxLength", re.IGNORECASE
)
_FILTERED = re.compile(r"content_filter|content management policy|content_policy|safety|moderation", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context[_ ]length|context window|maximum context|too many tokens|too long|exceeds?.{0,40}context", re.IGNORECASE
)
_SPENT = re.compile(r"insufficient_quota|exceeded your current quota|billing", re.IGNORECASE)
_OVERLOADED = {429, 503, 529}
_FATAL = {401, 402, 403, 404, 405, 410}
_SHOWN = 200


def of_status(status: int, headers: Mapping[str, str], body: bytes, sent: Mapping[str, Any], now: float) -> CallFault:
    """The fault behind an HTTP status that isn't 200.

    Args:
        status: The HTTP status.
        headers: The reply's headers.
        body: The reply's body.
        sent: The parameters that were sent: only these can have been rejected.
        now: Seconds since the epoch, to read a date in retry-after.
    """
    text = body[:4000].decode("utf-8", "replace")
    detail = f"HTTP {status}: {' '.join(text.split())[:_SHOWN]}"
    if status in _FATAL or (status == 429 and _SPENT.search(text)):
        return CallFault(Kind.FATAL, str(status), detail)
    if status in _OVERLOADED:
        return CallFault(Kind.OVERLOAD, str(status), detail, wait=retry_after(headers, now))
    if status in {400, 413, 422}:
        return _of_rejection(status, text, detail, sent)
    return CallFault(Kind.TRANSPORT, str(status), detail, wait=retry_after(headers, now))


def _of_rejection(status: int, text: str, detail: str, sent: Mapping[str, Any]) -> CallFault:
    """A request that the server won't take: for its words, its length, a parameter, or else this row's own fault."""
    if _FILTERED.search(text):
        return CallFault(Kind.CONTENT, "content_filter", detail, Outcome.JUDGE_REFUSED)
    if status == 413 or _TOO_LONG.search(text):
        return CallFault(Kind.CONTENT, "too_long", detail, Outcome.JUDGE_OVERRAN)
    parameter = rejected_parameter(text, sent)
    if parameter:
        return CallFault(Kind.REJECTED, str(status), detail, parameter=parameter)
    return CallFault(Kind.CONTENT, str(status), detail)


def rejected_parameter(text: str, sent: Mapping[str, Any]) -> str | None:
    """Which of the sent parameters an error message is about; its ``param`` field before its words."""
    named = _param(text)
    if named in sent and named in PARAMETERS:
        return named
    if ("response_format" in sent or "tools" in sent) and (_FORM.search(named or "") or _FORM.search(text)):
        return "response_format"
    return next((name for name in PARAMETERS if name in sent and re.search(rf"\b{name}\b", text)), None)


def _param(text: str) -> str | None:
    try:
        body = json.loads(text)
    except ValueError:
        return None
    error = body.get("error", body) if isinstance(body, dict) else None
    named = error.get("param") if isinstance(error, dict) else None
    return named.split(".")[0] if isinstance(named, str) else None


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """How long a server asks to wait, in seconds: ``retry-after-ms``, or ``retry-after`` as seconds or a date."""
    ms, after = headers.get("retry-after-ms"), headers.get("retry-after")
    try:
        seconds = float(ms) / 1000 if ms else float(after) if after else None
    except ValueError:
        seconds = _until(after, now)
    return seconds if seconds is not None and 0 <= seconds < float("inf") else None


def _until(date: str | None, now: float) -> float | None:
    try:
        return max(0.0, parsedate_to_datetime(date or "").timestamp() - now)
    except (ValueError, TypeError):
        return None


def of_reply(body: bytes, prompt: Prompt) -> ValidReply | CallFault:
    """Read the body of a reply with status 200."""
    try:
        reply = json.loads(body)
        choice = reply["choices"][0]
        message = choice["message"]
        finish = choice.get("finish_reason")
        content, refusal = message.get("content"), message.get("refusal")
    except (ValueError, RecursionError, TypeError, KeyError, IndexError, AttributeError):
        shown = " ".join(body[:_SHOWN].decode("utf-8", "replace").split())
        return CallFault(Kind.TRANSPORT, "garbage", f"the reply is no chat completion: {shown}")
    tokens = _usage(reply)
    if refusal or finish == "content_filter":
        detail = f"the judge refused: {str(refusal or finish)[:_SHOWN]}"
        return CallFault(Kind.CONTENT, "refusal", detail, Outcome.JUDGE_REFUSED, tokens=tokens)
    if finish == "length":
        detail = "the reply was cut at max_completion_tokens"
        return CallFault(Kind.CONTENT, "length", detail, Outcome.JUDGE_OVERRAN, tokens=tokens)
    return _of_content(_text(content, message, finish), prompt, tokens)


def _of_content(text: str | None, prompt: Prompt, tokens: tuple[int, int]) -> ValidReply | CallFault:
    if text is None:
        return CallFault(Kind.CONTENT, "empty", "the reply has no content, or did not come to its end", tokens=tokens)
    decision = read(text, prompt)
    if isinstance(decision, str):
        return CallFault(Kind.CONTENT, "invalid", f"{decision}; the reply: {text[:_SHOWN]!r}", tokens=tokens)
    return ValidReply(decision, tokens)


def _text(content: Any, message: Any, finish: Any) -> str | None:
    """The text of a finished reply, or the arguments of the one tool call."""
    calls = message.get("tool_calls")
    if not content and isinstance(calls, list) and len(calls) == 1:
        function = calls[0].get("function") if isinstance(calls[0], dict) else None
        content = function.get("arguments") if isinstance(function, dict) else None
        finish = "stop"
    return content if isinstance(content, str) and content.strip() and finish == "stop" else None


def _usage(reply: Any) -> tuple[int, int]:
    usage = reply.get("usage")
    if not isinstance(usage, dict):
        return (0, 0)
    counts = [usage.get("prompt_tokens"), usage.get("completion_tokens")]
    return tuple(count if isinstance(count, int) and count > 0 else 0 for count in counts)  # type: ignore[return-value]
