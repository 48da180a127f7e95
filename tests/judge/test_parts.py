"""The small parts: limit, gate, breaker, budget, cache, records, metrics, dialect."""

import asyncio
import json
import math
import multiprocessing
import sqlite3
import threading

import pytest

from graders.judge.asking.metrics import Metrics
from graders.judge.config import Config, Endpoint, Limits, Sampling
from graders.judge.judgement import Attempt, Judgement
from graders.judge.prompt import Prompt
from graders.judge.question import Question
from graders.judge.storage.stored_verdicts import Records
from graders.judge.storage.verdict_cache import Cache, Entry
from graders.judge.transport.backoff import RetryGate, pause
from graders.judge.transport.breaker import Breaker
from graders.judge.transport.budget import Budget
from graders.judge.transport.concurrency import AdaptiveLimit
from graders.judge.transport.request import Dialect, body
from graders.vocabulary.outcome import Outcome


def test_the_limit_holds_and_shrinks_and_grows_again():
    async def run():
        limit, peak = AdaptiveLimit(4), 0

        async def work():
            nonlocal peak
            async with limit:
                peak = max(peak, limit.active)
                await asyncio.sleep(0)

        await asyncio.gather(*(work() for _ in range(20)))
        assert (peak, limit.active) == (4, 0)
        for _ in range(50):
            limit.overloaded()
        assert limit.limit == 1.0
        for _ in range(50):
            limit.succeeded()
        assert limit.limit == 4

    asyncio.run(run())


def test_one_round_of_overload_shrinks_the_limit_once():
    async def run():
        limit = AdaptiveLimit(10)
        async with limit, limit, limit:
            for _ in range(3):
                limit.overloaded()
            assert limit.limit == pytest.approx(2.8)

    asyncio.run(run())


def test_a_quick_server_is_asked_all_at_once_after_its_first_reply():
    limit = AdaptiveLimit(64, 60.0)
    assert limit.limit == 4
    limit.succeeded(0.4)
    assert limit.limit == 64


def test_calls_that_only_queue_are_not_made():
    limit = AdaptiveLimit(64, 60.0)
    for place in range(1, 200):
        limit.succeeded(8.0 * min(place, int(limit.limit)))  # one slot of 8 seconds
        assert 8 * int(limit.limit) < 60
    assert limit.limit <= 4


def test_many_slow_slots_are_found():
    limit = AdaptiveLimit(64, 60.0)
    for _ in range(60):
        limit.succeeded(25.0)
    assert limit.limit == 64


def test_a_call_that_is_never_answered_slows_down_nobody_else():
    limit = AdaptiveLimit(64, 60.0)
    for _ in range(64):
        limit.succeeded(1.0)
        limit.timed_out()
    assert limit.limit == 64


def test_a_cancelled_waiter_gives_its_turn_on():
    async def run():
        limit = AdaptiveLimit(1)

        async def enter():
            async with limit:
                await asyncio.sleep(0)

        async with limit:
            tasks = [asyncio.create_task(enter()) for _ in range(3)]
            await asyncio.sleep(0)
            tasks[0].cancel()
        tasks[1].cancel()  # its turn has come in the meantime
        await asyncio.gather(*tasks, return_exceptions=True)
        assert tasks[2].exception() is None
        assert limit.active == 0

    asyncio.run(run())


def test_pauses_grow_under_a_bound():
    assert all(0 <= pause(1, 0.5, 8) <= 0.5 for _ in range(100))
    assert all(0 <= pause(40, 0.5, 8) <= 8 for _ in range(100))
    assert max(pause(5, 0.5, 8) for _ in range(200)) > 4


def test_one_retry_after_closes_the_gate_for_all():
    async def run():
        gate, loop = RetryGate(longest=0.05), asyncio.get_running_loop()
        gate.close(1000, loop.time())
        start = loop.time()
        await asyncio.gather(*(gate.passed() for _ in range(5)))
        assert 0.05 <= loop.time() - start < 1

    asyncio.run(run())


def test_the_breaker_asks_after_a_long_run_of_faults_and_tries_once_a_cooldown():
    breaker = Breaker(faults=3, patience=10, cooldown=30)
    assert not any(breaker.failed(now) for now in (0, 1, 2))  # three in a row, but not for long enough
    assert breaker.failed(10)
    assert breaker.allows(11)  # it only asks
    breaker.trip(10, "timeout")
    assert not breaker.allows(11)
    assert breaker.reason == "timeout"
    assert not breaker.is_due(39)
    assert breaker.is_due(40)
    assert breaker.allows(40)
    assert not breaker.allows(41)
    breaker.succeeded()
    assert breaker.allows(42)
    breaker.trip(50, "401")
    breaker.succeeded()  # a straggler that was sent before
    assert not breaker.allows(79)
    assert breaker.allows(80)
    breaker.answered()  # no verdict: not well yet
    assert not breaker.allows(81)
    breaker.succeeded()
    assert not breaker.failed(80)
    assert breaker.allows(80)


def test_a_rate_limit_lasts_from_the_first_one_to_the_next_verdict():
    breaker = Breaker(faults=3, patience=10, cooldown=30)
    assert breaker.limited_for(5) == 0
    breaker.limited(5)
    breaker.limited(9)
    assert breaker.limited_for(15) == 10
    breaker.succeeded()
    assert breaker.limited_for(16) == 0


@pytest.mark.parametrize(
    ("limits", "calls"),
    [
        (Limits(max_calls=3), 3),
        (Limits(max_tokens=350), 3),
        (Limits(max_cost=0.0035, input_price=10, output_price=10), 3),
        (Limits(max_calls=0), 0),
        (Limits(), 50),
    ],
)
def test_a_budget_is_never_exceeded(limits, calls):
    budget = Budget(limits, Sampling(max_completion_tokens=50))
    made = sum(budget.reserve(100) is not None for _ in range(50))
    assert made == calls
    assert budget.calls == calls


def test_what_a_call_did_not_use_comes_back():
    budget = Budget(Limits(max_tokens=100), Sampling(max_completion_tokens=50))
    reserved = budget.reserve(100)
    assert reserved == (50, 50)
    assert budget.reserve(2) is None
    budget.settle(reserved, (20, 5))
    assert budget.tokens == 25
    assert budget.reserve(2) == (1, 50)


KEYS = [bytes([i]) * 32 for i in range(5)]


def test_the_cache_keeps_the_first_verdict(tmp_path):
    cache = Cache(str(tmp_path / "deep" / "verdicts.db"))
    cache.put([(KEYS[0], Entry(("pass",), "one")), (KEYS[1], Entry(("a b", "fail"), "\ufffd"))])
    cache.put([(KEYS[0], Entry(("fail",), "two"))])
    cache.close()
    assert cache.get(KEYS) == {KEYS[0]: Entry(("pass",), "one"), KEYS[1]: Entry(("a b", "fail"), "\ufffd")}
    cache.close()


def _fill(path, start):
    cache = Cache(path)
    for i in range(start, start + 60):
        cache.put([(i.to_bytes(32), Entry(("pass",), str(i)))])
    cache.close()


def test_processes_and_threads_share_a_cache(tmp_path):
    path = str(tmp_path / "verdicts.db")
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=_fill, args=(path, 40 * i)) for i in range(2)]
    threads = [threading.Thread(target=_fill, args=(path, 30 * i)) for i in range(3)]
    for worker in (*workers, *threads):
        worker.start()
    for worker in (*workers, *threads):
        worker.join()
    cache = Cache(path)
    assert len(cache.get([i.to_bytes(32) for i in range(200)])) == 120
    cache.close()


def test_a_broken_cache_says_so(tmp_path):
    path = tmp_path / "verdicts.db"
    path.write_text("this is no database, and never was one" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        Cache(str(path)).get(KEYS)


def test_records_are_whole_json_lines(tmp_path):
    path = tmp_path / "logs" / "judge.jsonl"
    records = Records(str(path))
    records.write([])
    assert not path.exists()
    said = Judgement(1.0, Outcome.MATCH, "fine\n\u2028", ("pass",), "judge", KEYS[0], (Attempt("200", 12.345),))
    records.write([{"rows": [0, 2], **said.record}])
    records.write([{"rows": [1], **Judgement(math.nan, Outcome.CIRCUIT_OPEN, "rest").record}])
    first, second = (json.loads(line) for line in path.read_text().splitlines())
    assert first["rows"] == [0, 2]
    assert first["attempts"] == [{"status": "200", "ms": 12.3}]
    assert (first["verdict"], first["reason"]) == ("pass", "fine\n\u2028")
    assert (second["value"], second["outcome"], second["verdict"]) == (None, "circuit_open", None)


def test_percentiles_come_from_bins():
    metrics = Metrics()
    assert math.isnan(metrics.percentile(0.5))
    for ms in range(1, 1001):
        metrics.called(Attempt("200", ms), (1, 2), 0.5)
    assert metrics.percentile(0.5) == pytest.approx(500, rel=0.06)
    assert metrics.percentile(0.99) == pytest.approx(990, rel=0.06)
    assert metrics.snapshot()["completion_tokens"] == 2000


def test_a_dialect_steps_down_once_a_rejection_and_says_so():
    dialect = Dialect.of("auto")
    forms = []
    while dialect.without("response_format", "HTTP 400"):
        forms.append(dialect.form)
    assert forms == ["json_schema_loose", "tool", "json_object", "none"]
    assert dialect.without("seed", "HTTP 400")
    assert not dialect.without("seed", "HTTP 400")
    assert len(dialect.warnings) == 5
    assert not Dialect.of("tool").without("response_format", "HTTP 400")


def test_the_body_holds_what_the_server_takes():
    config = Config(
        endpoint=Endpoint(base_url="x", model="m"), sampling=Sampling(seed=7, top_p=0.5, max_completion_tokens=9)
    )
    dialect, asked = Dialect.of("auto"), Question("{}", Prompt())
    sent = body(config, asked, dialect)
    assert (sent["seed"], sent["top_p"], sent["temperature"], sent["max_completion_tokens"]) == (7, 0.5, 0.0, 9)
    assert sent["response_format"]["json_schema"]["strict"] is True
    dialect.without("max_completion_tokens", "")
    dialect.without("top_p", "")
    sent = body(config, asked, dialect)
    assert sent["max_tokens"] == 9
    assert "top_p" not in sent
    assert body(config, asked._replace(ballot=2), dialect)["seed"] == 9
    assert "seed" not in body(Config(endpoint=config.endpoint), asked, dialect)
    assert body(config, asked, Dialect.of("tool"))["tool_choice"]["function"]["name"] == "give_verdict"
    assert "response_format" not in body(config, asked, Dialect.of("none"))


def test_a_key_is_never_shown():
    endpoint = Endpoint(base_url="x", model="m", api_key="sk-secret")
    assert "sk-secret" not in repr(Config(endpoint=endpoint))
