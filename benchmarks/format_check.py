"""format_check on long and hostile texts, and beside the patterns that other rewards use."""

from __future__ import annotations

import re
from typing import Any

from benchmarks.measure import at_least, at_most, best, peak
from graders.contract.batch import Batch
from graders.scorers.format_check import FormatCheckScorer
from graders.settings.settings import Settings
from graders.wire.schema import FormatCheckGrader

MEGABYTE = 1_000_000
HOSTILE = {
    "white space": " ",
    "<": "<",
    "</": "</",
    "half a tag": "<answer",
    "opening tags": "<answer>",
    "closing tags": "</think>",
    "zero-width spaces": "\u200b",
    "tag characters": "\U000e0041",
    "near misses": "</answe",
    "tail of a tag": "swer>",
}
"""Units that texts are filled with: alone, as a thought, and as an answer."""

LAZY = re.compile(r"<think>.*?</think>\s*<answer>.*?</answer>", re.DOTALL)
"""The pattern that most GRPO demos use (and that pays a fifth of malformed texts)."""


def check(text: str) -> float:
    """format_check end to end on one text."""
    scorer = FormatCheckScorer(FormatCheckGrader(), Settings())
    return float(scorer.score(Batch.of([text])).values[0])


def plain(size: int) -> str:
    """A well-formed text of a size."""
    return f"<think>{'word ' * (size // 5)}</think>\n<answer>28</answer>"


def hostile(size: int) -> dict[str, str]:
    """Hostile texts of a size."""
    texts = {}
    for name, unit in HOSTILE.items():
        filling = unit * (size // len(unit))
        texts[f"{name}, alone"] = filling
        texts[f"{name}, as thought"] = f"<think>{filling}</think><answer>5</answer>"
        texts[f"{name}, as answer"] = f"<think>x</think><answer>{filling}</answer>"
    return texts


def run() -> list[dict[str, Any]]:
    """All rows."""
    small, large = plain(MEGABYTE), plain(10 * MEGABYTE)
    worst = {name: best(lambda text=text: check(text), 2) * 1e3 for name, text in hostile(10 * MEGABYTE).items()}
    slowest = max(worst, key=worst.__getitem__)
    answer = f"<think>x</think><answer>{'word ' * 2_000_000}</answer>"
    memory = max(peak(lambda: check(large)), peak(lambda: check(answer))) / len(large)
    batch = [f"<think>some working, {i}</think>\n<answer>{i}</answer>" for i in range(100_000)]
    ours, lazy = best(lambda: Batch.of(batch)), best(lambda: [LAZY.fullmatch(text) for text in batch])
    return [
        at_most("1 MB completion", best(lambda: check(small)) * 1e3, 5, "ms"),
        at_most("10 MB completion", best(lambda: check(large)) * 1e3, 50, "ms"),
        at_most(f"worst hostile 10 MB completion ({slowest})", worst[slowest], 150, "ms"),
        at_most("memory allocated for 10 MB, in sizes of the input", memory, 2, "x"),
        at_least("completions parsed, short ones", len(batch) / ours / 1e6, 0.25, "million/s"),
        at_most("parsing against a lazy pattern that reads less", ours / lazy, 10, "x"),
    ]
