"""May this prose be read? Not where a word changes, bounds, doubts or denies the value, or is understood by nobody.

Words that are known to deny or change are looked for first. Then each word must be understood: one of the vocabulary
may stand anywhere; any other may be the name or the noun of an English sentence (`Natalia is 42`, `There are 42
handshakes`), but not right before the value, and outside English not at all, for it may deny the value (`nicht 42`) or
bound it (`mindestens 42`). Program code says nothing either.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from graders.math.lexis.data_files import entries
from graders.math.lexis.names import role
from graders.math.lexis.tokens import WORD_KINDS, Token, Unreadable
from graders.math.lexis.words import (
    ARITHMETIC,
    DENIALS,
    DENIALS_ABROAD,
    FILLERS,
    FOREIGN_UNITS,
    NEARBY,
    NEGATIONS,
    NUMBER_WORDS,
    OPENINGS,
    ORDINAL_ENDINGS,
    ORDINALS,
    PARTS_OF,
    SCALES,
    SHORT_WORDS,
    TOTALITIES,
    VERBS_OF_CODE,
    is_foreign,
    words_of,
)
from graders.math.limits import MAX_PROSE_WORDS
from graders.math.verdict import Refused

_COMPREHENSION = re.compile(r"[\[({]\w+ for \w+ in ")
VOCABULARY = Path(__file__).with_name("vocabulary")
HARMLESS = frozenset(entries("harmless", VOCABULARY))
"""Words known to say nothing against the value beside them."""
ANCHORS = frozenset(entries("anchors", VOCABULARY))
"""Words that show that a sentence is English."""
PROSE_ROLES = frozenset(("word", "unit", "number", "connective"))
_TRANSPARENT = frozenset(("$", "{", r"\boxed", "-", r"\$"))
_LINKS = frozenset(("to", "the", "from", "by", "number", "value", "than", "answer"))
_ANSWERS = frozenset(("answer", "result", "solution"))
_OPERATIONS = frozenset(words_of("half twice double triple thrice"))
_COMBINING = frozenset(words_of("sum product difference quotient average mean ratio"))
"""What two numbers make: `the sum of 2 and 3`."""
_AFTERWARDS = frozenset(words_of("squared cubed doubled halved tripled inverted negated plus minus times"))
_GAPS = frozenset(("$", "{", "}", r"\boxed", "-", r"\$", ":", "=", "(", '"'))
"""What may stand between a word and the value that it speaks of."""
_COPULAS = frozenset(("is", "was", "are", "were", "seems", "looks", "appears"))
_STOPS = frozenset((".", "?", "!", ",", ";", ")", r"\therefore", r"\ldots", "'"))
_WORDLESS = WORD_KINDS | _GAPS | _STOPS
"""What prose without a value is made of."""
_TELLING = 4
"""Letters of a harmless word that tell its language."""
_KNOWN = HARMLESS | ANCHORS | FILLERS | OPENINGS | NEGATIONS | DENIALS | ORDINAL_ENDINGS | SHORT_WORDS
_KNOWN |= NEARBY | ARITHMETIC | PARTS_OF  # each has a rule of its own
_KNOWN |= NUMBER_WORDS.keys() | ORDINALS.keys() | SCALES.keys() | FOREIGN_UNITS


def check_prose(tokens: list[Token]) -> None:
    """Refuse prose that negates, changes or bounds the value in it, and program code."""
    words = [token[1].lower() for token in tokens if is_prose(token)]
    if NEGATIONS & set(words):
        raise Refused("mismatch", "a negation")
    if len(words) > MAX_PROSE_WORDS:
        raise Refused("unreadable", f"more than {MAX_PROSE_WORDS} words around a value")
    if is_doubtful(tokens):
        raise Unreadable("a word that changes or doubts the value")
    for token, following in pairwise(token for token in tokens if token[1] not in ORDINAL_ENDINGS):
        if "num" in (token[0], following[0]) and (_computes(token) or _computes(following)):
            raise Unreadable("a word that changes the number beside it")
        code = is_prose(token) and following[0] in ("(", "[", "_") and not following[2]
        if code or (token[0] == ";" and is_prose(following) and not following[2]):
            raise Unreadable("this looks like program code")
    _check_sentence(tokens)
    _check_words(tokens)


def is_doubtful(tokens: list[Token]) -> bool:
    """Whether a word denies or hedges (`anything but`, `exceeds`), or the text ends in a question mark."""
    ends = [token[0] for token in tokens if token[0] not in ("$", ".", "}")]
    if ends and "?" in (ends[0], ends[-1]):
        return True
    words = [token[1].lower() if token[0] in WORD_KINDS else "" for token in tokens]
    return bool(DENIALS & set(words)) or any(
        word in TOTALITIES and following == "but" for word, following in pairwise(words)
    )


def _computes(token: Token) -> bool:
    return token[0] in WORD_KINDS and (token[1].lower() in ARITHMETIC or role(token[1]) == "number")


def is_prose(token: Token) -> bool:
    """Whether the token is a word of a sentence, not a name in a formula."""
    return token[0] in WORD_KINDS and role(token[1]) in PROSE_ROLES


def _check_sentence(tokens: list[Token]) -> None:
    words = [token for token in tokens if token[0] not in _TRANSPARENT]
    low = [token[1].lower() if token[0] in WORD_KINDS else "" for token in words]
    for at, token in enumerate(words):
        if _is_value(token) and _changed_before(low, at):
            raise Unreadable("a word that changes the number after it")
        if low[max(at - 1, 0) : at + 1] == ["below", "zero"] or low[max(at - 2, 0) : at + 1] == ["to", "the", "power"]:
            raise Unreadable("a word that changes the number before it")
        if low[at] in _ANSWERS and _changed_answer(low, at):
            raise Unreadable("a word that changes the answer it speaks of")
        if (
            low[at] == "is"
            and 0 < at < len(words) - 1
            and words[at - 1][:2] == words[at + 1][:2] == ("num", words[at + 1][1])
        ):
            raise Refused("tautology", "both sides of `is` are identical")
    if low[:1] and low[0] in _OPERATIONS:
        raise Unreadable("a word that changes what it speaks of")


def _is_value(token: Token) -> bool:
    kind, text, _ = token
    return kind in ("num", r"\frac", r"\sqrt", r"\pi") or (kind in WORD_KINDS and text in tuple("BCDEFGHJ"))


def _changed_before(low: list[str], at: int) -> bool:
    """Whether the words before a number bound it (`close to 28`) or take something of it (`a third of 28`)."""
    start = at - 1
    while start >= 0 and low[start] in _LINKS:
        start -= 1
    if start < 0:
        return False
    if low[start] == "of" and low[start - 1] in _COMBINING and "and" in low[at + 1 : at + 3]:
        return True
    if low[start] == "of":
        return start > 0 and (low[start - 1] in PARTS_OF or low[start - 1].rstrip("s") in PARTS_OF)
    linked = low[start + 1] if start + 1 < at else ""
    if linked == "by":  # `they differ by 28`
        return False
    return low[start] in NEARBY | ARITHMETIC or (low[start] in ("up", "next", "close", "closer") and linked == "to")


def _changed_answer(low: list[str], at: int) -> bool:
    """`half the answer`, `the square root of the answer`, `the answer squared`, `the answer is a factor of`."""
    if at + 1 < len(low) and low[at + 1] in _AFTERWARDS:
        return True
    start = at - 1
    while start >= 0 and low[start] in ("the", "final", "my", "our", "this", "correct"):
        start -= 1
    if start > 0 and low[start] == "of":
        return low[start - 1] in PARTS_OF or low[start - 1] in _OPERATIONS
    return start >= 0 and low[start] in _OPERATIONS


def looks_like_code(text: str) -> bool:
    """Whether a line starts with a word of program code: `import os`, `return 28`, `-- 28`."""
    return (
        any(line.split(None, 1)[0].rstrip(":") in VERBS_OF_CODE for line in text.splitlines() if line.strip())
        or text.lstrip().startswith(("!", "--"))
        or _COMPREHENSION.search(text) is not None
    )


def is_struck(text: str) -> bool:
    """Whether a part of a text is struck through: `~~28~~ 29`. A `~` alone, or several in a row, are TeX's spaces."""
    parts = text.split("~~")
    return any(part.strip("~ ") for part in parts[1:-1:2])


# -- words that nobody can vouch for -----------------------------------------------------------------------


def _check_words(tokens: list[Token]) -> None:
    """Refuse prose with a value and a word that nobody can vouch for."""
    unknown = [at for at, token in enumerate(tokens) if token[0] in WORD_KINDS and _is_unknown(token[1])]
    if not unknown or all(token[0] in _WORDLESS and not _is_name(token) for token in tokens):
        return
    for at in unknown:
        if not _is_latin(tokens[at][1]):
            raise Unreadable("a word in another script than Latin")
        if _is_beside_a_value(tokens, at):
            raise Unreadable("an unknown word beside the value")
        if not _is_anchored(tokens, at):
            raise Unreadable("an unknown word in no English sentence")


@lru_cache(maxsize=4096)
def _is_unknown(word: str) -> bool:
    if not word.isascii():
        return is_foreign(word)
    return len(word) > 1 and role(word) == "word" and word.lower().removesuffix("'s") not in _KNOWN


def _is_latin(word: str) -> bool:
    return all(char.isascii() or unicodedata.name(char, "").startswith("LATIN") for char in word)


def _is_name(token: Token) -> bool:
    """Whether a word is a name in a formula, and so a value."""
    return role(token[1]) in ("letter", "product", "points", "constant", "greek", "number")


def _is_beside_a_value(tokens: list[Token], at: int) -> bool:
    """Whether a value follows, or the word is said of one: `43 is bogus`; a foreign word may not stand behind one."""
    word = tokens[at][1]
    if _is_said_of_a_value(tokens, at):
        return True
    foreign = not word.isascii() or word.lower() in DENIALS_ABROAD
    if foreign and at and tokens[at - 1][0] not in WORD_KINDS | _STOPS:
        return True
    following = at + 1
    while following < len(tokens) and tokens[following][0] in _GAPS:
        following += 1
    if following == len(tokens) or tokens[following][0] in _STOPS:
        return False
    label = tokens[at + 1][0] == ":" and at and tokens[at - 1][1].lower() in ("of", "the")
    return not label and (tokens[following][0] not in WORD_KINDS or _is_name_there(tokens, following))


def _is_name_there(tokens: list[Token], at: int) -> bool:
    """Whether a name stands there, and no article or pronoun: `2 yogurts a day`."""
    article = tokens[at][1] in ("a", "A", "I") and at + 1 < len(tokens) and tokens[at + 1][0] in WORD_KINDS
    return _is_name(tokens[at]) and not (article and len(tokens[at + 1][1]) > 1)


def _is_said_of_a_value(tokens: list[Token], at: int) -> bool:
    verb = at - (2 if at > 1 and tokens[at - 1][1] in ("a", "an", "the") else 1)
    if verb < 1 or tokens[verb][1] not in _COPULAS:
        return False
    return tokens[verb - 1][0] not in WORD_KINDS or _is_name(tokens[verb - 1])


def _is_english(word: str) -> bool:
    """Whether a word shows that its sentence is English; short words are often those of other languages too."""
    folded = word.lower()
    return (folded in ANCHORS and word != "i") or (folded in HARMLESS and len(word) >= _TELLING)  # i is a number


def _is_anchored(tokens: list[Token], at: int) -> bool:
    """Whether the word's sentence is English, or opens with the word as an adverb: `Accordingly, 42`."""
    word = tokens[at][1]
    start = max((place for place in range(at) if tokens[place][0] in (".", "?", "!")), default=-1) + 1
    end = next((place for place in range(at, len(tokens)) if tokens[place][0] in (".", "?", "!")), len(tokens))
    if any(token[0] in WORD_KINDS and _is_english(token[1]) for token in tokens[start:end]):
        return True
    comma = next((token[0] == "," for token in tokens[at + 1 : end] if token[0] not in WORD_KINDS), False)
    opening = tokens[start][1].lower()
    return comma and word.isascii() and (opening in OPENINGS or opening.endswith(("ly", "ing")))
