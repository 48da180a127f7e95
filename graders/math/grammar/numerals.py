"""Numerals: decimals, repeating decimals, mixed numbers, numerals in a base (`1011_2`, `(354)_6`, `2A7_{16}`)."""

from __future__ import annotations

import re
from functools import partial

from graders.math.grammar import phrases
from graders.math.grammar.functions import between_numbers, frac
from graders.math.grammar.parser import Parser
from graders.math.lexis.latex import VULGAR
from graders.math.lexis.tokens import WORD_KINDS
from graders.math.lexis.words import NUMBER_WORDS
from graders.math.tree import Tree, num, numeral

_AFTER_NUMBERS = frozenset((r"\overline", r"\dot", "_", "(", r"\ldots", "letters", "word", "vulgar", r"\frac", "num"))
"""Kinds of tokens that may belong to the number before them."""
_DIGITS = re.compile("[0-9A-Za-z]+")
_WITH_LETTERS = re.compile("1[1-9]|2[0-9]|3[0-6]")
"""Bases whose digits include letters."""
_HIGHEST = 36
_PIECES = 40
"""Tokens of one numeral (`2A7` has three)."""


def number(p: Parser) -> Tree:
    """The number that was taken, with what belongs to it: repeating digits, a base, a proper fraction."""
    text = p.peek(-1)[1]
    kind, _, spaced = p.peek()
    if kind not in _AFTER_NUMBERS:
        return numeral(text)
    if kind == r"\overline" or (kind == r"\dot" and "." in text):
        return _repeating(p, text)
    if kind == "_":
        return based_numeral(p, text)
    if "." in text and kind == "(" and not spaced and p.peek(1)[1].isdigit() and p.peek(2)[0] == ")":
        p.at += 3
        return Tree("repeating", (), f"{text}({p.peek(-2)[1]})")
    if kind == r"\ldots" and (block := repeated_block(text)):
        p.at += 1
        return Tree("repeating", (), block)
    return _before_letters(p, text) if kind in WORD_KINDS else _mixed(p, numeral(text))


def _before_letters(p: Parser, text: str) -> Tree:
    """A number with letters behind it: `2A7_{16}`, `4th`, `9C2`."""
    if not p.peek()[2] and (based := lettered_digits(p)):
        return based
    tree = numeral(text)
    if _ordinal_ending(p):
        return phrases.text(p, text + p.peek(-1)[1]) if phrases.counts_off(p) else tree
    return between_numbers(p, tree) or tree


def _ordinal_ending(p: Parser) -> bool:
    kind, text, spaced = p.peek()
    if kind in WORD_KINDS and not spaced and text in ("st", "nd", "rd", "th"):
        p.at += 1
        return True
    return False


def _repeating(p: Parser, text: str) -> Tree:
    if "." not in text:
        raise p.refusal("a bar over no decimals")
    digits = ""
    while p.kind in (r"\overline", r"\dot", "num"):
        p.at += p.kind != "num"
        digits += _digit_group(p)
    return Tree("repeating", (), f"{text}({digits})")


def _digit_group(p: Parser) -> str:
    kind, text, _ = p.enclosed("{", p.take, or_bare=True)
    if kind != "num" or not text.isdigit():
        raise p.refusal("digits expected")
    return text


def repeated_block(text: str) -> str:
    """`0.333` -> `0.(3)`, `1.2727` -> `1.(27)`: what dots after a decimal say; empty where nothing repeats."""
    whole, _, part = text.partition(".")
    for width in (1, 2, 3, 6):
        times = 3 if width == 1 else 2
        if len(part) >= width * times and part.endswith(part[-width:] * times):
            stem = part[: len(part) - width]
            while stem.endswith(part[-width:]):
                stem = stem[:-width]
            return f"{whole}.{stem}({part[-width:]})"
    return ""


def _mixed(p: Parser, whole: Tree) -> Tree:
    at, kind = p.at, p.kind
    part = None
    if whole.head == "num" and (kind == "vulgar" or (kind == r"\frac" and not p.unit_ahead())):
        p.at += 1
        part = vulgar(p) if kind == "vulgar" else frac(p)
    elif whole.head == "num" and p.ahead("num", "/", "num") and p.peek()[2] and p.peek(3)[0] not in ("/", "^", "!"):
        p.at += 3
        part = Tree("div", (numeral(p.peek(-3)[1]), numeral(p.peek(-1)[1])))
    if part and part.head == "div" and _is_proper(*part.args):
        return Tree("add", (whole, part))
    p.at = at
    return whole


def _is_proper(above: Tree, below: Tree) -> bool:
    return above.head == below.head == "num" and 0 < int(above.leaf or 0) < int(below.leaf or 0)


def vulgar(p: Parser) -> Tree:
    """A fraction sign."""
    above, below = VULGAR[p.peek(-1)[1]]
    return Tree("div", (num(above), num(below)))


# -- in a base ---------------------------------------------------------------------------------------


def _pieces(p: Parser, at: int) -> int:
    """The place behind the pieces of a numeral that begins at a place: they touch one another."""
    end = at
    while p.tokens[end][0] in ("num", "letters", "word") and end < at + _PIECES and (end == at or not p.tokens[end][2]):
        end += 1
    return end


def lettered_digits(p: Parser) -> Tree | None:
    """`2A7_{16}` whose first piece was taken: its pieces touch, one has a letter and one a number; else None."""
    end = _pieces(p, p.at - 1)
    if end == p.at or p.tokens[end][0] != "_":
        return None
    run = p.tokens[p.at - 1 : end]
    digits = "".join(text for _, text, _ in run)
    base = p.tokens[end + 2 if p.tokens[end + 1][0] == "{" else end + 1][1]
    if all(kind != "num" for kind, _, _ in run):
        return None
    if not _WITH_LETTERS.fullmatch(base) or not _DIGITS.fullmatch(digits):
        return None
    if any(int(digit, 36) >= int(base) for digit in digits):
        return None
    p.at = end
    return based_numeral(p, digits)


def bracketed(p: Parser) -> Tree | None:
    """`(354)_6` whose opening bracket was taken; None where the bracket holds anything else."""
    end = _pieces(p, p.at)
    if p.tokens[end][0] != ")" or p.tokens[end + 1][0] != "_":
        return None
    digits = "".join(text for _, text, _ in p.tokens[p.at : end])
    if not any(map(str.isdigit, digits)) or not _DIGITS.fullmatch(digits.replace(".", "", 1)):
        return None
    p.at = end + 1
    return based_numeral(p, digits)


def based_numeral(p: Parser, digits: str) -> Tree:
    """Digits with the base that follows as a subscript."""
    p.expect("_")
    read = partial(p.enclosed, "(", partial(base_number, p), or_bare=True)
    return based(p, digits, p.enclosed("{", read, or_bare=True))


def in_base(p: Parser, tree: Tree) -> Tree | None:
    """The numeral with the `in base 2` or `(base 2)` in hand; None where there is no such phrase."""
    ahead = 1 if p.kind == "(" else 0
    if p.peek(ahead)[1].lower() == "in":
        ahead += 1
    if p.peek(ahead)[1].lower() != "base" or tree.head != "num":
        return None
    bracket = p.kind == "("
    p.at += ahead + 1
    digits = str(tree.leaf)
    base = base_number(p)
    if bracket:
        p.expect(")")
    return based(p, digits, base)


def base_number(p: Parser) -> int:
    """The base in hand, in digits or in words."""
    kind, text, _ = p.take()
    if kind == "num" and text.rstrip(".").isdigit() and len(text) < 4:
        return int(text.rstrip("."))
    if text.lower() in NUMBER_WORDS:
        return NUMBER_WORDS[text.lower()]
    raise p.refusal("a base expected")


def based(p: Parser, digits: str, base: int) -> Tree:
    """The numeral, if all its digits are below the base."""
    if not 2 <= base <= _HIGHEST or any(int(digit, 36) >= base for digit in digits if digit != "."):
        raise p.refusal(f"{digits} is no numeral in base {base}")
    digits = digits.upper().lstrip("0")
    return Tree("base", (), f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits or '0'}:{base}")
