"""The formulas of one text: each span of its tokens is parsed once, however many readings ask for it."""

from __future__ import annotations

from itertools import pairwise

from graders.math.grammar.formula import parse_tokens
from graders.math.lexis.names import role
from graders.math.lexis.tokens import WORD_KINDS, Token, Unreadable
from graders.math.tree import CONSTANT_LETTERS, Tree, numeral, sym

_COPULAS = frozenset(("is", "are", "was", "were", "equals"))
_OPENERS = frozenset(("(", "[", "{", r"\{", r"\langle", "begin"))
_CLOSERS = frozenset((")", "]", "}", r"\}", r"\rangle", "end"))
_SIGNS = frozenset(("minus", "negative"))
_SEPARATORS = frozenset((",", ";", r"\\", r"\vee", r"\wedge"))
Span = tuple[Token, ...]


class Formulas:
    """The trees of the spans that were asked for while one text was read, and why the others have none."""

    def __init__(self) -> None:
        self._read: dict[Span, Tree | str] = {}

    def parsed(self, tokens: list[Token]) -> Tree:
        """The tree of a span of tokens without dollars. Raises `Unreadable` or `OverLimit`."""
        span = tuple(tokens)
        found = self._read.get(span)
        if found is None:
            found = self._read[span] = _tree_or_reason(span)
            self._keep_members(span, found)
        if isinstance(found, str):
            raise Unreadable(found)
        return found

    def tried(self, tokens: list[Token]) -> Tree | None:
        """The tree of a span of tokens, or None where it is no formula. Raises `OverLimit`."""
        try:
            return self.parsed(tokens)
        except Unreadable:
            return None

    def spans(self) -> dict[Span, Tree | str]:
        """What is known so far: each span with its tree, or with the reason why it has none."""
        return dict(self._read)

    def _keep_members(self, span: Span, found: Tree | str) -> None:
        """The members of a list are read with it, where its separators show which tokens are whose."""
        if isinstance(found, str) or found.head != "list":
            return
        members = _between_separators(span)
        if len(members) == len(found.args):
            self._read.update(
                (member, tree) for member, tree in zip(members, found.args, strict=True) if _stands_alone(member)
            )


def _tree_or_reason(span: Span) -> Tree | str:
    if len(span) == 1 and (leaf := _leaf(span[0])) is not None:
        return leaf
    if _is_statement(span):
        return "a sentence, no formula"
    try:
        return parse_tokens(list(span))
    except Unreadable as refusal:
        return str(refusal)


def _leaf(token: Token) -> Tree | None:
    """The number or the variable that a token is by itself; None for any other."""
    kind, text, _ = token
    if kind == "num":
        return numeral(text)
    return CONSTANT_LETTERS.get(text) or sym(text) if kind == "letters" and len(text) == 1 else None


def _is_statement(span: Span) -> bool:
    """Whether words say something of a number: `... is 42`, `Answer 2`. The parser refuses that outside of brackets."""
    opens = True
    for (kind, text, _), following in pairwise(span):
        if kind in _OPENERS:
            return False
        if kind in WORD_KINDS and following[0] == "num" and (text in _COPULAS or (opens and _is_word(text))):
            return True
        opens = kind in _SEPARATORS
    return False


def _is_word(text: str) -> bool:
    return len(text) > 1 and role(text) == "word" and text.lower() not in _SIGNS


def _between_separators(span: Span) -> list[Span]:
    """The parts of a span between commas, `and`, `or` that stand in no brackets, without a full stop at the end."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in span:
        depth += (token[0] in _OPENERS) - (token[0] in _CLOSERS)
        joins = token[0] in _SEPARATORS or (token[0] in WORD_KINDS and role(token[1]) == "connective")
        if joins and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    if parts[-1] and parts[-1][-1][0] == ".":
        parts[-1].pop()
    return [tuple(part) for part in parts if part]


def _stands_alone(member: Span) -> bool:
    """Whether a member reads alike by itself: letters may be a unit, a product or a point by what is beside them."""
    named = len(member) > 1 and member[0][0] == "letters" and member[1][0] == "="
    return not any(token[0] in WORD_KINDS for token in member[2 if named else 0 :])
