"""What the tokens of two texts have in common: clipped n-grams, and the longest common subsequence."""

from collections.abc import Mapping, Sequence
from itertools import chain, repeat

import numpy as np
from rapidfuzz.distance import LCSseq
from rapidfuzz.process import cpdist

from graders.text.blocks import Integers, TokenBlock, Tokens, lengths

MOST_CELLS = 1 << 32
"""Ceiling of the quadratic work for one subsequence: 65,536 tokens against 65,536, far above any honest pair."""

LARGEST_TABLE = 1 << 19
"""Entries of the table that n-grams are looked up in; where it would be larger they are searched for."""

_NONE = 0  # the number of what is no token of the reference, such as the end of a text
_END = ("",)  # no tokenizer gives an empty token


def clipped_matches(block: TokenBlock, orders: int) -> Integers:
    """The n-grams of each completion that its reference has, each counted at most as often as there.

    Tokens become numbers; an n-gram becomes the pair (name of the n-gram before its last token, last token), and the
    pair's rank among those of the references its name. Nothing but what was found goes on to the next order.

    Returns:
        Counts of shape (orders, rows), for n-grams of 1, 2, ... tokens.

    >>> references, completions = [["a", "b", "c"]], [["a", "b", "b"], ["x", "b", "c"]]
    >>> clipped_matches(TokenBlock(slice(2), completions, references, np.array([0, 0])), 2).tolist()
    [[2, 2], [1, 1]]
    """
    walk = _Walk(block)
    counts = np.zeros((orders, len(block.owner)), np.int64)
    for order in range(orders):
        counts[order] = walk.step()
        if order == 0:
            walk.number_by_reference()
    return counts


class _Walk:
    """From n-grams to longer ones, in references and completions alike.

    Attributes:
        known, sought: the tokens' numbers on either side.
        at, name: for every n-gram of the references the place of the token behind it, and the n-gram's name.
        sought_at, found: the same for every n-gram of a completion that its reference has; `row` is whose it is.
        sizes: the distinct n-grams of each reference, whose names follow each other.
    """

    def __init__(self, block: TokenBlock) -> None:
        numbers = {word: number for number, word in enumerate(dict.fromkeys(chain(_END, *block.references)))}
        self._owner, self._kinds = block.owner, len(numbers)
        self.known, self._text = _flat(block.references, numbers)
        self.sought, self.row = _flat(block.completions, numbers)
        self.at, self.name = np.arange(len(self.known)), self._text  # no tokens yet: named after the reference
        self.sought_at, self.found = np.arange(len(self.sought)), block.owner[self.row]
        self.sizes = np.ones(len(block.references), np.int64)

    def step(self) -> Integers:
        """Take one more token, and count what was found for each row."""
        goes_on, on = np.flatnonzero(self.known[self.at]), np.flatnonzero(self.sought[self.sought_at])
        self.at, self.sought_at = self.at[goes_on], self.sought_at[on]
        known = self.name[goes_on] * self._kinds + self.known[self.at]
        sought = self.found[on] * self._kinds + self.sought[self.sought_at]
        grams, first, self.name, had = np.unique(known, return_index=True, return_inverse=True, return_counts=True)
        self.found, hit = _find(sought, grams, int(self.sizes.sum()) * self._kinds)
        self.row, self.sought_at = self.row[on[hit]], self.sought_at[hit]
        self.sizes = np.bincount(self._text[self.at[first]], minlength=len(self.sizes))
        self.at, self.sought_at = self.at + 1, self.sought_at + 1
        return _clipped(self.found, self.row, had, self.sizes, self._owner)

    def number_by_reference(self) -> None:
        """After the first step: number the tokens of each reference by themselves, which keeps the tables small."""
        before = np.cumsum(self.sizes) - self.sizes - 1  # the name before the first of each reference
        self.known[self.at - 1] = self.name - before[self._text[self.at - 1]]
        self.sought = np.full_like(self.sought, _NONE)
        self.sought[self.sought_at - 1] = self.found - before[self._owner[self.row]]
        self._kinds = int(self.sizes.max()) + 1


def _flat(texts: Sequence[Tokens], numbers: Mapping[str, int]) -> tuple[Integers, Integers]:
    """The number of every token, with `_NONE` after each text; and the text that each stands in."""
    sizes = lengths(texts) + 1
    tokens = chain.from_iterable(chain.from_iterable(zip(texts, repeat(_END))))
    numbered = np.fromiter(map(numbers.get, tokens, repeat(_NONE)), np.int64, sizes.sum())
    return numbered, np.repeat(np.arange(len(texts)), sizes)


def _find(sought: Integers, known: Integers, limit: int) -> tuple[Integers, Integers]:
    """The ranks of the keys found among the known ones, which rise; and where in `sought` they are. All < limit."""
    if limit <= LARGEST_TABLE:
        table = np.full(limit, len(known), np.int32)
        table[known] = np.arange(len(known), dtype=np.int32)
        rank = table[sought].astype(np.int64)
    else:
        rank = np.searchsorted(known, sought)
    hit = np.flatnonzero(np.append(known, -1)[rank] == sought)
    return rank[hit], hit


def _clipped(found: Integers, row: Integers, had: Integers, sizes: Integers, owner: Integers) -> Integers:
    """One counter for each row and n-gram of its reference, all in a line; none counts above what the reference had."""
    counters = sizes[owner]
    ends = np.cumsum(counters)
    shift = ends - counters - (np.cumsum(sizes) - sizes)[owner]  # from the name of an n-gram to the counter of a row
    used = np.bincount(found + shift[row], minlength=ends[-1])
    allowed = had[np.arange(ends[-1]) - np.repeat(shift, counters)]
    so_far = np.append(0, np.cumsum(np.minimum(used, allowed)))
    matches: Integers = so_far[ends] - so_far[ends - counters]
    return matches


def lcs_lengths(block: TokenBlock) -> Integers:
    """The tokens in the longest common subsequence of each row: by rapidfuzz, which compares their 64-bit hashes.

    Of a pair above `MOST_CELLS` only the beginning of the completion is looked at, as much as the ceiling allows.
    What is left out can only lower the length, so a completion never gains by being too long.

    >>> lcs_lengths(TokenBlock(slice(1), [["x", "a", "c"]], [["a", "b", "c"]], np.array([0]))).tolist()
    [2]
    """
    references = [block.references[number] for number in block.owner.tolist()]
    completions = [
        completion[: MOST_CELLS // max(len(reference), 1)]
        for completion, reference in zip(block.completions, references, strict=True)
    ]
    return cpdist(references, completions, scorer=LCSseq.similarity, dtype=np.int64)
