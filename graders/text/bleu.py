"""Sentence BLEU of a batch, equal to sacreBLEU's to 1e-12.

Papineni et al., 2002, as `sacrebleu.sentence_bleu(..., use_effective_order=True)` computes it: orders 1 to 4,
as many as the completion is long; exponential smoothing (method 3 of Chen and Cherry, 2014); brevity penalty.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graders.text import originals
from graders.text.blocks import Integers, in_blocks
from graders.text.ngrams import Finder, Texts, clipped_matches
from graders.text.tokenize_13a import THIRTEEN_A
from graders.text.vocabulary import encode

ORDERS = 4


@dataclass(frozen=True, slots=True)
class Statistics:
    """All that BLEU needs to know of n pairs.

    Attributes:
        matches: clipped n-gram matches, shape (4, n).
        completion_lengths: tokens of each completion, shape (n,).
        reference_lengths: tokens of each reference, shape (n,).
    """

    matches: Integers
    completion_lengths: Integers
    reference_lengths: Integers

    @property
    def totals(self) -> Integers:
        """N-grams of each completion, shape (4, n)."""
        totals: Integers = np.maximum(self.completion_lengths - np.arange(ORDERS)[:, None], 0)
        return totals

    def precisions(self) -> NDArray[np.float64]:
        """Smoothed precisions in [0, 1], shape (4, n): the k-th order without a match gets 1 / (2^k * total).

        An order that the completion is too short for gets 1, which leaves the geometric mean alone.
        """
        totals = self.totals
        misses = np.cumsum((self.matches == 0) & (totals > 0), axis=0)
        credit = np.where(self.matches > 0, self.matches, np.exp2(-misses))
        return np.where(totals > 0, credit / np.maximum(totals, 1), 1.0)

    def brevity_penalties(self) -> NDArray[np.float64]:
        """1 where the completion is at least as long as the reference, else exp(1 - reference / completion)."""
        return np.exp(np.minimum(1 - self.reference_lengths / np.maximum(self.completion_lengths, 1), 0))

    def scores(self) -> NDArray[np.float64]:
        """BLEU in [0, 1], shape (n,): 0 without a match, exactly 1 for equal tokens."""
        logarithms = np.log(self.precisions())
        mean = sum(logarithms, np.zeros(1)) / np.clip(self.completion_lengths, 1, ORDERS)
        return np.where(self.matches.any(axis=0), self.brevity_penalties() * np.exp(mean), 0.0)


def statistics(completions: Sequence[str], references: Sequence[str]) -> Statistics:
    """Count what BLEU is made of, under the 13a tokenizer.

    >>> statistics(["the cat"], ["the cat sat"]).matches[:, 0].tolist()
    [2, 1, 0, 0]
    """
    counts = np.zeros((ORDERS + 2, len(completions)), np.int64)
    finder = Finder()
    for block in in_blocks(completions, references):
        known, read = map(Texts.of, encode(THIRTEEN_A, block.references, block.completions))
        counts[:ORDERS, block.rows] = clipped_matches(known, read, block.owner, ORDERS, finder)
        counts[ORDERS, block.rows] = read.lengths
        counts[ORDERS + 1, block.rows] = known.lengths[block.owner]
    return Statistics(counts[:ORDERS], counts[ORDERS], counts[ORDERS + 1])


def bleu(completions: Sequence[str], references: Sequence[str], *, tokenizer: str = "13a") -> NDArray[np.float64]:
    """Sentence BLEU of each completion against its reference.

    Args:
        completions: n texts.
        references: n texts, aligned with the completions; equal ones are read once.
        tokenizer: "13a", or another tokenizer of sacreBLEU ("zh", "char", "intl", ...), which is then
            computed by sacreBLEU itself, at its speed.

    Returns:
        float64 of shape (n,), in [0, 1]: sacreBLEU's number divided by 100 and clipped.

    Raises:
        ValueError: the two have different lengths, or sacreBLEU has no such tokenizer.

    >>> bleu(["the cat sat", "a dog"], ["the cat sat", "the cat sat"]).tolist()
    [1.0, 0.0]
    """
    if len(completions) != len(references):
        raise ValueError(f"bleu: got {len(completions)} completions and {len(references)} references")
    if tokenizer != THIRTEEN_A.name:
        return originals.sentence_bleu(completions, [[text] for text in references], tokenizer)
    return statistics(completions, references).scores()
