"""Scoring stored rows: what reading, writing and counting cost beside the scorers, and how much memory they take.

    python -m benchmarks offline
    ROWS=100000 python -m benchmarks.offline    # quicker, and printed only

The rows are the solutions of ../shared/data/gsm8k_solutions.jsonl, repeated with other ids. Each figure is of a child
process that runs ``graders score`` as a user does, its whole CPU time beside that of `RewardFunction.evaluate` on the
same completions and references, in batches of one size and already in memory. Workers are measured by the clock, on
golds of ../shared/data/math_golds.jsonl made distinct, and on the rows above; nothing else may run
on the two cores.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.measure import at_least, at_most, best

SOLUTIONS = Path(__file__).parents[2] / "shared" / "data" / "gsm8k_solutions.jsonl"
GOLDS = SOLUTIONS.with_name("math_golds.jsonl")
PAIRS = 100_000
ROWS = int(os.environ.get("ROWS", "1000000"))
REWARD = {
    "format_reward_weight": 0.1,
    "graders": [
        {"type": "format_check", "weight": 0.1},
        {"type": "string_check", "operation": "equals", "weight": 0.8},
    ],
}


class Run(NamedTuple):
    """What a child process took: seconds of CPU and of the clock, and MB at its peak."""

    cpu: float
    wall: float
    peak: float


def documents(count: int) -> Iterator[dict[str, Any]]:
    """Rows as they are stored."""
    with SOLUTIONS.open(encoding="utf-8") as lines:
        solutions = [json.loads(line) for line in lines]
    for number, solution in enumerate(islice(cycle(solutions), count)):
        yield {**solution, "id": f"row-{number}"}


def write_jsonl(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(document, ensure_ascii=False) + "\n" for document in documents(count))


def write_parquet(path: Path, count: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows, writer = documents(count), None
    while batch := list(islice(rows, 20_000)):
        table = pa.Table.from_pylist(batch)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def scorer_seconds(count: int) -> float:
    """CPU seconds a row of the scorer itself, on as many rows as there are solutions."""
    import graders
    from graders.offline.scoring.score_rows import CHUNK

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reward = graders.load_reward(REWARD)
    rows = list(documents(min(count, 50_000)))
    columns = [[row[name] for row in rows] for name in ("completion", "reference_answer")]

    def evaluate() -> None:
        for start in range(0, len(rows), CHUNK):
            reward.evaluate(*(column[start : start + CHUNK] for column in columns))

    return best(evaluate) / len(rows)


def score(*arguments: object) -> Run:
    """Run ``graders score`` in a child process and wait for it."""
    command = [sys.executable, "-W", "ignore", "-m", "graders.cli", "score", *map(str, arguments), "--json"]
    started = time.perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    child = os.posix_spawn(sys.executable, command, dict(os.environ), file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"graders score ended with status {status}: {command}")
    return Run(usage.ru_utime + usage.ru_stime, time.perf_counter() - started, usage.ru_maxrss / 1024)


def figures(folder: Path) -> list[dict[str, Any]]:
    """JSON lines in and out, then Parquet in and out."""
    reward, alone = folder / "reward.json", scorer_seconds(ROWS)
    reward.write_text(json.dumps(REWARD))
    rows: list[dict[str, Any]] = []
    for kind, write, bar in (("jsonl", write_jsonl, 20), ("parquet", write_parquet, 40)):
        data = folder / f"rows.{kind}"
        write(data, ROWS)
        run = score(reward, data, "-o", folder / f"scored.{kind}")
        data.unlink()
        rows += [
            at_most(f"{kind}: overhead beside the scorer itself", (run.cpu / ROWS - alone) * 1e6, bar, "us a row"),
            at_least(f"{kind}: rows a second, of the clock", ROWS / run.wall, 20_000, "rows/s"),
            at_most(f"{kind}: memory at its peak", run.peak, 300, "MB"),
        ]
    return [at_most("the scorer itself", alone * 1e6, 10, "us a row"), *rows]


def distinct_pairs(count: int) -> Iterator[dict[str, Any]]:
    """Sums of a gold and a number, each another one, beside themselves with the terms exchanged."""
    with GOLDS.open(encoding="utf-8") as lines:
        golds = [json.loads(line)["reference_answer"] for line in lines]
    golds = [gold for gold in golds if gold and len(gold) < 30 and not set(gold) & set(",;=<>")]
    for number, gold in enumerate(islice(cycle(golds), count), 1000):
        answer = f"<think>x</think><answer>{number} + {gold}</answer>"
        yield {"completion": answer, "reference_answer": f"{gold} + {number}"}


def shortest(*arguments: object, repeats: int = 3) -> float:
    """Seconds of the clock of the shortest of several runs."""
    return min(score(*arguments).wall for _ in range(repeats))


def worker_figures(folder: Path) -> list[dict[str, Any]]:
    """Two workers beside this process alone, where a row costs something and where it costs nothing."""
    slow, fast, data, out = (folder / name for name in ("slow.json", "fast.json", "workers.jsonl", "scored.jsonl"))
    slow.write_text(json.dumps({"graders": [{"type": "math_accuracy"}]}))
    fast.write_text(json.dumps(REWARD))
    data.write_text("".join(json.dumps(document) + "\n" for document in distinct_pairs(PAIRS)))
    options = ("-o", out, "--overwrite")
    one, two = (score(slow, data, *options, "--workers", count) for count in (1, 2))
    rows = [
        at_least("distinct pairs of math: a row, in one process", one.cpu / PAIRS * 1e6, 50, "us"),
        at_least("distinct pairs of math: two workers beside one", one.wall / two.wall, 1.6, "x"),
    ]
    for count in (2_000, 50_000, 200_000):
        write_jsonl(data, count)
        alone = shortest(fast, data, *options, "--workers", 1)
        for name in ("auto", "2") if count == 200_000 else ("auto",):
            chosen = shortest(fast, data, *options, "--workers", name)
            what = f"string_check, {count} rows: --workers {name} beside one process"
            rows.append(at_most(what, chosen / alone, 1.1, "x"))
    return rows


def run() -> list[dict[str, Any]]:
    """All rows: name, figure, bar, unit."""
    if not SOLUTIONS.exists():
        print(f"offline: skipped, {SOLUTIONS} is absent")
        return []
    with tempfile.TemporaryDirectory() as folder:
        return [*figures(Path(folder)), *worker_figures(Path(folder))]


if __name__ == "__main__":
    for each in run():
        print(f"{each['name']:<50} {each['figure']:>12.2f}  bar {each['bar']:g} {each['unit']}")
