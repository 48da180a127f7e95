"""Sums, products, limits and integrals."""

from __future__ import annotations

from collections.abc import Callable

from graders.math.grammar.functions import tex_argument
from graders.math.grammar.parser import Parser
from graders.math.lexis.names import role
from graders.math.tree import Tree, num, replace, sym, symbols


def _range(p: Parser) -> tuple[Tree, Tree, Tree]:
    p.expect("_")
    p.expect("{")
    variable = p.atom_symbol()
    p.expect("=")
    first = p.sum()
    p.expect("}")
    p.expect("^")
    return variable, first, p.braces() if p.kind == "{" else p.atom()


def series(head: str) -> Callable[[Parser], Tree]:
    """The reader of a sum or a product."""

    def read(p: Parser) -> Tree:
        variable, first, last = _range(p)
        if str(variable.leaf) in symbols(first) | symbols(last):
            raise p.refusal("the bounds name the variable they bound")
        return Tree(head, (_in_terms_of(variable, p.valued(p.product())), variable, first, last))

    return read


def limit(p: Parser) -> Tree:
    """A limit, from one side or both."""
    p.expect("_")
    p.expect("{")
    variable = p.atom_symbol()
    p.expect(r"\to")
    point = p.sum() if p.peek(1)[0] != "^" else p.atom()
    side = ""
    if p.accept("^"):
        braced = p.accept("{")
        side = p.take()[0]
        if braced:
            p.expect("}")
    p.expect("}")
    return Tree("lim", (_in_terms_of(variable, p.valued(p.product())), variable, point), side)


def _in_terms_of(variable: Tree, body: Tree) -> Tree:
    """The body with `i` and `e` read as the variable where they name it."""
    return replace(body, {Tree("const", (), variable.leaf): variable})


def integral(p: Parser) -> Tree:
    """A definite integral, up to its differential."""
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
    return Tree("int", (body, variable, first, last))


def _separate_differential(p: Parser) -> None:
    for at in range(p.at, len(p.tokens)):
        kind, text, _ = p.tokens[at]
        if kind == "letters" and len(text) > 2 and text[-2] == "d" and role(text) in ("product", "word", "glued"):
            here, p.at = p.at, at
            p.split(text[:-2], text[-2:])
            p.at = here
            return
