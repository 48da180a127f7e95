"""A batch as tokens, some rows at a time: memory stays small, and each distinct reference is read once a block.

Rows are counted each by itself, in whole numbers: how a batch is cut can't change a score.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, starmap

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Tokens = Sequence[str]
Tokenize = Callable[[Sequence[str]], list[list[str]]]
"""The tokens of each of several texts."""

BLOCK_CHARACTERS = 500_000  # strings that stay in the processor's cache, and few enough calls of numpy
ROW_CHARACTERS = 200  # what a row costs however short it is


@dataclass(frozen=True, slots=True)
class TokenBlock:
    """Some rows of a batch, as tokens.

    Attributes:
        rows: where they stand in the batch.
        completions: one a row.
        references: the distinct ones.
        owner: for each row the number of its reference in `references`.
    """

    rows: slice
    completions: list[list[str]]
    references: list[list[str]]
    owner: Integers


def in_blocks(completions: Sequence[str], references: Sequence[str], tokenize: Tokenize) -> Iterator[TokenBlock]:
    """Every row of the batch, once, in order.

    >>> [block] = in_blocks(["x y", "z", ""], ["a b", "c", "a b"], lambda texts: [text.split() for text in texts])
    >>> block.completions, block.references, block.owner.tolist()
    ([['x', 'y'], ['z'], []], [['a', 'b'], ['c']], [0, 1, 0])
    """
    if not completions:
        return
    sizes = lengths(completions) + lengths(references) + ROW_CHARACTERS
    cuts = np.flatnonzero(np.diff(np.cumsum(sizes) // BLOCK_CHARACTERS)) + 1
    for rows in starmap(slice, pairwise([0, *cuts.tolist(), len(completions)])):
        number = {text: number for number, text in enumerate(dict.fromkeys(references[rows]))}
        owner = np.array([number[text] for text in references[rows]], np.int64)
        tokens = tokenize([*number, *completions[rows]])
        yield TokenBlock(rows, tokens[len(number) :], tokens[: len(number)], owner)


def lengths(texts: Sequence[Tokens]) -> Integers:
    """The tokens of each text, counted; of a text that is no list yet, its characters.

    >>> lengths([["a", "b"], []]).tolist()
    [2, 0]
    """
    return np.array([*map(len, texts)], np.int64)
