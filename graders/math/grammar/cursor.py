"""A place in a list of tokens, and the parser's counts of what is open around it."""

from __future__ import annotations

from graders.math.lexis.tokens import Token, Unreadable
from graders.math.limits import MAX_DEPTH, OverLimit

_END: Token = ("end of text", "", False)
_PADDING = [_END] * 8
ENDS = frozenset(("end of text", ",", "}", ")", "=", "&", "<", "<="))
"""Kinds of tokens that end any quantity before them."""
_TRAILING = frozenset((".", ",", ";", r"\\"))


class Cursor:
    """The token in hand, those around it, and the ways to go on."""

    def __init__(self, tokens: list[Token]) -> None:
        while tokens and tokens[-1][0] in _TRAILING:
            tokens.pop()
        if tokens and tokens[-1][0] == "num":  # `\frac43.`
            tokens[-1] = ("num", tokens[-1][1].removesuffix("."), tokens[-1][2])
        self.count = len(tokens)
        self.tokens = tokens + _PADDING  # so that looking ahead needs no check
        self.at = 0
        self.depth = 0
        self.money = ""
        self.integrals = 0
        self.bars = 0
        self.angles = 0  # open `<` of vectors
        self.products = False  # whether `hr` is a product, not an hour
        self.builders = 0  # open set braces, where a colon brings in the condition

    @property
    def kind(self) -> str:
        """The kind of the token in hand."""
        return self.tokens[self.at][0]

    def peek(self, ahead: int = 0) -> Token:
        """The token `ahead` of the one in hand."""
        return self.tokens[self.at + ahead]

    def take(self) -> Token:
        """The token in hand; the next one comes into hand."""
        token = self.tokens[self.at]
        self.at += self.at < self.count
        return token

    def accept(self, kind: str) -> bool:
        """Take the token in hand if it is of this kind."""
        if self.kind != kind:
            return False
        self.at += 1
        return True

    def expect(self, kind: str) -> None:
        """Take a token of this kind or refuse the text."""
        if not self.accept(kind):
            raise self.refusal(f"{kind} expected")

    def refusal(self, why: str) -> Unreadable:
        """The error that says where the reading ended."""
        return Unreadable(f"{why} at token {self.at + 1} ({self.peek()[1] or 'the end'!r})")

    def split(self, head: str, tail: str) -> None:
        """Replace the token in hand by two of its kind."""
        kind, _, spaced = self.tokens[self.at]
        self.tokens[self.at : self.at + 1] = [(kind, head, spaced), (kind, tail, False)]
        self.count += 1

    def deeper(self) -> None:
        """Count one level of nesting."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise OverLimit(f"the text is nested more than {MAX_DEPTH} deep")

    def raw_braces(self) -> str:
        """The text of a braced group."""
        self.expect("{")
        return self.raw_group()

    def raw_group(self) -> str:
        """The text of a group whose brace is taken, its tokens set side by side."""
        parts: list[str] = []
        depth = 1
        while depth:
            kind, text, _ = self.take()
            if kind == "end of text":
                raise self.refusal("a closing brace expected")
            depth += (kind == "{") - (kind == "}")
            if depth:
                parts.append(text.lstrip("\\"))
        return "".join(part for part in parts if part not in "{}")
