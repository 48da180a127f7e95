"""The tokenizers of ROUGE: rouge-score's own, and one that keeps the letters of every script.

rouge-score 0.1.2 lower-cases and keeps runs of a-z and 0-9. All other text vanishes, so that "错误 42" scores
1.0 against "答案是 42 因为". The Unicode tokenizer agrees with it on ASCII and keeps every letter, digit and
mark; characters of scripts written without spaces are tokens of their own.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache

from graders.text.tokenizer import Tokenizer

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


class _Spacing(dict[int, str]):
    """What `str.translate` puts for a character: itself, itself between spaces, or a space."""

    def __missing__(self, point: int) -> str:
        spaced = _spaced(point)
        if len(self) < _REMEMBERED_CHARACTERS:
            self[point] = spaced
        return spaced


def _spaced(point: int) -> str:
    character = chr(point)
    if unicodedata.category(character)[0] not in "LNM":
        return " "
    if any(first <= point <= last for first, last in _UNSPACED_SCRIPTS):
        return f" {character} "
    return character


_SPACING = _Spacing()


def _ascii_runs(word: str) -> Sequence[str]:
    lowered = word.lower()
    if lowered.isascii() and lowered.isalnum():
        return (lowered,)
    return _RUNS.findall(lowered)


def _unicode_runs(word: str) -> Sequence[str]:
    if word.isascii():
        return _ascii_runs(word)
    return unicodedata.normalize("NFC", word.casefold()).translate(_SPACING).split()


def _stemmed(of_word: Callable[[str], Sequence[str]]) -> Callable[[str], Sequence[str]]:
    from nltk.stem.porter import PorterStemmer  # type: ignore[import-untyped]  # slow to load, and few need it

    stem = PorterStemmer().stem

    def root(token: str) -> str:
        return stem(token) if len(token) >= SHORTEST_STEMMED and token.isascii() else token

    return lambda word: [*filter(None, map(root, of_word(word)))]


@cache
def rouge_tokenizer(name: str, *, stemmer: bool = False) -> Tokenizer:
    """The tokenizer called "rouge_score" or "unicode", with or without the Porter stemmer of nltk.

    >>> rouge_tokenizer("rouge_score").tokens("Café, 42%")
    ['caf', '42']
    >>> rouge_tokenizer("unicode").tokens("Café, 42%, 中文")
    ['café', '42', '中', '文']
    """
    of_word = {"rouge_score": _ascii_runs, "unicode": _unicode_runs}[name]
    return Tokenizer(name, _stemmed(of_word) if stemmer else of_word)


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
