"""Who is to blame for a call without a verdict."""

import json

import pytest

from graders.judge.prompt import Prompt
from graders.judge.transport.blame import Kind
from graders.judge.transport.delays import retry_after
from graders.judge.transport.faults import CallFault, ValidReply, of_reply, of_status, rejected_parameter
from graders.vocabulary.outcome import Outcome

SENT = {"model": "m", "messages": [], "temperature": 0, "seed": 1, "max_completion_tokens": 5, "response_format": {}}
GOOD = '{"reason": "", "verdict": "pass"}'


def error(message, param=None):
    return json.dumps({"error": {"message": message, "param": param}}).encode()


@pytest.mark.parametrize(
    ("status", "message", "kind", "outcome"),
    [
        (429, "slow down", Kind.OVERLOAD, None),
        (429, "You exceeded your current quota", Kind.FATAL, None),
        (503, "", Kind.OVERLOAD, None),
        (529, "", Kind.OVERLOAD, None),
        (500, "", Kind.TRANSPORT, None),
        (502, "", Kind.TRANSPORT, None),
        (408, "", Kind.TRANSPORT, None),
        (401, "bad key", Kind.FATAL, None),
        (403, "", Kind.FATAL, None),
        (404, "no such model", Kind.FATAL, None),
        (400, "temperature is not supported", Kind.REJECTED, None),
        (400, "This model's maximum context length is 512 tokens", Kind.CONTENT, Outcome.JUDGE_OVERRAN),
        (413, "", Kind.CONTENT, Outcome.JUDGE_OVERRAN),
        (400, "content management policy", Kind.CONTENT, Outcome.JUDGE_REFUSED),
        (400, "cannot parse", Kind.CONTENT, Outcome.JUDGE_INVALID),
    ],
)
def test_a_status_says_who_is_to_blame(status, message, kind, outcome):
    fault = of_status(status, {}, error(message), SENT, 0.0)
    assert fault.kind is kind
    assert outcome is None or fault.outcome is outcome
    assert fault.detail.startswith(f"HTTP {status}")


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        (error("Unsupported parameter", "temperature"), "temperature"),
        (error("Unsupported value: 'temperature' does not support 0"), "temperature"),
        (error("Use 'max_tokens' instead of max_completion_tokens"), "max_completion_tokens"),
        (error("json_schema is not supported by this model"), "response_format"),
        (error("nope", "response_format.json_schema"), "response_format"),
        (error("top_p is out of range"), None),
        (error("something else"), None),
        (b"<html>seed</html>", "seed"),
    ],
)
def test_a_rejected_parameter_is_one_that_was_sent(text, parameter):
    assert rejected_parameter(text.decode(), SENT) == parameter


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, 90.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:01 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
    ],
)
def test_retry_after_in_all_its_forms(headers, seconds):
    assert retry_after(headers, 10.0) == seconds


def reply(finish="stop", usage=None, **message):
    return json.dumps(
        {"choices": [{"message": {"role": "assistant", **message}, "finish_reason": finish}], "usage": usage}
    ).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"<html>", b"{}", b"null", b"[]", b'{"choices": null}', b'{"choices": []}', b'{"choices": [{}]}',
        b'{"choices": [{"message": null}]}', b'{"error": {}}', b"\xff\xfe", b"[" * 200_000,
    ],
)  # fmt: skip
def test_a_garbage_body_is_a_fault_of_the_line(body):
    assert of_reply(body, Prompt()).kind is Kind.TRANSPORT


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (reply(content=None), Outcome.JUDGE_INVALID),
        (reply(content=""), Outcome.JUDGE_INVALID),
        (reply(content=7), Outcome.JUDGE_INVALID),
        (reply(content="pass"), Outcome.JUDGE_INVALID),
        (reply(finish="length", content=GOOD), Outcome.JUDGE_OVERRAN),
        (reply(finish="content_filter", content=GOOD), Outcome.JUDGE_REFUSED),
        (reply(refusal="no", content=None), Outcome.JUDGE_REFUSED),
    ],
)
def test_a_reply_without_a_verdict_is_a_fault_of_content(body, outcome):
    fault = of_reply(body, Prompt())
    assert isinstance(fault, CallFault)
    assert (fault.kind, fault.outcome) == (Kind.CONTENT, outcome)


def test_a_verdict_comes_as_content_or_as_the_one_tool_call():
    judged = of_reply(reply(content=GOOD, usage={"prompt_tokens": 7, "completion_tokens": 2}), Prompt())
    assert isinstance(judged, ValidReply)
    assert judged.tokens == (7, 2)
    call = {"function": {"name": "give_verdict", "arguments": GOOD}}
    assert isinstance(of_reply(reply("tool_calls", content=None, tool_calls=[call]), Prompt()), ValidReply)
    assert isinstance(of_reply(reply("tool_calls", content=None, tool_calls=[call, call]), Prompt()), CallFault)
    assert isinstance(of_reply(reply("tool_calls", content=None, tool_calls=[None]), Prompt()), CallFault)
    assert of_reply(reply(content=GOOD, usage={"prompt_tokens": "many"}), Prompt()).tokens == (0, 0)
