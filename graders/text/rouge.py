"""ROUGE of a batch, equal to rouge-score's to the last bit.

Lin, 2004, as `rouge_score.rouge_scorer` 0.1.2 computes it: rouge1 and rouge2 are clipped n-gram matches,
rougeL is the longest common subsequence of the whole texts; each as precision, recall and their harmonic mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from graders.text import originals
from graders.text.blocks import Integers, in_blocks, lengths
from graders.text.lcs import lcs_lengths
from graders.text.ngrams import Finder, Texts, clipped_matches
from graders.text.tokenize_rouge import CHOICES, read_with_unicode, rouge_tokenizer
from graders.text.tokenizer import Tokenizer
from graders.text.vocabulary import Encoded, encode, texts_of

RougeType = Literal["rouge1", "rouge2", "rougeL", "rougeLsum"]
Measure = Literal["precision", "recall", "fmeasure"]
TokenizerChoice = Literal["auto", "rouge_score", "unicode"]

ORDER = {"rouge1": 1, "rouge2": 2}
"""The types that count n-grams, and how long these are."""

Counts = tuple[Integers, Integers, Integers]  # as the fields of Tally

ALLOWED = {
    "rouge_type": (*ORDER, "rougeL", "rougeLsum"),
    "measure": ("precision", "recall", "fmeasure"),
    "tokenizer": CHOICES,
}
"""The values that the arguments of `rouge` may have."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What ROUGE knows of n pairs: what matched, out of how much on either side; each of shape (n,)."""

    matches: Integers
    completion_totals: Integers
    reference_totals: Integers

    @property
    def precision(self) -> NDArray[np.float64]:
        """The share of the completion that matches."""
        return self.matches / np.maximum(self.completion_totals, 1)

    @property
    def recall(self) -> NDArray[np.float64]:
        """The share of the reference that is matched."""
        return self.matches / np.maximum(self.reference_totals, 1)

    @property
    def fmeasure(self) -> NDArray[np.float64]:
        """The harmonic mean of the two, 0 where both are."""
        precision, recall = self.precision, self.recall
        both = precision + recall
        return np.divide(2 * precision * recall, both, out=np.zeros(len(both)), where=both > 0)


def tally(completions: Sequence[str], references: Sequence[str], rouge_type: RougeType, tokenizer: Tokenizer) -> Tally:
    """Count matches under one tokenizer, for all types but rougeLsum.

    >>> tally(["a b c"], ["b c d e"], "rougeL", rouge_tokenizer("unicode")).matches.tolist()
    [2]
    """
    counts = np.zeros((3, len(completions)), np.int64)
    finder = Finder()
    for block in in_blocks(completions, references):
        encoded = encode(tokenizer, block.references, block.completions)
        if rouge_type == "rougeL":
            counts[:, block.rows] = _by_subsequence(encoded, block.owner)
        else:
            counts[:, block.rows] = _by_ngrams(encoded, block.owner, ORDER[rouge_type], finder)
    return Tally(*counts)


def _by_subsequence(encoded: Encoded, owner: Integers) -> Counts:
    references, completions = texts_of(encoded.references), texts_of(encoded.completions)
    return lcs_lengths(references, completions, owner), lengths(completions), lengths(references)[owner]


def _by_ngrams(encoded: Encoded, owner: Integers, order: int, finder: Finder) -> Counts:
    references, completions = Texts.of(encoded.references), Texts.of(encoded.completions)
    matches = clipped_matches(references, completions, owner, order, finder)[-1]
    totals, targets = (np.maximum(texts.lengths - (order - 1), 0) for texts in (completions, references))
    return matches, totals, targets[owner]


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
        references: n texts, aligned with the completions; equal ones are read once.
        rouge_type: "rouge1", "rouge2", "rougeL", or "rougeLsum", which rouge-score itself computes.
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
    in_unicode = (
        np.array([text in foreign for text in references], bool) if foreign else np.zeros(len(references), bool)
    )
    scores = np.zeros(len(completions))
    for name, wanted in (("rouge_score", ~in_unicode), ("unicode", in_unicode)):
        if wanted.any():
            chosen = rouge_tokenizer(name, stemmer=stemmer)
            texts, targets = _chosen(completions, wanted), _chosen(references, wanted)
            scores[wanted] = _measured(texts, targets, rouge_type, measure, chosen)
    return scores


def _chosen(texts: Sequence[str], wanted: NDArray[np.bool_]) -> Sequence[str]:
    return texts if wanted.all() else [*compress(texts, wanted)]


def check_arguments(**arguments: str) -> None:
    """Refuse an argument of `rouge` that is none of its `ALLOWED` values.

    >>> check_arguments(measure="recall")
    """
    for name, value in arguments.items():
        if value not in ALLOWED[name]:
            allowed = ", ".join(map(repr, ALLOWED[name]))
            raise ValueError(f"the {name} of rouge must be one of {allowed}; got {value!r}")


def _measured(
    completions: Sequence[str],
    references: Sequence[str],
    rouge_type: RougeType,
    measure: Measure,
    tokenizer: Tokenizer,
) -> NDArray[np.float64]:
    if rouge_type != "rougeLsum":
        scores: NDArray[np.float64] = getattr(tally(completions, references, rouge_type, tokenizer), measure)
        return scores
    pairs = zip(completions, references, strict=True)
    return np.array([getattr(originals.rouge_lsum(*pair, tokenizer), measure) for pair in pairs], np.float64)
