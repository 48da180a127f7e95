"""Length of the longest common subsequence of two texts: exact, by rapidfuzz, bit-parallel.

The work is quadratic, so it has a ceiling, `MOST_CELLS`, far above any honest pair: 65,536 tokens against
65,536. Above it only the beginning of the completion is looked at, as much as the ceiling allows. What is
left out can only lower the length, so a completion never gains by being too long.
"""

from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import LCSseq
from rapidfuzz.process import cpdist

from graders.text.blocks import Integers

MOST_CELLS = 1 << 32


def lcs_lengths(references: Sequence[str], completions: Sequence[str], owner: Integers) -> Integers:
    """The length of the longest common subsequence of each completion and its reference, shape (n,).

    The texts are encoded, one character a token; `owner` gives for each completion the number of its reference.

    >>> lcs_lengths(["abcd"], ["xacyd", ""], np.array([0, 0])).tolist()
    [3, 0]
    """
    held_against = [*map(references.__getitem__, owner.tolist())]
    if max(map(len, references)) * max(map(len, completions)) > MOST_CELLS:
        completions = [*map(_clipped, completions, held_against)]
    return cpdist(held_against, completions, scorer=LCSseq.similarity, dtype=np.int64)


def _clipped(completion: str, reference: str) -> str:
    return completion[: MOST_CELLS // max(len(reference), 1)]
