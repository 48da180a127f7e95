"""math_accuracy beside math-verify and TRL's `accuracy_reward`: ``python -m benchmarks math_accuracy``.

The inputs are built from data that lies beside the project (GSM8K's model solutions, the golds of MATH) and is no
part of it; without them this benchmark is skipped. All is seeded, all is CPU time of this process.
"""

from __future__ import annotations

import importlib.util
import json
import pkgutil
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import graders.math
from benchmarks.hostile_math import PAIRS
from benchmarks.measure import at_least, at_most, cpu, peak
from graders.math import Unreadable, verify

Pair = tuple[str, str]
"""An answer and its reference."""
HERE = Path(__file__).parent
SHARED = HERE.parents[1] / "shared"
GROUPS, GROUP = 256, 8
DISTINCT = 300
PEER = "math-verify"


# -- the inputs --------------------------------------------------------------------------------------------------------


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


@cache
def golds() -> list[str]:
    """The distinct readable golds of MATH."""
    texts = dict.fromkeys(row["reference_answer"] for row in lines(SHARED / "data" / "math_golds.jsonl"))
    return [text for text in texts if graders.math.reference_fault(text) is None]


@cache
def rewrites() -> ModuleType:
    """The generator of the corpora tests, which is no module of a package."""
    path = HERE.parent / "tests" / "math_corpora" / "rewrites.py"
    spec = importlib.util.spec_from_file_location("rewrites", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def spelt(gold: str) -> tuple[list[str], list[str]]:
    """Other spellings of a gold, and its near misses; none for words."""
    try:
        return rewrites().spellings(gold), rewrites().near_misses(gold)
    except Unreadable:
        return [], []


def batch() -> list[Pair]:
    """256 groups of 8: half real answers to GSM8K, half golds of MATH, restyled, right or wrong."""
    rng = random.Random(3)
    return [pair for group in (*gsm8k_groups(rng), *math_groups(rng)) for pair in group]


def gsm8k_groups(rng: random.Random) -> list[list[Pair]]:
    by_problem: dict[str, list[Pair]] = {}
    for row in lines(SHARED / "data" / "gsm8k_solutions.jsonl"):
        answer = row["completion"].rpartition("<answer>")[2].removesuffix("</answer>")
        by_problem.setdefault(row["id"].split("-")[1], []).append((answer, row["reference_answer"]))
    chosen = rng.sample(sorted(by_problem), GROUPS // 2)
    return [by_problem[problem] * (GROUP // len(by_problem[problem])) for problem in chosen]


def math_groups(rng: random.Random) -> list[list[Pair]]:
    """Each group as a policy makes it: the right answer several times, spelt in a few ways, and wrong ones."""
    groups = []
    for gold in rng.sample(golds(), GROUPS // 2):
        right, wrong = spelt(gold)
        answers = [gold, gold, gold, *rng.sample(right[:8], min(2, len(right)))]
        answers += [*wrong[:2], *rng.sample(golds(), GROUP)]
        groups.append([(answer, gold) for answer in answers[:GROUP]])
    return groups


def distinct() -> list[Pair]:
    """Pairs in which no gold and no answer stands twice: half right and spelt in another way, half wrong."""
    rng = random.Random(4)
    pairs: dict[str, Pair] = {}
    for number, gold in enumerate(rng.sample(golds(), DISTINCT)):
        right, wrong = spelt(gold)
        answers = right if number % 2 else [*wrong, rng.choice(golds())]
        pairs.setdefault(answer := rng.choice(answers or [gold]), (answer, gold))
    return list(pairs.values())


def hostile() -> list[Pair]:
    """The resource rows of the hacking cases, and the list of this folder."""
    rows = [row for row in lines(SHARED / "cases" / "hack_cases.jsonl") if "completion_repeat" in row]
    return [(answer_of(row), row["reference"]) for row in rows if row["grader"]["type"] == "math_accuracy"] + PAIRS


def answer_of(row: dict[str, Any]) -> str:
    before, unit, count, after = row["completion_repeat"]
    return (before + unit * count + after).rpartition("<answer>")[2].removesuffix("</answer>")


# -- who is measured ---------------------------------------------------------------------------------------------------


_BY_WORD = ("_beginning", "folded")
"""Caches of `prose` that hold words of answers."""
_TABLES = ("_sections", "units_of", "_beginnings")
"""Tables of other languages' units."""


def forget() -> None:
    """Empty every cache of the verifier that answers fill, so that each run starts cold.

    What is made of a language's words is kept, as the tables are that a module makes when it is imported: a process
    loads it once, in a tenth of a second.
    """
    for info in pkgutil.walk_packages(graders.math.__path__, "graders.math."):
        if info.name.rpartition(".")[2] not in ("worker", "proof", "to_sympy"):
            for name, value in vars(import_module(info.name)).items():
                of_words = ".prose." in str(getattr(value, "__module__", "")) and name not in _BY_WORD
                if not of_words and name not in _TABLES:
                    getattr(value, "cache_clear", int)()


def ours(pairs: list[Pair]) -> None:
    answers, references = zip(*pairs, strict=True)
    verify([rf"\boxed{{{answer}}}" for answer in answers], references)


def math_verify(pairs: list[Pair]) -> None:
    """As its documentation has it: gold and answer are parsed, then compared, each under its own time-out."""
    from math_verify import parse, verify

    for answer, gold in pairs:
        verify(parse(f"${gold}$"), parse(rf"\boxed{{{answer}}}"))


def accuracy_reward(pairs: list[Pair]) -> None:
    """What TRL 1.16's `accuracy_reward` does on the main thread; TRL itself would bring PyTorch with it."""
    from latex2sympy2_extended import NormalizationConfig
    from math_verify import LatexExtractionConfig, parse, verify

    for answer, gold in pairs:
        parsed = parse(f"${gold}$", parsing_timeout=10)
        if parsed:
            config = LatexExtractionConfig(
                normalization_config=NormalizationConfig(units=True),
                boxed_match_priority=0,
                try_extract_without_anchor=False,
            )
            content = rf"\boxed{{{answer}}}"
            given = parse(content, extraction_config=[config], extraction_mode="first_match", parsing_timeout=10)
            verify(parsed, given, timeout_seconds=5)


# -- what is measured --------------------------------------------------------------------------------------------------


def against_peers() -> list[dict[str, Any]]:
    """How many times faster, cold, on a batch and on pairs without repeats. The peers run once: they take long."""
    if find_spec("math_verify") is None:
        print(f'{PEER}: skipped, it is not installed (pip install "math-verify[antlr4-13-2]")')
        return []
    rows = []
    warm = [("1", "2"), (r"\frac{1}{2}", "0.5"), ("x+1", "1+x")]
    for name, pairs, bar in (("GRPO batch of 256 x 8", batch(), 30.0), ("distinct pairs", distinct(), 150.0)):
        for peer, call in ((PEER, math_verify), ("TRL's accuracy_reward", accuracy_reward)):
            forget_peer()
            call(warm)
            theirs = cpu(lambda call=call, pairs=pairs: call(pairs))
            mine = min(cold(pairs) for _ in range(5))
            rows.append(at_least(f"{name}, against {peer}", theirs / mine, bar, "x"))
            print(f"{name}: {peer} {len(pairs) / theirs:.0f}, ours {len(pairs) / mine:.0f} per CPU second", flush=True)
    return rows


def cold(pairs: list[Pair]) -> float:
    """CPU seconds of our verdicts with empty caches; emptying them is no part of it, as it is none of the peers'."""
    forget()
    return cpu(lambda: ours(pairs))


def forget_peer() -> None:
    """Empty the caches of math-verify and SymPy."""
    from sympy.core.cache import clear_cache

    clear_cache()
    for name, module in list(sys.modules.items()):
        if name.startswith(("math_verify", "latex2sympy2_extended")):
            for value in list(vars(module).values()):
                getattr(value, "cache_clear", int)()


def share_of_sympy() -> dict[str, Any]:
    """Of all golds against themselves, their rewrites, near misses and neighbours: how many ask the worker."""
    asked, count = 0, 0
    for answer, gold in gold_pairs():
        [verdict] = verify([answer], [gold], symbolic=False)  # what stays open without the worker would ask it
        asked += verdict.outcome == "undecided"
        count += 1
    return at_most(f"share of {count} pairs of MATH golds that reach SymPy", 100 * asked / count, 0.2, "%")


def gold_pairs() -> Iterator[Pair]:
    for gold, neighbour in zip(golds(), golds()[1:] + golds()[:1], strict=True):
        right, wrong = spelt(gold)
        yield from ((answer, gold) for answer in (gold, neighbour, *right, *wrong))


def per_item() -> list[dict[str, Any]]:
    """Each pair alone and cold, in process: the 99th percentile and the longest."""
    honest = list(dict.fromkeys([*batch(), *distinct()]))
    taken = sorted(map(alone, honest))
    worst = max(hostile(), key=alone)
    name = worst[0] if len(worst[0]) < 40 else f"{worst[0][:37]}..."
    return [
        at_most(f"per item, 99th percentile of {len(taken)}", 1000 * taken[int(0.99 * len(taken))], 1.0, "ms"),
        at_most("per item, longest of these", 1000 * taken[-1], 50.0, "ms"),
        at_most(f"longest hostile input ({name})", 1000 * alone(worst), 50.0, "ms"),
        at_most("largest hostile input", max(map(allocated, hostile())) / 1e6, 20.0, "MB"),
    ]


def alone(pair: Pair) -> float:
    """CPU seconds of one pair, cold; the shorter of two runs where the first looks long (a busy machine)."""
    forget()
    taken = timed(pair)
    if taken > 0.001:
        forget()
        taken = min(taken, timed(pair))
    return taken


def timed(pair: Pair) -> float:
    start = time.process_time()
    in_process([pair])
    return time.process_time() - start


def in_process(pairs: Iterable[Pair]) -> None:
    answers, references = zip(*pairs, strict=True)
    verify(answers, references, symbolic=False)


def allocated(pair: Pair) -> int:
    forget()
    return peak(lambda: in_process([pair]))


def run() -> list[dict[str, Any]]:
    """All rows: name, figure, bar, unit."""
    if not SHARED.exists():
        print("math_accuracy: skipped, its data (GSM8K solutions, MATH golds) lie in ../shared and are not here")
        return []
    parts: list[Callable[[], list[dict[str, Any]]]] = [per_item, lambda: [share_of_sympy()], against_peers]
    return [row for part in parts for row in part()]


if __name__ == "__main__":
    for each in run():
        print(f"{each['name']:<60} {each['figure']:>10.3f}  bar {each['bar']:g} {each['unit']}")
