"""BLEU and ROUGE beside sacreBLEU and rouge-score, in one process, in CPU time.

    python benchmarks/text.py            # the bars
    python benchmarks/text.py gaming     # the table of docs/text_similarity.md
    python benchmarks/text.py hostile    # seconds for each kind of hostile text

The prose is the language reference that comes with Python (`pydoc_data.topics`) without its markup; completions
are noisy copies: spans kept, replaced, dropped or inserted. All is seeded. A figure is the best of several
interleaved runs; ROUGE runs with strict parity, so that all compute the same numbers.
"""

import os
import random
import string
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from pydoc_data import topics
from typing import Any

import numpy as np

from graders.text import bleu, rouge

Corpus = tuple[list[str], list[str]]
Score = Callable[[Sequence[str], Sequence[str]], Any]

SHAPES = {"a": (256, 8, 47), "b": (8, 8, 860), "c": (20_000, 1, 9)}  # references, completions of each, words
BLEU_BARS = {"a": 20.0, "b": 10.0, "c": 10.0}
ROUGE_BARS = {"a": 40.0, "b": 100.0, "c": 8.0}
MARKUP = str.maketrans("", "", "*`|+=_<>")
SLOW_ROWS = {"a": 1024, "b": 16, "c": 4000}  # rows that the peer is timed on: it takes minutes for all
REPEATS = 7


@cache
def words() -> list[str]:
    prose = " ".join(text for _, text in sorted(topics.topics.items()) if len(text) > 500)
    return [word for word in prose.translate(MARKUP).split() if any(map(str.isalnum, word))]


def span(rng: random.Random, length: int) -> list[str]:
    start = rng.randrange(len(words()) - length)
    return words()[start : start + length]


def noisy(reference: list[str], rng: random.Random) -> str:
    """A copy with 3 to 12 words at a time kept, replaced, dropped or followed by others."""
    copy: list[str] = []
    at = 0
    while at < len(reference):
        length = rng.randint(3, 12)
        kept, chance = reference[at : at + length], rng.random()
        copy += kept if chance < 0.55 or chance >= 0.85 else []
        copy += span(rng, length) if 0.55 <= chance < 0.75 or chance >= 0.85 else []
        at += length
    return " ".join(copy)


@cache
def corpus(shape: str) -> Corpus:
    """Completions and their references, row by row."""
    rng = random.Random(shape)
    texts, group, length = SHAPES[shape]
    references = [text for _ in range(texts) for text in [span(rng, length)] * group]
    return [noisy(reference, rng) for reference in references], [*map(" ".join, references)]


def cpu(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def seconds_a_row(score: Score, shape: str, rows: int | None = None) -> Callable[[], float]:
    completions, references = (side[:rows] for side in corpus(shape))
    return lambda: cpu(lambda: score(completions, references)) / len(references)


def best(timings: dict[str, Callable[[], float]], repeats: int = REPEATS) -> dict[str, float]:
    """The shortest of several runs of each, in turn, so that a busy machine hits all alike."""
    runs = [{name: timing() for name, timing in timings.items()} for _ in range(repeats)]
    return {name: min(run[name] for run in runs) for name in timings}


def sacrebleu_score(completions: Sequence[str], references: Sequence[str]) -> list[float]:
    import sacrebleu

    pairs = zip(completions, references, strict=True)
    return [sacrebleu.sentence_bleu(text, [reference], use_effective_order=True).score for text, reference in pairs]


def strict_rouge(completions: Sequence[str], references: Sequence[str]) -> Any:
    return rouge(completions, references, tokenizer="rouge_score")


def rouge_score(completions: Sequence[str], references: Sequence[str]) -> list[float]:
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeL"])
    pairs = zip(completions, references, strict=True)
    return [scorer.score(reference, text)["rougeL"].fmeasure for text, reference in pairs]


def rouge_rust(completions: Sequence[str], references: Sequence[str]) -> Any:
    import fast_rouge

    return fast_rouge.score_batch_flat(list(references), list(completions)).rougeL_fmeasure


def row(name: str, figure: float, bar: float, unit: str = "x") -> dict[str, Any]:
    return {"name": name, "figure": figure, "bar": bar, "unit": unit}


def against_originals() -> list[dict[str, Any]]:
    """How many times faster than sacreBLEU and rouge-score."""
    rows = []
    for shape in SHAPES:
        ours = {"bleu": seconds_a_row(bleu, shape), "rouge": seconds_a_row(strict_rouge, shape)}
        peers = {
            "sacrebleu": seconds_a_row(sacrebleu_score, shape, SLOW_ROWS[shape]),
            "rouge-score": seconds_a_row(rouge_score, shape, SLOW_ROWS[shape]),
        }
        best(ours, 1)
        took = shortest(best(ours), best(ours | peers, 3), best(ours))
        rows.append(row(f"bleu ({shape}) against sacrebleu", took["sacrebleu"] / took["bleu"], BLEU_BARS[shape]))
        rows.append(
            row(f"rougeL ({shape}) against rouge-score", took["rouge-score"] / took["rouge"], ROUGE_BARS[shape])
        )
    return rows


def shortest(*timings: dict[str, float]) -> dict[str, float]:
    return {name: min(took[name] for took in timings if name in took) for took in timings for name in took}


def against_rouge_rust() -> list[dict[str, Any]]:
    """Against rouge-rust on one thread, which computes rouge1 and rouge2 as well."""
    if find_spec("fast_rouge") is None:
        print("rouge-rust: skipped, it is not installed (pip install rouge-rust)")
        return []
    os.environ["RAYON_NUM_THREADS"] = "1"  # read when it is first used
    rows = []
    for shape in ("a", "b"):
        timings = {"rust": seconds_a_row(rouge_rust, shape), "ours": seconds_a_row(strict_rouge, shape)}
        took = shortest(best(timings, 2), best(timings))
        rows.append(row(f"rougeL ({shape}) against rouge-rust", took["rust"] / took["ours"], 1.0))
    return rows


def hostile() -> dict[str, str]:
    """Megabytes of UTF-8 that are made to be slow: what short cuts for honest text don't help with."""
    rng = random.Random("hostile")
    short = ["".join(rng.choices("abcde.,-&;!'19", k=rng.randint(1, 5))) for _ in range(250_000)]
    texts = {
        "distinct words": " ".join(f"w{number}" for number in range(150_000)),
        "random signs": "".join(rng.choices(string.punctuation, k=1_000_000)),
        "one sign": "." * 1_000_000,
        "signs and digits": ".,5" * 333_334,
        "short words and signs": " ".join(short),
        "numbers": "1.2.3,4" * 142_858,
        "hyphens": "5-" * 500_000,
        "entities": "&amp;" * 200_000,
        "letters": " ".join(rng.choices(string.ascii_letters, k=500_000)),
        "Han": "".join(chr(rng.randrange(0x4E00, 0x9FFF)) for _ in range(333_334)),
        "rare characters": " ".join(map(chr, range(0x10000, 0x10000 + 200_000))),
        "decomposed letters": "e\u0301 " * 250_000,
        "letters that case changes": "\u212a\u0130 " * 166_667,
        "a pile of marks": "a" + "\u0315\u0300" * 250_000,
        "piles of marks": ("a" + "\u0315\u0300" * 16 + " ") * 15_152,
    }
    return {name: text.encode()[:1_000_000].decode(errors="ignore") for name, text in texts.items()}


def unicode_rouge(completions: Sequence[str], references: Sequence[str]) -> Any:
    return rouge(completions, references, tokenizer="unicode")


def slowest(score: Score, texts: Sequence[str], reference: str) -> float:
    """Seconds for the text that takes longest, each the best of five."""
    score([reference], [reference])
    return max(min(cpu(lambda text=text: score([text], [reference])) for _ in range(5)) for text in texts)


def bounds() -> list[dict[str, Any]]:
    """Seconds for a megabyte against a short reference, and what a million distinct words leave behind."""
    megabyte, reference = " ".join(words() * 20)[:1_000_000], " ".join(words()[:20])
    rows = []
    for name, score in (("bleu", bleu), ("rougeL", rouge), ("rougeL in Unicode", unicode_rouge)):
        for kind, texts in (("prose", [megabyte]), ("the worst hostile text", [*hostile().values()])):
            rows.append(row(f"{name}, 1 MB: {kind}", slowest(score, texts, reference), 0.1, "s (at most)"))
    before = resident()
    for start in range(0, 1_000_000, 1000):
        text = " ".join(f"word{number}" for number in range(start, start + 1000))
        bleu([text], [reference]), rouge([text], [reference])
    rows.append(row("memory kept after 1 million distinct words", resident() - before, 100, "MB (at most)"))
    return rows


def print_hostile() -> None:
    for kind, text in hostile().items():
        took = [slowest(score, [text], "The river rises, 3.5 km off.") for score in (bleu, rouge, unicode_rouge)]
        print(f"{kind:<27} bleu {took[0]:.3f}  rougeL {took[1]:.3f}  rougeL in Unicode {took[2]:.3f}")


def resident() -> float:
    """Megabytes of this process; 0 where there is no /proc."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6 if statm.exists() else 0.0


def run() -> list[dict[str, Any]]:
    """All rows: name, figure, bar, unit."""
    return against_originals() + against_rouge_rust() + bounds()


def gaming() -> dict[str, dict[str, float]]:
    """What answers without merit are paid: for each trick the mean score under each metric, over 200 references."""
    rng = random.Random("gaming")
    references = [span(rng, 50) for _ in range(200)]
    common = [word for word, _ in Counter(words()).most_common(60)]
    tricks = {
        "the reference itself": references,
        "its words shuffled": [rng.sample(text, len(text)) for text in references],
        "its words reversed": [text[::-1] for text in references],
        "the reference twice": [text * 2 for text in references],
        "the reference and three other texts": [sum(rng.sample(references, 3), text) for text in references],
        "the 60 commonest words": [common for _ in references],
        "another reference": references[1:] + references[:1],
    }
    targets = [*map(" ".join, references)]
    return {trick: paid([*map(" ".join, texts)], targets) for trick, texts in tricks.items()}


def paid(completions: list[str], references: list[str]) -> dict[str, float]:
    kinds = {kind: rouge(completions, references, rouge_type=kind) for kind in ("rouge1", "rouge2", "rougeL")}
    recall = {"rougeL recall": rouge(completions, references, measure="recall")}
    scores = {"bleu": bleu(completions, references)} | kinds | recall
    return {metric: float(np.mean(values)) for metric, values in scores.items()}


def gaming_table() -> str:
    table = gaming()
    metrics = [*next(iter(table.values()))]
    lines = [f"| the answer is | {' | '.join(metrics)} |", "|---|" + "---:|" * len(metrics)]
    lines += [f"| {trick} | {' | '.join(f'{scores[m]:.2f}' for m in metrics)} |" for trick, scores in table.items()]
    return "\n".join(lines)


def main() -> None:
    if sys.argv[1:] == ["gaming"]:
        print(gaming_table())
        return
    if sys.argv[1:] == ["hostile"]:
        print_hostile()
        return
    for each in run():
        print(f"{each['name']:<45} {each['figure']:>9.2f}  bar {each['bar']:g} {each['unit']}")


if __name__ == "__main__":
    main()
