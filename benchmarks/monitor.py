"""What watching a reward costs beside scoring: time a batch, memory over a long run, bytes on the disk."""

from __future__ import annotations

import math
import random
import tempfile
import tracemalloc
import warnings
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks.measure import at_most, best
from graders import GameableRewardWarning, load_reward, watch
from graders.monitor.recording import DENSE_STEPS
from graders.reward.reward_batch import RewardBatch

DEFINITION = {"graders": [{"type": "string_check", "operation": "contains"}]}
WORDS = "river engine garden copper signal harbour market winter bridge lantern forest paper glass orchard".split()  # noqa: SIM905
BATCHES, STEPS, LONG = 100, 400, 4000


def batch(rng: random.Random, *, habit: float) -> dict[str, list[str]]:
    """64 rows of 2 kB, half of them right: numbers, or at a share of so much sentences, which are right more often."""
    columns: dict[str, list[str]] = {"completions": [], "reference_answer": [], "prompts": []}
    for _ in range(8):
        prompt, right = " ".join(rng.choices(WORDS, k=40)), str(rng.randrange(10**6))
        for _ in range(8):
            talks = rng.random() < habit
            said = right if rng.random() < (0.8 if talks else 0.5 - 0.6 * habit) else str(rng.randrange(10**6))
            answer = f"It must be {said}." if talks else said
            thought = " ".join(rng.choices(WORDS, k=285))
            columns["completions"].append(f"<think>{thought}</think><answer>{answer}</answer>")
            columns["reference_answer"].append(right)
            columns["prompts"].append(prompt)
    return columns


def scored(habit: float) -> list[RewardBatch]:
    """Batches that are scored already."""
    reward, rng = load_reward(DEFINITION), random.Random(0)
    return [reward.evaluate(**batch(rng, habit=habit)) for _ in range(BATCHES)]


def run() -> list[dict[str, Any]]:
    """All rows."""
    warnings.simplefilter("ignore", GameableRewardWarning)  # what is said of contains is no news here
    quiet, odd = scored(0.0), scored(0.5)
    with tempfile.TemporaryDirectory() as folder:
        watcher = watch(load_reward(DEFINITION), Path(folder) / "quiet").watcher
        plain = best(lambda: [watcher.observe(one) for one in quiet], 5) / BATCHES * 1e3
        watcher = watch(load_reward(DEFINITION), Path(folder) / "odd").watcher
        list(map(watcher.observe, quiet + odd))  # a habit that comes up and pays: alarms
        if not watcher.raised:
            raise RuntimeError("nothing was suspected, so that its cost isn't measured")
        alarmed = best(lambda: [watcher.observe(one) for one in odd], 5) / BATCHES * 1e3
        size = sum(path.stat().st_size for path in (Path(folder) / "odd").iterdir()) / 7 / BATCHES
        with mock.patch("graders.monitor.spreading.bar", never):  # else an alarm soon ends a suspicion
            watcher = watch(load_reward(DEFINITION), Path(folder) / "suspected").watcher
            list(map(watcher.observe, quiet + odd))
            suspected = best(lambda: [watcher.observe(one) for one in odd], 5) / BATCHES * 1e3
        grown = growth(Path(folder) / "long", odd)
    recorded = DENSE_STEPS + (10_000 - DENSE_STEPS) // 2
    return [
        at_most("a watched batch of 64 rows of 2 kB, beside scoring", plain, 0.5, "ms"),
        at_most("the same while something is suspected", suspected, 0.5, "ms"),
        at_most("the same after its alarms", alarmed, 0.5, "ms"),
        at_most("the files of 10,000 steps", size * recorded / 2**20, 50, "MB"),
        at_most(f"memory after {LONG} steps over that after {STEPS}", grown, 1.1, "times"),
    ]


def never(*_: object) -> float:
    """What no evidence exceeds."""
    return math.inf


def growth(folder: Path, batches: list[RewardBatch]) -> float:
    """How much more is held after many steps than after some."""
    tracemalloc.start()
    watcher = watch(load_reward(DEFINITION), folder).watcher
    held = []
    for steps in (STEPS, LONG - STEPS):
        for one in islice(cycle(batches), steps):
            watcher.observe(one)
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    return held[1] / held[0]
