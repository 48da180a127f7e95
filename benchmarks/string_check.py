"""string_check on a parsed batch, and from texts to rewards."""

from __future__ import annotations

import random
import warnings
from dataclasses import replace
from typing import Any

from benchmarks.measure import at_least, best
from graders import Batch, GameableRewardWarning, load_reward
from graders.reward.reward_function import RewardFunction

ROWS = 200_000


def data(chars: int) -> tuple[list[str], list[str]]:
    """Completions with answers of about so many characters, and references of which half are right."""
    rng = random.Random(chars)
    words = [f"word{i}" for i in range(5000)]
    answers = [" ".join(rng.choices(words, k=1 + chars // 9))[:chars] for _ in range(ROWS)]
    references = [answer.split()[0] if rng.random() < 0.5 else rng.choice(words) for answer in answers]
    return [f"<think>some working</think>\n<answer>{answer}</answer>" for answer in answers], references


def reward(operation: str) -> RewardFunction:
    """A reward with this operation alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GameableRewardWarning)
        return load_reward({"graders": [{"type": "string_check", "operation": operation}]})


def run() -> list[dict[str, Any]]:
    """All rows."""
    rows = []
    for operation, chars, parsed_bar, bar in (("equals", 9, 1.0, 0.25), ("case_insensitive_contains", 300, 0.5, 0.12)):
        completions, references = data(chars)
        scored = reward(operation)
        scorer = scored._scorers[f"string_check:{operation}"]
        batch = Batch.of(completions, references)
        # a copy of the batch has none of the work cached that scorers share
        parsed = best(lambda: scorer.score(replace(batch)))  # noqa: B023 - called at once
        whole = best(lambda: scored.evaluate(completions, references))  # noqa: B023
        name = f"{operation}, answers of {chars} characters"
        rows.append(at_least(f"{name}: on a parsed batch", ROWS / parsed / 1e6, parsed_bar, "million rows/s"))
        rows.append(at_least(f"{name}: through evaluate", ROWS / whole / 1e6, bar, "million rows/s"))
    return rows
