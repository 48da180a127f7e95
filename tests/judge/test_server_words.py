# ruff: noqa: E501
"""Ten servers' words for each kind of fault, as their documentation, source or users have them."""

import json

import pytest

from graders.judge.prompt import Prompt
from graders.judge.transport.blame import Kind
from graders.judge.transport.delays import delay_in_sentence, window_ends
from graders.judge.transport.faults import CallFault, of_reply, of_status
from graders.vocabulary.outcome import Outcome

SENT = {"model": "m", "messages": [], "temperature": 0, "seed": 1, "max_completion_tokens": 5, "response_format": {}}

MODERATED = [
    (
        400,
        {"message": "The response was filtered due to the prompt triggering Azure OpenAI's content management policy."},
    ),
    (400, {"code": "content_filter", "innererror": {"code": "ResponsibleAIPolicyViolation"}}),
    (
        403,
        {"code": 403, "message": "x requires moderation. Your input was flagged", "metadata": {"flagged_input": "..."}},
    ),
    (403, {"code": "content_policy_violation", "message": "declined"}),
    (400, {"type": "invalid_request_error", "message": "Output blocked by content filtering policy"}),
    (403, {"message": "Content violates usage guidelines. Failed check: SAFETY_CHECK_TYPE_CYBER"}),
    (400, {"code": "data_inspection_failed", "message": "Output data may contain inappropriate content."}),
    (400, {"message": "Content Exists Risk", "type": "invalid_request_error"}),
    (400, {"code": "1301", "message": "系统检测到输入或生成内容可能包含不安全或敏感内容"}),
    (400, {"message": "The request was rejected because it was considered high risk", "type": "content_filter"}),
    (400, {"message": "Guardrail raised an exception", "type": "None"}),
    (451, {"message": "Unavailable For Legal Reasons"}),
]
NO_SYSTEM = [
    (400, "System role not supported"),
    (500, "System role not supported at row 1, column 40"),
    (400, "Conversation roles must alternate user/assistant/user/assistant/..."),
    (
        500,
        "After the optional system message, conversation roles must alternate user and assistant roles except for tool calls",
    ),
    (500, "Only user, assistant and tool roles are supported, got system."),
    (400, "Only user and assistant roles are supported!"),
    (400, "Unsupported value: 'messages[0].role' does not support 'system' with this model."),
    (400, "Developer instruction is not enabled for models/gemma-3-27b-it"),
    (422, "This model does not support system messages"),
    (400, "system prompt is not supported by this model"),
]
NO_FORM = [
    (404, "No endpoints found that support tool use. To learn more about provider routing, visit ..."),
    (404, "No endpoints found that can handle the requested parameters."),
    (400, "The provided JSON schema contains features not supported by xgrammar."),
    (500, "Failed to compile json schema: Unimplemented keys: ['maxLength']"),
    (500, "failed to parse grammar"),
    (500, "tools param requires --jinja flag"),
    (400, "registry.ollama.ai/library/gemma3:4b does not support tools"),
    (
        422,
        "Failed to deserialize the JSON body into the target type: response_format: unknown variant `json_schema`, expected one of `json`, `regex`",
    ),
    (422, "Tool error: Grammar is not supported"),
    (400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."),
    (400, "This response_format type is unavailable now"),
    (400, "Failed to apply chat template: no tools in this template"),
    (501, "guided decoding is not supported by this backend"),
]
NO_PARAMETER = [
    (
        400,
        "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
        "temperature",
    ),
    (400, "Unsupported parameter: 'max_completion_tokens' is not supported with this model.", "max_completion_tokens"),
    (400, 'Invalid JSON payload received. Unknown name "seed": Cannot find field.', "seed"),
    (400, "seed: Extra inputs are not permitted", "seed"),
    (422, "{'type': 'extra_forbidden', 'loc': ('body', 'seed')}", "seed"),
    (400, "`temperature` is deprecated for this model", "temperature"),
    (400, "property 'seed' is unsupported", "seed"),
    (
        422,
        "unknown field `max_completion_tokens`, expected one of `model`, `messages`, `max_tokens`",
        "max_completion_tokens",
    ),
    (400, "Unrecognized request argument supplied: max_completion_tokens", "max_completion_tokens"),
    (404, "parameter temperature is not known to this model", "temperature"),
]
TOO_MANY_TOKENS = [
    (
        400,
        "max_completion_tokens is too large: 99999. This model supports at most 16384 completion tokens, whereas you provided 99999.",
    ),
    (
        400,
        "The parameter `max_completion_tokens` specified in the request are not valid: integer above maximum value, expected a value <= 12288",
    ),
    (416, "max_completion_tokens is limited for this model"),
    (400, "`max_completion_tokens` must be less than or equal to `32768`, the maximum value for this model"),
    (
        422,
        "{'type': 'less_than_equal', 'loc': ('body', 'max_completion_tokens'), 'msg': 'Input should be less than or equal to 8192'}",
    ),
    (400, "max_completion_tokens: 200000 exceeds the maximum allowed number of output tokens"),
    (400, "Range of max_completion_tokens should be: at most 8192"),
    (400, "max_completion_tokens must be between 1 and 4096"),
    (400, "Invalid max_completion_tokens value, the valid range is at most 8192"),
    (422, "max_completion_tokens must be <= 4096"),
]
TOO_LONG = [
    (400, "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."),
    (400, "the request exceeds the available context size. try increasing the context size or enable context shift"),
    (400, "prompt is too long: 210000 tokens > 200000 maximum"),
    (422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000"),
    (422, "Input validation error: `inputs` must have less than 1024 tokens. Given: 1500"),
    (400, "Input length (9000) exceeds the model's maximum context window of 8192 tokens"),
    (400, "The input token count (1200000) exceeds the maximum context number of tokens allowed"),
    (413, "Request Entity Too Large"),
    (400, "Invalid 'messages[1].content': string too long, code string_above_max_length"),
    (400, "context_length_exceeded"),
    (400, "Please reduce the length of the messages: the request is too large for this model"),
    (500, "too many input tokens: 9000"),
]
SPENT = [
    (429, "You exceeded your current quota, please check your plan and billing details. insufficient_quota"),
    (429, "billing_hard_limit_reached"),
    (400, "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing"),
    (402, "Insufficient credits. Add more using https://openrouter.ai/settings/credits"),
    (402, "This request requires more credits, or fewer max tokens"),
    (402, "Insufficient Balance"),
    (429, "余额不足或无可用资源包,请充值。"),
    (403, "Arrearage: Access denied, please make sure your account is in good standing."),
    (429, "exceeded_current_quota_error: your account is suspended, check your account balance"),
    (402, "Payment Required"),
    (403, "Your team has run out of credits"),
]
BUSY = [
    (503, "Loading model"), (503, "server busy, please try again.  maximum pending requests exceeded"),
    (429, "Model is overloaded"), (503, "The model is overloaded. Please try again later."), (529, "Overloaded"),
    (500, "engine_overloaded_error"), (500, "Service tier capacity exceeded for this model."), (502, "server is busy"),
    (504, "upstream over capacity"), (498, "Flex tier capacity exceeded"), (500, "model is loading"),
    (429, "Resource has been exhausted (e.g. check quota). RESOURCE_EXHAUSTED"),
]  # fmt: skip


def fault_of(status, error):
    """The fault behind an error, as the object or the sentence that a server puts into its body."""
    fields = error if isinstance(error, dict) else {"message": error}
    return of_status(status, {}, json.dumps({"error": fields}, ensure_ascii=False).encode(), SENT, 0.0)


@pytest.mark.parametrize(("status", "error"), MODERATED)
def test_a_text_that_is_refused(status, error):
    fault = fault_of(status, error)
    assert (fault.kind, fault.outcome) == (Kind.CONTENT, Outcome.JUDGE_REFUSED)


@pytest.mark.parametrize(("status", "words"), NO_SYSTEM)
def test_a_system_role_that_is_not_known(status, words):
    fault = fault_of(status, words)
    assert (fault.kind, fault.parameter) == (Kind.REJECTED, "system")


@pytest.mark.parametrize(("status", "words"), NO_FORM)
def test_a_form_that_is_not_taken(status, words):
    fault = fault_of(status, words)
    assert (fault.kind, fault.parameter) == (Kind.REJECTED, "response_format")


@pytest.mark.parametrize(("status", "words", "parameter"), NO_PARAMETER)
def test_a_parameter_that_is_not_taken(status, words, parameter):
    fault = fault_of(status, words)
    assert (fault.kind, fault.parameter) == (Kind.REJECTED, parameter)


@pytest.mark.parametrize(("status", "words"), TOO_MANY_TOKENS)
def test_a_value_of_max_completion_tokens_that_is_too_large(status, words):
    fault = fault_of(status, words)
    assert fault.kind is Kind.FATAL
    assert words[:40] in fault.detail


@pytest.mark.parametrize(("status", "words"), TOO_LONG)
def test_a_text_that_is_too_long(status, words):
    fault = fault_of(status, words)
    assert (fault.kind, fault.status, fault.outcome) == (Kind.CONTENT, "too_long", Outcome.JUDGE_OVERRAN)


@pytest.mark.parametrize(("status", "words"), SPENT)
def test_an_account_that_is_spent(status, words):
    assert fault_of(status, words).kind is Kind.FATAL


@pytest.mark.parametrize(("status", "words"), BUSY)
def test_a_server_that_wants_time(status, words):
    assert fault_of(status, words).kind is Kind.OVERLOAD


CUT = ["length", "max_tokens", "MAX_TOKENS", "model_length", "max_output_tokens", "model_context_window_exceeded",
       "FINISH_REASON_MAX_TOKENS", "max-tokens", "content_filter: MAX_TOKENS", "LENGTH"]  # fmt: skip
KEPT_BACK = ["content_filter", "content_filtered", "SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII",
             "refusal", "sensitive", "guardrail_intervened", "MODEL_ARMOR", "IMAGE_SAFETY",
             "content_filter: RECITATION"]  # fmt: skip
UNFINISHED = ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "malformed_model_output",
              "malformed_tool_use", "function_call_filter: MALFORMED_FUNCTION_CALL",
              "function_call_filter: UNEXPECTED_TOOL_CALL", "function_call_filter: TOO_MANY_TOOL_CALLS",
              "MALFORMED_RESPONSE", "MISSING_THOUGHT_SIGNATURE", "malformed_tool_call", "MalformedToolUse",
              "FinishReason.MALFORMED_FUNCTION_CALL", "malformedFunctionCall", "unexpectedToolCall"]  # fmt: skip
BROKEN_OFF = ["error", "abort", "aborted", "network_error", "insufficient_system_resource", "cancelled", "timeout",
              "failed", "unavailable", "engine_error"]  # fmt: skip


def met(finish="stop", tokens=9, error=None, **message):
    choice = {
        "message": {"role": "assistant", **message},
        "finish_reason": finish,
        **({"error": error} if error else {}),
    }
    return of_reply(json.dumps({"choices": [choice], "usage": {"completion_tokens": tokens}}).encode(), Prompt())


WHOLE = '{"reason": "", "verdict": "pass"}'
FINISHED = {"length": CUT[:8] + CUT[9:], "refusal": KEPT_BACK, "invalid": UNFINISHED, "provider": BROKEN_OFF}


@pytest.mark.parametrize(("name", "finish"), [(name, finish) for name, all_ in FINISHED.items() for finish in all_])
def test_a_finish_reason_is_told_whatever_stands_in_the_reply(name, finish):
    for content in (WHOLE, "", None):
        fault = met(finish, content=content)
        assert isinstance(fault, CallFault)
        assert fault.status == name


@pytest.mark.parametrize("finish", UNFINISHED)
def test_a_broken_call_is_no_refusal_where_the_server_tells_it_in_that_field(finish):
    """As gateways to Gemini have it."""
    fault = met(finish, content=None, refusal="Malformed function call: print(default_api.give_verdict(")
    assert isinstance(fault, CallFault)
    assert (fault.status, fault.outcome) == ("invalid", Outcome.JUDGE_INVALID)


@pytest.mark.parametrize("finish", CUT)
@pytest.mark.parametrize("message", [{"content": ""}, {"content": None, "reasoning": "I compare"}])
def test_a_thought_that_was_cut_is_nobodys_zero(finish, message):
    fault = met(finish, **message)
    assert isinstance(fault, CallFault)
    assert fault.outcome in {Outcome.JUDGE_UNREACHABLE, Outcome.JUDGE_REFUSED}


@pytest.mark.parametrize(
    "finish", ["stop", "", None, "eos_token", "STOP", "end_turn", "COMPLETE", "unknown", "OTHER", "eos"]
)
@pytest.mark.parametrize("content", [None, "", "  ", []])
def test_a_reply_for_which_no_token_was_made_is_the_providers(finish, content):
    assert met(finish, tokens=0, content=content).kind is Kind.TRANSPORT


PROVIDERS = [
    ({"code": 502, "message": "Provider returned error"}, Kind.TRANSPORT),
    ({"code": 500, "message": "Internal Server Error"}, Kind.TRANSPORT),
    ({"code": "server_error", "message": "Upstream idle timeout exceeded"}, Kind.TRANSPORT),
    ({"message": "no code"}, Kind.TRANSPORT),
    ({"code": 401, "message": "invalid api key of the provider"}, Kind.TRANSPORT),
    ({"code": 400, "message": "response_format is not supported"}, Kind.CONTENT),
    ({"code": 404, "message": "No endpoints found"}, Kind.TRANSPORT),
    ("the backend died", Kind.TRANSPORT),
    ({"code": 429, "message": "slow down"}, Kind.OVERLOAD),
    ({"code": "rate_limit_exceeded", "message": "slow down"}, Kind.OVERLOAD),
    ({"code": 503, "message": "no instances"}, Kind.OVERLOAD),
    ({"code": 529, "message": "Overloaded"}, Kind.OVERLOAD),
    ({"code": 403, "message": "Your input was flagged"}, Kind.CONTENT),
]


@pytest.mark.parametrize(("error", "kind"), PROVIDERS)
def test_an_error_with_status_200_is_the_providers(error, kind):
    for body in ({"error": error}, [{"error": error}], {"id": "x", "choices": [], "error": error}):
        assert of_reply(json.dumps(body).encode(), Prompt()).kind is kind
    assert met("error", error=error, content="").kind is kind


@pytest.mark.parametrize(
    "words",
    ["retry later", "again and again 5 apples", "in 3 tries", "we wait for 2 more", "", "try again", "retry 3 times",
     "limit: 3 / min", "you sent 20s of audio", "version 2.0.1s"],
)  # fmt: skip
def test_no_delay_is_named(words):
    assert delay_in_sentence(words) is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset-tokens": "1s", "x-ratelimit-reset-requests": "2m"}, 120),
        ({"x-ratelimit-reset-requests": "8.64s", "x-ratelimit-remaining-requests": "0"}, 8.64),
        ({"anthropic-ratelimit-tokens-reset": "2033-05-18T03:33:25Z", "anthropic-ratelimit-tokens-remaining": "0"}, 5),
        (
            {"anthropic-ratelimit-tokens-reset": "2033-05-18T03:33:25Z", "anthropic-ratelimit-tokens-remaining": "9"},
            None,
        ),
        ({"x-ratelimit-reset": "soon"}, None),
    ],
)
def test_when_a_window_ends(headers, seconds):
    assert window_ends(headers, 2_000_000_000.0) == (None if seconds is None else pytest.approx(seconds))
