"""Who is to blame for a call without a verdict: a table of errors, a table of finish reasons; the first fit holds.

The words are what public documentation and errors of each server say, its name beside them; they only sort what comes
back, and a word that is missing costs retries, never a score.

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


def _any(*words: str) -> str:
    return "|".join(words)


TOO_LONG = _any(
    r"context[_ -]?(length|size|window)",  # OpenAI's code `context_length_exceeded`; llama.cpp
    r"maximum (context|input|prompt)",  # vLLM: "maximum context length", its "maximum input length"
    r"too many (input )?tokens\b(?!.{0,40}wait)",  # Bedrock; with a wait it is its rate limit
    r"(prompt|input|request|messages)\b.{0,30} too (long|large)",  # Anthropic: "prompt is too long"; SGLang
    r"exceeds?.{0,40}context",  # llama.cpp's type `exceed_context_size_error`; SGLang
    r"\binputs?\b.{0,40}must (be|have) (<=|less|at most)",  # TGI: "`inputs` tokens + `max_new_tokens` must be <= 4096"
    r"must be reduced",  # OpenAI and Groq: a request that is larger than its limit a minute
    r"string_above_max_length",  # OpenAI's code for one message that is too long
)
MODERATED = _any(
    r"content[_ ]?filter",  # OpenAI's and Azure's code `content_filter`; Anthropic: "content filtering policy"
    r"content[_ ](management )?policy",  # Azure; OpenAI's and OpenRouter's code `content_policy_violation`
    r"responsible ?ai",  # Azure's inner code `ResponsibleAIPolicyViolation`
    r"moderation|flagged",  # OpenRouter: "requires moderation and your input was flagged"
    r"data_inspection",  # Alibaba Cloud's code `data_inspection_failed`
    r"content exists risk",  # DeepSeek
    r"high[_ ]risk",  # Moonshot: "rejected because it was considered high risk"
    r"prohibited[_ ]content|safety",  # Gemini's reasons `PROHIBITED_CONTENT`, `SAFETY`; xAI: "SAFETY_CHECK_TYPE_..."
    r"usage (polic|guideline)",  # OpenAI: "usage policy"; xAI: "usage guidelines"
    r"敏感|不安全|违规|不当",  # Zhipu's code 1301, and its like: sensitive, unsafe, against the rules, improper
)
PERHAPS_MODERATED = _any(
    r"violat",  # Azure: "violated one of more content filter rules"; xAI
    r"inappropriate|unsafe|sensitive",  # Alibaba Cloud; Zhipu's errors in English
    r"harmful|blocked",  # Gemini's block reasons
    r"guardrail",  # Bedrock, LiteLLM, Kong
    r"disallowed",  # OpenAI's older errors
)
UNMADE = _any(
    r"json_validate_failed|tool_use_failed",  # Groq's codes
    r"failed to (validate|generate) (valid )?json|failed to call a function",  # Groq's sentences
)
SPENT = _any(
    r"insufficient[_ ](quota|balance|credit|fund)",  # OpenAI's code `insufficient_quota`; DeepSeek; OpenRouter
    r"credit balance",  # Anthropic
    r"(no|out of|requires? more|not enough) credits?\b",  # OpenRouter, Hugging Face, xAI
    r"exceeded[_ ](your[_ ])?current[_ ]quota",  # OpenAI; Moonshot's code `exceeded_current_quota_error`
    r"account balance|余额|欠费|arrear",  # Zhipu's code 1113; Alibaba Cloud's code `Arrearage`
    r"payment required",  # the words of status 402 (RFC 9110)
    r"billing_hard_limit",  # OpenAI's code
)
LIMITED = _any(
    r"rate.?limit|too many requests",  # OpenAI's code `rate_limit_exceeded`; the words of status 429 (RFC 6585)
    r"resource_exhausted",  # the status of Google's APIs
    r"per.?(min|day|sec|hour)|\b[rt]p[md]\b",  # OpenAI, Groq: "on tokens per min (TPM)"
    r"throttl",  # Bedrock, Alibaba Cloud
    r"concurren",  # Zhipu, Moonshot: so many requests at once
)
NO_KEY = _any(
    r"api[_ ]key (is )?(not valid|invalid|missing)|api_key_invalid",  # Gemini, with status 400
    r"invalid.{0,12}api[_ ]?key|incorrect api key",  # OpenAI's code `invalid_api_key`, xAI with status 400
)
NO_SYSTEM = _any(
    r"system.{0,4} (role|message|prompt|instruction)s?.{0,24}(not|n't)",  # Gemma's template
    r"(not|n't) support.{0,24}\bsystem\b",  # OpenAI of o1-mini; mistral.rs
    r"messages\[0\]\.role",  # OpenAI of o1-mini: where
    r"roles? must alternate",  # the templates of Mistral 7B and Gemma
    r"only user\b.{0,30}\broles",  # the templates of Ministral 3 and their like: which they support
    r"developer instruction is not enabled",  # Gemini of Gemma
)
OF_FORM = _any(
    r"response_format|json_schema|json_object|tool_choice|\btools?\b",  # the parameters of the form and their values
    r"json mode|structured|function.call|\bschema\b|maxLength",  # what they are called in words, and a part of ours
    r"grammar|guided",  # llama.cpp, TGI, SGLang, vLLM: what a schema is compiled to
    r"template",  # llama.cpp: a chat template without tools
    r"requested parameters",  # OpenRouter: "No endpoints found that can handle the requested parameters"
)
TOO_LARGE = _any(
    r"too large|at most",  # OpenAI: "max_tokens is too large: ... supports at most"
    r"less than or equal|must be (less|<=|between)",  # pydantic behind vLLM and SGLang; Groq; Mistral
    r"maximum (allowed )?(value|number)",  # Volcengine: "integer above maximum value"; Anthropic
    r"exceeds",  # Fireworks, Together
    r"is limited",  # Scaleway, with status 416: "max_completion_tokens is limited for this model"
)
BUSY = _any(
    r"overload",  # Anthropic's type `overloaded_error`, TGI's `overloaded`, Gemini, DeepSeek's `engine_overloaded`
    r"capacity",  # Mistral, OpenAI: "over capacity"
    r"busy|pending requests",  # Ollama: "server busy ... maximum pending requests exceeded"
    r"loading",  # llama.cpp: "Loading model"
)

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
    Rule(Kind.FATAL, "", frozenset({400, 416, 422}), TOO_LARGE, "tokens"),
    Rule(Kind.REJECTED, "parameter", frozenset({400, 404, 422}), "", "parameter"),
    Rule(Kind.FATAL, "", frozenset({403}), "", "", _REFUSED),
    Rule(Kind.FATAL, "", _UNUSABLE),
    Rule(Kind.OVERLOAD, "", frozenset({500, 502, 504}), BUSY),
    Rule(Kind.CONTENT, "", frozenset({400, 406, 411, 414, 415, 422, 431})),
    Rule(Kind.CONTENT, "content_filter", frozenset({451}), "", "", _REFUSED),
    Rule(Kind.TRANSPORT),
)
"""What an error means; the last row fits whatever no other does."""

_CUT = _any(
    r"length",  # OpenAI and who follows it; Mistral's `model_length`
    r"max.?(output.?)?tokens",  # Anthropic and Bedrock; Gemini's `MAX_TOKENS`; the Responses API's `max_output_tokens`
    r"context.?window",  # Anthropic's `model_context_window_exceeded`
)
_KEPT_BACK = _any(
    r"filter",  # OpenAI's `content_filter`, and Gemini's with its own reason behind it; Bedrock's `content_filtered`
    r"safety|prohibit|recitation|block|spii|armor",  # Gemini's `SAFETY`, `BLOCKLIST`, ..., `MODEL_ARMOR`
    r"refus",  # Anthropic's `refusal`
    r"sensitive",  # Zhipu
    r"moderat|guardrail",  # gateways; Bedrock's `guardrail_intervened`
)
_UNFINISHED = _any(
    r"malformed|unexpected.?tool|too.?many.?tool",  # Gemini's `MALFORMED_FUNCTION_CALL`, `UNEXPECTED_TOOL_CALL`, ...
    r"function.?call.?filter",  # the same in its compatible form: "function_call_filter: MALFORMED_FUNCTION_CALL"
    r"missing.?thought",  # Gemini's `MISSING_THOUGHT_SIGNATURE`
)
_BROKEN_OFF = _any(
    r"error",  # OpenRouter; Zhipu's `network_error`; Mistral
    r"abort",  # vLLM, SGLang
    r"insufficient",  # DeepSeek's `insufficient_system_resource`
    r"cancel|timeout|unavailable|failed",  # the Responses API's statuses, and gateways in their manner
)

FINISHES = (
    Rule(Kind.CONTENT, "invalid", words=_UNFINISHED),
    Rule(Kind.CONTENT, "length", words=_CUT, outcome=_OVERRAN),
    Rule(Kind.CONTENT, "refusal", words=_KEPT_BACK, outcome=_REFUSED),
    Rule(Kind.TRANSPORT, "provider", words=_BROKEN_OFF),
)
"""What a finish reason means; with any other, an empty or a missing one, the reply came to its end."""


@functools.lru_cache(maxsize=256)
def of_finish(finish: str) -> Rule | None:
    """The row of a finish reason; None where the reply came to its end."""
    return next((rule for rule in FINISHES if rule.fits(200, finish)), None)
