"""Clipped n-gram matches of many pairs at once, in numpy, without sorting.

An n-gram of a reference is named by a *place*: the last place in the reference where it ends. To go from
n-grams to (n+1)-grams is to look up (place of the n-gram, next token); a table indexed by that key holds the
place of the longer one. Only positions of a completion whose n-gram the reference has are taken to the next
order, so the work shrinks quickly. A table that would grow beyond `LARGEST_TABLE` gives way to a sorted
search: memory stays linear in the text.

Counts are clipped as BLEU and ROUGE define it: an n-gram counts at most as often as the reference has it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graders.text.blocks import Integers
from graders.text.vocabulary import STOP

Keys = NDArray[np.int64] | NDArray[np.uint32]

LARGEST_TABLE = 1 << 22  # entries of four bytes


@dataclass(frozen=True, slots=True)
class Texts:
    """Encoded texts, flat: codes with a stop after each text, and the tokens of each text counted."""

    codes: NDArray[np.uint32]
    lengths: Integers

    @classmethod
    def of(cls, encoded: str) -> "Texts":
        r"""Read what `vocabulary.encode` wrote.

        >>> Texts.of("ab\U0010ffff").lengths.tolist()
        [2]
        """
        codes = np.frombuffer(encoded.encode("utf-32-le"), np.uint32)
        stops = np.flatnonzero(codes == ord(STOP))
        return cls(codes, np.diff(stops, prepend=-1) - 1)


class Finder:
    """Finds keys of the references among those of the completions. Keeps its table for the next call."""

    def __init__(self) -> None:
        self._table = np.empty(0, np.int32)

    def find(self, known: Keys, places: Integers, sought: Keys, size: int) -> tuple[Integers, Integers]:
        """For each known key the one place that stands for its equals; for each key sought that place, or -1.

        All keys are in range(size); `places` go with `known` and fit four bytes.

        >>> key, place, other = np.array([7, 3, 7]), np.array([0, 1, 2]), np.array([3, 9])
        >>> [found.tolist() for found in Finder().find(key, place, other, size=10)]
        [[2, 1, 2], [1, -1]]
        """
        if not len(known):
            return places, np.full(len(sought), -1)
        if size > LARGEST_TABLE:
            return _find_sorted(known, places, sought)
        if size > len(self._table):
            self._table = np.full(size, -1, np.int32)
        table = self._table
        table[known] = places
        standing, found = table.take(known), table.take(sought)  # twice as fast as table[known]
        table[known] = -1
        return standing.astype(np.int64), found.astype(np.int64)


def _find_sorted(known: Keys, places: Integers, sought: Keys) -> tuple[Integers, Integers]:
    keys, inverse = np.unique(known, return_inverse=True)
    place_of = np.empty(len(keys), np.int64)
    place_of[inverse] = places
    at = np.minimum(np.searchsorted(keys, sought), len(keys) - 1)
    return place_of[inverse], np.where(keys[at] == sought, place_of[at], -1)


def _numbers(standing: Integers, sizes: Integers) -> Integers:
    """By place: the standing places of each text numbered 1, 2, 3, ...; 0 at all others, such as the last place.

    Place -1, which is where nothing was found, so has number 0 as well: the last place is a stop.
    """
    stands = np.zeros(int(sizes.sum()), np.int64)
    stands[standing] = 1
    so_far = np.cumsum(stands)
    starts = np.cumsum(sizes) - sizes
    numbers: Integers = (so_far - np.repeat(so_far[starts] - stands[starts], sizes)) * stands
    return numbers


class _Walk:
    """Where n-grams of the references end: in the references themselves and in the completions.

    Attributes:
        standing: for every place in the references the place that stands for the n-gram ending there, or -1.
        pair, found: for every n-gram of a completion that its reference has, the pair and the standing place.
    """

    def __init__(self, references: Texts, completions: Texts, owner: Integers, finder: Finder) -> None:
        self._finder = finder
        self._find_tokens(references, completions, owner)
        number = _numbers(self.standing[self.standing >= 0], references.lengths + 1)
        self._known_tokens = number.take(self.standing)
        self._found_tokens = np.zeros(len(completions.codes), np.int64)
        self._found_tokens[self._at] = number.take(self.found)
        self._kinds = int(number.max()) + 1

    def _find_tokens(self, references: Texts, completions: Texts, owner: Integers) -> None:
        """Find the 1-grams: first by code alone, then by reference and number of the code."""
        text = np.repeat(np.arange(len(references.lengths)), references.lengths)
        places = np.flatnonzero(references.codes != ord(STOP))
        codes = references.codes.take(places)
        limit = int(codes.max(initial=0)) + 1
        self._at = np.flatnonzero(completions.codes < limit)
        self.pair = np.repeat(np.arange(len(owner)), completions.lengths + 1).take(self._at)
        standing, found = self._finder.find(codes, places, completions.codes.take(self._at), limit)
        number = _numbers(standing, np.array([len(references.codes)]))
        kinds = int(number.max()) + 1
        known, sought = text * kinds + number.take(standing), owner.take(self.pair) * kinds + number.take(found)
        self._advance(places, known, sought, (len(owner) + 1) * kinds, len(references.codes))

    def extend(self) -> None:
        """Go from n-grams to (n+1)-grams."""
        self._at += 1  # a stop follows every text, so there is a next position
        sought = self.found * self._kinds + self._found_tokens.take(self._at)
        before, token = self.standing[:-1], self._known_tokens[1:]
        places = np.flatnonzero((before >= 0) & (token > 0)) + 1
        known = before.take(places - 1) * self._kinds + token.take(places - 1)
        self._advance(places, known, sought, len(self.standing) * self._kinds, len(self.standing))

    def _advance(self, places: Integers, known: Integers, sought: Integers, keys: int, size: int) -> None:
        self.standing = np.full(size, -1)
        self.standing[places], found = self._finder.find(known, places, sought, keys)
        kept = np.flatnonzero(found >= 0)
        self._at, self.pair, self.found = self._at.take(kept), self.pair.take(kept), found.take(kept)


class _Tally:
    """One counter for every pair and place in its reference, all in a row: the *slots*."""

    def __init__(self, sizes: Integers, owner: Integers) -> None:
        starts = np.cumsum(sizes) - sizes
        slots = sizes[owner]
        self._first = np.cumsum(slots) - slots
        self._shift = self._first - starts[owner]  # from a place to the slot of a pair
        self._slots = int(slots.sum())
        self._place = np.arange(self._slots) - np.repeat(self._shift, slots)

    def clipped(self, walk: _Walk) -> Integers:
        """For each pair the n-grams of the completion that count."""
        standing = walk.standing[walk.standing >= 0]
        had = np.bincount(standing, minlength=len(walk.standing)).take(self._place)
        used = np.bincount(walk.found + self._shift.take(walk.pair), minlength=self._slots)
        return np.add.reduceat(np.minimum(used, had), self._first)


def clipped_matches(references: Texts, completions: Texts, owner: Integers, orders: int, finder: Finder) -> Integers:
    """For each order 1, 2, ... and each pair, the n-grams of the completion matched in its reference.

    Args:
        references: the distinct references.
        completions: one a pair, encoded together with the references.
        owner: for each pair, the number of its reference.
        orders: the longest n-gram.
        finder: a table to use again; one thread's.

    Returns:
        Whole numbers of shape (orders, pairs).

    >>> references, completions = Texts.of(f"abc{STOP}"), Texts.of(f"abb{STOP}xbc{STOP}")
    >>> clipped_matches(references, completions, np.array([0, 0]), 2, Finder()).tolist()
    [[2, 2], [1, 1]]
    """
    tally = _Tally(references.lengths + 1, owner)
    walk = _Walk(references, completions, owner, finder)
    matches = np.empty((orders, len(owner)), np.int64)
    for order in range(orders):
        if order:
            walk.extend()
        matches[order] = tally.clipped(walk)
    return matches
