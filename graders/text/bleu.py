"""Sentence BLEU of a batch, equal to sacreBLEU's to 1e-12.

Papineni et al., 2002, as `sacrebleu.sentence_bleu(..., use_effective_order=True)` computes it: orders 1 to 4,
as many as the completion is long; exponential smoothing (method 3 of Chen and Cherry, 2014); brevity penalty.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graders.text import originals
from graders.text.blocks import Integers, in_blocks, lengths
from graders.text.matches import clipped_matches
from graders.text.tokenize_13a import tokenize_13a

ORDERS = 4
DEFAULT_TOKENIZER = "13a"


def bleu(
    completions: Sequence[str], references: Sequence[str], *, tokenizer: str = DEFAULT_TOKENIZER
) -> NDArray[np.float64]:
    """Sentence BLEU of each completion against its reference.

    Args:
        completions: n texts.
        references: n texts, aligned with the completions.
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
    if tokenizer != DEFAULT_TOKENIZER:
        return originals.sentence_bleu(completions, [[text] for text in references], tokenizer)
    scores = np.zeros(len(completions))
    for block in in_blocks(completions, references, tokenize_13a):
        matches = clipped_matches(block, ORDERS)
        scores[block.rows] = _bleu(matches, lengths(block.completions), lengths(block.references)[block.owner])
    return scores


def _bleu(matches: Integers, completion_lengths: Integers, reference_lengths: Integers) -> NDArray[np.float64]:
    """The formula, from clipped matches of shape (4, n) and lengths in tokens of shape (n,)."""
    totals = np.maximum(completion_lengths - np.arange(ORDERS)[:, None], 0)
    # Smoothing: the k-th order without a match is credited with 1 / 2^k of one.
    misses = np.cumsum((matches == 0) & (totals > 0), axis=0)
    credit = np.where(matches > 0, matches, np.exp2(-misses))
    # Effective order: one that the completion is too short for gets 1, which leaves the geometric mean alone.
    precisions = np.where(totals > 0, credit / np.maximum(totals, 1), 1.0)
    logarithms = sum(np.log(precisions), np.zeros(1))  # added in order: no row changes a bit of another's
    mean = np.exp(logarithms / np.clip(completion_lengths, 1, ORDERS))
    brevity_penalty = np.exp(np.minimum(1 - reference_lengths / np.maximum(completion_lengths, 1), 0))
    return np.where(matches.any(axis=0), brevity_penalty * mean, 0.0)


def bleu_multi(
    completions: Sequence[str], references: Sequence[Sequence[str]], *, tokenizer: str = DEFAULT_TOKENIZER
) -> NDArray[np.float64]:
    """BLEU against several references at once, by sacreBLEU: matches with any count; not the best single score.

    >>> bleu_multi(["the cat sat"], [["the cat ran", "a dog sat"]]).round(3).tolist()
    [0.63]
    """
    return originals.sentence_bleu(completions, references, tokenizer)
