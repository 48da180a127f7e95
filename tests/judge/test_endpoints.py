# ruff: noqa: E501
"""Servers as they are: addresses in any form, keys that expire, more of everything, several servers, thinking judges."""

import asyncio
import json
import ssl
from contextlib import nullcontext

import aiohttp
import pytest

from graders import JudgeSettings
from graders.judge import Endpoint, Judge, JudgeWarning, Limits
from graders.judge.transport.addresses import address, models_address
from graders.judge.transport.backoff import CallPace
from graders.judge.transport.client import Client
from graders.judge.transport.lean_http import proxy_of
from graders.scorers.llm import endpoint_of
from graders.testing import FakeJudge
from graders.testing.fake_http import Served
from graders.testing.fake_judge import Fault

QUICK = Limits(backoff_base=0.01, backoff_max=0.02, probe_every=0, max_unscored=None)
ROW = (None, ["it is 4 in all"], ["is 4 in"])
CALLS = "/v1/chat/completions"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("http://h:8000", "http://h:8000" + CALLS),
        ("http://h:8000/", "http://h:8000" + CALLS),
        ("http://h:8000/v1", "http://h:8000" + CALLS),
        ("http://h:8000/v1/", "http://h:8000" + CALLS),
        ("http://h:8000/v1/chat/completions", "http://h:8000" + CALLS),
        ("http://h:11434/api/chat", "http://h:11434" + CALLS),
        ("http://h:8000/v1/completions", "http://h:8000" + CALLS),
        (" https://openrouter.ai/api/v1 ", "https://openrouter.ai/api/v1/chat/completions"),
        ("https://g.com/v1beta/openai/", "https://g.com/v1beta/openai/chat/completions"),
        ("https://x.openai.azure.com", "https://x.openai.azure.com/openai/v1/chat/completions"),
        ("https://x.services.ai.azure.com/", "https://x.services.ai.azure.com/openai/v1/chat/completions"),
        ("https://x.openai.azure.com/openai/deployments/d?api-version=1", "https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=1"),
    ],
)  # fmt: skip
def test_a_base_url_in_any_of_the_usual_forms(given, expected):
    assert address(given) == expected
    assert models_address(given).partition("?")[0] == expected.partition("?")[0].replace("/chat/completions", "/models")


def asked(server, **more):
    with pytest.warns(JudgeWarning) if more.pop("warns", False) else nullcontext():
        made = Judge(Endpoint(base_url=server.base_url, model="fake-judge", **more), limits=QUICK)
        try:
            return made.verdicts(*ROW)[0]
        finally:
            made.close()


def test_more_headers_query_and_body_reach_the_server():
    seen = []
    with FakeJudge() as server:
        serve = server.serve
        server.serve = lambda path, headers, raw: (
            seen.append((path, headers, json.loads(raw))) or serve(path, headers, raw)
        )
        more = {"extra_headers": {"X-Team": "t"}, "extra_query": {"api-version": "7"}, "reasoning_effort": "low"}
        assert asked(server, extra_body={"chat_template_kwargs": {"enable_thinking": False}}, **more).value == 1
    path, headers, body = seen[0]
    assert path == CALLS + "?api-version=7"
    assert headers["x-team"] == "t"
    assert body["reasoning_effort"] == "low"
    assert body["chat_template_kwargs"] == {"enable_thinking": False}


@pytest.mark.parametrize("source", ["file", "function"])
def test_a_key_is_fetched_anew_where_it_is_refused(source, tmp_path):
    path = tmp_path / "key"
    path.write_text("old\n")
    with FakeJudge(api_key="old") as server:
        key = {"api_key_file": str(path)} if source == "file" else {"api_key": lambda: path.read_text().strip()}
        made = Judge(Endpoint(base_url=server.base_url, model="fake-judge", **key), limits=QUICK)
        assert made.verdicts(*ROW)[0].value == 1
        server._key = "new"
        path.write_text("new")
        assert [
            one.value
            for one in made.verdicts(None, [f"it is {i} in all" for i in range(20)], [f"is {i} in" for i in range(20)])
        ] == [1] * 20
        made.close()


def test_a_key_that_can_not_be_had_is_the_endpoints_fault(kit):
    with FakeJudge() as server:
        verdict = asked(server, api_key_file="/nowhere/key")
    assert str(verdict.outcome) == "judge_unreachable"
    assert "no key could be had" in verdict.reason


def test_one_server_of_several_may_be_down(kit):
    with FakeJudge() as dead:
        gone = dead.base_url
    with FakeJudge(faults=1.0, kinds=["503"]) as busy, FakeJudge() as one, FakeJudge() as two:
        urls = (busy.base_url, one.base_url, two.base_url)
        made = Judge(Endpoint(base_url=gone, model="fake-judge", more_base_urls=urls), limits=QUICK)
        made.verdicts(None, [f"it is {i} or so" for i in range(8)], ["4"] * 8)
        tried = busy.calls
        assert kit.values(made.verdicts(*kit.rows(40))) == [float(i % 2) for i in range(40)]
        assert min(one.calls, two.calls) > 8
        assert busy.calls == tried > 0  # it rests
        made.close()


def test_a_server_without_a_system_role_gets_its_prompt_in_the_users_turn():
    with FakeJudge(rejects=["system"]) as server:
        verdict = asked(server, warns=True)
        assert [one["role"] for one in server.asked[-1].body["messages"]] == ["user"]
    assert verdict.value == 1
    assert "system prompt folded" in verdict.flags


def test_a_hard_row_gets_tokens_to_think():
    def thinking(call):
        return "pass" if call.body["max_completion_tokens"] > 512 else Fault("length")

    with FakeJudge(thinking) as server:
        verdict = asked(server)
    assert (verdict.value, len(verdict.attempts)) == (1, 2)


def test_a_row_that_is_cut_within_its_thought_is_never_the_policys_zero():
    cut = Served(
        200,
        json.dumps({"choices": [{"message": {"content": "", "reasoning_content": "hm"}, "finish_reason": "length"}]}),
    )
    with FakeJudge() as server:
        serve = server.serve
        server.serve = lambda path, headers, raw: cut if b"it is 4 in all" in raw else serve(path, headers, raw)
        verdict = asked(server)
    assert str(verdict.outcome) == "judge_unreachable"
    assert "thinking_tokens" in verdict.reason


def test_a_pace_spreads_calls_evenly():
    async def run():
        loop = asyncio.get_running_loop()
        for pace, tokens in ((CallPace(6000, None), 1), (CallPace(None, 6000), 1), (CallPace(60_000, 600), 0.1)):
            start = loop.time()
            await asyncio.gather(*(pace.turn(tokens) for _ in range(6)))
            assert 0.05 <= loop.time() - start < 1
        start = loop.time()
        await CallPace(None, None).turn(10**9)
        assert loop.time() - start < 0.5

    asyncio.run(run())


def test_the_settings_make_the_endpoint(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    settings = JudgeSettings(
        base_url="http://h/v1", model="m", more_base_urls="http://a/v1; http://b/v1", extra_query='{"api-version": "7"}',
        extra_headers={"X-Key": "secret"}, extra_body={"provider": {"only": ["x"]}}, thinking_tokens=9,
        api_key=lambda: "k", requests_per_minute=60, tokens_per_minute=1e6, first_calls=2, verify_tls=False,
    )  # fmt: skip
    endpoint = endpoint_of(settings)
    assert endpoint.more_base_urls == ("http://a/v1", "http://b/v1")
    assert (endpoint.extra_query, endpoint.extra_headers) == ({"api-version": "7"}, {"X-Key": "secret"})
    assert endpoint.api_key() == "k"
    assert "secret" not in repr(settings) + repr(endpoint)
    assert hash(endpoint)
    assert settings.limits.requests_per_minute == 60


@pytest.mark.parametrize(
    "wrong", [{"extra_query": "x=1"}, {"more_base_urls": "h"}, {"thinking_tokens": -1}, {"requests_per_minute": 0}]
)
def test_settings_that_can_not_work_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        JudgeSettings(base_url="http://h/v1", model="m", **wrong)


def test_a_proxy_of_the_environment_is_gone_through(monkeypatch, kit):
    with FakeJudge() as server:
        monkeypatch.setenv("http_proxy", server.base_url.removesuffix("/v1"))
        monkeypatch.setenv("no_proxy", "")
        made = Judge(Endpoint(base_url="http://judge.invalid/v1", model="fake-judge"), limits=QUICK)
        assert kit.values(made.verdicts(*ROW)) == [1.0]
        made.close()


@pytest.mark.parametrize(
    ("environment", "url", "expected"),
    [
        ({}, "http://h/v1", None),
        ({"http_proxy": "http://p:1"}, "http://h/v1", "http://p:1"),
        ({"http_proxy": "http://p:1"}, "https://h/v1", None),
        ({"https_proxy": "http://p:1"}, "https://h/v1", "http://p:1"),
        ({"all_proxy": "http://p:1"}, "https://h/v1", "http://p:1"),
        ({"all_proxy": "http://p:1", "no_proxy": "h"}, "https://h/v1", None),
        ({"all_proxy": "http://p:1", "no_proxy": "localhost"}, "https://h/v1", "http://p:1"),
    ],
)
def test_which_proxy_the_environment_names(environment, url, expected, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_of(url) == expected


def test_a_redirect_is_followed_with_its_body():
    with FakeJudge() as there, FakeJudge() as here:
        moved = Served(307, "", headers={"location": f"{there.base_url}/chat/completions"})
        here.serve = lambda *_: moved
        assert asked(here).value == 1
        assert there.calls == 1


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (aiohttp.ConnectionTimeoutError("no connection"), "timeout"),
        (aiohttp.ServerDisconnectedError(), "connection"),
        (aiohttp.ClientPayloadError("cut"), "connection"),
        (aiohttp.InvalidURL("x"), "connection"),
        (ConnectionResetError("gone"), "connection"),
        (ssl.SSLError("no certificate"), "connection"),
        (EOFError(), "connection"),
    ],
)
def test_whatever_happens_on_the_line_is_a_reply(error, word, monkeypatch):
    def failing(*_, **__):
        raise error

    async def run():
        client = Client(Endpoint(base_url="http://127.0.0.1:9/v1", model="m"), QUICK)
        monkeypatch.setattr(aiohttp.ClientSession, "request", failing)
        reply = await client.send({})
        await client.close()
        return reply

    reply = asyncio.run(run())
    assert (reply.status, reply.word) == (0, word)
    assert (str(error) or type(error).__name__) in reply.detail


def test_an_errors_headers_are_handed_on():
    with FakeJudge(faults=1.0, kinds=["429_retry_after"]) as server:

        async def run():
            client = Client(Endpoint(base_url=server.base_url, model="fake-judge"), QUICK)
            reply = await client.send({"model": "fake-judge", "messages": [{"role": "user", "content": "x"}]})
            await client.close()
            return reply

        reply = asyncio.run(run())
    assert reply.status == 429
    assert reply.headers["retry-after-ms"] == "50"
    assert b"error" in reply.body


def made_of(tokens):
    content = '{"reason": "", "verdict": "pass"}'
    choice = {"message": {"content": content}, "finish_reason": "stop"}
    return Served(200, json.dumps({"choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": tokens}}))


@pytest.mark.parametrize(("tokens", "sent"), [(9, "max_completion_tokens"), (512, "max_completion_tokens"),
                                              (513, "max_completion_tokens"), (600, "max_tokens"), (9000, "max_tokens")])  # fmt: skip
def test_a_server_that_passes_over_max_completion_tokens_is_sent_max_tokens(tokens, sent, kit):
    seen = []
    with FakeJudge() as server:
        server.serve = lambda path, headers, raw: seen.append(json.loads(raw)) or made_of(tokens)
        made = Judge(Endpoint(base_url=server.base_url, model="fake-judge"), limits=QUICK)
        with pytest.warns(JudgeWarning, match="passes over") if sent == "max_tokens" else nullcontext():
            made.verdicts(*ROW)
        made.verdicts(*kit.rows(4))
        made.close()
    assert {frozenset(body) & {"max_tokens", "max_completion_tokens"} for body in seen[1:]} == {frozenset({sent})}
    assert all(body[sent] == 512 for body in seen[1:])


def test_a_limit_of_ones_own_stands_beside_it(kit):
    seen = []
    with FakeJudge() as server:
        server.serve = lambda path, headers, raw: seen.append(json.loads(raw)) or made_of(900)
        made = Judge(
            Endpoint(base_url=server.base_url, model="fake-judge", extra_body={"max_tokens": 1024}), limits=QUICK
        )
        made.verdicts(*ROW)
        made.close()
    assert [(body["max_tokens"], body["max_completion_tokens"]) for body in seen] == [(1024, 512)]


def test_the_models_of_an_endpoint():
    """Listed through the same line as calls; none where the server has no list, or it is no list of models."""

    async def listed(url):
        client = Client(Endpoint(base_url=url, model="m"), QUICK)
        try:
            return await client.models()
        finally:
            await client.close()

    with FakeJudge(models=["m", "n"]) as server:
        assert asyncio.run(listed(server.base_url)) == ["m", "n"]
        for other in (Served(404, "no"), Served(200, "[]"), Served(200, "<html>"), Served(200, "")):
            server.serve = lambda path, headers, raw, other=other: other
            assert asyncio.run(listed(server.base_url)) == []
