"""What a tokenizer is here: a rule for one word, and a clean-up of the text before it is cut into words.

Both metrics cut at white space and look at most one character beyond what they cut, so tokenizing each
word by itself gives the tokens of the whole text. That makes every word a thing that can be remembered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """A named way to turn text into tokens.

    Attributes:
        name: how signatures and explanations call it.
        of_word: the tokens of one word (text without white space, never empty), in order.
        removed: what is deleted from a text, one after the other, before it is cut into words.
    """

    name: str
    of_word: Callable[[str], Sequence[str]]
    removed: tuple[str, ...] = ()

    def tokens(self, text: str) -> list[str]:
        """The tokens of any text, in order, without the memo that scoring uses.

        >>> Tokenizer("letters", list).tokens("to be")
        ['t', 'o', 'b', 'e']
        """
        text = text.rstrip()
        for part in self.removed:
            text = text.replace(part, "")
        return [token for word in text.split() for token in self.of_word(word)]
