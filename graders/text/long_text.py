"""Long texts, read character by character in numpy: no Python step for a token, whatever the text is made of.

A text of many distinct words, or of nothing but signs, gains nothing from a memo of words. Here the kind of
every character is looked up, tokens of one character get their codes from a table, and the others one
dictionary look-up each. A token that has no code is in no reference, so it need not get one.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.text.tokenizer import PART, WHOLE, Tokenizer, points_of

POINTS = 0x110000
SPACE = ord(" ")


def read(text: str, tokenizer: Tokenizer, codes: Mapping[str, str], unknown: str) -> str:
    """The text as codes, one character a token; `unknown` for a token that has none.

    Args:
        text: cleaned text.
        tokenizer: says what is a token.
        codes: the code of each known token.
        unknown: a character that is no code.
    """
    points, kinds = tokenizer.characters(text)
    part, whole = kinds == PART, kinds == WHOLE
    begins = part.copy()
    begins[1:] &= ~part[:-1]
    at = np.flatnonzero(begins | whole)
    coded, alone = np.empty(len(at), np.uint32), whole[at]
    coded[alone] = by_character(points[at[alone]], lambda found: map(ord, map(codes.get, found, repeat(unknown))))
    coded[~alone] = points_of(_of_words(_text(np.where(part, points, SPACE)).split(), tokenizer.root, codes, unknown))
    return _text(coded)


def _text(points: NDArray[np.integer[Any]]) -> str:
    return points.astype(np.uint32, copy=False).tobytes().decode("utf-32-le", "surrogatepass")


def _of_words(words: list[str], root: Callable[[str], str] | None, codes: Mapping[str, str], unknown: str) -> str:
    if root:
        codes = {word: codes.get(root(word), unknown) for word in set(words)}
    return "".join(map(codes.get, words, repeat(unknown)))


def by_character(points: NDArray[np.uint32], rule: Callable[[str], Iterable[int]]) -> NDArray[np.uint32]:
    """What the rule makes of each character; it is given the distinct ones, as a text.

    >>> by_character(points_of("abba"), lambda found: map("_ab".index, found)).tolist()
    [1, 2, 2, 1]
    """
    occurs = np.zeros(POINTS, bool)
    occurs[points] = True
    distinct = np.flatnonzero(occurs)
    table = np.empty(POINTS, np.uint32)
    table[distinct] = np.fromiter(rule(_text(distinct)), np.uint32, len(distinct))
    return table[points]
