"""Threads of pyarrow that are late when a process ends: none of them may hold anything of Python's.

FAULT_MOMENTS=20 ends so many processes of each kind; by default one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import graders
from graders.offline.reading.row import Row
from graders.offline.results.scored_chunk import ScoredChunk
from graders.offline.writing import open_writer

pytest.importorskip("pyarrow")

TIMES = int(os.environ.get("FAULT_MOMENTS", "1"))
ONE = {"reward": 0.5, "scores": {"a": 0.5}, "outcomes": {"a": "graded"}, "answer": "x", "status": "scored"}
SOURCE = Path(__file__).with_name("late_threads.c")
JOIN = """
import atexit, ctypes, os, resource, signal, sys
from pathlib import Path
from graders.vocabulary.errors import DataError
from graders.offline.writing.join import join_shards

late_threads = ctypes.PyDLL(os.environ["LD_PRELOAD"])
atexit.register(lambda: print(late_threads.release(), "times", flush=True))
target, shards = Path(sys.argv[1]), [Path(path) for path in sys.argv[3:]]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
said = None
try:
    join_shards(shards, target, shards[0].suffix[1:], target.name.partition(".")[2])
except DataError as error:
    said = f"error: {error}"
sys.exit(said)
"""


@pytest.fixture(scope="session")
def late_threads(tmp_path_factory):
    """The library that makes threads late; it is built where there is a compiler."""
    built, compiler = tmp_path_factory.mktemp("late") / "late_threads.so", shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("no compiler, or another system's threads")
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", built, SOURCE, "-ldl"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"it can't be built here: {made.stderr}")
    return built


@pytest.fixture(scope="session", params=["jsonl", "parquet"])
def shards(tmp_path_factory, request):
    """Four of them, of 50 KB."""
    folder = tmp_path_factory.mktemp("shards")
    paths = [folder / f"{number}.{request.param}" for number in range(4)]
    for path in paths:
        rows = [Row(1, {"id": number, "text": os.urandom(250).hex()}) for number in range(100)]
        with open_writer(path, request.param) as writer:
            writer.write(ScoredChunk(rows, [ONE] * len(rows)))
    return paths


def ended(late_threads, target, limit, shards):
    """A process that joined shards, where a file may have so many bytes."""
    env = {**os.environ, "LD_PRELOAD": str(late_threads), "PYTHONPATH": str(Path(graders.__file__).parent.parent)}
    command = [sys.executable, "-c", JOIN, target, str(limit), *shards]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("time", range(TIMES))
@pytest.mark.parametrize("kind", ["jsonl", "jsonl.gz", "jsonl.zst", "parquet"])
def test_a_full_disk_is_a_sentence_and_no_abort(late_threads, shards, tmp_path, kind, time):
    """Tables that were read in pyarrow's threads aborted the process, 57 of 60 times."""
    target = tmp_path / f"joined.{kind}"
    done = ended(late_threads, target, 60_000, shards)
    assert (done.returncode, done.stderr) == (1, f"error: {target} can't be written: File too large\n")
    assert done.stdout == "0 times\n"
    assert [*tmp_path.iterdir()] == []


def test_enough_room_is_no_abort_either(late_threads, shards, tmp_path):
    done = ended(late_threads, tmp_path / "joined.parquet", 10_000_000, shards)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "0 times\n")


READ = """
import atexit, ctypes, os, sys
import pyarrow.parquet

late_threads = ctypes.PyDLL(os.environ["LD_PRELOAD"])
atexit.register(lambda: print(late_threads.release(), "times", flush=True))
with open(sys.argv[1], "rb") as stream, pyarrow.parquet.ParquetFile(stream) as table:
    table.read_row_group(0)
"""


def test_the_test_can_fail(late_threads, shards):
    """Threads of pyarrow's that do read through a Python stream are seen."""
    if shards[0].suffix != ".parquet":
        pytest.skip("no table")
    env = {**os.environ, "LD_PRELOAD": str(late_threads)}
    done = subprocess.run([sys.executable, "-c", READ, shards[0]], env=env, capture_output=True, text=True, check=False)
    assert int(done.stdout.split()[0]) > 0
