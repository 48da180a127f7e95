# ruff: noqa: E501, ISC004
"""The words of many servers for the same few faults, and rows that provoke them: nobody else's row is lost."""

import json

import pytest

from graders.judge.prompt import Prompt
from graders.judge.transport.blame import ERRORS, Kind
from graders.judge.transport.delays import delay_in_field, delay_in_sentence, window_ends
from graders.judge.transport.faults import of_reply, of_status
from graders.testing import FakeJudge
from graders.testing.fake_http import Served

SENT = {"model": "m", "messages": [], "temperature": 0, "max_completion_tokens": 5, "response_format": {}}

RATE_LIMITS = [
    ("You exceeded your current quota, please check your plan and billing details. Please retry in 36.4s.", 36.4),
    ("Rate limit reached for gpt-4o on requests per min. Limit: 3 / min. Please try again in 20s. Visit "
     "https://platform.openai.com/account/billing to add a payment method.", 20.0),
    ("Requests to the ChatCompletions_Create Operation have exceeded call rate limit of your current OpenAI S0 pricing "
     "tier. Please retry after 43 seconds.", 43.0),
    ("Rate limit reached for model `llama3` on tokens per minute (TPM): Limit 6000. Please try again in 1m26.4s.", 86.4),
    ("Your account request reached max RPM: 3, please try again after 1 seconds", 1.0),
    ("Try again in 43 seconds", 43.0),
    ("Please try again in 120ms.", 0.12),
    ("quota will reset after 2h3m", 7380.0),
    ("Too many tokens, please wait 5 seconds before trying again.", 5.0),
    ("Available again in 1 minute and 5 seconds", 65.0),
]  # fmt: skip


@pytest.mark.parametrize(("words", "wait"), RATE_LIMITS)
def test_a_limit_that_names_a_delay_is_a_limit_whatever_else_it_says(words, wait):
    fault = of_status(429, {}, json.dumps({"error": {"message": words}}).encode(), SENT, 0.0)
    assert (fault.kind, fault.wait) == (Kind.OVERLOAD, pytest.approx(wait))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ('{"details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "36s"}]}', 36),
        ('{"retry_after": 7}', 7),
        ('{"retry_after_ms": 1500}', 1.5),
        ('{"retryAfter": "12.5"}', 12.5),
        ('{"retry_after_seconds": 3}', 3),
        ('{"error": "Model x is currently loading", "estimated_time": 20.0}', 20),
        ('{"retry_in": "2s"}', 2),
        ('{"quoted": "\\"retry_after\\": 7"}', None),
        ('{"retry": 3}', None),
        ("retry_after", None),
    ],
)
def test_a_delay_in_a_field(text, seconds):
    assert delay_in_field(text) == seconds


@pytest.mark.parametrize("words", ["retry later", "again and again 5 apples", "in 3 tries", "we wait for 2 more", ""])
def test_no_delay_in_a_sentence(words):
    assert delay_in_sentence(words) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset-requests": "43s"}, 43),
        ({"x-ratelimit-reset-requests": "6m0s", "x-ratelimit-remaining-requests": "4"}, None),
        ({"x-ratelimit-reset-tokens": "120ms", "x-ratelimit-remaining-tokens": "0"}, 0.12),
        ({"x-ratelimit-reset": "1060000"}, 1060000),
        ({"x-ratelimit-reset": "2000000100000"}, 100),
        ({"anthropic-ratelimit-requests-reset": "2033-05-18T03:33:30Z"}, 10),
        ({"ratelimit-reset": "9"}, 9),
        ({}, None),
    ],
)
def test_the_end_of_a_window(headers, seconds):
    assert window_ends(headers, 2_000_000_000.0) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("status", "error", "kind", "name"),
    [
        # OpenAI and Azure
        (429, {"message": "You exceeded your current quota", "code": "insufficient_quota"}, Kind.FATAL, "429"),
        (429, {"message": "Request too large for gpt-4 on tokens per min (TPM): Limit 10000, Requested 12000. The input "
               "or output tokens must be reduced in order to run successfully."}, Kind.CONTENT, "too_long"),
        (400, {"message": "The response was filtered due to the prompt triggering Azure OpenAI's content management "
               "policy", "code": "content_filter"}, Kind.CONTENT, "content_filter"),
        (401, {"message": "Access denied due to invalid subscription key or wrong API endpoint."}, Kind.FATAL, "401"),
        (404, {"code": "DeploymentNotFound", "message": "The API deployment does not exist."}, Kind.FATAL, "404"),
        (400, {"message": "max_completion_tokens is too large: 99999. This model supports at most 16384 completion "
               "tokens", "param": "max_completion_tokens"}, Kind.FATAL, "400"),
        (400, {"message": "Unsupported value: 'messages[0].role' does not support 'system' with this model."},
         Kind.REJECTED, "400"),
        (400, {"message": "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) "
               "value is supported.", "param": "temperature"}, Kind.REJECTED, "400"),
        # OpenRouter
        (403, {"message": "Your input was flagged", "metadata": {"reasons": ["violence"]}}, Kind.CONTENT, "content_filter"),
        (404, {"message": "No endpoints found that support tool use."}, Kind.REJECTED, "404"),
        (404, {"message": "No endpoints found that support the provided 'tool_choice' value."}, Kind.REJECTED, "404"),
        (404, {"message": "No endpoints found that can handle the requested parameters."}, Kind.REJECTED, "404"),
        (402, {"message": "Insufficient credits. Add more"}, Kind.FATAL, "402"),
        (502, {"message": "Provider returned error"}, Kind.TRANSPORT, "502"),
        # vLLM, SGLang
        (404, {"object": "error", "message": "The model `x` does not exist.", "type": "NotFoundError"}, Kind.FATAL, "404"),
        (400, {"message": "This model's maximum context length is 512 tokens. However, you requested 900"},
         Kind.CONTENT, "too_long"),
        (400, {"message": "The provided JSON schema contains features not supported by xgrammar."}, Kind.REJECTED, "400"),
        (400, {"message": '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'},
         Kind.REJECTED, "400"),
        (500, {"message": "Failed to compile grammar"}, Kind.REJECTED, "500"),
        (500, {"message": "Internal server error"}, Kind.TRANSPORT, "500"),
        (400, {"message": "System role not supported"}, Kind.REJECTED, "400"),
        (400, {"message": "Conversation roles must alternate user/assistant/user/assistant/..."}, Kind.REJECTED, "400"),
        # llama.cpp, Ollama, TGI
        (503, {"message": "Loading model", "type": "unavailable_error"}, Kind.OVERLOAD, "503"),
        (400, {"message": "the request exceeds the available context size", "type": "exceed_context_size_error"},
         Kind.CONTENT, "too_long"),
        (500, {"message": "tools param requires --jinja flag"}, Kind.REJECTED, "500"),
        (400, {"message": "registry.ollama.ai/library/gemma does not support tools"}, Kind.REJECTED, "400"),
        (503, {"message": "server busy, please try again. maximum pending requests exceeded"}, Kind.OVERLOAD, "503"),
        (500, {"message": "llama runner process has terminated"}, Kind.TRANSPORT, "500"),
        (422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000", Kind.CONTENT,
         "too_long"),
        (429, "Model is overloaded", Kind.OVERLOAD, "429"),
        (424, "Request failed during generation: Server error: CUDA", Kind.TRANSPORT, "424"),
        (422, "Tool error: Grammar is not supported", Kind.REJECTED, "422"),
        # Gemini, Anthropic, xAI, Groq, Mistral, others
        (429, {"message": "Resource has been exhausted (e.g. check quota).", "status": "RESOURCE_EXHAUSTED"},
         Kind.OVERLOAD, "429"),
        (400, {"message": "API key not valid. Please pass a valid API key.", "status": "INVALID_ARGUMENT"},
         Kind.FATAL, "400"),
        (503, {"message": "The model is overloaded.", "status": "UNAVAILABLE"}, Kind.OVERLOAD, "503"),
        (400, {"message": "Developer instruction is not enabled for models/gemma-3"}, Kind.REJECTED, "400"),
        (529, {"type": "overloaded_error", "message": "Overloaded"}, Kind.OVERLOAD, "529"),
        (400, {"message": "Your credit balance is too low to access the Anthropic API."}, Kind.FATAL, "400"),
        (400, {"message": "Output blocked by content filtering policy"}, Kind.CONTENT, "content_filter"),
        (400, {"message": "prompt is too long: 210000 tokens > 200000 maximum"}, Kind.CONTENT, "too_long"),
        (403, {"message": "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_BIO"}, Kind.CONTENT,
         "content_filter"),
        (400, {"message": "Failed to validate JSON", "code": "json_validate_failed"}, Kind.CONTENT, "invalid"),
        (413, {"message": "Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 7000",
               "code": "rate_limit_exceeded"}, Kind.CONTENT, "too_long"),
        (422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"]}]}, Kind.REJECTED, "422"),
        (400, {"code": "data_inspection_failed", "message": "Input data may contain inappropriate content."},
         Kind.CONTENT, "content_filter"),
        (400, {"message": "Content Exists Risk"}, Kind.CONTENT, "content_filter"),
        (400, {"code": "1301", "message": "可能包含不安全或敏感内容"}, Kind.CONTENT, "content_filter"),
        (402, {"message": "Insufficient Balance"}, Kind.FATAL, "402"),
        (451, {}, Kind.CONTENT, "content_filter"),
        (408, {}, Kind.TRANSPORT, "408"),
        (524, {}, Kind.TRANSPORT, "524"),
    ],
)  # fmt: skip
def test_the_words_of_ten_servers(status, error, kind, name):
    fault = of_status(status, {}, json.dumps({"error": error}, ensure_ascii=False).encode(), SENT, 0.0)
    assert (fault.kind, fault.status) == (kind, name)


@pytest.mark.parametrize(
    ("choice", "kind"),
    [
        ({"message": {"content": ""}, "finish_reason": "error", "error": {"code": 502}}, Kind.TRANSPORT),
        ({"message": {"content": ""}, "finish_reason": "error"}, Kind.TRANSPORT),
        ({"message": {"content": ""}, "finish_reason": "abort"}, Kind.TRANSPORT),
        ({"message": {"content": ""}, "finish_reason": "network_error"}, Kind.TRANSPORT),
        ({"message": {"content": ""}, "finish_reason": "insufficient_system_resource"}, Kind.TRANSPORT),
        ({"message": {"content": ""}, "error": {"code": 401, "message": "no key"}}, Kind.TRANSPORT),
        ({"message": {"content": ""}, "error": {"code": 429, "message": "slow"}}, Kind.OVERLOAD),
        ({"message": {"content": ""}, "error": {"code": 403, "message": "flagged"}}, Kind.CONTENT),
        ({"message": {"content": ""}, "finish_reason": "content_filter: PROHIBITED_CONTENT"}, Kind.CONTENT),
        ({"message": {"content": ""}, "finish_reason": "sensitive"}, Kind.CONTENT),
        ({"message": {"content": ""}, "finish_reason": "MAX_TOKENS"}, Kind.CONTENT),
        ({"message": {"content": ""}, "finish_reason": "stop"}, Kind.TRANSPORT),
    ],
)
def test_a_fault_inside_a_reply_with_status_200(choice, kind):
    reply = {"choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": 0}}
    assert of_reply(json.dumps(reply).encode(), Prompt()).kind is kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "upstream", "code": 502}, Kind.TRANSPORT),
        ({"message": "rate_limit_exceeded", "code": "rate_limit_exceeded"}, Kind.OVERLOAD),
        ("it failed", Kind.TRANSPORT),
        ({"code": 503, "message": "overloaded"}, Kind.OVERLOAD),
    ],
)
def test_an_error_in_place_of_a_reply(error, kind):
    assert of_reply(json.dumps({"error": error}).encode(), Prompt()).kind is kind
    assert of_reply(json.dumps([{"error": error}]).encode(), Prompt()).kind is kind


def test_every_row_of_the_table_can_be_reached():
    assert ERRORS[-1].fits(599, "whatever")
    assert len({(rule.kind, rule.statuses, rule.words, rule.asks) for rule in ERRORS}) == len(ERRORS)


POISON = {
    "moderation": Served(403, '{"error": {"message": "Your input was flagged", "code": 403}}'),
    "403": Served(403, "<html>Sorry, you have been blocked</html>"),
    "401": Served(401, '{"error": {"message": "no"}}'),
    "404": Served(404, '{"error": {"message": "no such page"}}'),
    "400": Served(400, '{"error": {"message": "cannot parse"}}'),
    "filter": Served(400, '{"error": {"code": "content_filter", "message": "content management policy"}}'),
    "500": Served(500, '{"error": {"message": "crash"}}'),
    "form": Served(400, '{"error": {"message": "cannot parse: response_format json_schema temperature"}}'),
    "quota": Served(429, '{"error": {"code": "insufficient_quota"}}'),
    "refusal": Served(200, '{"choices": [{"message": {"content": null, "refusal": "no"}}]}'),
    "cut": Served(200, '{"choices": [{"message": {"content": "{"}, "finish_reason": "length"}]}'),
    "empty": Served(200, '{"choices": [{"message": {"content": ""}, "finish_reason": "stop"}]}'),
}
ZERO = {"moderation", "403", "400", "filter", "refusal", "cut", "form", "empty"}


@pytest.mark.parametrize("kind", POISON)
def test_a_policy_that_provokes_faults_costs_nobody_else_a_row(judge, kit, kind, recwarn):
    with FakeJudge() as server:
        honest = server.serve
        server.serve = lambda path, headers, raw: POISON[kind] if b"POISON" in raw else honest(path, headers, raw)
        made = judge(server, concurrency=16, breaker_faults=5, breaker_patience=0.0, max_attempts=3)
        for _ in range(2):
            answers = [f"POISON {i}" if i % 3 == 0 else f"it is {i} in all" for i in range(60)]
            verdicts = made.verdicts(None, answers, [f"is {i} in" for i in range(60)])
            assert all(v.value == 1 for i, v in enumerate(verdicts) if i % 3)
            assert {v.value == 0 for i, v in enumerate(verdicts) if i % 3 == 0} == {kind in ZERO}
    assert not recwarn.list
    assert made.metrics()["zero_by_fault"] == (40 if kind in ZERO else 0)


def ended(finish, message, **choice):
    """A reply with status 200 that holds no verdict."""
    choice |= {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    return Served(200, json.dumps({"choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": 5}}))


UNJUDGEABLE = {
    **{kind: POISON[kind] for kind in ("moderation", "filter", "400", "refusal", "cut", "403")},
    "Alibaba Cloud": Served(400, '{"error": {"code": "data_inspection_failed", "param": null, "message": "Input data '
                                 'may contain inappropriate content.", "type": "data_inspection_failed"}, "id": "c-1"}'),
    "DeepSeek": Served(400, '{"error": {"message": "Content Exists Risk", "type": "invalid_request_error"}}'),
    "xAI": Served(403, '{"code": "The caller does not have permission", "error": "Content violates usage guidelines. '
                       'Failed check: SAFETY_CHECK_TYPE_BIO"}'),
    "451": Served(451, "<html><h1>Unavailable For Legal Reasons</h1></html>"),
    "Zhipu": ended("sensitive", {"content": ""}),
    "Gemini recites": ended("content_filter: RECITATION", {}),
    "Gemini calls": ended("function_call_filter: MALFORMED_FUNCTION_CALL", {"content": None}),
    "Bedrock": ended("guardrail_intervened", {"content": "Sorry, the model cannot answer this question."}),
    "OpenRouter": ended("error", {"content": ""}, error={"code": 403, "message": "Your input was flagged"}),
    "in words": ended("stop", {"content": "I'm sorry, but I can't help with that."}),
    "a thought alone": ended("stop", {"content": None, "reasoning_content": "The user asks how to"}),
    "a verdict": ended("stop", {"content": '{"reason": "harmful", "verdict": "refuse"}'}),
}  # fmt: skip


@pytest.mark.parametrize("kind", UNJUDGEABLE)
def test_a_question_that_nobody_can_be_judged_on_is_unscored(judge, kit, kind):
    with FakeJudge() as server:
        honest = server.serve
        server.serve = lambda path, headers, raw: UNJUDGEABLE[kind] if b"BOMB" in raw else honest(path, headers, raw)
        verdicts = judge(server).verdicts(["BOMB?", "How many?"], ["it is 4 in all"] * 2, ["is 4 in"] * 2)
    assert kit.outcomes(verdicts) == ["judge_unreachable", "match"]
    assert "the same question with its reference" in verdicts[0].reason
