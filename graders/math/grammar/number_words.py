"""Numbers in words: `twenty-one`, `twelve thousand four hundred and fifty`, `three quarters`, `four point five`."""

from __future__ import annotations

from graders.math.grammar import phrases
from graders.math.grammar.parser import Parser
from graders.math.lexis.tokens import WORD_KINDS
from graders.math.lexis.words import NUMBER_WORDS, ORDINALS, PARTS, SCALES
from graders.math.tree import Tree, num

_MAX_SCALES = 8
"""Hundreds, thousands, millions of one number."""


def spelled_number(p: Parser, word: str) -> Tree:
    """The number whose first word was taken."""
    total = _whole(p, word.lower())
    if p.peek(-1)[1].lower() in ORDINALS and phrases.counts_off(p):
        return phrases.text(p, p.peek(-1)[1])
    if _word(p) == "point" and _word(p, 1) in NUMBER_WORDS:
        return _with_point(p, total)
    if (part := divided(p, total)) is not None:
        return part
    below, length = _part(p, 2, 1) if [_word(p), _word(p, 1)] == ["and", "a"] else (0, 0)
    if below:
        p.at += 2 + length
        return Tree("add", (num(total), Tree("div", (num(1), num(below)))))
    return num(total)


def counted(p: Parser) -> Tree | None:
    """`a hundred`, `a third`, whose article was taken; None for any other noun."""
    word = _word(p)
    if not p.peek()[2] or not (word in SCALES or word in PARTS):
        return None
    p.at += 1
    return num(_whole(p, word)) if word in SCALES else Tree("div", (num(1), num(PARTS[word])))


def divided(p: Parser, above: int) -> Tree | None:
    """The fraction that a number makes with the part in hand: `quarters`, `-eighths`, `twenty-fifths`."""
    hyphen = int(p.kind == "-")
    below, length = _part(p, hyphen, above)
    if not below:
        return None
    p.at += hyphen + length
    return Tree("div", (num(above), num(below)))


def _word(p: Parser, ahead: int = 0) -> str:
    kind, text, _ = p.peek(ahead)
    return text.lower() if kind in WORD_KINDS else ""


def _whole(p: Parser, word: str) -> int:
    """A whole number: groups of hundreds, each times its thousand, million or billion."""
    total, group = 0, _below_hundred(p, word)
    scales = 0
    while scale := SCALES.get(_word(p), 0):
        scales += 1
        if scales > _MAX_SCALES:
            raise p.refusal("no number is spelt like this")
        p.at += 1
        total, group = (total, group * scale) if scale <= 100 else (total + group * scale, 0)
        group += _following(p)
    return total + group


def _following(p: Parser) -> int:
    """What goes on behind a scale (`hundred and five`), taken; 0 where nothing does."""
    joined = int(_word(p) == "and")
    word = _word(p, joined)
    if not (word in NUMBER_WORDS or (word in ORDINALS and word != "second")):
        return 0
    if joined and _part(p, 2, NUMBER_WORDS.get(word, 0))[0]:  # `one hundred and two thirds`
        return 0
    p.at += joined + 1
    return _below_hundred(p, word)


def _below_hundred(p: Parser, word: str) -> int:
    value = NUMBER_WORDS.get(word) or ORDINALS.get(word) or SCALES.get(word, 0)
    if not 20 <= value < 100 or word in ORDINALS:
        return value
    hyphen = int(p.kind == "-")
    following = _word(p, hyphen)
    unit = NUMBER_WORDS.get(following) or ORDINALS.get(following, 0)
    if not 0 < unit < 10 or (following == "second" and not hyphen):
        return value
    p.at += hyphen + 1
    return value + unit


def _with_point(p: Parser, whole: int) -> Tree:
    p.at += 1
    digits = ""
    while (digit := NUMBER_WORDS.get(_word(p), 10)) < 10:
        digits += str(digit)
        p.at += 1
    if not digits:
        raise p.refusal("a digit expected")
    return Tree("decimal", (), f"{whole}.{digits}")


def _part(p: Parser, ahead: int, above: int) -> tuple[int, int]:
    """What the words ahead divide by, and how many tokens they are; 0 for any other word."""
    tens = NUMBER_WORDS.get(_word(p, ahead), 0)
    if 20 <= tens < 100:  # three twenty-fifths
        hyphen = int(p.peek(ahead + 1)[0] == "-")
        unit = ORDINALS.get(_word(p, ahead + 1 + hyphen).removesuffix("s"), 0)
        return (tens + unit, 2 + hyphen) if 0 < unit < 10 else (0, 0)
    word = _word(p, ahead)
    below = PARTS.get(word.removesuffix("s"), 0)
    several = word.endswith("s") or above == 1 or below <= 10
    return (below, 1) if below and several else (0, 0)
