"""The formulas of one text: each span of its tokens is parsed once, however many readings ask for it."""

from __future__ import annotations

from graders.math.grammar.formula import parse_tokens
from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.tokens import Token
from graders.math.tree import CONSTANT_LETTERS, Tree, numeral, sym

Span = list[Token]


class Formulas:
    """The trees of the spans that were asked for while one text was read, and why the others have none."""

    def __init__(self) -> None:
        self._read: list[tuple[Span, Tree | str]] = []  # few of them, and longer to hash than to compare

    def parsed(self, tokens: Span) -> Tree:
        """The tree of a span of tokens without dollars. Raises `Unreadable` or `OverLimit`."""
        found = next((found for span, found in self._read if span == tokens), None)
        if found is None:
            found = _tree_or_reason(tokens)
            self._read.append((tokens, found))
        if isinstance(found, str):
            raise Unreadable(found)
        return found

    def tried(self, tokens: Span) -> Tree | None:
        """The tree of a span of tokens, or None where it is no formula. Raises `OverLimit`."""
        try:
            return self.parsed(tokens)
        except Unreadable:
            return None

    def spans(self) -> list[tuple[Span, Tree | str]]:
        """What is known so far: each span with its tree, or with the reason why it has none."""
        return list(self._read)


def _tree_or_reason(span: Span) -> Tree | str:
    if len(span) == 1 and (leaf := _leaf(span[0])) is not None:
        return leaf
    try:
        return parse_tokens(list(span))  # a copy: the parser takes a full stop off its list
    except Unreadable as refusal:
        return str(refusal)


def _leaf(token: Token) -> Tree | None:
    """The number or the variable that a token is by itself; None for any other."""
    kind, text, _ = token
    if kind == "num":
        return numeral(text)
    return CONSTANT_LETTERS.get(text) or sym(text) if kind == "letters" and len(text) == 1 else None
