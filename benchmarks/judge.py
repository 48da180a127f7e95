"""The judge's client against a local fake server in a process of its own: throughput, CPU a call, cache, memory.

``python -m benchmarks.judge memory`` measures 100,000 rows (minutes); ``serve`` is the server.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import at_least, at_most
from graders.judge import Endpoint, Judge, Limits, Prompt, Storage
from graders.testing import FakeJudge

CALLS, CONCURRENCY = 4096, 256
QUESTION = "A train covers some distance in some hours. What is its average speed? " * 6
MODEL = "fake-judge"


def serve() -> None:
    """Serve until standard input closes; an answer says how long its verdict takes."""

    def latency(asked):
        return float(asked.answer.split()[1])

    with FakeJudge("pass", latency=latency, remember=False) as judge:
        print(judge.base_url, flush=True)
        sys.stdin.read()


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A server in a process of its own; gives its base URL."""
    command = [sys.executable, "-m", "benchmarks.judge", "serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdout.readline().strip()
        process.stdin.close()


def answers(n: int, low: float, high: float) -> tuple[list[float], list[str]]:
    """Latencies, and answers that ask for them; all differ."""
    draw = random.Random(7)
    latencies = [draw.uniform(low, high) for _ in range(n)]
    return latencies, [f"wait {latency:.6f} row {i}" for i, latency in enumerate(latencies)]


def ideal(latencies: list[float], concurrency: int) -> float:
    """Seconds that a client without any overhead takes: each call starts when the first of the others ends."""
    free = [0.0] * concurrency
    for latency in latencies:
        heapq.heapreplace(free, free[0] + latency)
    return max(free)


def judge(url: str, concurrency: int, storage: Storage | None = None) -> Judge:
    limits = Limits(concurrency=concurrency, probe_every=0)
    made = Judge(Endpoint(base_url=url, model=MODEL), limits=limits, storage=storage)
    made.verdicts(None, ["wait 0 warm up"], ["x"])
    return made


def ours(url: str, texts: list[str], concurrency: int) -> tuple[float, float]:
    """Wall seconds of a batch, and CPU milliseconds a call."""
    made = judge(url, concurrency)
    wall, used = time.perf_counter(), time.process_time()
    verdicts = made.verdicts([QUESTION] * len(texts), texts, ["x"] * len(texts))
    wall, used = time.perf_counter() - wall, time.process_time() - used
    assert all(verdict.value == 1.0 for verdict in verdicts)
    made.close()
    return wall, used / len(texts) * 1000


def defaults(url: str, texts: list[str], concurrency: int) -> tuple[float, float]:
    """The same by the client as it comes: `AsyncOpenAI().chat.completions.create` under a semaphore."""
    from openai import AsyncOpenAI

    prompt = Prompt()
    schema = {"type": "json_schema", "json_schema": {"name": "verdict", "strict": True, "schema": prompt.schema()}}
    bodies = [prompt.messages(f'{{"question": "{QUESTION}", "reference": "x", "answer": "{text}"}}') for text in texts]

    async def run() -> None:
        turn = asyncio.Semaphore(concurrency)
        async with AsyncOpenAI(base_url=url, api_key="none") as client:

            async def call(messages: Any) -> None:
                async with turn:
                    await client.chat.completions.create(
                        model=MODEL, messages=messages, response_format=schema, temperature=0, max_completion_tokens=512
                    )

            await asyncio.gather(*map(call, bodies))

    wall, used = time.perf_counter(), time.process_time()
    asyncio.run(run())
    return time.perf_counter() - wall, (time.process_time() - used) / len(texts) * 1000


def throughput() -> list[dict[str, Any]]:
    latencies, texts = answers(CALLS, 0.5, 1.5)
    least = ideal(latencies, CONCURRENCY)
    _, few = answers(1600, 0.1, 0.3)
    with server() as url:
        wall, used = ours(url, texts, CONCURRENCY)
        _, narrow = ours(url, few, 16)
        default_wall, default_used = defaults(url, texts, CONCURRENCY)
    spread = f"{CALLS} calls of 0.5 to 1.5 s, {CONCURRENCY} at once"
    return [
        at_least(f"{spread}: share of a zero-overhead schedule", least / wall, 0.95, "x"),
        at_least(f"{spread}: the same by the client's defaults", least / default_wall, 0.0, "x"),
        at_most(f"{spread}: client CPU a call", used, 1.5, "ms"),
        at_most(f"{spread}: the same by the client's defaults", default_used, 100.0, "ms"),
        at_most("client CPU a call at 256, times its value at 16", used / narrow, 1.5, "x"),
    ]


def sparing() -> list[dict[str, Any]]:
    n = 20_000
    texts = [f"wait 0 row {i}" for i in range(n)]
    with server() as url, tempfile.TemporaryDirectory() as folder:
        storage = Storage(cache_path=str(Path(folder) / "verdicts.db"))
        same = judge(url, 16)
        same.verdicts(None, ["wait 0 the same"] * 16, ["x"] * 16)
        columns = [QUESTION] * n, texts, [f"x {i // 16}" for i in range(n)]
        judge(url, CONCURRENCY, storage).verdicts(*columns)
        warm = Judge(Endpoint(base_url=url, model=MODEL), storage=storage)
        wall = time.perf_counter()
        warm.verdicts(*columns)
        wall = time.perf_counter() - wall
    return [
        at_most("16 equal answers: calls", same.metrics()["calls"] - 1, 1, "calls"),
        at_most(f"{n} rows, warm cache: calls", warm.metrics()["calls"], 0, "calls"),
        at_least(f"{n} rows, warm cache: rows", n / wall, 20_000, "rows/s"),
    ]


def memory(n: int = 100_000) -> list[dict[str, Any]]:
    texts = [f"wait 0 row {i}" for i in range(n)]
    columns = [QUESTION] * n, texts, [f"x {i // 16}" for i in range(n)]
    with server() as url, tempfile.TemporaryDirectory() as folder:
        made = Judge(
            Endpoint(base_url=url, model=MODEL),
            limits=Limits(concurrency=CONCURRENCY, probe_every=0),
            storage=Storage(cache_path=str(Path(folder) / "verdicts.db")),
        )
        before = resident()
        verdicts = made.verdicts(*columns)
        grown = resident() - before
        assert len(verdicts) == n
    return [at_most(f"{n} rows, {CONCURRENCY} at once: memory above import", grown, 150, "MB")]


def resident() -> float:
    """Megabytes that this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def run() -> list[dict[str, Any]]:
    return throughput() + sparing()


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    else:
        for each in memory() if sys.argv[1:] == ["memory"] else run():
            print(f"{each['name']:<75} {each['figure']:>9.2f}  bar {each['bar']:g} {each['unit']}")
