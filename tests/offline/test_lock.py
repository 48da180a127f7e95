"""One run at a time: however a process ends, its lock ends with it, and the next one sees whether it crashed."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import graders
from graders.offline.ledger import run_folder
from graders.offline.ledger.run_folder import locked
from graders.vocabulary.errors import DataError

HOLDING = """
import sys, time
from pathlib import Path
from graders.offline.ledger.run_folder import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path):
    """A process that holds the lock until it reads a line."""
    env = {**os.environ, "PYTHONPATH": str(Path(graders.__file__).parent.parent)}
    command = [sys.executable, "-c", HOLDING, str(tmp_path / ".lock")]
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_process_is_refused_and_then_let_in(tmp_path, holder):
    with (
        pytest.raises(DataError, match=r"another process is at work in .*; wait for it, or end"),
        locked(tmp_path / ".lock"),
    ):
        pass
    holder.communicate("\n")
    with locked(tmp_path / ".lock") as crashed:
        assert not crashed
    assert not [*tmp_path.iterdir()]


def test_a_process_that_was_killed_leaves_its_lock_behind(tmp_path, holder):
    """And holds nothing."""
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with locked(tmp_path / ".lock") as crashed:
        assert crashed
    with locked(tmp_path / ".lock") as crashed:
        assert not crashed


def test_an_error_is_an_orderly_end(tmp_path):
    with pytest.raises(KeyboardInterrupt), locked(tmp_path / ".lock"):
        raise KeyboardInterrupt
    assert not [*tmp_path.iterdir()]


def test_no_descriptor_is_left(tmp_path):
    before = len([*Path("/dev/fd").iterdir()])
    with locked(tmp_path / ".lock"):
        for _ in range(3):
            with pytest.raises(DataError), locked(tmp_path / ".lock"):
                pass
    assert len([*Path("/dev/fd").iterdir()]) == before


def test_a_lock_file_that_was_replaced_meanwhile_is_not_ours(tmp_path, monkeypatch):
    """Its holder removed it between our opening it and locking it: somebody else may hold the new one."""
    path = tmp_path / ".lock"
    monkeypatch.setattr(run_folder.fcntl, "flock", lambda descriptor, how: path.unlink())
    with pytest.raises(DataError, match="another process"), locked(path):
        pass


def test_a_file_system_without_locks(tmp_path, monkeypatch):
    """There it is taken on trust."""

    def unsupported(descriptor, how):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    with locked(tmp_path / ".lock"):
        pass


def test_a_directory_that_takes_no_lock(tmp_path):
    with pytest.raises(DataError, match=r"\.lock can't be written: No such file"), locked(tmp_path / "none" / ".lock"):
        pass
