"""The metrics of one pair, taken apart: what `explain` shows."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from rapidfuzz.distance import LCSseq

from graders.text import originals
from graders.text.bleu import DEFAULT_TOKENIZER, ORDERS, bleu
from graders.text.blocks import TokenBlock
from graders.text.matches import clipped_matches
from graders.text.rouge import ORDER, Measure, RougeType, TokenizerChoice, check_arguments, overlap
from graders.text.tokenize_13a import tokenize_13a
from graders.text.tokenize_rouge import has_foreign_letter, read_with_unicode, rouge_tokenizer

SHOWN_TOKENS = 4096  # matched words are looked for in so many tokens of either side: the search is quadratic


def bleu_details(completion: str, reference: str, *, tokenizer: str = DEFAULT_TOKENIZER) -> dict[str, Any]:
    """What BLEU saw in one pair; with another tokenizer than the usual one by sacreBLEU itself.

    Returns:
        `score` as `bleu` gives it; for orders 1 to 4 the clipped `matches`, the `totals` of the completion
        and the smoothed `precisions` in [0, 1] (0 beyond the completion's length, all 0 without a match);
        `brevity_penalty`, `completion_length` and `reference_length` in tokens; `tokenizer`.

    Raises:
        ValueError: sacreBLEU has no such tokenizer.

    >>> details = bleu_details("the cat", "the cat sat")
    >>> details["matches"], details["totals"], round(details["brevity_penalty"], 3)
    ([2, 1, 0, 0], [2, 1, 0, 0], 0.607)
    """
    parts = _own_parts(completion, reference) if tokenizer == DEFAULT_TOKENIZER else None
    score = float(bleu([completion], [reference], tokenizer=tokenizer)[0])
    return {"score": score, **(parts or originals.bleu_parts(completion, reference, tokenizer)), "tokenizer": tokenizer}


def _own_parts(completion: str, reference: str) -> dict[str, Any]:
    """The parts of BLEU as sacreBLEU has them, its smoothing included."""
    tokens, targets = tokenize_13a([completion, reference])
    block = TokenBlock(slice(1), [tokens], [targets], np.zeros(1, np.int64))
    matches: list[int] = clipped_matches(block, ORDERS)[:, 0].tolist()
    totals = [max(len(tokens) - order, 0) for order in range(ORDERS)]
    return {
        "matches": matches,
        "totals": totals,
        "precisions": _precisions(matches, totals),
        "brevity_penalty": math.exp(min(1 - len(targets) / len(tokens), 0)) if tokens else 0.0,
        "completion_length": len(tokens),
        "reference_length": len(targets),
    }


def _precisions(matches: Sequence[int], totals: Sequence[int]) -> list[float]:
    """Smoothed: the k-th order without a match is credited with 1 / 2^k of one."""
    if not any(matches):
        return [0.0] * ORDERS
    credit, missed = list(map(float, matches)), 0
    for order, (found, total) in enumerate(zip(matches, totals, strict=True)):
        if not found and total:
            missed += 1
            credit[order] = 0.5**missed
    return [share / total if total else 0.0 for share, total in zip(credit, totals, strict=True)]


def rouge_details(  # noqa: PLR0913 - settings by keyword, as rouge has them
    completion: str,
    reference: str,
    *,
    rouge_type: RougeType = "rougeL",
    measure: Measure = "fmeasure",
    stemmer: bool = False,
    tokenizer: TokenizerChoice = "auto",
) -> dict[str, Any]:
    """What ROUGE saw in one pair.

    Returns:
        `score` as `rouge` gives it, and `precision`, `recall`, `fmeasure`; `completion_length` and
        `reference_length` in tokens; `matches` (the length of the longest common subsequence, or n-grams);
        `matched_words`: for rouge1 to rouge5 the n-grams, for the others the words of one longest common
        subsequence, of the first `SHOWN_TOKENS` tokens; the `tokenizer` used and `tokenizer_reason`.

    Raises:
        ValueError: an argument has a value that `rouge` does not take.

    >>> details = rouge_details("the black cat", "the cat sat")
    >>> details["matches"], details["matched_words"], details["tokenizer"]
    (2, ['the', 'cat'], 'rouge_score')
    """
    check_arguments(rouge_type=rouge_type, measure=measure, tokenizer=tokenizer)
    name = "unicode" if read_with_unicode([reference], tokenizer) else "rouge_score"
    tokenize = rouge_tokenizer(name, stemmer=stemmer)
    sides = tokenize([completion, reference])
    matched = _matched([side[:SHOWN_TOKENS] for side in sides], rouge_type)
    if rouge_type == "rougeLsum":
        measures = originals.rouge_lsum(completion, reference, tokenize)._asdict()
        matches = round(measures["recall"] * len(sides[1]))
    else:
        counted, arrays = overlap([completion], [reference], rouge_type, tokenize)
        matches, measures = int(counted[0]), {name: float(values[0]) for name, values in arrays.items()}
    return {
        "score": measures[measure],
        **measures,
        "matches": matches,
        "matched_words": matched,
        "completion_length": len(sides[0]),
        "reference_length": len(sides[1]),
        "tokenizer": name,
        "tokenizer_reason": _reason(reference, tokenizer),
    }


def _matched(sides: Sequence[list[str]], rouge_type: RougeType) -> list[str]:
    completion, reference = sides
    if rouge_type in ORDER:
        counts = [Counter(map(" ".join, _grams_of(side, ORDER[rouge_type]))) for side in sides]
        return [*(counts[0] & counts[1]).elements()]
    equal = [block for block in LCSseq.opcodes(completion, reference) if block.tag == "equal"]
    return [word for block in equal for word in completion[block.src_start : block.src_end]]


def _grams_of(tokens: list[str], order: int) -> Iterable[tuple[str, ...]]:
    return zip(*(tokens[start:] for start in range(order)), strict=False)


def _reason(reference: str, tokenizer: TokenizerChoice) -> str:
    if tokenizer != "auto":
        return "asked for"
    if has_foreign_letter(reference):
        return "the reference has letters outside ASCII, which rouge-score would drop"
    return "the reference has no letter outside ASCII"
