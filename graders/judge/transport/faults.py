"""What went wrong with a call, told from its status, headers and body by the tables of `blame`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import orjson

from graders.judge.bare_reply import UNENDED
from graders.judge.judgement import read
from graders.judge.prompt import Decision, Prompt
from graders.judge.transport.blame import ERRORS, OF_FORM, Kind, Rule, of_finish
from graders.judge.transport.delays import delay_in_field, delay_in_sentence, retry_after, window_ends
from graders.judge.transport.reply_texts import Candidates, candidates_in
from graders.vocabulary.outcome import Outcome


class CallFault(NamedTuple):
    """A call without a verdict.

    Attributes:
        kind: What it leads to.
        status: A word or HTTP status for records and metrics.
        detail: A sentence for people.
        outcome: What a content fault scores as, where the answer is to blame.
        wait: How long the server asks to wait, in seconds; None where it doesn't say.
        tokens: Prompt and completion tokens that the reply reports.
        parameter: What was rejected.
        otherwise: What it is where a probe shows that the form is taken.
    """

    kind: Kind
    status: str
    detail: str
    outcome: Outcome = Outcome.JUDGE_INVALID
    wait: float | None = None
    tokens: tuple[int, int] = (0, 0)
    parameter: str = ""
    otherwise: CallFault | None = None


class ValidReply(NamedTuple):
    """A call with a valid verdict: what was read, and the tokens that it took."""

    decision: Decision
    tokens: tuple[int, int]


PARAMETERS = (
    "temperature",
    "top_p",
    "seed",
    "max_completion_tokens",
    "max_tokens",
    "reasoning_effort",
    "response_format",
)
"""What a call holds besides model and messages, and what a server may reject."""

_FORM = re.compile(OF_FORM, re.IGNORECASE)
_TALKING = {429, 498, 503, 529}
"""Statuses whose sentences are the server's own; with others they may quote the text that was sent."""

_SHOWN = 200


class _Error(NamedTuple):
    """An error as it came.

    Attributes:
        status: The HTTP status, or the code in the body of a reply with status 200.
        text: The body.
        wait: The delay that it names, in seconds.
        sent: The body of the call.
    """

    status: int
    text: str
    wait: float | None
    sent: Mapping[str, Any]

    def meets(self, rule: Rule) -> bool:
        """Whether a row of the table holds."""
        return rule.fits(self.status, self.text) and (not rule.asks or self._has(rule.asks))

    def _has(self, asked: str) -> bool:
        if asked == "delay":
            return self.wait is not None
        if asked == "form":
            return "response_format" in self.sent or "tools" in self.sent
        parameter = rejected_parameter(self.text, self.sent)
        return parameter is not None and (asked == "parameter" or parameter in {"max_completion_tokens", "max_tokens"})


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
    wait = _named_delay(status, headers, text, now)
    fault = _judged(_Error(status, text, wait, sent), f"HTTP {status}: {_shown(text)}")
    if fault.kind is Kind.OVERLOAD and fault.wait is None:
        return fault._replace(wait=window_ends(headers, now))
    return fault


def _named_delay(status: int, headers: Mapping[str, str], text: str, now: float) -> float | None:
    delays = [retry_after(headers, now), delay_in_field(text), delay_in_sentence(text) if status in _TALKING else None]
    return next((delay for delay in delays if delay is not None), None)


def _judged(error: _Error, detail: str) -> CallFault:
    """What the table says of an error."""
    fitting = [rule for rule in ERRORS if error.meets(rule)]
    fault = _fault(fitting[0], error, detail)
    if fault.kind is Kind.REJECTED:
        other = next(rule for rule in fitting if rule.kind is not Kind.REJECTED)
        fault = fault._replace(otherwise=_fault(other, error, detail))
    return fault


def _fault(rule: Rule, error: _Error, detail: str) -> CallFault:
    if rule.kind is Kind.REJECTED:
        parameter = rejected_parameter(error.text, error.sent) or "" if rule.name == "parameter" else rule.name
        return CallFault(rule.kind, str(error.status), detail, parameter=parameter)
    return CallFault(rule.kind, rule.name or str(error.status), detail, rule.outcome, error.wait)


def rejected_parameter(text: str, sent: Mapping[str, Any]) -> str | None:
    """Which of the sent parameters an error message is about; its ``param`` field before its words."""
    named = _param(text)
    if named in sent and named in PARAMETERS:
        return named
    if ("response_format" in sent or "tools" in sent) and _FORM.search(named or ""):
        return "response_format"
    said = next((name for name in PARAMETERS if name in sent and re.search(rf"\b{name}\b", text)), None)
    has_form = "response_format" in sent or "tools" in sent
    return "response_format" if has_form and said is None and _FORM.search(text) else said


def _param(text: str) -> str | None:
    error = _error_object(_json(text))
    named = error.get("param") if isinstance(error, dict) else None
    return named.split(".")[0] if isinstance(named, str) else None


def _json(text: str | bytes) -> Any:
    """A value; what is no JSON to the strict parser but to a patient one (lone surrogates, NaN) is read by that one."""
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _error_object(body: Any) -> Any:
    """The error of a body: some servers put it in a list."""
    first = body[0] if isinstance(body, list) and body else body
    return first.get("error", first) if isinstance(first, dict) else None


def _shown(text: str) -> str:
    return " ".join(text.split())[:_SHOWN]


def of_reply(body: bytes, prompt: Prompt) -> ValidReply | CallFault:
    """Read the body of a reply with status 200."""
    reply = _json(body)
    try:
        choice = reply["choices"][0]
        message = choice["message"]
        finish = choice.get("finish_reason")
        refusal = message.get("refusal")
    except (TypeError, KeyError, IndexError, AttributeError):
        return _without_choice(reply, body)
    tokens = _usage(reply)
    if choice.get("error"):
        return _of_provider(choice["error"])._replace(tokens=tokens)
    found, rule = candidates_in(message), of_finish(finish) if isinstance(finish, str) else None
    if refusal and not (rule and rule.name == "invalid"):  # what gateways to Gemini have there is the broken call
        detail = f"the judge refused: {str(refusal)[:_SHOWN]}"
        return CallFault(Kind.CONTENT, "refusal", detail, Outcome.JUDGE_REFUSED, tokens=tokens)
    if rule is not None:
        return _broken_off(rule, finish, found, tokens)
    return _of_content(found, finish, prompt, reply, tokens)


def _broken_off(rule: Rule, finish: object, found: Candidates, tokens: tuple[int, int]) -> CallFault:
    """A reply that didn't come to its end; one that was cut within a thought is no doing of the answer's."""
    detail, outcome = _FINISHED[rule.name].format(str(finish)[:40]), rule.outcome
    if rule.name == "length" and (not found.texts or found.thought):
        outcome = Outcome.JUDGE_UNREACHABLE
        detail += f", before any content: {UNENDED}"
    return CallFault(rule.kind, rule.name, detail, outcome, tokens=tokens)


_FINISHED = {
    "length": "the reply was cut at max_completion_tokens (finish_reason {!r})",
    "refusal": "the judge refused: finish_reason {!r}",
    "invalid": "the judge's reply was broken off: finish_reason {!r}",
    "provider": "the provider broke off: finish_reason {!r}",
}


def _without_choice(reply: Any, body: bytes) -> CallFault:
    error = _error_object(reply)
    if isinstance(reply, dict | list) and error and error is not reply:
        return _of_provider(error)
    shown = _shown(body[: 4 * _SHOWN].decode("utf-8", "replace"))
    return CallFault(Kind.TRANSPORT, "garbage", f"the reply is no chat completion: {shown}")


def _of_provider(error: Any) -> CallFault:
    """An error inside a reply with status 200: the provider's, whatever it says of keys and forms."""
    text = json.dumps(error, ensure_ascii=False)
    code = str(error.get("code")) if isinstance(error, dict) else ""
    status = int(code) if re.fullmatch(r"[45]\d\d", code) else 429 if "rate_limit" in text else 502
    fault = _judged(
        _Error(status, text, _named_delay(status, {}, text, 0.0), {}), f"an error in a reply: {_shown(text)}"
    )
    if fault.kind in {Kind.FATAL, Kind.REJECTED}:
        return fault._replace(kind=Kind.TRANSPORT)
    return fault


def _of_content(
    found: Candidates, finish: object, prompt: Prompt, reply: Any, tokens: tuple[int, int]
) -> ValidReply | CallFault:
    if not found.texts:
        return _empty(finish, reply, tokens)
    readings = [read(text, prompt) for text in found.texts]
    decisions = [one for one in readings if isinstance(one, Decision)]
    if len(decisions) == 1:
        return ValidReply(decisions[0], tokens)
    said = found.texts[0][:_SHOWN]
    if found.thought:
        detail = f"the reply has no content, only {found.thought}: {_ONLY_THOUGHT}; it: {said!r}"
        return CallFault(Kind.CONTENT, "thought", detail, tokens=tokens)
    trouble = f"{len(decisions)} verdicts in one reply" if decisions else readings[0]
    return CallFault(
        Kind.CONTENT, "invalid", f"{trouble}; finish_reason {finish!r}, the reply: {said!r}", tokens=tokens
    )


_ONLY_THOUGHT = (
    "the server takes all for a thought; raise thinking_tokens, switch thinking off by reasoning_effort or extra_body, "
    "or start it without a reasoning parser"
)


def _empty(finish: object, reply: Any, tokens: tuple[int, int]) -> CallFault:
    """A reply without text: where no token was made, the provider dropped it."""
    usage = reply.get("usage")
    if isinstance(usage, dict) and usage.get("completion_tokens") == 0:
        return CallFault(Kind.TRANSPORT, "empty", "the reply is empty, and no token was made for it", tokens=tokens)
    return CallFault(Kind.CONTENT, "empty", f"the reply has no content (finish_reason {finish!r})", tokens=tokens)


def _usage(reply: Any) -> tuple[int, int]:
    usage = reply.get("usage")
    if not isinstance(usage, dict):
        return (0, 0)
    counts = [usage.get("prompt_tokens"), usage.get("completion_tokens")]
    return tuple(count if isinstance(count, int) and count > 0 else 0 for count in counts)  # type: ignore[return-value]
