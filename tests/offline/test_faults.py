"""The whole run killed at any moment, disks that are full, inputs that are damaged: nothing is lost and all is said.

FAULT_MOMENTS=20 kills a run at so many moments; by default a few.
"""

import gzip
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import graders
from graders.offline.engines.engine import Local
from graders.offline.ledger.task import Task
from graders.offline.reading.parts import read_rows
from graders.offline.reading.sources import find_sources
from graders.offline.run import HowToRun, run

MOMENTS = int(os.environ.get("FAULT_MOMENTS", "4"))
ROWS, PART = 60 * max(10, MOMENTS), 20
KINDS = ["out.jsonl", "out", "out.parquet"]
"""A file, a directory, and a table: in turn."""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="module")
def undisturbed(place, row, save, odd):
    """Arguments of a run of some seconds, and its rows; scored without delay, which changes none."""
    data = save(place / "data.jsonl", [row(n, prompt=f"p{n // 7}") for n in range(ROWS)])
    (place / "reward.json").write_text(json.dumps({"graders": [{"type": "odd", "seconds": 0.002}]}))
    task = Task(graders.load_reward({"graders": [{"type": "odd"}]}), folder=place / "undisturbed")
    run(task, find_sources(str(data)), HowToRun(engine=Local(1), rows_per_part=PART))
    rows = b"".join(path.read_bytes() for path in sorted(task.folder.glob("shard-*")))
    assert rows.count(b"\n") == ROWS
    return ["score", place / "reward.json", data, "--part-rows", PART], rows


def test_a_run_killed_at_any_moment_is_gone_on_with(start, undisturbed, tmp_path, until):
    """Half the time the host's group alone, whose workers must see that it is gone; else all processes at once.

    The moments are spread over the length of a run; whichever they hit, the outcome is the same.
    """
    pytest.importorskip("pyarrow")
    arguments, expected = undisturbed
    chance, hit = random.Random(1), []
    began = time.monotonic()
    assert start(*arguments, "-o", tmp_path / "whole.jsonl", "--workers", 2).ended()[0] == 0
    length = time.monotonic() - began
    for number in range(MOMENTS):
        folder = tmp_path / str(number)
        folder.mkdir()
        out = folder / KINDS[number % 3]
        command = start(*arguments, "-o", out if out.suffix else f"{out}/", "--workers", 1 + number % 2)
        time.sleep(length * (number + chance.random()) / MOMENTS)
        kill(command, everything=number // 2 % 2 == 0)
        until(lambda command=command: not command.running())
        hit.append(len(shards(out)))
        resumed(start, arguments, out, expected)
        assert rows_of(out) == (columns(expected) if out.suffix == ".parquet" else expected)
        assert not [path for path in folder.rglob("*") if ".unfinished" in path.name or ".lock" in path.name]
    print(f"killed with so many of {ROWS // PART} shards done: {hit}")  # noqa: T201 - of interest where all are run


def kill(command, *, everything):
    """End a run by SIGKILL: its process group, or its workers, which have their own, with it."""
    for pid in command.running() if everything else [command.process.pid]:
        try:
            os.killpg(os.getpgid(pid), signal.SIGKILL)
        except ProcessLookupError:
            continue
    command.process.wait()


def shards(out):
    folder = out if out.is_dir() else out.with_name(out.name + ".parts")
    return sorted(folder.glob("shard-*"))


def rows_of(out):
    if out.suffix == ".parquet":
        return columns_of(out)
    return b"".join(path.read_bytes() for path in shards(out)) if out.is_dir() else out.read_bytes()


def columns_of(out):
    return [(row.document["id"], row.document["reward"]) for row in read_rows(*find_sources(str(out)))]


def columns(rows):
    """What a table of the same rows must hold."""
    return [(row["id"], row["reward"]) for row in map(json.loads, rows.splitlines())]


def resumed(start, arguments, out, expected):
    """Go on with a run; one that was over already has its file."""
    is_over = out.is_file() and not out.with_name(out.name + ".parts").exists()
    where = f"{out}/" if not out.suffix else out
    code, _, err = start(*arguments, "-o", where, "--workers", 1, "--resume").ended()
    assert code == (2 if is_over else 0), err
    assert ("is complete and has no unfinished run" in err) == is_over, err
    assert is_over or err == f"the scored rows are in {out}\n"


def test_a_run_killed_again_and_again_gets_done(start, undisturbed, tmp_path, until):
    """Each time a shard further, at least."""
    arguments, expected = undisturbed
    out, kills = tmp_path / "out.jsonl", 0
    command = start(*arguments, "-o", out, "--workers", 2)
    while kills < max(2, MOMENTS // 2):
        done = len(shards(out))
        until(lambda command=command, done=done: len(shards(out)) > done or command.process.poll() is not None)
        if command.process.poll() is not None:
            break
        kill(command, everything=kills % 2 == 0)
        until(lambda command=command: not command.running())
        kills += 1
        command = start(*arguments, "-o", out, "--workers", 2, "--resume")
    assert command.ended()[0] == 0
    assert out.read_bytes() == expected
    assert kills


# Disks that are full.


@pytest.fixture
def small_disk(tmp_path):
    """A directory on a disk of 256 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def incompressible(tmp_path, row, save):
    """Rows of about a kilobyte, four hundred of them."""
    chance = random.Random(3)
    return save(tmp_path / "data.jsonl", [row(n, text=chance.randbytes(500).hex()) for n in range(400)])


@pytest.fixture
def equals(tmp_path):
    path = tmp_path / "reward.json"
    path.write_text('{"graders": [{"type": "string_check", "operation": "equals"}]}')
    return path


@pytest.mark.parametrize(
    ("kind", "workers"), [("jsonl", 1), ("jsonl", 2), ("jsonl.gz", 1), ("jsonl.zst", 1), ("parquet", 1)]
)
def test_a_full_disk(start, small_disk, incompressible, equals, tmp_path, kind, workers):
    """One line that names the file; the shards that are whole stay and are gone on with once there is room."""
    if kind in {"jsonl.zst", "parquet"}:
        pytest.importorskip("pyarrow")
    out, fill = small_disk / "run", small_disk / "fill"
    fill.write_bytes(bytes(100_000))
    arguments = ["score", equals, incompressible, "--part-rows", 50, "--workers", workers, "--format", kind]
    code, output, err = start(*arguments, "-o", f"{out}/").ended()
    said = err.splitlines()
    assert (code, output) == (2, "")
    assert said[-1].startswith(f"error: {out}/shard-000-")
    assert said[-1].endswith(f".{kind} can't be written: No space left on device")
    assert [line for line in said[:-1] if "shards are done and kept in" not in line] == []
    before = {path.name: path.read_bytes() for path in shards(out)}
    assert 0 < len(before) < 8
    assert not [*out.glob(".*unfinished")]
    assert start(*arguments, "-o", f"{out}/", "--resume").ended()[0] == 2  # there is still no room
    fill.unlink()
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    assert start(*arguments, "-o", f"{out}/", "--resume").ended()[0] == 0
    undisturbed = tmp_path / "undisturbed"
    assert start(*arguments, "-o", f"{undisturbed}/").ended()[0] == 0
    assert [path.read_bytes() for path in shards(out)] == [path.read_bytes() for path in shards(undisturbed)]
    assert before.items() <= {path.name: path.read_bytes() for path in shards(out)}.items()


@pytest.mark.parametrize("name", ["out.jsonl", "out.parquet"])
def test_a_disk_that_is_full_when_the_shards_are_joined(start, small_disk, incompressible, equals, name):
    """The shards fit, the whole file doesn't: they are kept."""
    pytest.importorskip("pyarrow")
    subprocess.run(["mount", "-o", "remount,size=800k", str(small_disk)], check=True)
    out = small_disk / name
    arguments = ["score", equals, incompressible, "-o", out, "--part-rows", 100, "--workers", 1]
    (small_disk / "fill").write_bytes(bytes(440_000 if name == "out.parquet" else 0))
    code, _, err = start(*arguments).ended()
    assert (code, err) == (2, f"error: {out} can't be written: No space left on device\n")
    assert len(shards(out)) == 4
    assert not out.exists()
    assert not [*small_disk.glob(".*")]
    (small_disk / "fill").unlink()
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    assert start(*arguments, "--resume").ended()[0] == 0
    assert [number for number, _ in columns_of(out)] == list(range(400))
    assert [path.name for path in small_disk.iterdir()] == [name]


def test_a_disk_with_no_room_at_all(start, small_disk, incompressible, equals):
    """Not even for the manifest: no directory is left behind."""
    room = os.statvfs(small_disk)
    with (small_disk / "fill").open("wb") as stream:
        stream.write(bytes((room.f_bavail - 1) * room.f_frsize))
    code, _, err = start("score", equals, incompressible, "-o", f"{small_disk}/run/").ended()
    assert code == 2
    assert err.startswith(f"error: {small_disk}/run")
    assert len(err.splitlines()) == 1
    assert [path.name for path in small_disk.iterdir()] == ["fill"]


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from graders.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("out", ["out.jsonl", "out/"])
def test_a_file_that_may_not_grow(incompressible, equals, tmp_path, out):
    """A quota stands for the disk where none can be mounted."""
    arguments = ["score", equals, incompressible, "-o", f"{tmp_path}/{out}", "--part-rows", 50, "--workers", 1]
    env = {**os.environ, "PYTHONPATH": str(Path(graders.__file__).parent.parent)}
    command = [sys.executable, "-c", LIMITED, *map(str, arguments)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "can't be written: File too large" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.jsonl", "reward.json"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 20_000


FULL = {"standard output": "-", "a device": "/dev/full"}


@pytest.mark.parametrize("out", FULL.values(), ids=FULL)
def test_a_stream_that_takes_no_more(incompressible, equals, out):
    env = {**os.environ, "PYTHONPATH": str(Path(graders.__file__).parent.parent)}
    command = [sys.executable, "-c", "from graders.cli import main; main()", "score", equals, incompressible, "-o", out]
    with Path("/dev/full").open("wb") as full:
        stdout = full if out == "-" else subprocess.PIPE
        done = subprocess.run(command, env=env, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_stream_into_a_full_disk(cli, small_disk, incompressible, equals):
    """The rows so far are kept and named."""
    out = small_disk / "out.jsonl"
    result = cli("score", equals, "-", "-o", out, stdin=incompressible.read_text())
    assert result.exit_code == 2
    assert f"error: {out} can't be written: No space left on device" in result.stderr
    assert not out.exists()


# Inputs that can't be read to their end.


def zst(rows):
    pa = pytest.importorskip("pyarrow")
    return bytearray(pa.Codec("zstd").compress(rows, asbytes=True))


def parquet(rows):
    pa = pytest.importorskip("pyarrow")
    sink = pa.BufferOutputStream()
    pa.parquet.write_table(pa.Table.from_pylist([json.loads(line) for line in rows.splitlines()]), sink)
    return bytearray(sink.getvalue().to_pybytes())


def cut(content):
    return content[: len(content) // 2]


def garbage(content):
    middle = len(content) // 2
    content[middle : middle + 100] = bytes(100)
    return content


DAMAGED = {
    "a gzip cut off": ("b.jsonl.gz", lambda rows: cut(gzip.compress(rows))),
    "garbage in a gzip": ("b.jsonl.gz", lambda rows: garbage(bytearray(gzip.compress(rows)))),
    "a zstd cut off": ("b.jsonl.zst", lambda rows: cut(zst(rows))),
    "garbage in a zstd": ("b.jsonl.zst", lambda rows: garbage(zst(rows))),
    "a parquet cut off": ("b.parquet", lambda rows: cut(parquet(rows))),
    "an empty parquet": ("b.parquet", lambda rows: b""),
}


@pytest.mark.parametrize(("name", "damage"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_input_is_one_clear_error(cli, incompressible, equals, tmp_path, name, damage):
    """Among others that are whole; nothing is written, and once it is whole it is scored."""
    pytest.importorskip("pyarrow")
    rows = incompressible.read_bytes()
    folder, out = tmp_path / "in", tmp_path / "out.jsonl"
    folder.mkdir()
    whole = {"b.jsonl.gz": gzip.compress, "b.jsonl.zst": zst, "b.parquet": parquet}[name](rows)
    (folder / name.replace("b", "a", 1)).write_bytes(whole)
    (folder / name).write_bytes(damage(rows))
    for options in (["-o", out], ["-o", out, "--workers", 2], [], ["-o", "-"]):
        result = cli("score", equals, folder, "--part-rows", 100, *options) if "-" not in options else cli(
            "score", equals, folder, *options)  # fmt: skip
        assert result.exit_code == 2, result.output
        error = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
        assert str(folder / name) in error[0]
        assert "Traceback" not in result.output
    assert not [*tmp_path.glob("out.jsonl*")]
    (folder / name).write_bytes(whole)
    assert cli("score", equals, folder, "-o", out).exit_code == 0
    assert out.read_bytes().count(b"\n") == 800


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_input_that_may_not_be_read(cli, incompressible, equals, tmp_path):
    incompressible.chmod(0)
    result = cli("score", equals, incompressible, "-o", tmp_path / "out.jsonl")
    assert (result.exit_code, result.stderr) == (2, f"error: {incompressible} can't be read: Permission denied\n")


def test_an_input_that_changes_while_it_is_scored(equals, tmp_path, row, save, monkeypatch):
    """It became shorter after it was cut: an error, and not fewer rows."""
    data = save(tmp_path / "data.jsonl", [row(n) for n in range(40)])
    task = Task(graders.load_reward(equals), folder=tmp_path / "run")
    sources = find_sources(str(data))
    real = run.__globals__["plan_shards"]

    def planned(*args):
        plan = real(*args)
        save(data, [row(n) for n in range(25)])
        return plan

    monkeypatch.setitem(run.__globals__, "plan_shards", planned)
    with pytest.raises(graders.DataError, match=r"data.jsonl ends 5 lines before it did: did it change?"):
        run(task, sources, HowToRun(engine=Local(1), rows_per_part=10))
    assert len([*task.folder.glob("shard-*")]) == 2
