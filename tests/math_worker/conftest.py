"""Processes as the kernel lists them, tasks of known length, and hosts in processes of their own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from graders.math import parse
from graders.math.symbolic import worker_client as pipe
from graders.math.symbolic import worker_pool as symbolic

PATIENCE = 30
"""Seconds within which a thing must have happened; nothing waits for so long unless it fails."""

collect_ignore_glob = [] if Path("/proc/self/stat").exists() else ["test_faults.py", "test_hosts.py"]  # they read it


class Processes:
    """What runs below a process."""

    @staticmethod
    def fields(pid: int) -> list[str]:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return ["X", "0", "0"]

    def is_running(self, pid: int) -> bool:
        return self.fields(pid)[0] not in "XZ"

    def zombies(self) -> list[int]:
        pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [pid for pid in pids if self.fields(pid)[:2] == ["Z", str(os.getpid())]]

    def workers(self, host: int | None = None) -> list[int]:
        """The worker and its spare, which lead their groups."""
        return [pid for pid in self.of_host(host) if self.fields(pid)[2] == str(pid)]

    def tasks(self, host: int | None = None) -> list[int]:
        return [pid for pid in self.of_host(host) if self.fields(pid)[2] != str(pid)]

    def of_host(self, host: int | None) -> list[int]:
        """All processes that were started for this host, whoever is their parent by now."""
        mark = str(host or os.getpid()).encode()
        pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
        return [pid for pid in pids if self._is_for(mark, pid) and self.is_running(pid)]

    def _is_for(self, mark: bytes, pid: int) -> bool:
        words = self.command(pid).split(b"\0")
        return b"graders.math.symbolic.worker" in words and words[-2] == mark

    def at_work(self, host: int | None = None) -> tuple[int, int, int] | None:
        """The worker, its spare and the process of the task in hand, when all three are there."""
        leaders, tasks = self.workers(host), self.tasks(host)
        above = int(self.fields(tasks[0])[1]) if len(tasks) == 1 else 0
        if len(leaders) != 2 or above not in leaders:
            return None
        (spare,) = set(leaders) - {above}
        return above, spare, tasks[0]

    @staticmethod
    def command(pid: int) -> bytes:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return b""

    @staticmethod
    def until(happened: Callable[[], object]) -> object:
        """Poll until something true comes back, and return it."""
        end = time.monotonic() + PATIENCE
        while not (found := happened()):
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.001)
        return found


@pytest.fixture
def processes():
    return Processes()


@pytest.fixture(autouse=True, scope="module")
def short_limit_and_no_worker_left():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipe, "CPU_SECONDS", 1)
        patch.setattr(pipe, "FUEL", 10**9)
        yield
    symbolic.desk.close()
    Processes.until(lambda: not Processes().of_host(None))
    assert not Processes().zombies()


@pytest.fixture
def ask():
    def asked(answer: str, reference: str):
        return symbolic.ask(parse(answer), parse(reference))

    return asked


LONG = (r"\sum_{k=1}^{10000000}\sin k", "z")
"""Keeps a worker busy until its limit on CPU time ends it."""


@pytest.fixture
def long_task():
    return LONG


@pytest.fixture
def host(tmp_path):
    """Start a script of its own, with `ask` and `say` at hand; it runs in `tmp_path`."""
    started = []
    head = f"""
        import os, signal, sys, threading, time
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what runs behind it
        from graders.math import parse
        from graders.math.symbolic import worker_client as pipe, worker_pool as symbolic
        from graders.math.symbolic import worker_pool
        pipe.CPU_SECONDS, pipe.FUEL = 1, 10**9
        LONG = {LONG!r}
        def ask(answer, reference): return worker_pool.ask(parse(answer), parse(reference))
        def say(*words): print(*words, flush=True)
    """

    def start(body: str, *flags: str) -> subprocess.Popen:
        script = tmp_path / "script.py"
        script.write_text(dedent(head) + dedent(body), encoding="utf-8")
        command = [sys.executable, "-W", "error", *flags, str(script)]
        process = subprocess.Popen(
            command,
            **dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE),
            text=True,
            cwd=tmp_path,
            env=_env(),
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _env() -> dict[str, str]:
    root = str(Path(symbolic.__file__).parents[3])
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
