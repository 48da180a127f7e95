"""Bodies, formulas and templates that want to do harm, over HTTP: a 4xx in that API's words or a graded row, soon."""

import json
import time

import httpx
import pytest

RUN = "/v1/fine_tuning/alpha/graders/run"
CHECK = {"type": "string_check", "operation": "eq", "input": "{{sample.output_text}}", "reference": "{{item.a}}"}
HEADERS = {"authorization": "Bearer a-key-of-the-tests-0123", "content-type": "application/json"}


def post(address, body, path=RUN):
    began = time.monotonic()
    reply = httpx.post(address + path, content=body, headers=HEADERS, timeout=60)
    return reply, time.monotonic() - began


def asked(grader, sample="x", item=None, **more):
    return json.dumps({"grader": grader, "model_sample": sample, "item": item or {"a": "x"}, **more}).encode()


def multi(formula, **parts):
    return {"type": "multi", "graders": parts or {"a": CHECK}, "calculate_output": formula}


REFUSED = {
    "empty": b"",
    "null": b"null",
    "list": b"[]",
    "number": b"1",
    "broken": b'{"grader":',
    "trailing": asked(CHECK) + b"}",
    "invalid UTF-8": b'{"grader": "\xff"}',
    "NaN": b'{"grader": {"type": "string_check"}, "model_sample": "x", "item": {"a": NaN}}',
    "infinity": b'{"grader": {}, "model_sample": "x", "item": {"a": 1e999}}',
    "a key twice": b'{"grader": {"type": "python", "type": "string_check"}, "model_sample": "x"}',
    "deep": b'{"grader":' + b"[" * 100_000,
    "deep and closed": b'{"grader":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "a long number": b'{"grader": ' + b"9" * 100_000 + b', "model_sample": "x"}',
    "no grader": json.dumps({"model_sample": "x"}).encode(),
    "grader null": asked(None),
    "grader list": asked([CHECK]),
    "type list": asked({"type": ["string_check"]}),
    "type object": asked({"type": {}}),
    "sample object": asked(CHECK, {"output_text": "x"}),
    "item list": asked(CHECK, item=["x"]),
    "formula of brackets": asked(multi("(" * 4000)),
    "formula of powers": asked(multi("9^" * 2000 + "9")),
    "formula of 10 MB": asked(multi("a+" * 5_000_000 + "a")),
    "formula that imports": asked(multi("__import__('os').system('true')")),
    "formula object": asked(multi({"a": 1})),
    "thousand graders": asked(multi("a", **{f"g{number}": CHECK for number in range(1000)}, a=CHECK)),
    "key with braces": asked(multi("1", **{"{{a}}": CHECK})),
    "template without end": asked({**CHECK, "input": "{{" * 50_000}),
    "template of attributes": asked({**CHECK, "input": "{{item.__class__.__mro__[1]()}}"}),
    "template that runs": asked({**CHECK, "input": "{{ ''.join(item) }}"}),
    "thousand messages": asked(
        {"type": "score_model", "model": "m", "input": [{"role": "user", "content": "x"}] * 1000}
    ),
    "our own with a surprise": asked({"type": "llm", "temperature": "hot", "max_completion_tokens": -1}),
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_is_refused(address, body):
    """In one sentence or a list of mistakes, soon; the server goes on."""
    reply, seconds = post(address, body)
    assert reply.status_code in {400, 413, 422}, reply.text[:300]
    error = reply.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"
    assert 10 < len(error["message"]) < 20_000
    assert seconds < 15
    assert post(address, asked(CHECK))[0].json()["reward"] == 1


GRADED = {
    "a variable of 4 MB, 200 times": asked(
        {**CHECK, "input": "{{item.b}}" * 200}, item={"a": "x", "b": "y" * 4_000_000}
    ),
    "an item of 100,000 fields": asked(
        {**CHECK, "reference": "{{item.nothing}}"}, item={f"f{number}": number for number in range(100_000)}
    ),
    "fuzzy over long texts": asked(
        {**CHECK, "type": "text_similarity", "evaluation_metric": "fuzzy_match"},
        "ab " * 300_000,
        {"a": "ba " * 200_000},
    ),
    "output_json that is deep": asked({**CHECK, "input": "{{sample.output_json[0]}}"}, "[" * 100_000 + "]" * 100_000),
    "output_json with a key twice": asked({**CHECK, "input": "{{sample.output_json.a}}"}, '{"a": "y", "a": "x"}'),
    "output_json that is NaN": asked({**CHECK, "input": "{{sample.output_json}}"}, "NaN"),
    "a division by zero": asked(multi("1 / (a - 1)")),
    "a tower of powers": asked(multi("9^9^9^9^9^9 * a")),
    "a root of less than nothing": asked(multi("sqrt(0 - a)")),
}


@pytest.mark.parametrize("body", GRADED.values(), ids=GRADED)
def test_what_is_graded_as_nothing(address, body):
    """A flag, words, and reward 0; soon."""
    reply, seconds = post(address, body)
    assert reply.status_code == 200, reply.text[:300]
    document = reply.json()
    assert document["reward"] == 0
    assert [name for name, value in document["metadata"]["errors"].items() if value is True]
    assert document["metadata"]["details"]
    assert seconds < 30


@pytest.mark.parametrize("metric", ["fuzzy_match", "bleu", "gleu", "rouge_1", "rouge_l"])
def test_any_characters(address, metric):
    """Lone surrogates, controls and bidi marks are characters like others."""
    text = "a\u0000b \u202e c \ud800 d"
    grader = {**CHECK, "type": "text_similarity", "evaluation_metric": metric}
    reply, _ = post(address, asked(grader, text, {"a": text}))
    assert reply.status_code == 200, reply.text
    assert reply.json()["reward"] == pytest.approx(1)
    assert post(address, asked(CHECK, text, {"a": text}))[0].json()["reward"] == 1


def test_evals_of_hostile_rows(address):
    """A page, an id and a source that are none; rows that are graded as nothing beside one that is right."""
    config = {"type": "custom", "item_schema": {}}
    made, _ = post(
        address, json.dumps({"data_source_config": config, "testing_criteria": [CHECK]}).encode(), "/v1/evals"
    )
    eval_id = made.json()["id"]
    rows = [{"item": {"a": "x"}, "sample": {"output_text": text}} for text in ("x", "{{item.a}}", "\ud800")]
    rows += [{"item": {}, "sample": {"output_text": 3}}]
    source = {"type": "jsonl", "source": {"type": "file_content", "content": rows}}
    path = f"/v1/evals/{eval_id}/runs"
    run, _ = post(address, json.dumps({"data_source": source, "name": ["x"], "metadata": 3}).encode(), path)
    assert run.status_code == 201, run.text
    where = f"{address}{path}/{run.json()['id']}"
    ends = time.monotonic() + 20
    while httpx.get(where, headers=HEADERS).json()["status"] != "completed":
        assert time.monotonic() < ends
        time.sleep(0.01)
    counts = httpx.get(where, headers=HEADERS).json()["result_counts"]
    assert counts == {"total": 4, "passed": 1, "failed": 2, "errored": 1}
    for query in (
        "limit=99999",
        "limit=-1",
        "limit=x",
        "after=nothing",
        "after=" + "9" * 400,
        "order=sideways",
        "status=x",
    ):
        listed = httpx.get(f"{where}/output_items?{query}", headers=HEADERS)
        assert listed.status_code == 200
        assert len(listed.json()["data"]) == 4 or query == "limit=-1"
    for strange in ("%00", "..%2f..%2fmodels", "x" * 4000, "'; drop table evals; --"):
        assert httpx.get(f"{address}/v1/evals/{strange}/runs/y", headers=HEADERS).status_code == 404
