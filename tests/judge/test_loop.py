"""Where a judge is called from: plain code, running loops, threads, forks, other processes; and how it ends."""

import asyncio
import gc
import multiprocessing
import os
import pickle
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from graders.judge import Storage
from graders.judge.transport import loop
from graders.testing import FakeJudge


@pytest.mark.parametrize("kind", ["hang", "drip"])
def test_a_batch_never_exceeds_its_deadline(judge, kit, kind):
    with FakeJudge(lambda asked: "pass", faults=0.5, kinds=[kind]) as server:
        made = judge(server, concurrency=64, batch_deadline=1.5, attempt_timeout=30)
        made.verdicts(None, ["warm up"], ["x"])
        start = time.perf_counter()
        verdicts = made.verdicts(*kit.rows(200))
        took = time.perf_counter() - start
    assert 0.4 < took < 5  # of the 30 seconds that an attempt may take; benchmarks measure what is over the deadline
    assert set(kit.outcomes(verdicts)) == {"match", "past_deadline"}
    assert all(verdict.outcome.unscored or verdict.value == 1.0 for verdict in verdicts)


def test_a_dripping_server_can_not_stretch_an_attempt(judge, kit):
    with FakeJudge(script=["drip"]) as server:
        start = time.perf_counter()
        [verdict] = judge(server, attempt_timeout=0.3).verdicts(None, ["it is 4 in all"], ["is 4 in"])
        assert time.perf_counter() - start < 5  # the server drips for much longer
    assert kit.statuses(verdict) == ["timeout", "200"]


def test_batches_in_a_row_in_many_threads_and_inside_a_running_loop(judge, kit):
    expected = [float(i % 2) for i in range(40)]
    with FakeJudge(latency=0.005) as server:
        made = judge(server)
        for _ in range(3):
            assert kit.values(made.verdicts(*kit.rows(40))) == expected

        async def inside():
            assert kit.values(made.verdicts(*kit.rows(40))) == expected
            both = await asyncio.gather(*(made.verdicts_async(*kit.rows(40)) for _ in range(2)))
            assert [kit.values(one) for one in both] == [expected] * 2

        asyncio.run(inside())
        results = []
        threads = [
            threading.Thread(target=lambda: results.append(kit.values(made.verdicts(*kit.rows(40))))) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == [expected] * 8


def test_one_flight_across_threads(judge, kit):
    with FakeJudge(latency=0.2) as server:
        made = judge(server)
        threads = [
            threading.Thread(target=lambda: made.verdicts(None, ["it is 4 in all"], ["is 4 in"])) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.calls == 1
        made.verdicts(None, ["it is 4 in all"], ["is 4 in"])
        assert server.calls == 2  # without a cache nothing outlives its batches


def test_who_waits_for_a_flight_that_is_cancelled_asks_for_itself(judge, kit):
    with FakeJudge(script=["hang"]) as server:
        made, results = judge(server, attempt_timeout=60), []
        object.__setattr__(made.config.limits, "batch_deadline", 0.3)
        first = threading.Thread(target=lambda: results.append(made.verdicts(None, ["it is 4 in all"], ["is 4 in"])))
        first.start()
        while not server.calls:
            time.sleep(0.01)
        object.__setattr__(made.config.limits, "batch_deadline", None)
        [verdict] = made.verdicts(None, ["it is 4 in all"], ["is 4 in"])
        first.join()
    assert kit.outcomes(results[0]) == ["past_deadline"]
    assert verdict.value == 1.0


def _in_child(made, answers, results):
    results.put([verdict.value for verdict in made.verdicts(None, answers, ["is 4 in"] * len(answers))])


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_judge_works_in_another_process(judge, kit, method, tmp_path):
    answers = ["it is 4 in all", "it is 5 in all"]
    with FakeJudge() as server:
        made = judge(server, storage=Storage(cache_path=str(tmp_path / "c.db")))
        assert kit.values(made.verdicts(None, answers[:1], ["is 4 in"])) == [1.0]
        context = multiprocessing.get_context(method)
        results = context.Queue()
        child = context.Process(target=_in_child, args=(made, answers, results))
        child.start()
        assert results.get(timeout=30) == [1.0, 0.0]
        child.join()
        assert child.exitcode == 0
        assert kit.values(made.verdicts(None, answers, ["is 4 in"] * 2)) == [1.0, 0.0]


def test_only_parameters_are_pickled(judge):
    with FakeJudge() as server:
        made = judge(server, concurrency=3)
        made.verdicts(None, ["it is 4 in all"], ["is 4 in"])
        again = pickle.loads(pickle.dumps(made))
        assert again.config == made.config
        assert again.metrics()["calls"] == 0
        assert again.verdicts(None, ["it is 4 in all"], ["is 4 in"])[0].value == 1.0
        again.close()


SCRIPT = """
    import asyncio, gc, os, signal, sys, threading, time
    from graders.judge import Endpoint, Judge, Limits
    judge = Judge(Endpoint(base_url=sys.argv[1], model="fake-judge"), limits=Limits(concurrency=32, attempt_timeout=60))
    judge.verdicts(None, ["warm up"], ["x"])
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what runs behind it
    sent = []
    threading.Timer(0.5, lambda: (sent.append(time.perf_counter()), os.kill(os.getpid(), signal.SIGINT))).start()
    try:
        judge.verdicts(None, [f"row {i}" for i in range(200)], ["x"] * 200)
    except KeyboardInterrupt:
        took = time.perf_counter() - sent[0]
    ours = [thread for thread in threading.enumerate()
            if thread is not threading.main_thread() and "Timer" not in repr(thread)]
    for thread in ours:
        thread.join(20)  # on a loaded machine the last of them may still be on its way out
    left = [thread.name for thread in ours if thread.is_alive()]
    tasks = [one for one in gc.get_objects() if isinstance(one, asyncio.Task) and not one.done()]
    print(took < 5.0, left, len(tasks), flush=True)
    judge.verdicts(None, ["it still works"], ["still"])
    print("again", flush=True)
"""


@pytest.mark.parametrize("kind", ["hang", "drip"])
def test_ctrl_c_returns_within_a_second_and_leaves_nothing(kind):
    from graders.testing.fake_judge import Fault

    with FakeJudge(lambda asked: Fault(kind) if asked.answer.startswith("row") else "pass") as server:
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-c", textwrap.dedent(SCRIPT), server.base_url],
            capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )  # fmt: skip
    assert ran.stdout.split("\n")[:2] == ["True [] 0", "again"], ran.stderr
    assert ran.returncode == 0
    assert "Error" not in ran.stderr.replace("KeyboardInterrupt", "")


def test_closing_and_forgetting_a_judge_leaves_no_connection(judge, kit):
    with FakeJudge() as server:
        made = judge(server)
        made.verdicts(*kit.rows(20))
        thread = loop.enter()
        closers = len(thread.closers)
        del made
        gc.collect()
        loop.leave(thread)
        assert closers >= 1
    loop.shut_down()
    assert "graders-judge" not in kit.threads()


def test_an_interrupt_in_one_thread_leaves_the_others_alone(judge, kit):
    with FakeJudge(latency=0.3) as server:
        made, results = judge(server), []
        worker = threading.Thread(target=lambda: results.append(kit.values(made.verdicts(*kit.rows(10)))))
        worker.start()
        while not server.calls:
            time.sleep(0.01)
        other = judge(server, batch_deadline=0.05)
        assert set(kit.outcomes(other.verdicts(None, ["a slow one"], ["x"]))) == {"past_deadline"}
        worker.join()
    assert results == [[float(i % 2) for i in range(10)]]
