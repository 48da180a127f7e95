"""One value out of a text with words: what the prose around it lets be read, its formulas parsed, found equal."""

from __future__ import annotations

from itertools import pairwise

from graders.math.decide.compare import compare, settled
from graders.math.decide.naming import assigned
from graders.math.extraction.formulas import Formulas
from graders.math.grammar.phrases import named
from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.names import role
from graders.math.lexis.tokens import PUNCTUATION, WORD_KINDS, Token
from graders.math.limits import MAX_PROSE_WORDS
from graders.math.prose.labelling import NUMBER, VALUE, WORD
from graders.math.prose.pieces import Piece, cut
from graders.math.prose.statement import Statement, state
from graders.math.tree import SCALARS, Tree, symbols
from graders.math.verdict import Refused


def read_prose(tokens: list[Token], formulas: Formulas) -> Tree:
    """The settled tree of the one value that a text states. Raises `Refused` or `Unreadable`."""
    return read_statement(state(tokens), tokens, formulas)


def read_statement(stated: Statement, tokens: list[Token], formulas: Formulas) -> Tree:
    """The settled tree of the one value of a statement, or its words. Raises `Refused` or `Unreadable`."""
    words = [token[1] for token in tokens if token[0] in WORD_KINDS]
    if len(words) > MAX_PROSE_WORDS:
        raise Refused("unreadable", f"more than {MAX_PROSE_WORDS} words around a value")
    if stated.values:
        return _agreed([_settled_span(span, formulas) for span in stated.values])
    if not words:
        raise Unreadable("no value and no words")
    if not _SILENT.issuperset(token[0] for token in tokens) or [token[0] for token in tokens[-2:]] == [")", "!"]:
        raise Unreadable("a sign beside words")
    return named(" ".join(words))


_SILENT = WORD_KINDS | PUNCTUATION | frozenset("'()[]{}$/&")
"""Kinds of tokens that may stand beside words and change nothing."""


def _settled_span(span: list[Token], formulas: Formulas) -> Tree:
    tree = formulas.parsed(_trimmed(span))
    if tree.head == "list" and tree.leaf == "or":
        members = list(map(settled, tree.args))
        if all(compare(left, right).equal is True for left, right in pairwise(members)):
            return members[0]
    return settled(concluded(tree))


def concluded(tree: Tree) -> Tree:
    r"""What a derivation of one name comes to (`n-2=17 \implies n=19` is n = 19); any other tree as it stands."""
    signs = str(tree.leaf).split() if tree.head == "rel" else []
    if r"\to" not in signs or signs[-2:] != [r"\to", "="] or len(tree.args) < 4:
        return tree
    name, value = tree.args[-2:]
    first = Tree("rel", tree.args[:2], signs[0])
    if name.head != "sym" or str(name.leaf) not in symbols(first) or symbols(value):
        return tree
    return Tree("rel", (name, value), "=")


def read_list(tokens: list[Token], formulas: Formulas) -> Tree | None:
    """The list that a sentence states: `The roots are $2$ and $3$.`; None where it states none."""
    tree = read_prose(tokens, formulas)
    return tree if tree.head == "list" else None


def _trimmed(span: list[Token]) -> list[Token]:
    """A span without a relation sign before it and punctuation around it: `= 7,`."""
    start, end = 0, len(span)
    while start < end - 1 and span[start][0] in ("=", ",", ":", "."):
        start += 1
    while end > start + 1 and span[end - 1][0] in ("=", ",", ";", ":", "."):
        end -= 1
    return span[start:end]


_PARTICLES = frozenset("aAI")
"""Letters that are words of English."""
_ENCLOSING = frozenset(("$", "{", "}", "_", "^"))
"""Signs within which letters may be a formula's."""


def worded(tokens: list[Token], kinds: set[str]) -> list[Piece]:
    """The pieces of a text that is more than one formula; none of any other.

    Such a text has words of a sentence, or a number in words and an aside. `kinds` are those of its tokens.
    """
    if not kinds & WORD_KINDS or _are_names(tokens, kinds):
        return []
    if len(tokens) == 1 and role(tokens[0][1]) != "word":
        return []
    pieces = cut(tokens)
    opens = tokens[0][0] in WORD_KINDS and not kinds & _ENCLOSING
    if opens and any(token[0] == "letters" and role(token[1]) == "word" for token in tokens):
        return pieces
    looked_at = pieces if tokens[0][0] != "operator" else cut(_without_argument(tokens))
    spoken = any(piece.kind == NUMBER for piece in looked_at) and any(piece.text == "(" for piece in looked_at)
    return pieces if spoken or any(piece.kind == WORD for piece in looked_at) else []


def _are_names(tokens: list[Token], kinds: set[str]) -> bool:
    """Whether all letters stand alone and are variables for certain: no article, no pronoun, no abbreviation."""
    letters = {token[1] for token in tokens if token[0] in WORD_KINDS}
    return "." not in kinds and not letters & _PARTICLES and all(len(text) == 1 and text.isascii() for text in letters)


def _without_argument(tokens: list[Token]) -> list[Token]:
    r"""A text that begins with `\text{Area}(ABC)` without what stands in the bracket, which names a thing."""
    closing = next((at for at, token in enumerate(tokens) if token[0] in (")", "]")), -1)
    return tokens[closing + 1 :] if len(tokens) > 1 and tokens[1][0] in ("(", "[") else tokens


def runs_of(tokens: list[Token]) -> list[list[Token]]:
    """The formulas in a text: its values, each without dollars."""
    pieces = [piece for piece in cut(tokens, join=False) if piece.kind in (VALUE, NUMBER)]
    runs = ([token for token in tokens[piece.start : piece.end] if token[0] != "$"] for piece in pieces)
    return [_trimmed(run) for run in runs if run]


def _leads(tree: Tree) -> bool:
    r"""Whether a value is said to become something: `7 \to B`; `x \to 0` says where a name goes."""
    return str(tree.leaf).split()[:1] == [r"\to"] and not symbols(tree.args[0])


def _agreed(found: list[Tree]) -> Tree:
    """The one value among the candidates; statements that give no value are its context."""
    values = [tree for tree in found if tree.head != "rel" or assigned(tree) is not None or _leads(tree)] or found
    if len(values) > 1 and any(tree.head != "sym" for tree in values):  # a name beside values is named, no value
        values = [tree for tree in values if tree.head != "sym"]
    first = values[0]
    for other in values[1:]:
        if other != first and compare(first, other).equal is not True:
            raise Refused("several_values", "the answer gives different values")
    measured = [tree for tree in values if tree.head in ("unit", "percent", "degree")]
    plain = [tree for tree in values if tree.head in SCALARS]
    return next(iter((*measured, *plain, first)))
