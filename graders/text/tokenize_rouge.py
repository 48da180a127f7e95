"""The tokenizers of ROUGE: rouge-score's own, and one that keeps the letters of every script.

rouge-score 0.1.2 lower-cases and keeps runs of a-z and 0-9. All other text vanishes, so that "错误 42" scores
1.0 against "答案是 42 因为". The Unicode tokenizer agrees with it on ASCII and keeps every letter, digit and
mark; characters of scripts written without spaces are tokens of their own.
"""

import re
import sys
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from graders.text.blocks import Tokenize
from graders.text.tokenize_13a import SPACE, set_apart

CHOICES = ("auto", "rouge_score", "unicode")
"""What the `tokenizer` argument of `rouge` may be."""

SHORTEST_STEMMED = 4  # rouge-score leaves tokens of up to three characters alone
_LETTERS_AND_DIGITS = bytes(point if chr(point).isalnum() else SPACE for point in range(128)).ljust(256)
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_KEPT = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No"}  # letters, marks and numbers
_UNSPACED_SCRIPTS = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF)),  # Thai and Lao, Myanmar, Khmer
    *((0x3005, 0x3007), (0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F)),  # Japanese signs and kana
    *((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)),  # Han
)
_EDGES = np.array([(first, last + 1) for first, last in sorted(_UNSPACED_SCRIPTS)]).ravel()
TALLEST_PILE = 32  # marks on one letter
_MAYBE_PILED = re.compile(rf"[^\w\s\x00-\x7f]{{{TALLEST_PILE}}}")  # a mark is neither letter nor space


def _ascii_tokens(texts: Sequence[str]) -> list[list[str]]:
    encoded = (text.lower().encode("ascii", "replace") for text in texts)
    return [text.translate(_LETTERS_AND_DIGITS).decode("ascii").split() for text in encoded]


def _unicode_tokens(texts: Sequence[str]) -> list[list[str]]:
    joined = "\n".join(_composed(text.casefold()).replace("\n", " ") for text in texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    kept = _is_kept(points)
    alone = kept & (np.searchsorted(_EDGES, points, side="right") % 2 == 1)
    points = np.where(kept | (points == ord("\n")), points, np.uint32(SPACE))
    spaced = set_apart(points, np.flatnonzero(alone)).tobytes().decode("utf-32-le", "surrogatepass")
    return [line.split() for line in spaced.split("\n")]


def _is_kept(points: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which code points are letters, marks or numbers; each distinct one is looked up once."""
    table = np.zeros(sys.maxunicode + 1, bool)
    table[points] = True
    distinct = np.flatnonzero(table)
    categories = map(unicodedata.category, map(chr, distinct.tolist()))
    table[distinct] = [category in _KEPT for category in categories]
    return table[points]


def _composed(text: str) -> str:
    """The text in NFC, but for words with a pile of 32 marks: the time for these grows with their square."""
    if not _MAYBE_PILED.search(text):
        return unicodedata.normalize("NFC", text)
    return " ".join(word if _is_piled(word) else unicodedata.normalize("NFC", word) for word in text.split())


def _is_piled(word: str) -> bool:
    marks = bytes(map(bool, map(unicodedata.combining, word)))
    return b"\1" * TALLEST_PILE in marks


def _stemmed(tokenize: Tokenize) -> Tokenize:
    """The tokenizer with the Porter stemmer of nltk behind it, asked once for each distinct token."""
    try:
        from nltk.stem.porter import PorterStemmer  # type: ignore[import-untyped]  # slow to load, and few need it
    except ImportError as error:
        raise ImportError('nltk is needed for the stemmer: pip install "reward-graders[text]"') from error

    stem = PorterStemmer().stem

    def tokens(texts: Sequence[str]) -> list[list[str]]:
        tokenized = tokenize(texts)
        distinct = set(chain.from_iterable(tokenized))
        roots = {token: stem(token) for token in distinct if len(token) >= SHORTEST_STEMMED and token.isascii()}
        return [[roots.get(token, token) for token in text] for text in tokenized]

    return tokens


@cache
def rouge_tokenizer(name: str, *, stemmer: bool = False) -> Tokenize:
    """The tokenizer called "rouge_score" or "unicode", with or without the Porter stemmer of nltk.

    >>> rouge_tokenizer("rouge_score")(["Café, 42%", "The cats"])
    [['caf', '42'], ['the', 'cats']]
    >>> rouge_tokenizer("unicode", stemmer=True)(["Café, 42%, 中文", "The cats"])
    [['café', '42', '中', '文'], ['the', 'cat']]
    """
    tokenize = {"rouge_score": _ascii_tokens, "unicode": _unicode_tokens}[name]
    return _stemmed(tokenize) if stemmer else tokenize


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
        return {text for text in set(references) if has_foreign_letter(text)}
    return set(references) if tokenizer == "unicode" else set()
