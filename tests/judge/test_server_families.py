# ruff: noqa: E501
"""Judges as ten families of servers are: their errors, finish reasons and thoughts, 400 rows each, none lost or wrong."""

import json
from itertools import count

import pytest

from graders.testing import FakeJudge
from graders.testing.fake_http import Served

pytestmark = pytest.mark.filterwarnings("ignore::graders.judge.judge_errors.JudgeWarning")


def error(status, headers=None, **fields):
    return Served(status, json.dumps({"error": fields}), headers=headers or {})


def said(text, finish="stop", **message):
    choice = {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": finish}
    return Served(200, json.dumps({"choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": 9}}))


WAIT = {"retry-after-ms": "20"}
FAMILIES = {
    "openai": (
        said,
        [
            error(429, message="Rate limit reached on requests per min. Please try again in 20ms. Visit /account/billing"),
            error(500, message="The server had an error while processing your request."),
            said("", finish="length"),
        ],
        {},
    ),
    "azure": (
        said,
        [error(429, WAIT, code="429", message="exceeded call rate limit of your S0 tier. Please retry after 0.02 seconds.")],
        {"temperature": error(400, message="Unsupported value: 'temperature' does not support 0.0", param="temperature")},
    ),
    "openrouter": (
        lambda text: said(text, finish="stop", reasoning="I compare"),
        [
            Served(200, '{"choices": [{"message": {"content": ""}, "finish_reason": "error", "error": {"code": 502}}]}'),
            Served(200, '{"error": {"message": "Provider returned error", "code": 429}}'),
            error(502, message="Provider returned error"),
        ],
        {"response_format": error(404, message="No endpoints found that can handle the requested parameters."),
         "tools": error(404, message="No endpoints found that support tool use.")},
    ),
    "vllm": (
        lambda text: said(None, reasoning=text),  # `reasoning_content` up to 0.10
        [said("", finish="abort"), error(500, message="Internal server error"), error(503, message="busy")],
        {"system": error(400, message="System role not supported", type="BadRequestError", param=None, code=400)},
    ),
    "sglang": (
        lambda text: said(f"I compare.\n</think>\n\n{text}", matched_stop=151645),
        [said("", finish="abort")],
        {"response_format": error(500, message="Failed to compile json schema: Unimplemented keys")},
    ),
    "llama.cpp": (
        lambda text: said(f"<|channel|>analysis<|message|>x<|end|><|start|>assistant<|channel|>final<|message|>{text}"),
        [error(503, code=503, message="Loading model", type="unavailable_error")],
        {"response_format": error(500, message="failed to parse grammar", type="server_error"),
         "tools": error(500, message="tools param requires --jinja flag")},
    ),
    "ollama": (
        lambda text: said(f"```json\n{text}\n```", reasoning="hm"),
        [error(503, message="server busy, please try again.  maximum pending requests exceeded", type="api_error",
               param=None, code=None)],
        {"tools": error(400, message="registry.ollama.ai/library/gemma3:4b does not support tools", type="api_error")},
    ),
    "tgi": (
        lambda text: said(f"{text}<|im_end|>", finish="eos_token"),
        [Served(429, '{"error": "Model is overloaded", "error_type": "overloaded"}'),
         Served(424, '{"error": "Request failed during generation", "error_type": "generation"}')],
        {"response_format": Served(422, '{"error": "Grammar error: not supported", "error_type": "validation"}')},
    ),
    "gemini": (
        lambda text: said(text, finish="STOP"),
        [Served(429, '[{"error": {"code": 429, "message": "You exceeded your current quota, please check your plan and '
                     'billing details.", "status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "0.02s"}]}}]'),
         Served(503, '[{"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}]')],
        {"system": error(400, message="Developer instruction is not enabled for models/gemma-3-27b-it"),
         "seed": Served(400, '[{"error": {"code": 400, "message": "Invalid JSON payload received. Unknown name \\"seed\\": '
                        'Cannot find field.", "status": "INVALID_ARGUMENT"}}]')},
    ),
    "anthropic": (
        said,  # no thought is handed on, finish reasons are OpenAI's, `seed` and `response_format` are passed over
        [Served(529, '{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}'),
         error(429, WAIT, type="rate_limit_error", message="This request would exceed your rate limit")],
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_400_rows_at_a_family_of_servers(judge, kit, family):
    shape, faults, refused = FAMILIES[family]
    calls = count()

    def reply(path, headers, raw):
        body = json.loads(raw)
        for name, refusal in refused.items():
            if name in body or (name == "system" and body["messages"][0]["role"] == "system"):
                return refusal
        number = next(calls)
        if number % 5 == 4:
            return faults[number // 5 % len(faults)]
        answered = json.loads(honest(path, headers, raw).body)["choices"][0]["message"]
        return shape(answered["content"] or answered["tool_calls"][0]["function"]["arguments"])

    with FakeJudge() as server:
        honest, server.serve = server.serve, reply
        verdicts = judge(server, concurrency=32).verdicts(*kit.rows(400))
    assert kit.values(verdicts) == [float(i % 2) for i in range(400)]
