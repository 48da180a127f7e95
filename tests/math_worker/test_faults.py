"""Whatever happens to the worker or to its host: no wrong score, no lost score, no process left."""

import os
import random
import signal
import statistics
import threading
import time
from pathlib import Path

import pytest

from graders.math import equivalent
from graders.math.symbolic import worker_client as pipe
from graders.math.symbolic import worker_pool as symbolic
from graders.math.symbolic.answers import forget_answers
from graders.math.symbolic.worker_pool import WorkerLost

STREAM = [
    (r"\sum_{k=1}^\infty \frac{1}{k^2}", r"\frac{\pi^2}{6}", True),
    (r"\det\begin{pmatrix}a&b\\c&d\end{pmatrix}", "ad+bc", False),
    (r"\gcd(a, b)", r"\gcd(b, a)", True),
    (r"\sum_{k=0}^\infty x^k", r"\frac{1}{1-x}", True),
    (r"\gcd(a, b)", "c", False),
]
EASY = (r"\gcd(a, b)", r"\gcd(b, a)")
KILLS = 100


class Killer(threading.Thread):
    """Kills, at random moments of a stream of tasks, the task's process, the worker or the spare; never a retry."""

    def __init__(self, processes):
        super().__init__(daemon=True)
        self.processes, self.random = processes, random.Random(7)
        self.done, self.killed, self.recoveries = 0, 0, []

    def run(self):
        while self.killed < KILLS:
            time.sleep(self.random.uniform(0, 0.03))  # the random moment
            victim = self.victim()
            if victim is None or not self.kill(victim):
                continue
            self.killed += 1
            start, done = time.monotonic(), self.done
            self.processes.until(lambda done=done: self.done > done)  # the task in hand, tried again
            self.recoveries.append(time.monotonic() - start)

    def victim(self):
        workers, tasks = self.processes.workers(), self.processes.tasks()
        if self.random.random() < 0.2:
            return self.random.choice(workers) if len(workers) == 2 else None
        return tasks[0] if tasks else None

    @staticmethod
    def kill(pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


def test_killed_a_hundred_times_at_random_moments(ask, processes, monkeypatch):
    """Recovery is a fork, never a new interpreter; its median is far below a second on a busy machine, too."""
    ask(*EASY)
    started = []
    start = pipe._start
    monkeypatch.setattr(pipe, "_start", lambda theirs: started.append(theirs) or start(theirs))
    killer = Killer(processes)
    killer.start()
    while killer.is_alive():
        answer, reference, expected = STREAM[killer.done % len(STREAM)]
        assert ask(answer, reference) is expected
        killer.done += 1
    killer.join()
    assert killer.killed == KILLS == len(killer.recoveries)
    assert len(started) <= 1, "but where worker and spare are killed at once"
    assert statistics.median(killer.recoveries) < 1


def test_a_new_worker_is_ready_soon(ask, processes):
    """In CPU time: a busy machine may take its time, the worker may not. SymPy's tables are loaded as well."""
    symbolic.desk.close()
    ask(*EASY)
    used = sum(map(int, processes.fields(symbolic.desk._idle[-1].pid)[11:13])) / os.sysconf("SC_CLK_TCK")
    assert used < 4


def in_background(call):
    results = []

    def run():
        try:
            results.append(call())
        except WorkerLost as error:
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, results


def task_process(processes, but=()):
    """The process of the task in hand."""

    def found():
        at_work = processes.at_work()
        return at_work and at_work[2] not in but and at_work[2]

    return processes.until(found)


@pytest.mark.parametrize("whole", [False, True], ids=["task", "worker"])
def test_killed_twice_is_lost_and_the_next_task_works(whole, ask, long_task, processes):
    thread, results = in_background(lambda: ask(*long_task))
    seen = []
    for _ in range(2):
        seen.append(task_process(processes, but=seen))
        os.kill(processes.at_work()[0] if whole else seen[-1], signal.SIGKILL)
        processes.until(lambda: not processes.is_running(seen[-1]))
    thread.join()
    assert isinstance(results[0], WorkerLost)
    assert len(set(seen)) == 2
    assert ask(*EASY) is True


def test_killed_once_is_tried_once_more(ask, long_task, processes):
    thread, results = in_background(lambda: ask(*long_task))
    first = task_process(processes)
    os.kill(first, signal.SIGKILL)
    second = task_process(processes, but=[first])
    thread.join()
    assert results == [None]
    assert not processes.is_running(second)


def test_killed_between_tasks_costs_no_attempt(ask, processes, monkeypatch):
    monkeypatch.setattr(symbolic, "_ATTEMPTS", 1)
    assert ask(*EASY) is True
    worker = symbolic.desk._idle[-1].pid
    os.kill(worker, signal.SIGKILL)
    processes.until(lambda: not processes.is_running(worker))
    assert ask(*EASY) is True


def test_the_spare_takes_over_and_has_a_spare_again(ask, processes):
    assert ask(*EASY) is True
    for _ in range(5):
        worker, spare = symbolic.desk._idle[-1].pid, symbolic.desk._idle[0]
        os.kill(worker, signal.SIGKILL)
        assert ask(*EASY) is True
        assert symbolic.desk._idle[-1] is spare
        assert len(processes.workers()) == 2


def test_a_lost_spare_is_made_anew(ask, processes):
    assert ask(*EASY) is True
    worker, spare = symbolic.desk._idle[-1].pid, processes.until(lambda: spare_of(processes))
    os.kill(spare, signal.SIGKILL)
    processes.until(lambda: not processes.is_running(spare))
    assert ask(*EASY) is True
    assert processes.until(lambda: spare_of(processes)) != spare
    assert symbolic.desk._idle[-1].pid == worker


def test_worker_and_spare_lost_at_once(ask, processes):
    assert ask(*EASY) is True
    for pid in (symbolic.desk._idle[-1].pid, processes.until(lambda: spare_of(processes))):
        os.kill(pid, signal.SIGKILL)
        processes.until(lambda pid=pid: not processes.is_running(pid))
    assert ask(*EASY) is True


def spare_of(processes):
    return next((pid for pid in processes.workers() if pid != symbolic.desk._idle[-1].pid), None)


def test_a_lost_worker_leaves_the_answer_unscored(monkeypatch):
    def lost(answer, reference):
        raise WorkerLost

    monkeypatch.setattr(symbolic, "ask", lost)
    forget_answers()
    verdict = equivalent(r"\sum_{k=0}^\infty x^k", r"\frac{1}{1-x}")
    assert (verdict.equal, verdict.outcome) == (False, "worker_lost")


@pytest.mark.parametrize(
    ("answer", "reference"),
    [(r"2^{\prod_{k=1}^{14} k}", "x"), (r"\sum_{k=1}^{10000000}\sin k", "z")],
    ids=["memory", "cpu"],
)
def test_a_bomb_is_left_open_and_the_next_task_works(answer, reference, ask, processes, monkeypatch):
    monkeypatch.setattr(pipe, "MEMORY_BYTES", 1 << 28)
    symbolic.desk.close()
    ask(*EASY)
    before = symbolic.desk._idle[-1]
    assert ask(answer, reference) is None
    assert ask(*EASY) is True
    assert symbolic.desk._idle[-1] is before, "the bomb took nothing with it"


def test_a_task_has_limits_on_time_and_memory(host):
    body = """
        import resource
        from graders.math.symbolic import worker
        worker._limit({resource.RLIMIT_CPU: 1, resource.RLIMIT_AS: pipe.MEMORY_BYTES})
        try:
            bytearray(pipe.MEMORY_BYTES)
        except MemoryError:
            say("no memory")
        while True:
            pass
    """
    process = host(body)
    assert process.stdout.readline() == "no memory\n"
    assert process.wait() == -signal.SIGXCPU


def test_no_descriptor_leaks(ask, processes):
    def task(number):
        if number % 80 == 79:
            os.kill(symbolic.desk._idle[-1].pid, signal.SIGKILL)
        assert ask(*EASY) is True
        return len(list(Path("/proc/self/fd").iterdir()))

    counts = [task(number) for number in range(300)]
    assert set(counts) == {counts[0]}
    worker = symbolic.desk._idle[-1].pid
    assert len(list(Path(f"/proc/{worker}/fd").iterdir())) <= 5


def test_a_worker_that_cannot_start_is_lost(ask, monkeypatch):
    symbolic.desk.close()
    monkeypatch.setattr(pipe, "_environment", lambda: {"PYTHONPATH": "/nowhere"})
    with pytest.raises(WorkerLost, match="before it is ready"):
        ask(*EASY)
    monkeypatch.setattr(pipe.sys, "executable", "/nowhere/python")
    with pytest.raises(WorkerLost, match="cannot be started"):
        ask(*EASY)


def test_without_limits_nothing_is_asked(ask, monkeypatch, processes):
    symbolic.desk.close()
    processes.until(lambda: not processes.workers())
    monkeypatch.setattr(symbolic, "_LIMITED", False)
    assert ask(*EASY) is None
    assert not processes.workers()
