"""What a tokenizer is here: a rule for one word, and a clean-up of the text before it is cut into words.

Both metrics cut at white space and look at most one character beyond what they cut, so tokenizing each
word by itself gives the tokens of the whole text. That makes every word a thing that can be remembered.
A long text, which may hold few words twice, is read character by character instead: the same tokens.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

GAP, PART, WHOLE = range(3)
"""What a character is: no token's, one of several that make a token, or a token of its own."""


class Characters(NamedTuple):
    """A text as its code points, and the kind of each."""

    points: NDArray[np.uint32]
    kinds: NDArray[np.uint8] | NDArray[np.uint32]


def points_of(text: str) -> NDArray[np.uint32]:
    r"""The code points of any text, lone surrogates too.

    >>> points_of("a\ud800").tolist()
    [97, 55296]
    """
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class Tokenizer:
    """A named way to turn text into tokens.

    Attributes:
        name: how signatures and explanations call it.
        of_word: the tokens of one word (text without white space, never empty), in order.
        characters: the same rule for a whole text: runs of `PART` and single `WHOLE` characters are its tokens.
        root: what stands for a token that `characters` found; None where it is the token itself.
        removed: what is deleted from a text, one after the other, before it is cut into words.
    """

    name: str
    of_word: Callable[[str], Sequence[str]]
    characters: Callable[[str], Characters]
    root: Callable[[str], str] | None = None
    removed: tuple[str, ...] = ()

    def cleaned(self, text: str) -> str:
        """The text without what is removed; its end first, so that a line end there is not part of it."""
        text = text.rstrip()
        for part in self.removed:
            text = text.replace(part, "")
        return text

    def tokens(self, text: str) -> list[str]:
        """The tokens of any text, in order, without the memo that scoring uses."""
        return [token for word in self.cleaned(text).split() for token in self.of_word(word)]
