"""Where `graders score -o` writes: a whole file or none, links followed, pipes written to, early ends named."""

import json
import os
import subprocess
import sys
import threading

import pytest

from graders.offline.engines import engine
from graders.offline.scoring import score_rows as scoring
from graders.offline.scoring.score_part import score_part
from graders.offline.scoring.score_rows import RowScoring

A = "<think>x</think><answer>{}</answer>".format
GOOD = {"completion": A("a"), "reference_answer": "a"}


@pytest.fixture
def reward(write):
    return write("reward.json", {"graders": [{"type": "string_check", "operation": "equals"}]})


def interrupt():
    raise KeyboardInterrupt


def rewards(text):
    return [json.loads(line)["reward"] for line in text.splitlines()]


def test_a_pipe_is_written_to_as_it_is(cli, write, reward, tmp_path):
    """It is still a pipe afterwards, and nothing lies beside it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")))
    reader.start()
    result = cli("score", reward, write("data.jsonl", [GOOD]), "-o", pipe)
    reader.join(timeout=10)
    assert result.exit_code == 0
    assert rewards(read[0]) == [1.0]
    assert pipe.is_fifo()
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_a_link(cli, write, reward, tmp_path, exists):
    """What it points to is written, whether it is there yet or not."""
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "out.jsonl", tmp_path / "link.jsonl"
    if exists:
        target.write_text("old")
    link.symlink_to(target)
    assert cli("score", reward, write("data.jsonl", [GOOD]), "-o", link).exit_code == 0
    assert link.is_symlink()
    assert rewards(target.read_text()) == [1.0]
    assert not list(tmp_path.rglob("*.partial"))


def test_a_link_to_itself(cli, write, reward, tmp_path):
    """One sentence."""
    link = tmp_path / "link.jsonl"
    link.symlink_to(link)
    result = cli("score", reward, write("data.jsonl", [GOOD]), "-o", link)
    assert result.exit_code == 2
    assert result.stderr.startswith("error:")
    assert "can't be written" in result.stderr


@pytest.mark.parametrize("folder", [".", "", "full", "full/"])
def test_a_directory_that_holds_other_files_is_refused_at_once(cli, write, reward, monkeypatch, folder):
    """Before any row is scored."""
    tmp_path = reward.parent
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    data = write("data.jsonl", [GOOD])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(RowScoring, "chunks", None)
    result = cli("score", reward, data, "-o", folder)
    assert result.exit_code == 2
    assert "directory" in result.stderr
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["data.jsonl", "full", "notes.txt", "reward.json"]


@pytest.mark.parametrize("content", ["", "\n\n", "[\n", b"\x1f\x8b\x08"])
def test_an_output_that_is_there_stays_where_there_are_no_rows(cli, write, reward, tmp_path, content):
    """An empty input or one of another format replaces nothing."""
    out = tmp_path / "out.jsonl"
    out.write_text("good")
    assert cli("score", reward, write("data.jsonl", content), "-o", out).exit_code == 2
    assert out.read_text() == "good"
    assert not list(tmp_path.glob("*.partial"))


def interrupted_after(chunks, monkeypatch):
    """Let a run be interrupted when it has scored so many chunks, of two rows each."""
    monkeypatch.setattr(scoring, "CHUNK", 2)
    real = RowScoring.chunks

    def interrupted(self, rows):
        for number, chunk in enumerate(real(self, rows)):
            if number == chunks:
                raise KeyboardInterrupt
            yield chunk

    monkeypatch.setattr(RowScoring, "chunks", interrupted)


def test_an_interrupted_stream_keeps_its_rows(cli, reward, tmp_path, monkeypatch):
    """Exit code 130; the rows so far are named, the output of an earlier run stays."""
    interrupted_after(1, monkeypatch)
    out = tmp_path / "out.jsonl"
    out.write_text("good")
    result = cli("score", reward, "-", "-o", out, stdin=(json.dumps(GOOD) + "\n") * 5)
    assert result.exit_code == 130
    assert f"the rows so far are in {out}.partial" in result.stderr
    assert "interrupted" in result.stderr
    assert rewards((tmp_path / "out.jsonl.partial").read_text()) == [1.0, 1.0]
    assert out.read_text() == "good"


@pytest.mark.parametrize("source", ["file", "-"])
def test_a_run_interrupted_before_its_first_row_leaves_nothing(cli, write, reward, tmp_path, monkeypatch, source):
    """No empty file stays."""
    interrupted_after(0, monkeypatch)
    data = write("data.jsonl", [GOOD]) if source == "file" else "-"
    result = cli("score", reward, data, "-o", tmp_path / "out.jsonl", stdin=json.dumps(GOOD) + "\n")
    assert (result.exit_code, result.stderr) == (130, "interrupted\n")
    assert not list(tmp_path.glob("out.jsonl*"))


def test_an_interrupted_run_keeps_its_shards(cli, write, reward, tmp_path, monkeypatch):
    """It says where they are and how to go on; --resume does, and the file is as if nothing had happened."""
    rows = [{**GOOD, "n": number} for number in range(12)]
    data, out = write("data.jsonl", rows), tmp_path / "out.jsonl"
    command = ["score", reward, data, "-o", out, "--part-rows", 2, "--workers", 1]
    with monkeypatch.context() as patched:
        calls = []
        patched.setattr(engine, "score_part", lambda *a, **k: (calls.append(1), score_part(*a, **k))[1]
                        if len(calls) < 3 else interrupt())  # fmt: skip
        result = cli(*command)
    assert result.exit_code == 130
    assert f"3 of 6 shards are done and kept in {out}.parts: run the same command with --resume" in result.stderr
    assert not out.exists()
    refused = cli(*command)
    assert refused.exit_code == 2
    assert "holds a run already, with 3 of 6 shards" in refused.stderr
    assert cli(*command, "--resume").exit_code == 0
    assert [json.loads(line)["n"] for line in out.read_text().splitlines()] == [*range(12)]
    assert not (tmp_path / "out.jsonl.parts").exists()
    over = cli(*command, "--resume")
    assert over.exit_code == 2
    assert "is complete and has no unfinished run" in over.stderr


def test_a_reader_that_goes_away(write, reward):
    """No traceback and no message, as with any other program in front of `head`."""
    data = write("data.jsonl", [GOOD] * 5000)
    command = [sys.executable, "-c", "from graders.cli import main; main()", "score", str(reward), str(data), "-o", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (1, b"")
