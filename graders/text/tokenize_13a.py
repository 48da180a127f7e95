"""The 13a tokenizer of sacreBLEU (mteval-v13a of WMT), one word at a time.

Source: sacrebleu 2.6.0, `tokenizers/tokenizer_13a.py` and `tokenizer_re.py`. Its four substitutions run
one after the other and each consumes the neighbour it looks at ("x..5" keeps ".5" together), so the rare
word that holds such signs goes through the same four; the common word takes a short cut past them. In a long
text their outcome is worked out for all characters at once.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graders.text.tokenizer import GAP, PART, WHOLE, Characters, Tokenizer, points_of

_SYMBOL = r"[!-&(-+/:-@\[-`{-~]"  # all ASCII punctuation but ' , - .
_SIGN = re.compile(r"[!-&(-/:-@\[-`{-~]")  # a word without one of these (or with ' alone) is one token
_STEPS = (
    (re.compile(f"({_SYMBOL})"), r" \1 "),
    (re.compile(r"([^0-9])([.,])"), r"\1 \2 "),
    (re.compile(r"([.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)
_ENTITIES = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))  # in this order: "&amp;lt;" is "<"


def _of_word(word: str) -> Sequence[str]:
    sign = _SIGN.search(word)
    if sign is None:
        return (word,)
    if sign.end() == len(word) > 1 and word[-1] in ".,":
        return (word[:-1], word[-1])
    return _by_substitution(word)


def _by_substitution(word: str) -> list[str]:
    word = f" {_without_entities(word)} "
    for pattern, spaced in _STEPS:
        word = pattern.sub(spaced, word)
    return word.split()


def _without_entities(text: str) -> str:
    if "&" in text:
        for entity, character in _ENTITIES:
            text = text.replace(entity, character)
    return text


def _kind(character: str) -> int:
    if character.isspace():
        return GAP
    return WHOLE if re.match(_SYMBOL, character) else PART


_KINDS = np.array([_kind(chr(point)) for point in range(0x3002)], np.uint8)  # all white space is below U+3001


def _characters(text: str) -> Characters:
    points = points_of(_without_entities(text))
    kinds = _KINDS.take(points, mode="clip")
    digit = np.zeros(len(points) + 2, bool)  # digit[1 + n] is character n: before and behind the text is none
    digit[1:-1] = (points >= ord("0")) & (points <= ord("9"))
    stop = (points == ord(".")) | (points == ord(","))
    kinds[stop] = WHOLE
    kinds[_kept_by_digits(stop, digit)] = PART
    kinds[(points == ord("-")) & digit[:-2]] = WHOLE
    return Characters(points, kinds)


def _kept_by_digits(stop: NDArray[np.bool_], digit: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where a point or comma stays with the digit behind it.

    The substitutions take the signs of a run two by two, beginning with the character before it if that is no
    digit. So what can stay is the last one, where nothing is left to go with it.
    """
    starts = np.flatnonzero(stop & ~np.append(False, stop[:-1]))
    last = np.flatnonzero(stop & digit[2:])
    start = starts[np.searchsorted(starts, last, side="right") - 1]
    kept: NDArray[np.int64] = last[digit[start] == ((last - start) % 2 == 0)]
    return kept


THIRTEEN_A = Tokenizer("13a", _of_word, _characters, removed=("<skipped>", "-\n"))
"""sacreBLEU's default tokenizer: `THIRTEEN_A.tokens("10-20, it's.")` is `["10", "-", "20", ",", "it's", "."]`."""
