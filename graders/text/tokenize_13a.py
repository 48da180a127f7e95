"""The 13a tokenizer of sacreBLEU (mteval-v13a of WMT), for many texts at once.

Source: sacrebleu 2.6.0, `tokenizers/tokenizer_13a.py` and `tokenizer_re.py`. Its four substitutions put spaces around
signs. Which signs they reach depends on single characters of ASCII and their neighbours, so it is worked out here for
all bytes of UTF-8 at once: linear, whatever the text is made of.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

SPACE = ord(" ")
_SYMBOLS = [*b'!"#$%&()*+/:;<=>?@[\\]^_`{|}~']  # all ASCII punctuation but ' , - .
_IS_SYMBOL = np.isin(np.arange(256), _SYMBOLS)


def tokenize_13a(texts: Sequence[str]) -> list[list[str]]:
    """The tokens of each text, at least one text.

    >>> tokenize_13a(["10-20, it's.", "3.14 & x.5"])
    [['10', '-', '20', ',', "it's", '.'], ['3.14', '&', 'x', '.', '5']]
    """
    joined = _without_entities("\n".join(map(_line, texts)))
    characters = np.frombuffer(joined.encode("utf-8", "surrogatepass"), np.uint8)
    spaced = set_apart(characters, _signs(characters)).tobytes().decode("utf-8", "surrogatepass")
    return [line.split() for line in spaced.split("\n")]


def _line(text: str) -> str:
    """The text in one line; its end is cut first, so that "-" and the last line end don't go together."""
    return text.rstrip().replace("<skipped>", "").replace("-\n", "").replace("\n", " ")


def _without_entities(text: str) -> str:
    if "&" not in text:
        return text
    text = text.replace("&quot;", '"').replace("&amp;", "&")  # in this order: "&amp;lt;" is "<"
    return text.replace("&lt;", "<").replace("&gt;", ">")


def _signs(characters: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Where the signs are that are tokens of their own."""
    digit = np.zeros(len(characters) + 2, bool)  # digit[1 + n] is character n: before and behind the text is none
    digit[1:-1] = (characters >= ord("0")) & (characters <= ord("9"))
    stop = (characters == ord(".")) | (characters == ord(","))
    after_digit = (characters == ord("-")) & digit[:-2]
    signs = _IS_SYMBOL[characters] | stop | after_digit
    signs[_kept_by_digits(stop, digit)] = False
    return np.flatnonzero(signs)


def _kept_by_digits(stop: NDArray[np.bool_], digit: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where a point or comma stays with the digit behind it, as in 3.14.

    The substitutions take the signs of a run two by two, beginning with the character before it if that is no
    digit. So what can stay is the last one, where nothing is left to go with it.
    """
    starts = np.flatnonzero(stop & ~np.append(False, stop[:-1]))
    last = np.flatnonzero(stop & digit[2:])
    start = starts[np.searchsorted(starts, last, side="right") - 1]
    kept: NDArray[np.int64] = last[digit[start] == ((last - start) % 2 == 0)]
    return kept


def set_apart(characters: NDArray[Any], places: NDArray[np.int64]) -> NDArray[Any]:
    """The characters with a space before and behind each of these places, which rise.

    >>> bytes(set_apart(np.frombuffer(b"a+b", np.uint8), np.array([1])))
    b'a + b'
    """
    times = np.ones(len(characters), np.int64)
    times[places] = 3
    spaced = np.repeat(characters, times)
    first = places + 2 * np.arange(len(places))
    spaced[first] = spaced[first + 2] = SPACE
    return spaced
