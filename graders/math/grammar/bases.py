"""Numerals in a base: `1011_2`, `(354)_6`, `2A7_{16}`, `1011 in base two`."""

from __future__ import annotations

from graders.math.grammar.parser import Parser
from graders.math.lexis.words import NUMBER_WORDS
from graders.math.tree import Tree

_LETTERED = 11
"""The least base whose digits include letters."""
_HIGHEST = 36
_PIECES = 40
"""Tokens of one numeral (`2A7` has three)."""


def lettered_digits(p: Parser) -> Tree | None:
    """`2A7_{16}` whose first piece was taken: its pieces touch, one has a letter and one a number; else None."""
    at, digits, kinds = 0, p.peek(-1)[1], {p.peek(-1)[0]}
    while at < _PIECES and p.peek(at)[0] in ("num", "letters", "word") and not p.peek(at)[2]:
        digits += p.peek(at)[1]
        kinds.add(p.peek(at)[0])
        at += 1
    base = p.peek(at + 2 if p.peek(at + 1)[0] == "{" else at + 1)[1]
    if not at or p.peek(at)[0] != "_" or "num" not in kinds or not (base.isdigit() and len(base) < 4):
        return None
    if not _LETTERED <= int(base) <= _HIGHEST or not _is_alphanumeric(digits):
        return None
    if any(int(digit, 36) >= int(base) for digit in digits):
        return None
    p.at += at
    return based_numeral(p, digits)


def _is_alphanumeric(digits: str) -> bool:
    return digits.isascii() and digits.isalnum()


def bracketed(p: Parser) -> Tree | None:
    """`(354)_6` whose opening bracket was taken; None where the bracket holds anything else."""
    at = 0
    while at < _PIECES and p.peek(at)[0] in ("num", "letters", "word") and not (at and p.peek(at)[2]):
        at += 1
    if p.peek(at)[0] != ")" or p.peek(at + 1)[0] != "_":
        return None
    digits = "".join(p.peek(place)[1] for place in range(at))
    if not any(map(str.isdigit, digits)) or not _is_alphanumeric(digits):
        return None
    p.at += at + 1
    return based_numeral(p, digits)


def based_numeral(p: Parser, digits: str) -> Tree:
    """Digits with the base that follows as a subscript."""
    p.expect("_")
    braced = p.accept("{")
    bracket = p.accept("(")
    base = base_number(p)
    if bracket:
        p.expect(")")
    if braced:
        p.expect("}")
    return based(p, digits, base)


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
    if not 2 <= base <= _HIGHEST or any(int(digit, 36) >= base for digit in digits if digit != ".") or "." in digits:
        raise p.refusal(f"{digits} is no numeral in base {base}")
    return Tree("base", (), f"{digits.upper().lstrip('0') or '0'}:{base}")
