"""Texts as strings of codes, one character a token: what all counting works on.

Each token is given a code, a character of its own; each word is remembered with the codes of its tokens. A
text is then encoded by one split, one dictionary look-up a word and one join, all of them in C; comparing
tokens becomes comparing characters.

A vocabulary only ever grows. When it holds enough it is replaced between two blocks, never emptied, so a
thread in the middle of a block keeps the one it began with. Nothing here takes a lock: two threads that meet
the same new token agree through `dict.setdefault`, and a fork can't inherit a held lock. Which code a token
got is never visible in a score.
"""

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from graders.text.long_text import read
from graders.text.tokenizer import Tokenizer

STOP = "\U0010ffff"  # ends every text
UNKNOWN = "\U0010fffe"  # a token of a completion that no reference has
LOST = "\U0010fffd"  # a token of a reference beyond the 1.1 million codes there are: it matches nothing

MARK = "\x01"  # the word that stands between texts, of one character as the fastest; doubled until no text holds it
ENTRY_BYTES = 250  # of one dictionary entry with its strings, beyond the characters of the word
MEMO_BYTES = 32 << 20  # a vocabulary that holds more is replaced before the next block
LONG_TEXT = 1 << 15  # characters; a longer completion is read without the memo


class Vocabulary(dict[str, str]):
    """Every word met so far, with the codes of its tokens; a new word is tokenized when first asked for."""

    def __init__(self, tokenizer: Tokenizer, mark: str = MARK) -> None:
        super().__init__({mark: STOP})
        self.of_word = tokenizer.of_word
        self.codes: dict[str, str] = {}
        self.room = MEMO_BYTES  # two threads may lose an update: then it is replaced a little later
        self._fresh = map(chr, chain(range(1, 0xD800), range(0xE000, ord(LOST))))

    def __missing__(self, word: str) -> str:
        coded = self[word] = "".join(map(self._code, self.of_word(word)))
        self.room -= ENTRY_BYTES + 4 * (len(word) + len(coded))
        return coded

    def _code(self, token: str) -> str:
        known = self.codes.get(token)
        if known is not None:
            return known
        self.room -= ENTRY_BYTES + 4 * len(token)
        fresh = next(self._fresh, LOST)
        return fresh if fresh is LOST else self.codes.setdefault(token, fresh)


class Encoded(NamedTuple):
    """The texts of both sides as codes; every text is followed by `STOP`."""

    references: str
    completions: str


_current: dict[Tokenizer, Vocabulary] = {}


def _current_vocabulary(tokenizer: Tokenizer) -> Vocabulary:
    vocabulary = _current.get(tokenizer)
    if vocabulary is None or vocabulary.room <= 0:
        vocabulary = _current[tokenizer] = Vocabulary(tokenizer)
    return vocabulary


def _joined(texts: Sequence[str], mark: str, removed: Sequence[str]) -> str:
    """The texts as one, cleaned, the mark after each of them."""
    if removed:
        texts = [*map(str.rstrip, texts)]  # first, so that a line end at the very end is not part of what goes
    joined = f" {mark} ".join([*texts, ""])
    for part in removed:
        joined = joined.replace(part, "")
    return joined


def _marked(tokenizer: Tokenizer, *sides: Sequence[str]) -> tuple[str, list[str]]:
    """A mark that no text contains, and the texts of each side as one, with the mark after each text."""
    mark = MARK
    while True:
        joined = [_joined(side, mark, tokenizer.removed) for side in sides]
        if all(text.count(mark) == len(side) for text, side in zip(joined, sides, strict=True)):
            return mark, joined
        mark += mark


def _encode(words: dict[str, str], text: str) -> str:
    return "".join(map(words.__getitem__, text.split()))


def encode(tokenizer: Tokenizer, references: Sequence[str], completions: Sequence[str]) -> Encoded:
    r"""Encode references and the completions that will be compared with them.

    Equal tokens get equal codes; only that is promised, and only within one call.

    >>> from graders.text.tokenize_13a import THIRTEEN_A
    >>> forget()
    >>> encode(THIRTEEN_A, ["a b"], ["b a", ""])
    Encoded(references='\x01\x02\U0010ffff', completions='\x02\x01\U0010ffff\U0010ffff')
    """
    alone = max(map(len, references)) > LONG_TEXT
    longest = -1 if alone else LONG_TEXT  # such a reference may use up all codes: no completion gets one then
    if max(map(len, completions)) <= longest:
        return _remembered(tokenizer, references, completions)[0]
    short = [text if len(text) <= longest else "" for text in completions]
    encoded, vocabulary = _remembered(tokenizer, references, short, alone=alone)
    texts = texts_of(encoded.completions)
    for row, text in enumerate(completions):
        if len(text) > longest:
            texts[row] = read(tokenizer.cleaned(text), tokenizer, vocabulary.codes, UNKNOWN)
    return Encoded(encoded.references, STOP.join([*texts, ""]))


def _remembered(
    tokenizer: Tokenizer, references: Sequence[str], completions: Sequence[str], *, alone: bool = False
) -> tuple[Encoded, Vocabulary]:
    """Encode by the memo of words; by a new one where `alone`, or where a text holds the usual mark."""
    mark, (reference, completion) = _marked(tokenizer, references, completions)
    vocabulary = Vocabulary(tokenizer, mark) if alone or mark != MARK else _current_vocabulary(tokenizer)
    return Encoded(_encode(vocabulary, reference), _encode(vocabulary, completion)), vocabulary


def texts_of(encoded: str) -> list[str]:
    """The texts of one side, one character a token.

    >>> texts_of(f"ab{STOP}{STOP}")
    ['ab', '']
    """
    return encoded.split(STOP)[:-1]


def forget() -> None:
    """Drop all that was remembered: for tests and for timing a cold start.

    >>> forget()
    """
    _current.clear()
