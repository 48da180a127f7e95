"""One pair, one verdict: however rows are cut into batches, whatever was asked before, at each side of the bounds."""

import os
import subprocess
import sys
import threading
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.math import OverLimit, equivalent, parse, verify
from graders.math.symbolic import answers, worker_client, worker_pool
from graders.math.symbolic.proof import _has_large_numbers
from graders.math.symbolic.to_sympy import to_sympy

ROWS = [
    (r"\sum_{k=1}^n k^2", r"\frac{n(n+1)(2n+1)}{6}"),
    (r"\sum_{k=1}^n k^2", r"\frac{n(n+1)(2n-1)}{6}"),
    *((rf"\int_0^1 \sin(\sin(x^{{{power}}}+a))\,dx", "b") for power in (2, 3)),
    (r"\int_0^x t e^t dt", "(x-1)e^x+1"),
    (r"\sum_{k=1}^\infty \frac{1}{k}", r"\sum_{k=1}^\infty \frac{1}{\sqrt k}"),
    ("0.5", r"\frac12"),
    (r"\begin{vmatrix}1&a&a^2\\1&b&b^2\\1&c&c^2\end{vmatrix}", "(b-a)(c-a)(c-b)"),
]
OUTCOMES = ["match", "mismatch", *["undecided"] * 2, "match", "undecided", "match", "match"]


@pytest.fixture(autouse=True)
def real_fuel(monkeypatch):
    monkeypatch.setattr(worker_client, "FUEL", 150_000)
    monkeypatch.setattr(worker_client, "CPU_SECONDS", 60)
    worker_pool.desk.close()
    answers.forget_answers()
    yield
    worker_pool.desk.close()


def outcomes(rows):
    return [verdict.outcome for verdict in verify(*zip(*rows, strict=True))]


def test_the_outcomes_of_one_batch_and_of_rows_alone():
    assert outcomes(ROWS) == OUTCOMES
    answers.forget_answers()
    assert [equivalent(*row).outcome for row in ROWS] == OUTCOMES


@settings(max_examples=3, deadline=None)
@given(st.data())
def test_any_order_and_any_cuts(data):
    answers.forget_answers()
    order = data.draw(st.permutations(range(len(ROWS))))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(ROWS) - 1))))
    for start, end in zip([0, *cuts], [*cuts, len(ROWS)], strict=True):
        batch = order[start:end]
        assert outcomes([ROWS[at] for at in batch]) == [OUTCOMES[at] for at in batch]


def test_either_way_round_is_one_question(monkeypatch):
    there = outcomes(ROWS)
    monkeypatch.setattr(worker_pool, "ask", lambda *_: pytest.fail("it was asked again"))
    assert outcomes([row[::-1] for row in ROWS]) == there


def test_in_two_threads():
    found = []
    threads = [threading.Thread(target=lambda: found.append(outcomes(ROWS))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [OUTCOMES] * 2


def test_at_any_depth_of_the_stack():
    def below(frames):
        return below(frames - 1) if frames else outcomes(ROWS)

    assert below(0) == OUTCOMES
    answers.forget_answers()
    assert below(800) == OUTCOMES


def run(script, seed="0"):
    env = {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run([sys.executable, "-c", dedent(script)], check=False, env=env, capture_output=True, text=True)


@pytest.mark.parametrize("seed", ["1", "4294967295"])
def test_under_any_seed_of_hashes(seed):
    script = f"""
        from graders.math import verify
        print(*(verdict.outcome for verdict in verify(*zip(*{ROWS!r}))))
    """
    assert run(script, seed).stdout.split() == OUTCOMES


def test_fuel_on_each_side():
    """The sine takes nine tenths of it, the other series more than twice as much."""
    series = (r"\sum_{k=0}^\infty \frac{(-1)^k x^{2k+1}}{(2k+1)!}", r"\sin x"), (r"\sum_{k=0}^\infty (k+1)x^k", "y")
    assert outcomes([*series[:1], (series[1][0], r"\frac{1}{(1-x)^2}")]) == ["match", "undecided"]


@pytest.mark.parametrize(("calls", "code"), [(3, 0), (4, 1)])
def test_the_call_too_many_ends_the_process(calls, code):
    script = f"""
        from graders.math.symbolic.worker import _counter
        count = _counter(3)
        for _ in range({calls}):
            count(None, "call", None)
    """
    assert run(script).returncode == code


@pytest.mark.parametrize(("kept", "asked"), [(3, 0), (2, 3)])
def test_the_oldest_answer_goes_first(kept, asked, monkeypatch):
    questions, count = [("a", str(at)) for at in range(3)], []
    monkeypatch.setattr(answers, "MAX_KEPT", kept)
    monkeypatch.setattr(worker_pool, "ask", lambda *pair: count.append(pair))

    def put():
        for pair in questions:
            batch = answers.Questions()
            try:
                batch.about(*map(parse, pair))
            except answers.NotAsked:
                batch.ask()

    put()
    count.clear()
    put()
    assert len(count) == asked
    assert len(answers._kept) == kept


def test_what_dies_before_it_begins_costs_no_attempt(monkeypatch):
    """A worker that is being killed is there a little longer, on a busy machine: nothing is lost with it."""
    assert worker_pool.ask(parse(r"\gcd(a, b)"), parse(r"\gcd(b, a)")) is True
    monkeypatch.setattr(worker_pool, "_ATTEMPTS", 1)
    is_alive, late = worker_client.Worker.is_alive, list(worker_pool.desk._idle)
    monkeypatch.setattr(worker_client.Worker, "is_alive", lambda one: one in late or is_alive(one))
    for worker in worker_pool.desk._idle:
        worker._socket.shutdown(2)
    assert worker_pool.ask(parse(r"\gcd(a, b)"), parse(r"\gcd(b, a)")) is True


@pytest.mark.parametrize(("most", "lost"), [(3, False), (2, True)])
def test_so_many_workers_are_tried(most, lost, monkeypatch):
    monkeypatch.setattr(worker_pool, "_MOST_WORKERS", most)
    seen = iter([b"", b"", b"y"])
    monkeypatch.setattr(worker_client.Worker, "ask", lambda *_: next(seen))
    pair = parse("a"), parse("b")
    if lost:
        with pytest.raises(worker_pool.WorkerLost):
            worker_pool.ask(*pair)
    else:
        assert worker_pool.ask(*pair) is True


def test_arguments_of_a_factorial_on_each_side():
    assert to_sympy(parse(r"(\frac{1}{1000})!"))
    with pytest.raises(OverLimit):
        to_sympy(parse(r"(\frac{1}{1001})!"))


@pytest.mark.parametrize(("exponent", "large"), [(255, False), (256, True)])
def test_numbers_in_what_is_simplified_on_each_side(exponent, large):
    assert _has_large_numbers(to_sympy(parse(rf"x+2^{{{exponent}}}"))) is large


def test_a_power_that_comes_up_on_the_way_is_bounded():
    with pytest.raises(OverLimit):
        to_sympy(parse(r"\int_0^{10^9} 3^x dx")).doit()
