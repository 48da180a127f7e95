"""What a reward costs inside a training loop: TRL's batch with all diagnostics, and one sample a call."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import statistics
from typing import Any

import numpy as np

from benchmarks.measure import at_least, at_most, best, cpu
from graders import load_reward
from graders.integrations.microbatch import engine_for
from graders.integrations.trl import split

DEFINITION = {"format_reward_weight": 0.1, "graders": [{"type": "math_accuracy", "weight": 0.9}]}
GROUPS, GENERATIONS = 8, 8


def step() -> dict[str, Any]:
    """What TRL passes at one step: conversations, their references, and where to log."""
    rng = random.Random(0)
    rows = GROUPS * GENERATIONS
    answers = [f"<think> let me see </think><answer> {rng.randrange(9)} </answer>" for _ in range(rows)]
    questions = [f"what is {row // GENERATIONS} + 1 ?" for row in range(rows)]
    return {
        "completions": [[{"role": "assistant", "content": answer}] for answer in answers],
        "prompts": [[{"role": "user", "content": question}] for question in questions],
        "reference_answer": [str(row // GENERATIONS + 1) for row in range(rows)],
        "log_metric": lambda name, value: None,  # noqa: ARG005
        "log_extra": lambda name, values: None,  # noqa: ARG005
    }


def repeated(call: Any, times: int = 50) -> Any:
    """A call many times, to be longer than the clock's grain."""

    def all_of_them() -> None:
        for _ in range(times):
            call()

    return all_of_them


def swept(call: Any, times: int = 50) -> float:
    """CPU seconds of a call that finds the processor's caches full of something else, as after a training step."""
    other, seconds = np.zeros(6_000_000), []
    for _ in range(times):
        np.add(other, 1, out=other)
        seconds.append(cpu(call))
    return statistics.median(seconds)


def singles(count: int) -> None:
    """Samples one a call, as verl and others ask for them, many under way at once."""
    engine = engine_for(json.dumps(DEFINITION))

    async def everything() -> None:
        await asyncio.gather(*(
            engine.score_async(f"<think>x</think><answer>{n}</answer>", str(n)) for n in range(count)
        ))  # fmt: skip

    asyncio.run(everything())


def run() -> list[dict[str, Any]]:
    """All rows."""
    logging.getLogger("graders").setLevel(logging.ERROR)  # random answers raise alarms
    reward, given = load_reward(DEFINITION), step()
    whole = best(repeated(lambda: reward(**given)), 5) / 50 * 1e3
    bare = best(repeated(lambda: reward(**{**given, "log_metric": None, "log_extra": None})), 5) / 50 * 1e3
    several = best(repeated(lambda: [part(**given) for part in split(reward).functions]), 5) / 50 * 1e3
    cold = swept(lambda: reward(**given)) * 1e3
    one_a_call = 5000 / best(lambda: singles(5000), 3)
    return [
        at_most("TRL's call with 64 completions and all figures", whole, 1.5, "ms"),
        at_most("the same without its log", bare, 1, "ms"),
        at_most("the same with its log, caches swept before", cold, 1.5, "ms"),
        at_most("split: all parts of 64 completions", several, 1.5, "ms"),
        at_least("one sample a call, many at once", one_a_call, 3000, "samples/s"),
    ]
