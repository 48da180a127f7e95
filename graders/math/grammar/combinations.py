"""What two numbers make of one another around a letter: `9C2`, `{}_9C_2`, `C(9,2)`."""

from __future__ import annotations

from graders.math.grammar.parser import Parser
from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.tree import Tree, fn


def chosen(above: Tree, letter: str, below: Tree) -> Tree:
    """`9C2`, the number of choices, or `9P2`, that of arrangements."""
    if letter == "C":
        return fn("binom", above, below)
    return Tree("div", (fn("fact", above), fn("fact", Tree("add", (above, Tree("neg", (below,)))))))


def _index(p: Parser) -> Tree:
    return p.valued(p.braces() if p.kind == "{" else p.atom())


def raised_before(p: Parser) -> Tree:
    r"""`{}_9C_2`, `^9C_2`, `_9P_2`: the sign before the first number is taken."""
    above = _index(p)
    letter = p.take()[1]
    if letter not in ("C", "P"):
        raise p.refusal("a C or P expected")
    p.expect("_")
    return chosen(above, letter, _index(p))


def between_numbers(p: Parser, above: Tree) -> Tree | None:
    """`9C2` or `9 choose 2` where the letter is in hand behind a number; else None."""
    _, text, spaced = p.peek()
    kind, _, apart = p.peek(1)
    worded = text == "choose" and p.kind in WORD_KINDS
    if kind != "num" or not (worded or (text in ("C", "P") and spaced == apart)):
        return None
    p.at += 1
    return chosen(above, "C" if worded else text, p.atom())


def of_two(p: Parser) -> Tree | None:
    """`C(9,2)`, `C(n,k)` where the letter is taken and the bracket is in hand; else None."""
    opening, above, comma, below, closing = (p.peek(at) for at in range(5))
    if [opening[0], comma[0], closing[0]] != ["(", ",", ")"] or not (_counts(above) and _counts(below)):
        return None
    p.at += 1
    whole = p.atom()
    p.expect(",")
    part = p.atom()
    p.expect(")")
    return fn("binom", whole, part)


def _counts(token: Token) -> bool:
    return token[0] == "num" or (token[0] == "letters" and len(token[1]) == 1 and token[1] in "nmkrN")
