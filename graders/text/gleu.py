"""Sentence GLEU of a batch, Google's of Wu et al., 2016, as `nltk.translate.gleu_score` computes it, on BLEU's tokens.

All n-grams of 1 to 4 tokens are counted together; the score is the smaller of precision and recall.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graders.text.blocks import Integers, in_blocks, lengths
from graders.text.matches import clipped_matches
from graders.text.tokenize_13a import tokenize_13a

LONGEST_GRAM = 4


def gleu(completions: Sequence[str], references: Sequence[str]) -> NDArray[np.float64]:
    """Sentence GLEU of each completion against its reference.

    Args:
        completions: n texts.
        references: n texts, aligned with the completions.

    Returns:
        float64 of shape (n,), in [0, 1]; 0 where either text has no token.

    Raises:
        ValueError: the two have different lengths.

    >>> gleu(["fuzzy wuzzy was a bear", "a"], ["fuzzy wuzzy had no hair", "a"]).round(3).tolist()
    [0.214, 1.0]
    """
    if len(completions) != len(references):
        raise ValueError(f"gleu: got {len(completions)} completions and {len(references)} references")
    scores = np.zeros(len(completions))
    for block in in_blocks(completions, references, tokenize_13a):
        matches = clipped_matches(block, LONGEST_GRAM).sum(axis=0)
        grams = np.maximum(_grams(lengths(block.completions)), _grams(lengths(block.references))[block.owner])
        scores[block.rows] = matches / np.maximum(grams, 1)
    return scores


def _grams(tokens: Integers) -> Integers:
    """How many n-grams of 1 to 4 tokens texts of these lengths have."""
    counted: Integers = np.maximum(tokens - np.arange(LONGEST_GRAM)[:, None], 0).sum(axis=0)
    return counted
