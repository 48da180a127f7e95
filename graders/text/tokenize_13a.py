"""The 13a tokenizer of sacreBLEU (mteval-v13a of WMT), one word at a time.

Source: sacrebleu 2.6.0, `tokenizers/tokenizer_13a.py` and `tokenizer_re.py`. Its four substitutions run
one after the other and each consumes the neighbour it looks at ("x..5" keeps ".5" together), so the rare
word that holds such signs goes through the same four; the common word takes a short cut past them.
"""

import re
from collections.abc import Sequence

from graders.text.tokenizer import Tokenizer

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
    if "&" in word:
        for entity, character in _ENTITIES:
            word = word.replace(entity, character)
    word = f" {word} "
    for pattern, spaced in _STEPS:
        word = pattern.sub(spaced, word)
    return word.split()


THIRTEEN_A = Tokenizer("13a", _of_word, removed=("<skipped>", "-\n"))
"""sacreBLEU's default tokenizer: `THIRTEEN_A.tokens("10-20, it's.")` is `["10", "-", "20", ",", "it's", "."]`."""
