"""A batch, cut into blocks that are encoded and counted at once.

Rows that share a reference stand together, so that each reference is read once a block. A block is small
enough for its tables to stay in the processor's cache, and large enough to make the fixed cost of a numpy
call small. Rows are counted in whole numbers, row by row: how a batch is cut can't change a score.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, pairwise, starmap

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

BLOCK_CHARACTERS = 1 << 17
ROW_CHARACTERS = 150  # what a row costs however short it is: keeps a block to some hundred rows


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of a batch.

    Attributes:
        rows: their numbers in the batch.
        references: the distinct references among them.
        completions: one a row.
        owner: for each row the number of its reference in `references`; never falls.
    """

    rows: Integers
    references: list[str]
    completions: list[str]
    owner: Integers


def in_blocks(completions: Sequence[str], references: Sequence[str]) -> Iterator[Block]:
    """Every row of the batch, once, in blocks.

    >>> [block.references for block in in_blocks(["x", "y", "z"], ["a", "b", "a"])]
    [['a', 'b']]
    """
    if not references:
        return
    numbers: defaultdict[str, int] = defaultdict(count().__next__)  # a new reference gets the next number
    owner = np.fromiter(map(numbers.__getitem__, references), np.int64, len(references))
    distinct = [*numbers]
    order = np.argsort(owner, kind="stable")
    owner, texts = owner[order], [*map(completions.__getitem__, order.tolist())]
    for rows in _cut(texts, distinct, owner):
        first, last = owner[rows][[0, -1]].tolist()
        yield Block(order[rows], distinct[first : last + 1], texts[rows], owner[rows] - first)


def _cut(texts: list[str], distinct: list[str], owner: Integers) -> Iterator[slice]:
    """Cut wherever the characters so far reach another multiple of `BLOCK_CHARACTERS`."""
    sizes = lengths(texts) + ROW_CHARACTERS
    sizes[np.diff(owner, prepend=-1) > 0] += lengths(distinct)
    cuts = np.flatnonzero(np.diff(np.cumsum(sizes) // BLOCK_CHARACTERS)) + 1
    return starmap(slice, pairwise([0, *cuts.tolist(), len(texts)]))


def lengths(texts: Sequence[str]) -> Integers:
    """The characters of each text, counted; of an encoded text, its tokens.

    >>> lengths(["ab", ""]).tolist()
    [2, 0]
    """
    return np.fromiter(map(len, texts), np.int64, len(texts))
