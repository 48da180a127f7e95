"""Prose that changes, bounds, doubts or denies the value beside it, and program code: such an answer says nothing."""

from __future__ import annotations

from itertools import pairwise

from graders.math.extraction.understood import check_words
from graders.math.lexis.names import role
from graders.math.lexis.tokens import Token, Unreadable
from graders.math.lexis.words import (
    ARITHMETIC,
    DENIALS,
    NEARBY,
    NEGATIONS,
    ORDINAL_ENDINGS,
    PARTS_OF,
    TOTALITIES,
    VERBS_OF_CODE,
    words_of,
)
from graders.math.limits import MAX_PROSE_WORDS
from graders.math.verdict import Refused

_WORDS = frozenset(("letters", "word"))
PROSE_ROLES = frozenset(("word", "unit", "number", "connective"))
_TRANSPARENT = frozenset(("$", "{", r"\boxed", "-", r"\$"))
_LINKS = frozenset(("to", "the", "from", "by", "number", "value", "than", "answer"))
_ANSWERS = frozenset(("answer", "result", "solution"))
_OPERATIONS = frozenset(words_of("half twice double triple thrice"))
_COMBINING = frozenset(words_of("sum product difference quotient average mean ratio"))
"""What two numbers make: `the sum of 2 and 3`."""
_AFTERWARDS = frozenset(words_of("squared cubed doubled halved tripled inverted negated plus minus times"))


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
    check_words(tokens)


def is_doubtful(tokens: list[Token]) -> bool:
    """Whether a word denies or hedges (`anything but`, `exceeds`), or the text ends in a question mark."""
    ends = [token[0] for token in tokens if token[0] not in ("$", ".", "}")]
    if ends and "?" in (ends[0], ends[-1]):
        return True
    words = [token[1].lower() if token[0] in _WORDS else "" for token in tokens]
    return bool(DENIALS & set(words)) or any(
        word in TOTALITIES and following == "but" for word, following in pairwise(words)
    )


def _computes(token: Token) -> bool:
    return token[0] in _WORDS and (token[1].lower() in ARITHMETIC or role(token[1]) == "number")


def is_prose(token: Token) -> bool:
    """Whether the token is a word of a sentence, not a name in a formula."""
    return token[0] in _WORDS and role(token[1]) in PROSE_ROLES


def _check_sentence(tokens: list[Token]) -> None:
    words = [token for token in tokens if token[0] not in _TRANSPARENT]
    low = [token[1].lower() if token[0] in _WORDS else "" for token in words]
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
    return kind in ("num", r"\frac", r"\sqrt", r"\pi") or (kind in _WORDS and text in tuple("BCDEFGHJ"))


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
    return any(
        line.split(None, 1)[0] in VERBS_OF_CODE for line in text.splitlines() if line.strip()
    ) or text.lstrip().startswith(("!", "--"))


def is_struck(text: str) -> bool:
    """Whether a part of a text is struck through: `~~28~~ 29`. A `~` alone, or several in a row, are TeX's spaces."""
    parts = text.split("~~")
    return any(part.strip("~ ") for part in parts[1:-1:2])
