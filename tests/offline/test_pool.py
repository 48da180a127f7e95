"""Worker processes: whatever ends them, every row is scored or says why not, and nothing of them is left."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from textwrap import dedent

import pytest

import graders
from graders.offline.engines import pool, worker_process
from graders.offline.engines.engine import Local
from graders.offline.engines.pool import WorkersLostError, pool_results
from graders.offline.engines.worker_process import portable
from graders.offline.ledger.task import Task
from graders.offline.reading.sources import find_sources
from graders.offline.run import HowToRun, run
from graders.vocabulary.errors import GradersError

DEADLY = {11: "kill", 12: "segv", 17: "exit"}
"""Rows that end the process that scores them, by number."""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("pool")


@pytest.fixture
def deadly(place, row, save):
    """Sixty rows, three of which are deadly, and one that ends its process the first time alone."""
    rows = [row(n, DEADLY.get(n, "a")) for n in range(60)]
    rows[33] = row(33, f"once:{place / 'once'}")
    return save(place / "deadly.jsonl", rows)


def test_rows_that_end_their_process(place, deadly, odd_reward, lines):
    """Each is an error row that says how, all others are scored; the same, byte for byte, however many workers."""
    found = []
    for workers in (2, 1):
        (place / "once").unlink(missing_ok=True)
        folder = place / f"by-{workers}"
        how = HowToRun(engine=Local(workers, isolated=True), rows_per_part=20)
        result = run(Task(odd_reward, folder=folder), find_sources(str(deadly)), how)
        found.append((result.summary.to_dict(), [path.read_bytes() for path in sorted(folder.glob("shard-*"))]))
    assert str(found[0]) == str(found[1])
    rows = [row for path in sorted(folder.glob("shard-*")) for row in lines(path)]
    assert [row["id"] for row in rows] == list(range(60))
    assert {row["id"]: row["error"] for row in rows if row["status"] == "error"} == {
        11: "line 12 ended the process that scores it, 2 times: it was killed by SIGKILL",
        12: "line 13 ended the process that scores it, 2 times: it was killed by SIGSEGV",
        17: "line 18 ended the process that scores it, 2 times: it exited with code 9",
    }
    scores = {row["id"]: row["scores"]["odd"] for row in rows if row["status"] == "scored"}
    assert scores == {n: float(n % 3 > 0 and n != 33) for n in range(60) if n not in DEADLY}
    assert (result.summary.scored, result.summary.errors) == (57, 3)
    assert not children()


def children():
    """This process's children that run its workers; zombies too."""
    listed = [(thread / "children").read_text() for thread in Path("/proc/self/task").iterdir()]
    return [
        pid
        for pid in " ".join(listed).split()
        if b"graders.offline.engines.shard_worker" in _command(pid) or _is_zombie(pid)
    ]


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has just ended
        return b""


def _is_zombie(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_scorer_s_error_comes_through(plan, row):
    """As it was raised, and all workers are ended."""
    strict = graders.load_reward(
        {"graders": [{"type": "string_check", "operation": "equals"}]}, graders.Settings(on_bad_reference="error")
    )
    rows = [{**row(n), "reference_answer": "n/a" if n == 15 else "a"} for n in range(20)]
    with pytest.raises(graders.vocabulary.errors.BadReferenceError, match="line 16: string_check:equals finds 'n/a'"):
        list(pool_results(plan(rows, 5), Task(strict), 2))
    assert not children()


def test_a_caller_who_leaves_ends_the_workers(plan, row, odd_reward):
    results = pool_results(plan([row(n) for n in range(20)], 2), Task(odd_reward), 2)
    with closing(results):
        next(results)
        assert children()
    assert not children()


def test_no_shard_needs_no_worker(odd_reward, monkeypatch):
    monkeypatch.setattr(pool, "WorkerProcess", None)
    assert list(pool_results([], Task(odd_reward), 2)) == []


def test_no_more_workers_than_shards(plan, row, odd_reward, monkeypatch):
    made = []

    class Counted(pool.WorkerProcess):
        def __init__(self, task):
            made.append(1)
            super().__init__(task)

    monkeypatch.setattr(pool, "WorkerProcess", Counted)
    assert len(list(pool_results(plan([row(0)], 5), Task(odd_reward), 4))) == 1
    assert made == [1]


def test_rows_are_counted_as_they_are_scored(plan, row, odd_reward):
    counted = []
    list(pool_results(plan([row(n) for n in range(20)], 5), Task(odd_reward), 1, counted.append))
    assert counted == [5] * 4


def test_workers_that_end_before_they_begin(plan, row, odd_reward, monkeypatch):
    """One clear error, not processes for ever."""
    monkeypatch.setattr(worker_process, "_CODE", "raise SystemExit(7)  # {paths} {descriptor}")
    with pytest.raises(WorkersLostError, match="end before they begin: the last one exited with code 7"):
        list(pool_results(plan([row(0)], 1), Task(odd_reward), 1))
    assert not children()


def test_a_worker_that_can_t_be_started(plan, row, odd_reward, monkeypatch):
    before = len([*Path("/proc/self/fd").iterdir()])
    monkeypatch.setattr(worker_process.sys, "executable", "/nowhere/python")
    with pytest.raises(FileNotFoundError):
        list(pool_results(plan([row(0)], 1), Task(odd_reward), 1))
    assert len([*Path("/proc/self/fd").iterdir()]) == before


def test_rows_that_all_are_deadly_stop_the_run(plan, row, odd_reward, monkeypatch):
    """A hundred lost rows are no accident; here one."""
    monkeypatch.setattr(pool, "MAX_LOST", 0)
    with pytest.raises(WorkersLostError, match="1 rows ended the processes that scored them; the last one exited"):
        list(pool_results(plan([row(n, "exit") for n in range(5)], 5), Task(odd_reward), 1))
    assert not children()


def test_deaths_that_no_row_explains_are_hopeless(plan, row):
    """As where memory is short: each time at another row. A row that explains them gives hope for more."""
    [shard] = plan([row(0)], 1)
    lost, explained = pool._Open(shard), pool._Open(shard)
    for number in range(7):
        assert not lost.is_hopeless
        lost.row, explained.row = number, number // 2
        lost.note_death("ended")
        explained.note_death("ended")
    assert lost.is_hopeless
    assert not explained.is_hopeless
    assert list(explained.lost) == [0, 1, 2]


SCRIPT = """
    import sys
    from pathlib import Path
    from typing import Literal
    import graders
    from graders.offline.engines.engine import Local
    from graders.offline.run import HowToRun, run
    from graders.offline.ledger.task import Task
    from graders.offline.reading.sources import find_sources

    class MineGrader(graders.Grader):
        type: Literal["mine"] = "mine"

    @graders.register("mine")
    class MineScorer(graders.Scorer[MineGrader]):
        grader_model = MineGrader
        def score(self, batch):
            return graders.Scores.of([1.0] * len(batch))

    task = Task(graders.load_reward({"graders": [{"type": "mine"}]}), folder=Path("run"))
    try:
        run(task, find_sources("data.jsonl"), HowToRun(engine=Local(2), rows_per_part=1))
    except graders.GradersError as error:
        print(error)
    print(run(task, find_sources("data.jsonl"), HowToRun(engine=Local(1), rows_per_part=1)).summary.scored)
"""


def test_a_scorer_of_the_script_itself(tmp_path, row, save):
    """Workers can't import it and say so; the script, which has no main guard, isn't run again by them."""
    save(tmp_path / "data.jsonl", [row(n) for n in range(4)])
    (tmp_path / "script.py").write_text(dedent(SCRIPT))
    env = {**os.environ, "PYTHONPATH": str(Path(graders.__file__).parent.parent)}
    command = [sys.executable, "script.py"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
    first, second = done.stdout.splitlines()
    assert first.startswith("a worker process can't load the reward: AttributeError: ")
    assert "must stand in a module that can be imported, not in the script itself (or use --workers 1)" in first
    assert second == "4"
    assert done.returncode == 0


class UnpicklableError(Exception):
    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


@pytest.mark.parametrize("error", [GradersError("a"), graders.MissingExtraError("a", "b"), OSError(28, "full")])
def test_an_error_that_pickles_is_itself(error):
    made = portable(error)
    assert (type(made), str(made)) == (type(error), str(error))


def test_an_error_that_does_not_pickle_is_told_in_words():
    made = portable(UnpicklableError("a", "b"))
    assert (type(made), str(made)) == (RuntimeError, "UnpicklableError: a and b")
    held = GradersError("a", threading.Lock())
    assert type(portable(held)) is RuntimeError


# Commands in processes of their own.


@pytest.fixture(scope="module")
def slow(place, row, save):
    """Some seconds of work in small shards: the reward, the data, and what an undisturbed run makes of it."""
    data = save(place / "slow.jsonl", [row(n) for n in range(600)])
    reward = place / "slow.json"
    reward.write_text(json.dumps({"graders": [{"type": "odd", "seconds": 0.003}]}))
    quick = Task(graders.load_reward({"graders": [{"type": "odd"}]}), folder=place / "quick")
    run(quick, find_sources(str(data)), HowToRun(engine=Local(1), rows_per_part=20))
    return reward, data, b"".join(path.read_bytes() for path in sorted(quick.folder.glob("shard-*")))


@pytest.fixture
def running(start, slow, tmp_path, until):
    """A command over the slow rows, once workers are at work."""

    def running(*options, workers=2, **environment):
        reward, data, _ = slow
        out = tmp_path / "out.jsonl"
        command = start("score", reward, data, "-o", out, "--part-rows", 20, "--workers", workers, *options,
                        **environment)  # fmt: skip
        until(lambda: shards(tmp_path) or command.process.poll() is not None)
        return command

    return running


def shards(folder):
    return [*(folder / "out.jsonl.parts").glob("shard-*")]


def test_workers_that_are_killed_from_outside(running, slow, tmp_path, until):
    """At random moments: the run ends by itself, with the rows of an undisturbed one."""
    chance = random.Random(7)
    command = running()
    killed, done = 0, 0
    while command.process.poll() is None and killed < 5:
        until(lambda: len(shards(tmp_path)) > done or command.process.poll() is not None)  # noqa: B023 - waited for
        time.sleep(chance.uniform(0, 0.05))  # whatever the moment, the verdict is the same
        done, workers = len(shards(tmp_path)), command.workers()
        if workers:
            os.kill(chance.choice(workers), signal.SIGKILL)
            killed += 1
    code, _, err = command.ended()
    assert (code, err) == (0, f"the scored rows are in {tmp_path / 'out.jsonl'}\n")
    assert killed
    assert (tmp_path / "out.jsonl").read_bytes() == slow[2]
    assert not command.running()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_its_host(running, until, tmp_path, how):
    command = running()
    assert command.workers()
    os.kill(command.process.pid, how)
    assert command.ended()[0] == -how
    until(lambda: not command.running())


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_a_run_soon(running, tmp_path, workers, slow, start):
    """Exit code 130, one message; the shards that are done are kept, and gone on with."""
    command = running(workers=workers)
    began = time.monotonic()
    os.kill(command.process.pid, signal.SIGINT)
    code, out, err = command.ended()
    assert time.monotonic() - began < 10  # a second or two where the machine is idle
    assert (code, out) == (130, "")
    said, interrupted = err.splitlines()
    assert "of 30 shards are done and kept in" in said
    assert interrupted == "interrupted"
    assert not command.running()
    kept = {path.name: path.stat().st_ino for path in shards(tmp_path)}
    assert 0 < len(kept) < 30
    reward, data, rows = slow
    again = start("score", reward, data, "-o", tmp_path / "out.jsonl", "--part-rows", 20, "--resume")
    assert again.ended()[0] == 0
    assert (tmp_path / "out.jsonl").read_bytes() == rows


def test_what_a_scorer_starts_ends_with_the_run(start, tmp_path, save, row, until):
    """A process that its row started and forgot, though the worker be killed right after."""
    reward = tmp_path / "reward.json"
    reward.write_text('{"graders": [{"type": "odd"}]}')
    orders = {2: "child", 3: f"once:{tmp_path / 'once'}", 6: "child"}
    data = save(tmp_path / "data.jsonl", [row(n, orders.get(n, "a")) for n in range(8)])
    (tmp_path / "children").mkdir()
    command = start("score", reward, data, "--workers", 2, "--part-rows", 2, ODD_CHILDREN=str(tmp_path / "children"))
    assert command.ended()[0] == 0
    assert len([*(tmp_path / "children").iterdir()]) == 3
    until(lambda: not command.running())


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_the_processes_that_decide_mathematics_end_with_the_run(start, tmp_path, save, until, how):
    """They are children of the workers, with processes of their own."""
    rows = [{"completion": rf"<think>x</think><answer>\sum_{{k=0}}^\infty x^{{k+{n}}}</answer>",
             "reference_answer": rf"\frac{{x^{{{n}}}}}{{1-x}}"} for n in range(900)]  # fmt: skip
    reward = tmp_path / "reward.json"
    reward.write_text('{"graders": [{"type": "math_accuracy"}]}')
    command = start("score", reward, save(tmp_path / "data.jsonl", rows), "--workers", 2, "--part-rows", 3)
    until(lambda: any(b"graders.math.symbolic.worker" in _command(pid) for pid in command.workers()))
    os.kill(command.process.pid, how)
    assert command.ended()[0] in {-how, 130}
    until(lambda: not command.running())


PLACES = {"in workers": (["--workers", 2], "1"), "here": (["--workers", 1], ""), "streaming": (["-o", "-"], "")}


@pytest.mark.parametrize(("options", "loud"), PLACES.values(), ids=PLACES)
def test_what_a_scorer_prints_is_none_of_the_output(start, tmp_path, save, row, options, loud):
    """It goes to standard error; from workers, whatever prints it."""
    reward = tmp_path / "reward.json"
    reward.write_text('{"graders": [{"type": "odd"}]}')
    data = save(tmp_path / "data.jsonl", [row(n, "print") for n in range(4)])
    part = [] if "-o" in options else ["--part-rows", 1, "--json"]
    code, out, err = start("score", reward, data, *options, *part, ODD_LOUD=loud).ended()
    assert code == 0
    assert err.count("printed by a scorer") == 4
    assert err.count("written past Python") == (4 if loud else 0)
    documents = [json.loads(line) for line in out.splitlines()] if "-o" in options else [json.loads(out)]
    assert len(documents) == (4 if "-o" in options else 1)


CLOSED = {
    "output": ">&-",
    "errors": "2>&-",
    "all": "<&- >&- 2>&-",
}


@pytest.mark.parametrize("closed", CLOSED.values(), ids=CLOSED)
def test_a_daemon_has_no_standard_streams(tmp_path, save, row, closed):
    """What workers print goes nowhere then, and not into the socket to their host."""
    (tmp_path / "reward.json").write_text('{"graders": [{"type": "odd"}]}')
    save(tmp_path / "data.jsonl", [row(n, "print") for n in range(8)])
    paths = [str(Path(graders.__file__).parent.parent), str(Path(__file__).parent / "plugin")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "ODD_LOUD": "1"}
    command = f'exec "$@" {closed}'
    done = subprocess.run(
        ["/bin/sh", "-c", command, "sh", sys.executable, "-c", "from graders.cli import main; main()", "score",
         "reward.json", "data.jsonl", "-o", "out.jsonl", "--workers", "2", "--part-rows", "2"],
        cwd=tmp_path, env=env, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 8


def test_a_socket_that_a_child_holds_open_hides_no_death(plan, row, odd_reward, monkeypatch):
    """The worker is gone, its socket says nothing: it is looked at all the same."""
    worker = pool.WorkerProcess(b"")
    held = socket.dup(worker.connection.fileno())
    os.close(held)
    os.kill(worker._process.pid, signal.SIGKILL)
    worker._process.wait()
    assert worker.is_gone() or worker.hear() is None
    assert worker.stop() == "was killed by SIGKILL"
