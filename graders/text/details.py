"""The metrics of one pair, taken apart: what `explain` shows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from rapidfuzz.distance import LCSseq

from graders.text import originals
from graders.text.bleu import DEFAULT_TOKENIZER, bleu
from graders.text.rouge import ORDER, Measure, RougeType, TokenizerChoice, check_arguments, overlap
from graders.text.tokenize_rouge import has_foreign_letter, read_with_unicode, rouge_tokenizer

SHOWN_TOKENS = 4096  # matched words are looked for in so many tokens of either side: the search is quadratic


def bleu_details(completion: str, reference: str, *, tokenizer: str = DEFAULT_TOKENIZER) -> dict[str, Any]:
    """What BLEU saw in one pair, by sacreBLEU itself.

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
    score = originals.bleu_score(completion, [reference], tokenizer)
    return {
        "score": float(bleu([completion], [reference], tokenizer=tokenizer)[0]),
        "matches": [*map(int, score.counts)],
        "totals": [*map(int, score.totals)],
        "precisions": [value / 100 for value in score.precisions],
        "brevity_penalty": float(score.bp),
        "completion_length": score.sys_len,
        "reference_length": score.ref_len,
        "tokenizer": tokenizer,
    }


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
