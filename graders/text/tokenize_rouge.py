"""The tokenizers of ROUGE: rouge-score's own, and one that keeps the letters of every script.

rouge-score 0.1.2 lower-cases and keeps runs of a-z and 0-9. All other text vanishes, so that "错误 42" scores
1.0 against "答案是 42 因为". The Unicode tokenizer agrees with it on ASCII and keeps every letter, digit and
mark; characters of scripts written without spaces are tokens of their own.
"""

import re
import unicodedata
from bisect import bisect
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from graders.text.long_text import by_character
from graders.text.tokenizer import GAP, PART, WHOLE, Characters, Tokenizer, points_of

CHOICES = ("auto", "rouge_score", "unicode")
"""What the `tokenizer` argument of `rouge` may be."""

SHORTEST_STEMMED = 4  # rouge-score leaves tokens of up to three characters alone
_REMEMBERED_CHARACTERS = 1 << 16  # bounds the table below; living languages need far fewer
_RUNS = re.compile("[a-z0-9]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_UNSPACED_SCRIPTS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # ideographic iteration mark, closing mark, zero
    (0x3040, 0x30FF),  # Hiragana, Katakana
    (0x31F0, 0x31FF),  # Katakana extensions
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),  # Han, compatibility
    (0xFF66, 0xFF9F),  # Katakana, half width
    (0x20000, 0x3FFFF),  # Han, later extensions
)


_EDGES = [*chain.from_iterable((chr(first), chr(last + 1)) for first, last in _UNSPACED_SCRIPTS)]
_KEPT = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No"}  # letters, marks and numbers
_TALLEST = 32  # marks on one letter
_ABOVE_MARKS = 0x20000  # all code points that combine are below
_MAYBE_PILED = re.compile(r"[^\w\s\x00-\x7f]{32}")  # a mark is neither letter nor space
_SHORT = 1 << 10  # characters that are sooner looked at by the pattern than by numpy


def _kinds(characters: str) -> list[int]:
    categories = map(unicodedata.category, characters)
    pairs = zip(characters, categories, strict=True)
    return [PART + bisect(_EDGES, character) % 2 if category in _KEPT else GAP for character, category in pairs]


class _Spacing(dict[int, str]):
    """What `str.translate` puts for a character: itself, itself between spaces, or a space."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        spaced = {GAP: " ", PART: character, WHOLE: f" {character} "}[_kinds(character)[0]]
        if len(self) < _REMEMBERED_CHARACTERS:
            self[point] = spaced
        return spaced


_SPACING = _Spacing()


def _composed(text: str) -> str:
    """The text in NFC, but for words with a pile of 32 marks: the time for these grows with their square."""
    if not _piled(text):
        return unicodedata.normalize("NFC", text)
    words = text.split()
    return text if len(words) == 1 else " ".join(map(_composed, words))


def _piled(text: str) -> bool:
    if len(text) < _TALLEST or (len(text) < _SHORT and not _MAYBE_PILED.search(text)):
        return False
    return b"\1" * _TALLEST in _marks(text)


def _marks(text: str) -> bytes:
    """For each character whether it is a combining mark."""
    if len(text) < _SHORT:
        return bytes(map(bool, map(unicodedata.combining, text)))
    return _table_of_marks().take(points_of(text), mode="clip").tobytes()


@cache
def _table_of_marks() -> NDArray[np.bool_]:
    return np.array([*map(unicodedata.combining, map(chr, range(_ABOVE_MARKS)))], bool)


def _ascii_runs(word: str) -> Sequence[str]:
    lowered = word.lower()
    if lowered.isascii() and lowered.isalnum():
        return (lowered,)
    return _RUNS.findall(lowered)


def _unicode_runs(word: str) -> Sequence[str]:
    if word.isascii():
        return _ascii_runs(word)
    return _composed(word.casefold()).translate(_SPACING).split()


_ASCII_KINDS = np.array([PART if chr(point).isalnum() else GAP for point in range(128)] + [GAP], np.uint8)


def _ascii_characters(text: str) -> Characters:
    points = points_of(text.lower())
    return Characters(points, _ASCII_KINDS.take(points, mode="clip"))


def _unicode_characters(text: str) -> Characters:
    if text.isascii():
        return _ascii_characters(text)
    points = points_of(_composed(text.casefold()))
    return Characters(points, by_character(points, _kinds))


def _porter() -> Callable[[str], str]:
    from nltk.stem.porter import PorterStemmer  # type: ignore[import-untyped]  # slow to load, and few need it

    stem = PorterStemmer().stem

    def root(token: str) -> str:
        return stem(token) if len(token) >= SHORTEST_STEMMED and token.isascii() else token

    return root


@cache
def rouge_tokenizer(name: str, *, stemmer: bool = False) -> Tokenizer:
    """The tokenizer called "rouge_score" or "unicode", with or without the Porter stemmer of nltk.

    >>> rouge_tokenizer("rouge_score").tokens("Café, 42%")
    ['caf', '42']
    >>> rouge_tokenizer("unicode").tokens("Café, 42%, 中文")
    ['café', '42', '中', '文']
    """
    of_word, characters = {
        "rouge_score": (_ascii_runs, _ascii_characters),
        "unicode": (_unicode_runs, _unicode_characters),
    }[name]
    if not stemmer:
        return Tokenizer(name, of_word, characters)
    root = _porter()
    return Tokenizer(name, lambda word: [*map(root, of_word(word))], characters, root)


def has_foreign_letter(text: str) -> bool:
    """Whether rouge-score would drop letters of this text: whether it has one outside ASCII.

    >>> has_foreign_letter("naïve"), has_foreign_letter("naive – 42 €")
    (True, False)
    """
    return not text.isascii() and any(map(str.isalpha, _FOREIGN.findall(text)))


def read_with_unicode(references: Sequence[str], tokenizer: str) -> AbstractSet[str]:
    """The references that rouge reads with the Unicode tokenizer, as it does the completions held against them.

    Under "auto" the reference alone decides: were the completion asked, the policy could choose its grader.

    >>> read_with_unicode(["答案是 42", "the answer is 42"], "auto")
    {'答案是 42'}
    """
    if tokenizer == "auto":
        return {text for text in set(references) if not text.isascii() and has_foreign_letter(text)}
    return set(references) if tokenizer == "unicode" else set()
