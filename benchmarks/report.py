"""The report of 200,000 scored rows: its size, and the time that it takes beside reading them."""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.measure import at_most, cpu
from graders import load_reward
from graders.offline.scored import read_documents, read_scored
from graders.report import gather, shown_rows, write_report

ROWS = 200_000
GROUP = 8
REWARD = {"graders": [{"type": "math_accuracy", "weight": 0.6}, {"type": "string_check", "operation": "equals",
                                                                  "weight": 0.3}]}  # fmt: skip


def write_rows(path: Path) -> None:
    """Rows as graders score writes them, of groups of eight, with labels that disagree now and then."""
    rng = random.Random(0)
    with path.open("w", encoding="utf-8") as out:
        for number in range(ROWS):
            out.write(json.dumps(row(rng, number)) + "\n")


def row(rng: random.Random, number: int) -> dict[str, Any]:
    """One output row."""
    reference, thought = str(number // GROUP * 7 % 1000), " ".join(["so this is that and"] * rng.randint(5, 60))
    outcome = rng.choices(["match", "mismatch", "no_answer", "bad_reference"], [40, 50, 9, 1])[0]
    answer = None if outcome == "no_answer" else reference if outcome == "match" else str(rng.randint(1000, 10**6))
    score = None if outcome == "bad_reference" else float(outcome == "match")
    layout = float(outcome != "no_answer")
    block = "" if answer is None else f"<answer>{answer}</answer>"
    names = ("math_accuracy", "string_check:equals")
    return {
        "prompt": f"Question {number // GROUP}: what is it?", "completion": f"<think>{thought}</think>{block}",
        "reference_answer": reference, "label": int(outcome == "match" and rng.random() > 0.01),
        "reward": None if score is None else 0.1 * layout + 0.9 * score,
        "scores": {"format": layout} | dict.fromkeys(names, score),
        "outcomes": {"format": "match" if layout else "no_answer"} | dict.fromkeys(names, outcome),
        "answer": answer, "status": "unscored" if score is None else "scored",
    }  # fmt: skip


class Clock:
    """CPU seconds that a function takes, summed over its calls."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.spent = function, 0.0

    def __call__(self, *args: Any, **options: Any) -> Any:
        start = time.process_time()
        try:
            return self.function(*args, **options)
        finally:
            self.spent += time.process_time() - start


def run() -> list[dict[str, Any]]:
    """All rows."""
    reward, reading, fetching = load_reward(REWARD), Clock(read_scored), Clock(read_documents)
    with tempfile.TemporaryDirectory() as folder:
        data, page = Path(folder) / "scored.jsonl", Path(folder) / "report.html"
        write_rows(data)
        with patch.object(gather, "read_scored", reading), patch.object(shown_rows, "read_documents", fetching):
            whole = cpu(lambda: write_report(data, page, reward=reward, label_column="label"))
        size = page.stat().st_size
    beyond = whole - reading.spent - fetching.spent
    return [
        at_most(f"size of the report of {ROWS:,} rows", size / 1000, 300, "KB"),
        at_most("the report, beyond reading the rows", beyond, 2, "s"),
        at_most("the report, reading all rows for the figures and again for the sample included", whole, 20, "s"),
    ]
