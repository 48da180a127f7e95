"""ROUGE of a batch, equal to rouge-score's to the last bit.

Lin, 2004, as `rouge_score.rouge_scorer` 0.1.2 computes it: rouge1 to rouge5 are clipped n-gram matches,
rougeL is the longest common subsequence of the whole texts; each as precision, recall and their harmonic mean.
"""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from graders.text import originals
from graders.text.blocks import Integers, Tokenize, in_blocks, lengths
from graders.text.matches import clipped_matches, lcs_lengths
from graders.text.tokenize_rouge import CHOICES, read_with_unicode, rouge_tokenizer

RougeType = Literal["rouge1", "rouge2", "rouge3", "rouge4", "rouge5", "rougeL", "rougeLsum"]
Measure = Literal["precision", "recall", "fmeasure"]
TokenizerChoice = Literal["auto", "rouge_score", "unicode"]

ORDER = {f"rouge{order}": order for order in range(1, 6)}
"""The types that count n-grams, and how long these are."""

ALLOWED = {
    "rouge_type": (*ORDER, "rougeL", "rougeLsum"),
    "measure": ("precision", "recall", "fmeasure"),
    "tokenizer": CHOICES,
}
"""The values that the arguments of `rouge` may have."""


def overlap(
    completions: Sequence[str], references: Sequence[str], rouge_type: RougeType, tokenize: Tokenize
) -> tuple[Integers, dict[Measure, NDArray[np.float64]]]:
    """What matched in each row, and every measure of it; for all types but rougeLsum.

    >>> matches, measures = overlap(["a b c"], ["b c d e"], "rougeL", rouge_tokenizer("unicode"))
    >>> matches.tolist(), measures["recall"].tolist()
    ([2], [0.5])
    """
    matches, totals, targets = np.zeros((3, len(completions)), np.int64)
    order = ORDER.get(rouge_type, 1)
    for block in in_blocks(completions, references, tokenize):
        matches[block.rows] = lcs_lengths(block) if rouge_type == "rougeL" else clipped_matches(block, order)[-1]
        totals[block.rows] = lengths(block.completions) - (order - 1)
        targets[block.rows] = lengths(block.references)[block.owner] - (order - 1)
    precision, recall = matches / np.maximum(totals, 1), matches / np.maximum(targets, 1)
    both = precision + recall
    fmeasure = np.divide(2 * precision * recall, both, out=np.zeros(len(both)), where=both > 0)
    return matches, {"precision": precision, "recall": recall, "fmeasure": fmeasure}


def rouge(  # noqa: PLR0913 - settings by keyword
    completions: Sequence[str],
    references: Sequence[str],
    *,
    rouge_type: RougeType = "rougeL",
    measure: Measure = "fmeasure",
    stemmer: bool = False,
    tokenizer: TokenizerChoice = "auto",
) -> NDArray[np.float64]:
    """ROUGE of each completion against its reference.

    Args:
        completions: n texts.
        references: n texts, aligned with the completions.
        rouge_type: "rouge1" to "rouge5", "rougeL", or "rougeLsum", which rouge-score itself computes.
        measure: "precision", "recall" or "fmeasure". Recall alone pays for "the answer and everything else".
        stemmer: cut English word endings off with the Porter stemmer of nltk.
        tokenizer: "auto" reads a reference that has a letter outside ASCII with the Unicode tokenizer, and
            the completion with it, whatever the completion holds; "unicode" reads all so; "rouge_score" is
            strict parity: nothing but a-z and 0-9.

    Returns:
        float64 of shape (n,), in [0, 1].

    Raises:
        ValueError: the two have different lengths, or an argument is none of the above.

    >>> rouge(["the cat", "错误 42"], ["the cat sat", "答案是 42 因为"]).round(3).tolist()
    [0.8, 0.222]
    """
    check_arguments(rouge_type=rouge_type, measure=measure, tokenizer=tokenizer)
    if len(completions) != len(references):
        raise ValueError(f"rouge: got {len(completions)} completions and {len(references)} references")
    foreign = read_with_unicode(references, tokenizer)
    in_unicode = np.array([text in foreign for text in references], bool)
    scores = np.zeros(len(completions))
    for name, wanted in (("rouge_score", ~in_unicode), ("unicode", in_unicode)):
        rows = np.flatnonzero(wanted).tolist()
        if rows:
            texts, targets = [completions[row] for row in rows], [references[row] for row in rows]
            scores[rows] = _measured(texts, targets, rouge_type, measure, rouge_tokenizer(name, stemmer=stemmer))
    return scores


def check_arguments(**arguments: str) -> None:
    """Refuse an argument of `rouge` that is none of its `ALLOWED` values.

    >>> check_arguments(measure="recall")
    """
    for name, value in arguments.items():
        if value not in ALLOWED[name]:
            allowed = ", ".join(map(repr, ALLOWED[name]))
            raise ValueError(f"the {name} of rouge must be one of {allowed}; got {value!r}")


def _measured(
    completions: Sequence[str], references: Sequence[str], rouge_type: RougeType, measure: Measure, tokenize: Tokenize
) -> NDArray[np.float64]:
    if rouge_type != "rougeLsum":
        return overlap(completions, references, rouge_type, tokenize)[1][measure]
    pairs = zip(completions, references, strict=True)
    return np.array([getattr(originals.rouge_lsum(*pair, tokenize), measure) for pair in pairs], np.float64)


def rouge_multi(
    completions: Sequence[str], references: Sequence[Sequence[str]], *, measure: Measure = "fmeasure", **settings: Any
) -> NDArray[np.float64]:
    """ROUGE against the first reference of highest F-measure, as rouge-score's `score_multi` chooses it.

    Raises:
        ValueError: a row has no reference, or an argument is none that `rouge` takes.

    >>> rouge_multi(["the cat sat"], [["a dog", "the cat"]]).tolist()
    [0.8]
    """
    scores = np.zeros(len(completions))
    for row, (completion, texts) in enumerate(zip(completions, references, strict=True)):
        if not texts:
            raise ValueError(f"rouge_multi: row {row} has no reference")
        copies = [completion] * len(texts)
        best = np.argmax(rouge(copies, texts, measure="fmeasure", **settings))
        scores[row] = rouge(copies, texts, measure=measure, **settings)[best]
    return scores
