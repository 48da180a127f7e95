"""graders compare on 200,000 rows, and graders audit: CPU seconds, memory, mutants a second."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from benchmarks.measure import at_least, at_most, cpu
from graders import GradersWarning, load_reward
from graders.audit import Extent, audit
from graders.comparison import Reading, compare
from graders.comparison.chance import Units, intervals

ROWS = 200_000
GROUP = 4
THOUGHT = "Each box holds a dozen, and there are several boxes, so the number of apples is a product of two. " * 4


def write(path: Path, wrong_every: int) -> None:
    """Scored rows in groups of four, of which one in so many is wrong."""
    with path.open("w", encoding="utf-8") as file:
        for row in range(ROWS):
            right = float(bool(row % wrong_every))
            file.write(json.dumps({
                "prompt": f"How many apples are in {row // GROUP} boxes?", "reference_answer": str(row), "label": 1,
                "completion": f"<think>{THOUGHT}</think>\n<answer>{row}</answer>", "answer": str(row),
                "reward": 0.1 + 0.9 * right, "scores": {"format": 1.0, "math_accuracy": right},
                "outcomes": {"format": "match", "math_accuracy": "match" if right else "mismatch"}, "status": "scored",
            }) + "\n")  # fmt: skip


def memory(paths: list[str]) -> float:
    """The most memory that a process comparing two files has, in MB."""
    code = "import sys\nfrom graders.comparison import compare\ncompare(*sys.argv[1:])"
    subprocess.run([sys.executable, "-c", code, *paths], check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def run() -> list[dict[str, Any]]:
    """All rows."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / name) for name in ("a.jsonl", "b.jsonl")]
        for path, wrong_every in zip(paths, (7, 9), strict=True):
            write(Path(path), wrong_every)
        whole = cpu(lambda: compare(*paths, Reading(label_column="label")))
        most = memory(paths)
        questions = Path(folder) / "questions.jsonl"
        questions.write_text("".join(json.dumps({"reference_answer": str(n)}) + "\n" for n in range(20, 220)))
        rates = {kind: rate(kind, str(questions)) for kind in ("string_check", "math_accuracy")}
    import numpy as np

    units = Units.of(np.random.default_rng(0).normal(size=(4, ROWS)), np.arange(ROWS))
    return [
        at_most(f"compare, {ROWS:,} rows on either side, reading included", whole, 15, "s"),
        at_most("compare: memory of the process", most, 300, "MB"),
        at_most(f"bootstrap of four means over {ROWS:,} groups, 1000 resamples", cpu(lambda: intervals(units)), 8, "s"),
        *(at_least(f"audit with {kind}", found, bar, "thousand mutants/s")
          for (kind, found), bar in zip(rates.items(), (20, 5), strict=True)),
    ]  # fmt: skip


def rate(kind: str, path: str) -> float:
    """Thousand mutants that are made, scored and counted a CPU second."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GradersWarning)
        operation = {"operation": "contains"} if kind == "string_check" else {}
        reward = load_reward({"graders": [{"type": kind, **operation}]})
    found = []
    seconds = cpu(lambda: found.append(audit(reward, path, Extent(200))))
    return found[0].mutants / seconds / 1000
