"""A place in a list of tokens, and what is open around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.names import is_name, role
from graders.math.lexis.tokens import Token
from graders.math.limits import MAX_DEPTH, OverLimit

R = TypeVar("R")
_END: Token = ("end of text", "", False)
_PADDING = [_END] * 8
ENDS = frozenset(("end of text", ",", "}", ")", "=", "&", "<", "<="))
"""Kinds of tokens that end any quantity before them."""
PAIRS = {"(": ")", "[": "]", "{": "}", r"\{": r"\}", r"\langle": r"\rangle", "begin": "end"}
"""What opens and what closes."""
OPENERS, CLOSERS = frozenset(PAIRS), frozenset(PAIRS.values())
_NOTHING: frozenset[str] = frozenset()
_TRAILING = frozenset((".", ",", ";", r"\\"))


class Cursor:
    r"""The token in hand, those around it, and the ways to go on.

    `open` holds what is open around it and changes how it is read: between `|` a bar closes and multiplies nothing,
    behind `<` a `>` closes a vector, in `\{` a colon brings in the condition, behind `\int` a `dx` ends the integrand.
    """

    def __init__(self, tokens: list[Token]) -> None:
        while tokens and tokens[-1][0] in _TRAILING:
            tokens.pop()
        if tokens and tokens[-1][0] == "num":  # `\frac43.`
            tokens[-1] = ("num", tokens[-1][1].removesuffix("."), tokens[-1][2])
        self.count = len(tokens)
        self.tokens = tokens + _PADDING  # so that looking ahead needs no check
        self.at = 0
        self.depth = 0
        self.open = _NOTHING
        self.money = ""  # the currency of the quantity in hand: its sign stands inside, its unit outside the sum

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

    def enclosed(self, opening: str, read: Callable[[], R], *, or_bare: bool = False) -> R:
        """What `read` reads in brackets of a kind, or without them too."""
        opened = self.accept(opening)
        if not (opened or or_bare):
            raise self.refusal(f"{opening} expected")
        found = read()
        if opened:
            self.expect(PAIRS[opening])
        return found

    def ahead(self, *kinds: str) -> bool:
        """Whether the token in hand and those behind it are of these kinds."""
        if self.tokens[self.at][0] != kinds[0]:
            return False
        return all(self.tokens[at][0] == kind for at, kind in enumerate(kinds, self.at))

    def refusal(self, why: str) -> Unreadable:
        """The error that says where the reading ended."""
        return Unreadable(f"{why} at token {self.at + 1} ({self.peek()[1] or 'the end'!r})")

    def split(self, head: str, *rest: str, at: int | None = None) -> None:
        """Replace the token in hand, or that at a place, by several of its kind."""
        at = self.at if at is None else at
        kind, _, spaced = self.tokens[at]
        self.tokens[at : at + 1] = [(kind, head, spaced), *((kind, tail, False) for tail in rest)]
        self.count += len(rest)

    def drop(self, at: int) -> None:
        """Take the token at a place out of the text."""
        del self.tokens[at]
        self.count -= 1

    def closing(self, at: int) -> int:
        """The place of the bracket that closes the one at a place; that of the end where none does."""
        depth = 0
        for place in range(at, self.count):
            kind = self.tokens[place][0]
            depth += (kind in OPENERS) - (kind in CLOSERS)
            if not depth:
                return place
        return self.count

    def outermost(self, at: int) -> Iterator[int]:
        """The places in the bracket at a place that stand in no bracket within, what opens one aside."""
        depth = 0
        for place in range(at, self.closing(at)):
            kind = self.tokens[place][0]
            depth += (kind in OPENERS) - (kind in CLOSERS)
            if depth == 1 and place > at:
                yield place

    def within(self, opened: frozenset[str], read: Callable[[], R]) -> R:
        """What `read` reads while this is open; what follows it is read as before."""
        outer, self.open = self.open, opened
        found = read()
        self.open = outer
        return found

    def deeper(self) -> None:
        """Count one level of nesting."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise OverLimit(f"the text is nested more than {MAX_DEPTH} deep")

    def raw(self) -> str:
        """The text of a braced group, or of the token in hand."""
        return self.raw_group() if self.accept("{") else self.take()[1].lstrip("\\")

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

    def _is_index_and_factor(self) -> bool:
        """Whether two letters behind an underscore are an index and a factor: `x_ix_j`, `a_nx^n`, `k_BT`."""
        (_, text, _), following = self.peek(), self.peek(1)[0]
        if len(text) != 2 or not text.isascii():
            return False
        return following == "_" or text.isupper() or (following == "^" and role(text) == "product")

    def marks(self) -> str:
        """The subscripts and primes in hand, as they belong to the name before them."""
        marks = ""
        while self.kind in ("_", "'"):
            if self.take()[0] == "'":
                marks += "'"
            elif (kind := self.kind) in ("{", "num", "letters", "word") or is_name(kind):
                if kind == "letters" and self._is_index_and_factor():
                    self.split(*self.peek()[1])
                marks += "_" + self.raw()
            else:
                raise self.refusal("a subscript expected")
        return marks
