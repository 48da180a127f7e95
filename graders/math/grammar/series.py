"""Sums, products, limits and integrals."""

from __future__ import annotations

from collections.abc import Callable

from graders.math.grammar.applications import unworked
from graders.math.grammar.ellipses import DOTS
from graders.math.grammar.functions import tex_argument
from graders.math.grammar.parser import Parser
from graders.math.lexis.names import role
from graders.math.tree import Tree, bound, num, replace, sym, symbols


def _range(p: Parser) -> tuple[Tree, Tree, Tree]:
    p.expect("_")
    p.expect("{")
    variable = p.atom_symbol()
    p.expect("=")
    first = p.sum()
    p.expect("}")
    p.expect("^")
    return variable, first, p.argument()


def series(head: str) -> Callable[[Parser], Tree]:
    """The reader of a sum or a product."""

    def read(p: Parser) -> Tree:
        if not _has_range(p):
            return unworked(p, f"\\{head}")
        variable, first, last = _range(p)
        if str(variable.leaf) in symbols(first) | symbols(last):
            raise p.refusal("the bounds name the variable they bound")
        return bound(head, _in_terms_of(variable, p.valued(p.product())), variable, first, last)

    return read


def _has_range(p: Parser) -> bool:
    """Whether the sum in hand runs from a first to a last value; else it runs over what a condition says."""
    return p.closing(p.at + 1) < p.count and p.peek(3)[0] in ("=", "_") and p.tokens[p.closing(p.at + 1) + 1][0] == "^"


def limit(p: Parser) -> Tree:
    """A limit, from one side or both."""
    p.expect("_")
    p.expect("{")
    variable = p.atom_symbol()
    p.expect(r"\to")
    point = p.sum() if p.peek(1)[0] != "^" else p.atom()
    side = ""
    if p.accept("^"):
        side = p.enclosed("{", p.take, or_bare=True)[0]
    p.expect("}")
    return bound("lim", _in_terms_of(variable, p.valued(p.product())), variable, point, side=side)


def _in_terms_of(variable: Tree, body: Tree) -> Tree:
    """The body with `i` and `e` read as the variable where they name it."""
    return replace(body, {Tree("const", (), variable.leaf): variable})


def integral(p: Parser) -> Tree:
    """A definite integral, up to its differential; without bounds nothing is worked out of it."""
    if p.kind != "_" or not _has_both_bounds(p):
        return unworked(p, r"\int")
    p.expect("_")
    first = tex_argument(p)
    p.expect("^")
    last = tex_argument(p)
    _separate_differential(p)
    body = num(1) if p.differential_ahead() else p.valued(p.within(p.open | {r"\int"}, p.sum))
    if not p.differential_ahead():
        raise p.refusal("a differential expected")
    text = p.take()[1]
    variable = sym(text[1:]) if len(text) == 2 else p.atom_symbol()
    return bound("int", body, variable, first, last)


def _has_both_bounds(p: Parser) -> bool:
    behind = p.closing(p.at + 1) + 1 if p.peek(1)[0] == "{" else p.at + 2
    return behind < p.count and p.tokens[behind][0] == "^"


def _separate_differential(p: Parser) -> None:
    for at in range(p.at, len(p.tokens)):
        kind, text, _ = p.tokens[at]
        if kind == "letters" and len(text) > 2 and text[-2] == "d" and role(text) in ("product", "word", "glued"):
            here, p.at = p.at, at
            p.split(text[:-2], text[-2:])
            p.at = here
            return


def dots(p: Parser) -> Tree:
    """Dots among the terms of a sum, the factors of a product or the members of a list."""
    before, after = p.peek(-2)[0] if p.at > 1 else "", p.kind
    if not (before in _BEFORE_DOTS or (before in _RELATIONS and after in _RELATIONS) or (after == "," and not before)):
        raise p.refusal("dots among nothing")
    p.dotted = True
    return DOTS


_RELATIONS = frozenset(("=", "<", "<=", ">", ">="))
_BEFORE_DOTS = frozenset((",", "+", "-", "*", ")", "}", "letters", "num", "!", r"\}"))
