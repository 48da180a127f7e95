"""Sums, products, limits and integrals."""

from __future__ import annotations

from collections.abc import Callable

from graders.math.grammar.applications import unworked
from graders.math.grammar.ellipses import DOTS
from graders.math.grammar.functions import tex_argument
from graders.math.grammar.parser import Parser
from graders.math.lexis.names import role
from graders.math.tree import Tree, num, replace, sym, symbols, write

_BOUND = "bound"
"""The name of a bound variable where nothing is worked out; one more stroke for each binder within."""


def _range(p: Parser) -> tuple[Tree, Tree, Tree]:
    p.expect("_")
    p.expect("{")
    variable = p.atom_symbol()
    p.expect("=")
    first = p.sum()
    p.expect("}")
    p.expect("^")
    return variable, first, p.braces() if p.kind == "{" else p.single()


def series(head: str) -> Callable[[Parser], Tree]:
    """The reader of a sum or a product."""

    def read(p: Parser) -> Tree:
        if not _has_range(p):
            return unworked(p, f"\\{head}")
        variable, first, last = _range(p)
        if str(variable.leaf) in symbols(first) | symbols(last):
            raise p.refusal("the bounds name the variable they bound")
        return _bind(head, _in_terms_of(variable, p.valued(p.product())), variable, first, last)

    return read


def _has_range(p: Parser) -> bool:
    """Whether the sum in hand runs from a first to a last value; else it runs over what a condition says."""
    return p.closing(p.at + 1) < p.count and p.peek(3)[0] in ("=", "_") and p.tokens[p.closing(p.at + 1) + 1][0] == "^"


def _bind(head: str, body: Tree, variable: Tree, *bounds: Tree, side: str = "") -> Tree:
    """A sum, product, integral or limit; nothing is worked out of it where an unknown function takes its variable."""
    if not _depends(body, str(variable.leaf)):
        return Tree(head, (body, variable, *bounds), side if head == "lim" else None)
    name = sym(_BOUND + "'" * write(body).count(_BOUND))
    return Tree("apply", (_renamed(body, str(variable.leaf), name), *bounds), f"\\{head}{side}")


def _depends(body: Tree, variable: str) -> bool:
    """Whether an unknown function of the variable stands in the body, or a name with the variable as its index."""
    if body.head == "apply":
        return variable in _names(body)
    if body.head == "sym":
        return variable in _indices(str(body.leaf))
    return any(_depends(arg, variable) for arg in body.args)


def _names(tree: Tree) -> set[str]:
    own = {str(tree.leaf), *_indices(str(tree.leaf))} if tree.head == "sym" else set()
    return own.union(*map(_names, tree.args))


def _indices(name: str) -> list[str]:
    """The letters in the index of a name: `a_{k+1}` has k, `x_{max}` has none."""
    _, _, index = name.partition("_")
    words = "".join(char if char.isalpha() else " " for char in index).split()
    return [letter for word in words if len(word) < 3 for letter in word]


def _renamed(tree: Tree, variable: str, name: Tree) -> Tree:
    """The tree with a new name for a variable, in indices too."""
    leaf = str(tree.leaf)
    if tree.head == "sym" and leaf == variable:
        return name
    if tree.head == "sym" and variable in _indices(leaf):
        stem, _, index = leaf.partition("_")
        return sym(f"{stem}_{index.replace(variable, str(name.leaf))}")
    return tree._replace(args=tuple(_renamed(arg, variable, name) for arg in tree.args)) if tree.args else tree


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
    return _bind("lim", _in_terms_of(variable, p.valued(p.product())), variable, point, side=side)


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
    return _bind("int", body, variable, first, last)


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
