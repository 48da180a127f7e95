"""The atoms of an expression: numbers, names, brackets, fractions, roots, functions, sums, matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from graders.math.grammar import phrases
from graders.math.grammar.brackets import after_brace, angled, between, box, bracket, environment, set_braces, vector
from graders.math.grammar.combinations import raised_before
from graders.math.grammar.functions import binom, frac, sqrt
from graders.math.grammar.letters import accent, command, letter_run, number_set
from graders.math.grammar.numerals import number, vulgar
from graders.math.grammar.series import integral, limit, series
from graders.math.lexis.names import is_name
from graders.math.tree import Tree, fn, sym

if TYPE_CHECKING:
    from graders.math.grammar.parser import Parser

POSTFIX = frozenset(("!", "%", r"\circ"))


def atom(p: Parser) -> Tree:
    """The atom in hand. Refuses a token that starts none."""
    p.deeper()
    kind = p.kind
    reader = _READERS.get(kind)
    if reader is not None:
        p.at += 1
        tree = reader(p)
    elif is_name(kind):
        p.at += 1
        tree = command(p, kind[1:])
    else:
        raise p.refusal("no value here")
    p.depth -= 1
    return tree


def postfix(p: Parser, tree: Tree) -> Tree:
    """The tree with the factorial, percent or degree sign in hand."""
    kind = p.take()[0]
    if kind == "%":
        return Tree("percent", (tree,))
    if kind == r"\circ":
        return Tree("degree", (tree,))
    return fn("fact2" if p.accept("!") else "fact", tree)


def _constant(name: str) -> Callable[[Parser], Tree]:
    return lambda _p: Tree("const", (), name)


def angle(p: Parser) -> Tree:
    r"""`\angle ABC` and `\triangle ABC` as one name."""
    word = p.peek(-1)[0][1:]
    return sym(f"{word} {p.take()[1]}")


_READERS: dict[str, Callable[[Parser], Tree]] = {
    "num": number,
    "vulgar": vulgar,
    "letters": letter_run,
    "word": letter_run,
    "(": bracket,
    "[": bracket,
    "]": bracket,
    "{": after_brace,
    r"\{": set_braces,
    r"\langle": vector,
    "|": between("|", "abs"),
    r"\|": between(r"\|", "norm"),
    r"\lfloor": between(r"\rfloor", "floor"),
    r"\lceil": between(r"\rceil", "ceil"),
    r"\frac": frac,
    r"\binom": binom,
    r"\sqrt": sqrt,
    r"\pi": _constant("pi"),
    r"\infty": _constant("oo"),
    r"\imath": _constant("i"),
    r"\emptyset": lambda _p: Tree("special", (), "empty"),
    r"\mathbb": number_set,
    r"\sum": series("sum"),
    r"\prod": series("prod"),
    r"\lim": limit,
    r"\int": integral,
    "begin": environment,
    r"\hat": accent,
    r"\vec": accent,
    r"\tilde": accent,
    r"\overline": accent,
    r"\angle": angle,
    r"\triangle": angle,
    r"\$": phrases.priced,
    "£": phrases.priced,
    "€": phrases.priced,
    "¥": phrases.priced,
    "₹": phrases.priced,
    "_": raised_before,
    "^": raised_before,
    "<": angled,
    r"\boxed": box,
}
