"""Runs in processes of their own, scorers that misbehave, and what is left of a run, as the kernel lists it."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import graders
from graders.offline.ledger.shards import plan_shards
from graders.offline.reading.sources import find_sources

PLUGIN = Path(__file__).parent / "plugin"
MARK = "ODD_RUN"
PATIENCE = 60
"""Seconds within which a thing must have happened; nothing waits for so long unless it fails."""

A = "<think>x</think><answer>{}</answer>".format

collect_ignore_glob = [] if Path("/proc/self/environ").exists() else ["test_pool.py", "test_faults.py"]  # they read it


@pytest.fixture(scope="session")
def odd():
    """The module of scorers that do as they are told, importable here and in workers."""
    sys.path.insert(0, str(PLUGIN))
    import odd_scorers

    yield odd_scorers
    sys.path.remove(str(PLUGIN))


@pytest.fixture(scope="session")
def odd_reward(odd):
    return graders.load_reward({"graders": [{"type": "odd"}]})


def good(number, answer="a", **more):
    return {"completion": A(answer), "reference_answer": "a" if number % 3 else "b", "id": number, **more}


@pytest.fixture(scope="session")
def row():
    """A row of a number: right for two of three."""
    return good


@pytest.fixture(scope="session")
def save():
    """Write rows as JSON lines."""

    def save(path, rows):
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return save


@pytest.fixture(scope="session")
def lines():
    """The rows of a file of JSON lines."""
    return lambda path: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def plan(tmp_path, row, save):
    """Shards over some rows, and what would be done with them."""

    def plan(rows, rows_per_part):
        path = save(tmp_path / "data.jsonl", rows)
        return plan_shards(find_sources(str(path)), "jsonl", rows_per_part).shards

    return plan


class Command:
    """``graders`` in a process of its own, with all that it starts."""

    def __init__(self, *arguments, **environment):
        self.mark = secrets.token_hex(8)
        paths = [str(Path(graders.__file__).parent.parent), str(PLUGIN)]
        env = {**os.environ, MARK: self.mark, "PYTHONPATH": os.pathsep.join(paths), **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START, *map(str, arguments)], env=env, text=True, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def ended(self):
        """Wait for its end: exit code, standard output, standard error."""
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err

    def running(self):
        """Every process that it has started and that still runs, by the mark in its environment; itself too."""
        wanted = f"{MARK}={self.mark}".encode()
        return [
            int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and wanted in _environment(path)
        ]

    def workers(self):
        return [pid for pid in self.running() if pid != self.process.pid]

    def end(self):
        for pid in self.running():
            os.kill(pid, signal.SIGKILL)
        self.process.communicate()


_START = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores it for what runs behind it
from graders.cli import main
main(sys.argv[1:], prog_name="graders")
"""


def _environment(process):
    """The environment that a running process was started with, in pieces; a zombie has none."""
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


@pytest.fixture
def start():
    """Start a command; whatever is left of it when the test ends is ended."""
    started = []

    def start(*arguments, **environment):
        started.append(Command(*arguments, **environment))
        return started[-1]

    yield start
    for command in started:
        command.end()


@pytest.fixture(scope="session")
def until():
    """Poll until something true comes back, and return it."""

    def until(happened):
        end = time.monotonic() + PATIENCE
        while not (found := happened()):
            assert time.monotonic() < end, "it did not happen"
            time.sleep(0.005)
        return found

    return until
