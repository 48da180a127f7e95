"""Progress: plain lines where there is no terminal, a bar in one; rates and times that make sense."""

import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

import graders
from graders.cli import progress
from graders.cli.progress import Bar, Lines, Pace, byte_progress, run_progress

GOOD = {"completion": "<think>x</think><answer>a</answer>", "reference_answer": "a"}


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test turns."""

    class Clock:
        now = 100.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


def said(capsys):
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.splitlines()


def test_lines_with_rate_and_time_left(clock, capsys):
    lines = Lines()
    lines.begins(1000, 0)
    clock.now += 4
    lines.advances(200)
    assert said(capsys) == ["scoring 1,000 rows", "scored 200 of 1,000 rows (20%), 50 rows/s, 16 s left"]


def test_what_was_done_before_is_no_pace(clock, capsys):
    """The rate is that of this run."""
    lines = Lines()
    lines.begins(1000, 500)
    clock.now += 10
    lines.advances(100)
    assert said(capsys) == [
        "scoring 1,000 rows, 500 of them done by the run before",
        "scored 600 of 1,000 rows (60%), 10 rows/s, 40 s left",
    ]


def test_lines_are_few(clock, capsys):
    """A tenth of the rows each, no sooner than in two seconds, no later than in half a minute, and at the end."""
    lines = Lines()
    lines.begins(1000, 0)
    for _ in range(100):
        clock.now += 0.5
        lines.advances(10)
    assert len(said(capsys)) == 1 + 10
    lines.begins(10**9, 0)
    for _ in range(100):
        clock.now += 1
        lines.advances(1)
    assert len(said(capsys)) == 1 + 3
    lines.begins(10, 0)
    lines.advances(10)
    assert said(capsys)[1:] == ["scored 10 of 10 rows (100%), 10,000,000,000 rows/s, 0 s left"]


def test_rows_that_are_scored_again_lead_not_beyond_the_end(clock, capsys):
    """As those of a worker that was lost."""
    lines = Lines()
    lines.begins(10, 0)
    for _ in range(3):
        clock.now += 1
        lines.advances(8)
    assert said(capsys)[-1] == "scored 10 of 10 rows (100%), 8 rows/s, 0 s left"


def test_bytes_of_a_stream(clock, capsys):
    pace = Pace("MB", 4_000_000, size=10**6)
    clock.now += 2
    pace.advance(1_000_000)
    assert said(capsys) == ["scored 1.0 of 4.0 MB (25%), 0.5 MB/s, 6 s left"]


def test_nobody_knows_how_much_a_pipe_holds(clock, capsys):
    pace = Pace("MB", None, size=10**6)
    clock.now += 29
    pace.advance(1_000_000)
    assert said(capsys) == []
    clock.now += 1
    pace.advance(500_000)
    assert said(capsys) == ["scored 1.5 MB, 0.1 MB/s"]


def test_a_run_without_progress_says_what_is_kept(tmp_path, capsys):
    """Where it ends early with something done."""
    for folder, done in ((tmp_path, 3), (tmp_path, 0), (None, 3)):
        with run_progress(folder, wanted=False) as watch:
            watch.begins(10, 0)
            watch.advances(5)
            watch.stops(done, 7)
    assert said(capsys) == [
        f"3 of 7 shards are done and kept in {tmp_path}: run the same command with --resume to continue"
    ]


def test_nothing_is_shown_by_itself_where_there_is_no_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with byte_progress(10, None) as advance:
        assert advance is None
    with run_progress(None, None) as watch:
        assert not isinstance(watch, Bar | Lines)


def test_lines_of_a_command(cli, write):
    """On standard error, beside the summary on standard output."""
    reward = write("reward.json", {"graders": [{"type": "string_check", "operation": "equals"}]})
    data = write("data.jsonl", [GOOD] * 30)
    result = cli("score", reward, data, "--progress", "--part-rows", 10, "--workers", 1)
    first, last = result.stderr.splitlines()
    assert first == "scoring 30 rows"
    assert re.fullmatch(r"scored 30 of 30 rows \(100%\), [\d,]+ rows/s, 0 s left", last)
    assert "30 completions scored" in result.stdout
    streamed = cli("score", reward, data, "--progress", "-o", "-")
    assert re.fullmatch(r"scored 0.0 of 0.0 MB \(100%\), \d+\.\d MB/s, 0 s left", streamed.stderr.splitlines()[0])
    assert len(streamed.stdout.splitlines()) == 30


@pytest.mark.parametrize("out", ["out.jsonl", "-"])
def test_a_bar_in_a_terminal(write, tmp_path, out):
    """It is drawn on standard error, is gone at the end, and never among the rows."""
    reward = write("reward.json", {"graders": [{"type": "string_check", "operation": "equals"}]})
    data = write("data.jsonl", [GOOD] * 3000)
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "PYTHONPATH": str(Path(graders.__file__).parent.parent)}
    command = [sys.executable, "-c", "from graders.cli import main; main()", "score", reward, data, "-o", out]
    with (tmp_path / "stdout").open("wb") as stdout:
        process = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=stdout, stderr=theirs)
        os.close(theirs)
        drawn = b"".join(iter(lambda: _read(ours), b"")).decode()
        process.wait()
    os.close(ours)
    rows = (tmp_path / "stdout").read_bytes().splitlines()
    assert process.returncode == 0
    assert "scoring" in drawn
    assert "\x1b[2K" in drawn  # what is drawn is wiped
    if out == "-":
        assert [json.loads(row)["reward"] for row in rows] == [1.0] * 3000
    else:
        assert "3000/3000" in drawn
        assert b"3,000 completions scored" in b"\n".join(rows)


def _read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # its other end is closed
        return b""
