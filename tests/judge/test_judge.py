"""The judge against servers that fail in every way there is: no row lost, none wrong, none paid by accident."""

import json
import math
import time
import warnings

import pytest

from graders.judge import Endpoint, Judge, JudgeError, JudgeWarning, Limits, Prompt, Sampling, Storage
from graders.judge.transport.reply import Reply
from graders.testing import FakeJudge
from graders.testing.fake_judge import FAULTS, Fault, RawContent

CONTENT = {
    "null_content": "judge_invalid",
    "length": "judge_overran",
    "refusal": "judge_refused",
    "content_filter": "judge_refused",
    "prose": "judge_invalid",
    "bad_label": "judge_invalid",
    "two_verdicts": "judge_invalid",
}
TRANSPORT = sorted(set(FAULTS) - set(CONTENT))


def ask(judge, answers=("it is 4 in all",), references=("is 4 in",), questions=None):
    return judge.verdicts(questions, list(answers), list(references))


def test_verdicts_come_in_order_with_what_they_took(judge):
    with FakeJudge() as server:
        made = judge(server, sampling=Sampling(seed=3, top_p=0.9, temperature=0.2, max_completion_tokens=77))
        right, wrong = ask(made, ["it is 4 in all", "it is 5 in all"], ["is 4 in"] * 2, ["How many?"] * 2)
        body = server.asked[0].body
    assert (right.value, str(right.outcome), right.labels, right.source) == (1.0, "match", ("pass",), "judge")
    assert (wrong.value, str(wrong.outcome)) == (0.0, "mismatch")
    assert right.attempts[0].status == "200"
    assert right.tokens[0] > 0
    assert (body["seed"], body["top_p"], body["temperature"], body["max_completion_tokens"]) == (3, 0.9, 0.2, 77)


def test_1024_rows_with_a_fifth_of_the_calls_failing_in_every_way(judge, kit):
    questions, answers, references = kit.rows(1024)
    with FakeJudge() as server:
        clean = judge(server, concurrency=256).verdicts(questions, answers, references)
    with FakeJudge(faults=0.2, latency=(0, 0.02), seed=1) as server:
        made = judge(server, concurrency=256, attempt_timeout=4.0)
        faulty = made.verdicts(questions, answers, references)
        assert set(server.faulted) == set(FAULTS)
    assert kit.values(faulty) == kit.values(clean) == [float(i % 2) for i in range(1024)]
    assert kit.outcomes(faulty) == kit.outcomes(clean)
    assert made.metrics()["retries"] > 150


def well(fault):
    """A server that fails on answers, and on nothing that it is asked about their questions."""
    return lambda asked: "pass" if "sum of 2" in asked.answer or asked.answer == asked.reference else Fault(fault)


@pytest.mark.parametrize("kind", TRANSPORT)
def test_a_transport_fault_is_retried_and_then_unscored(judge, kit, kind):
    with FakeJudge(script=[kind, kind]) as server:
        [verdict] = ask(judge(server, attempt_timeout=0.3))
    assert (verdict.value, len(verdict.attempts)) == (1.0, 3)
    with FakeJudge(faults=1.0, kinds=[kind]) as server:
        [verdict] = ask(judge(server, attempt_timeout=0.1, max_attempts=3, rate_limit_patience=0.2))
    assert math.isnan(verdict.value)
    assert str(verdict.outcome) == "judge_unreachable"
    assert len(verdict.attempts) == 3 or kind in {"429", "429_retry_after"}


@pytest.mark.parametrize("kind", CONTENT)
def test_a_content_fault_is_asked_again_and_then_zero_if_the_server_is_well(judge, kit, kind):
    with FakeJudge(script=[kind] * 5) as server:
        [verdict] = ask(judge(server))
    assert (verdict.value, len(verdict.attempts)) == (1.0, 6)
    with FakeJudge(well(kind)) as server:
        made = judge(server)
        [verdict] = ask(made)
    assert verdict.value == 0.0
    assert str(verdict.outcome) == CONTENT[kind]
    assert made.metrics()[f"outcome/{CONTENT[kind]}"] == made.metrics()["zero_by_fault"] == 1


@pytest.mark.parametrize("kind", CONTENT)
def test_a_server_that_gives_no_verdict_to_anybody_is_not_the_policys_zero(judge, kit, kind):
    with FakeJudge(lambda _: Fault(kind)) as server:
        verdicts = ask(judge(server, concurrency=4), [f"{i} apples" for i in range(200)], ["x"] * 200)
        assert server.calls < 120
    assert set(kit.outcomes(verdicts)) == {"judge_unreachable", "circuit_open"}
    assert "known-right probe" in verdicts[0].reason


def test_an_overlong_context_is_the_answers_fault_only_where_the_answer_is_long(judge, kit):
    def strict(asked):
        return well("413")(asked)

    too_long = json.dumps({"error": {"message": "maximum context length is 512 tokens"}})
    with FakeJudge(strict) as server:
        server.serve = _with_400(server.serve, too_long)
        verdicts = ask(judge(server), ["long " * 300, "a short answer"], ["x", "y " * 400])
    assert kit.outcomes(verdicts) == ["judge_overran", "judge_unreachable"]
    assert [len(verdict.attempts) for verdict in verdicts] == [1, 1]


def _with_400(serve, message):
    from graders.testing.fake_http import Served

    def served(path, headers, raw):
        short = b"sum of 2" in raw or b'answer\\": \\"x\\"' in raw
        return serve(path, headers, raw) if short else Served(400, message)

    return served


def test_what_differs_only_by_what_is_dropped_is_not_equal_by_code(judge, kit):
    england, scotland = (
        "\U0001f3f4" + "".join(chr(0xE0000 + ord(c)) for c in tag) for tag in ("gbeng\x7f", "gbsct\x7f")
    )
    with FakeJudge("fail") as server:
        verdicts = ask(judge(server), [england, scotland, "4\u200b"], [england, england, "4"])
    assert [verdict.source for verdict in verdicts] == ["code", "judge", "judge"]
    assert kit.values(verdicts) == [1.0, 0.0, 0.0]


def test_equal_answers_are_one_call(judge, kit):
    with FakeJudge() as server:
        made = judge(server)
        verdicts = ask(made, ["it is 4 in all"] * 16, ["is 4 in"] * 16)
        assert server.calls == 1
    assert kit.values(verdicts) == [1.0] * 16
    assert made.metrics()["shared"] == 15


def test_a_warm_cache_needs_no_call_and_no_server(judge, kit, tmp_path):
    storage = Storage(cache_path=str(tmp_path / "verdicts.db"))
    questions, answers, references = kit.rows(1500)
    with FakeJudge("pass", remember=False) as server:
        url = server.base_url
        first = judge(server, storage=storage, concurrency=256, attempt_timeout=30).verdicts(
            questions, answers, references
        )
    made = judge(url, storage=storage)
    start = time.process_time()
    second = made.verdicts(questions, answers, references)
    rate = 1500 / (time.process_time() - start)
    assert kit.values(second) == kit.values(first)
    assert {verdict.source for verdict in second} == {"cache"}
    assert (made.metrics()["calls"], made.metrics()["hits"]) == (0, 1500)
    assert rate > 10_000  # 35,000 on a quiet core; the benchmark holds it to 20,000


@pytest.mark.parametrize(
    "change",
    [
        {"sampling": Sampling(seed=1)},
        {"sampling": Sampling(temperature=0.5)},
        {"prompt": Prompt(rubric="Is it polite?")},
        {"prompt": Prompt(labels=("fail", "so so", "pass"))},
        {"storage": "revision"},
    ],
)
def test_whatever_can_change_a_verdict_is_part_of_the_cache_key(judge, tmp_path, change):
    path = str(tmp_path / "verdicts.db")
    if change.get("storage"):
        change = {"storage": Storage(cache_path=path, revision="v2")}
    with FakeJudge() as server:
        ask(judge(server, storage=Storage(cache_path=path)))
        ask(judge(server, storage=Storage(cache_path=path)))
        assert server.calls == 1
        ask(judge(server, **{"storage": Storage(cache_path=path), **change}))
        assert server.calls == 2


def test_faults_are_never_cached(judge, kit, tmp_path):
    storage = Storage(cache_path=str(tmp_path / "verdicts.db"))
    with FakeJudge(well("refusal")) as server:
        assert kit.outcomes(ask(judge(server, storage=storage))) == ["judge_refused"]
        assert kit.outcomes(ask(judge(server, storage=storage))) == ["judge_refused"]
        assert sum(asked.answer.startswith("it is 4") for asked in server.asked) == 12
    with FakeJudge(faults=1.0, kinds=["500"]) as server:
        ask(judge(server, storage=storage, max_attempts=2))
        ask(judge(server, storage=storage, max_attempts=2))
        assert server.calls == 4


def test_a_cache_that_fails_costs_a_warning_and_no_verdict(judge, kit, tmp_path):
    (tmp_path / "verdicts.db").write_text("no database" * 1000)
    with FakeJudge() as server:
        made = judge(server, storage=Storage(cache_path=str(tmp_path / "verdicts.db"), records_path=str(tmp_path)))
        with pytest.warns(JudgeWarning, match="cache") as said:
            verdicts = ask(made)
        assert any("records" in str(one.message) for one in said)
        assert kit.values(verdicts) == kit.values(ask(made)) == [1.0]


@pytest.mark.parametrize(
    "name", ["temperature", "seed", "top_p", "max_completion_tokens", "json_schema", "response_format"]
)
def test_a_rejected_parameter_is_dropped_once_with_a_warning(judge, kit, name):
    questions, answers, references = kit.rows(40)
    with FakeJudge(rejects=[name]) as server:
        made = judge(server, sampling=Sampling(seed=1, top_p=0.9), concurrency=16)
        with pytest.warns(JudgeWarning) as said:
            verdicts = made.verdicts(questions, answers, references)
        assert kit.values(verdicts) == [float(i % 2) for i in range(40)]
        expected = {"json_schema": 2, "response_format": 2}.get(name, 1)  # the schema is tried without the length first
        assert len(said) == expected
        assert made.verdicts(questions[:2], answers[:2], references[:2])
    assert verdicts[-1].flags


@pytest.mark.parametrize("structured", ["json_schema", "json_schema_loose", "tool", "json_object", "none"])
@pytest.mark.parametrize("prompt", [Prompt(), Prompt(criteria=("short", "right"))])
def test_a_verdict_in_every_form(judge, kit, structured, prompt):
    with FakeJudge("pass") as server:
        if prompt.criteria and structured in {"json_object", "none"}:
            server._verdict = lambda _: RawContent('{"reason": "", "verdict": {"c1": "pass", "c2": "pass"}}')
        assert kit.values(ask(judge(server, structured=structured, prompt=prompt))) == [1.0]


@pytest.mark.parametrize(("key", "model", "word"), [("wrong", "fake-judge", "401"), ("right", "other", "404")])
def test_what_can_never_succeed_ends_at_once_and_says_why(judge, kit, key, model, word):
    with FakeJudge(api_key="right", models=[model]) as server:
        made = judge(server, key=key, concurrency=2, max_unscored=0.5)
        with pytest.raises(JudgeError, match=word):
            made.verdicts(*kit.rows(50))
        assert server.calls <= 4


def test_the_key_reaches_the_server_and_nothing_else(judge, kit, tmp_path):
    path = tmp_path / "records.jsonl"
    with FakeJudge(api_key="sk-secret") as server:
        made = judge(
            server, key="sk-secret", storage=Storage(records_path=str(path), cache_path=str(tmp_path / "c.db"))
        )
        assert kit.values(ask(made)) == [1.0]
    assert "sk-secret" not in path.read_text() + repr(made) + repr(made.config) + str(made.explain("q", "a b c", "d"))
    assert b"sk-secret" not in (tmp_path / "c.db").read_bytes()


def test_a_dead_server_opens_the_breaker(judge, kit):
    with FakeJudge() as server:
        url = server.base_url
    made = judge(url, concurrency=4, max_attempts=2, breaker_faults=10, breaker_patience=0.0)
    verdicts = made.verdicts(*kit.rows(300))
    assert set(kit.outcomes(verdicts)) == {"judge_unreachable", "circuit_open"}
    assert kit.outcomes(verdicts).count("circuit_open") > 250
    assert made.metrics()["calls"] < 40


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        ({"max_calls": 5}, 5),
        ({"max_tokens": 15_000}, 35),
        ({"max_cost": 0.05, "input_price": 10.0, "output_price": 10.0}, 14),
    ],
)
def test_a_budget_ends_in_unscored_rows(judge, kit, limits, most):
    with FakeJudge() as server:
        made = judge(server, concurrency=8, **limits)
        verdicts = made.verdicts(*kit.rows(60))
        assert 0 < server.calls <= most
    scored = [verdict for verdict in verdicts if not verdict.outcome.unscored]
    assert len(scored) == server.calls
    assert set(kit.outcomes(verdicts)) == {"match", "mismatch", "over_budget"}
    assert made.metrics()["prompt_tokens"] + made.metrics()["completion_tokens"] <= 15_000


def test_a_probe_that_the_budget_does_not_allow_blames_nobody(judge, kit):
    with FakeJudge(well("refusal")) as server:
        [verdict] = ask(judge(server, max_calls=6))
    assert str(verdict.outcome) == "over_budget"
    assert math.isnan(verdict.value)


def test_too_many_unscored_rows_raise_unless_switched_off(judge, kit):
    with FakeJudge(faults=1.0, kinds=["500"]) as server:
        made = judge(server, max_attempts=1, max_unscored=0.5)
        with pytest.raises(JudgeError, match=r"left 10 of 10 rows unscored \(judge_unreachable 10\): .*HTTP 500"):
            made.verdicts(*kit.rows(10))
    with FakeJudge() as server:
        made = judge(server, max_calls=5, max_unscored=0.5)
        assert len(made.verdicts(*kit.rows(10))) == 10


def test_a_judge_that_passes_a_known_wrong_answer_raises_an_alarm(judge, kit):
    with FakeJudge("pass") as server:
        made = judge(server, probe_every=10, concurrency=1)
        with pytest.warns(JudgeWarning, match="known-wrong"):
            made.verdicts(*kit.rows(25))
        assert made.metrics()["alarms"] == 2
        assert made.metrics()["probes"] == 4
        with pytest.raises(JudgeError, match="known-wrong"):
            judge(server, probe_every=10, on_alarm="raise").verdicts(*kit.rows(25))
    with FakeJudge("fail") as server, pytest.warns(JudgeWarning, match="known-right"):
        judge(server, probe_every=10).verdicts(*kit.rows(25))
    with FakeJudge() as server, warnings.catch_warnings():
        warnings.simplefilter("error")
        judge(server, probe_every=10).verdicts(*kit.rows(25))


def test_a_record_a_row(judge, kit, tmp_path):
    path, cache = tmp_path / "records.jsonl", str(tmp_path / "c.db")
    answers = ["it is 4 in all", "it is 4 in all", "Solution:", "it is 5\u200b in all", "long " * 3000]
    with FakeJudge(script=["500"]) as server:
        made = judge(server, concurrency=1, storage=Storage(cache_path=cache, records_path=str(path)))
        ask(made, answers, ["is 4 in"] * 5)
        ask(judge(server, storage=Storage(cache_path=cache, records_path=str(path))), answers[:1], ["is 4 in"])
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    by_rows = {tuple(line["rows"]): line for line in lines[:4]}
    assert set(by_rows) == {(0, 1), (2,), (3,), (4,)}
    assert [one["status"] for one in by_rows[0, 1]["attempts"]] == ["500", "200"]
    assert by_rows[0, 1]["usage"]["completion_tokens"] == 12
    assert by_rows[2,]["outcome"] == "contentless"
    assert by_rows[3,]["flags"] == ["sanitised 1 characters"]
    assert by_rows[4,]["flags"] == ["clipped 7000 characters"]
    assert lines[4]["cached"] is True
    assert lines[4]["key"] == by_rows[0, 1]["key"]


def test_explain_shows_the_exact_messages_and_asks_only_once(judge):
    with FakeJudge() as server:
        made = judge(server)
        ask(made, questions=["How many?"])
        shown = made.explain("How many?", "it is 4 in all", "is 4 in")
        assert server.calls == 1
        assert shown["messages"] == server.asked[0].body["messages"]
        assert (shown["verdict"], shown["value"]) == ("pass", 1.0)
        assert made.explain("How many?", "Solution:", "is 4 in")["outcome"] == "contentless"
        assert made.explain("How many?", "it is 5 in all", "is 4 in")["verdict"] == "fail"


def test_a_long_answer_is_clipped_or_zero(judge, kit):
    with FakeJudge() as server:
        made = judge(server, prompt=Prompt(max_answer_chars=100))
        assert kit.outcomes(ask(made, ["is 4 in " + "x" * 500], ["is 4 in"])) == ["match"]
        assert len(server.asked[0].answer) < 200
        assert kit.outcomes(
            ask(judge(server, prompt=Prompt(max_answer_chars=100, long_answer="zero")), ["y" * 101])
        ) == ["over_limit"]


def test_the_same_replies_give_the_same_rewards_at_any_concurrency(judge, kit):
    questions, answers, references = kit.rows(100, wrong_every=3)
    seen = set()
    for concurrency, seed in ((1, 0), (7, 1), (64, 2), (100, 3)):
        with FakeJudge(latency=(0, 0.01), faults=0.1, kinds=["500", "cut_json", "prose"], seed=seed) as server:
            verdicts = judge(server, concurrency=concurrency).verdicts(questions, answers, references)
        seen.add((tuple(kit.values(verdicts)), tuple(kit.outcomes(verdicts))))
    assert len(seen) == 1


def test_nothing_to_do_starts_nothing(judge, kit):
    made = judge("http://127.0.0.1:9/v1")
    before = kit.threads()
    assert made.verdicts(None, [], None) == []
    assert kit.values(ask(made, ["Solution:", "4"], ["4", "4"])) == [0.0, 1.0]
    assert kit.threads() == before


def test_a_judge_without_a_server(kit):
    """A transport in place of the client: any object with one method, the fake judge among them."""
    endpoint = Endpoint(base_url="http://nowhere/v1", model="fake-judge")
    fake = FakeJudge(script=["500", "reset", "prose"])
    quick = Limits(backoff_base=0.01, backoff_max=0.02, concurrency=1)
    [judgement] = Judge(endpoint, limits=quick, transport=fake).verdicts(None, ["it is 4 in all"], ["is 4 in"])
    assert judgement.value == 1
    assert kit.statuses(judgement) == ["500", "connection", "invalid", "200"]
    assert fake.calls == 4

    class Passing:
        async def send(self, body):
            message = {"content": '{"reason": "", "verdict": "pass"}'}
            reply = {"choices": [{"message": message, "finish_reason": "stop"}]}
            return Reply(200, json.dumps(reply).encode())

    assert kit.values(Judge(endpoint, transport=Passing()).verdicts(*kit.rows(3))) == [1.0] * 3
