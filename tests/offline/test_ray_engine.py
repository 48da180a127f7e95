"""Ray runs the same shards: same bytes, whatever ends an actor, however many are asked for. Needs ``make test-ray``."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="Ray isn't installed; make test-ray installs it")

A = "<think>x</think><answer>{}</answer>".format
ROWS = 4000
EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}
DEADLY = '''
"""A scorer that ends its process at one row: once where a file says so, else always."""
import os
from pathlib import Path
from typing import Literal

import numpy as np

import graders
from graders.vocabulary.outcome import Outcome
from graders.contract.grader import Grader
from graders.contract.scorer import Scorer
from graders.contract.scores import Scores

MARK = Path(__file__).with_name("died")

class DeadlyGrader(Grader):
    type: Literal["deadly"] = "deadly"
    once: bool = True

@graders.register("deadly")
class DeadlyScorer(Scorer[DeadlyGrader]):
    grader_model = DeadlyGrader

    def score(self, batch):
        if any(answer == "boom" for answer in batch.answers) and not (self.grader.once and MARK.exists()):
            MARK.touch()
            os._exit(3)
        return Scores.all(len(batch), 1.0, Outcome.MATCH)
'''


def run(folder, *arguments, code=0, env=None):
    """``graders score`` as a user runs it."""
    command = [sys.executable, "-m", "graders.cli", "score", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **(env or {})}, capture_output=True, text=True,
                          timeout=300, check=False)  # fmt: skip
    assert done.returncode == code, done.stderr
    return done


def shards(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.glob("shard-*"))}


@pytest.fixture
def place(tmp_path):
    (tmp_path / "reward.json").write_text(json.dumps(EQUALS))
    rows = ({"completion": A(n % 7), "reference_answer": str(n % 3), "n": n} for n in range(ROWS))
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def test_the_same_bytes_as_in_this_process(place):
    """Shards, summary, and the order of the input."""
    serial = run(place, "reward.json", "data.jsonl", "-o", "serial/", "--workers", 1, "--part-rows", 500)
    ray = run(place, "reward.json", "data.jsonl", "-o", "ray/", "--engine", "ray", "--part-rows", 500)
    assert shards(place / "ray") == shards(place / "serial")
    assert len(shards(place / "ray")) == 8
    assert serial.stdout == ray.stdout


def test_more_workers_than_processors_never_wait_for_ever(place):
    """They are as many as find room, and a warning says so."""
    said = run(place, "reward.json", "data.jsonl", "-o", "ray.jsonl", "--engine", "ray", "--workers", 500)
    assert "500 workers are asked for" in said.stderr
    assert len((place / "ray.jsonl").read_text().splitlines()) == ROWS


@pytest.mark.parametrize("once", [True, False])
def test_an_actor_that_ends(place, once):
    """No row is lost or doubled; the row that always ends its process becomes an error row that says so."""
    (place / "deadly.py").write_text(DEADLY)
    definition = {"graders": [{"type": "deadly", "once": once}]}
    (place / "deadly.json").write_text(json.dumps(definition))
    rows = [{"completion": A("boom" if n == 1234 else n), "n": n} for n in range(ROWS)]
    (place / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    env = {"PYTHONPATH": f"{place}{os.pathsep}{Path(__file__).parents[2]}", "GRADERS_TEST_MODULE": "deadly"}
    code = "import deadly; from graders.cli import main; main()"
    arguments = ["score", "deadly.json", "data.jsonl", "-o", "out.jsonl", "--engine", "ray", "--part-rows", "500"]
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=place, env={**os.environ, **env},
                          capture_output=True, text=True, timeout=300, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    scored = [json.loads(line) for line in (place / "out.jsonl").read_text().splitlines()]
    assert [row["n"] for row in scored] == [*range(ROWS)]
    ended = [row["n"] for row in scored if row["status"] == "error"]
    assert ended == ([] if once else [1234])
    assert (place / "died").exists()
    if not once:
        assert "ended the process that scores it" in scored[1234]["error"]


def test_without_a_directory_there_is_nowhere_to_write(place):
    """One sentence, before Ray starts."""
    started = time.monotonic()
    said = run(place, "reward.json", "data.jsonl", "--engine", "ray", code=2)
    assert "name a directory" in said.stderr
    assert time.monotonic() - started < 60


def test_a_cluster_that_isn_t_there(place):
    """One sentence, no traceback."""
    said = run(place, "reward.json", "data.jsonl", "-o", "out/", "--engine", "ray", code=2,
               env={"RAY_ADDRESS": "127.0.0.1:1"})  # fmt: skip
    assert "127.0.0.1:1 of RAY_ADDRESS: Connection refused" in said.stderr
    assert "Traceback" not in said.stderr
    assert not (place / "out").exists()
