"""Whole formulas: a text or a list of tokens to its tree.

Here the parser is given its readers: what begins with which token is read by whom.
"""

from __future__ import annotations

from collections.abc import Callable

from graders.math.grammar import brackets
from graders.math.grammar.applications import applied, divides, operator, over_region, related
from graders.math.grammar.functions import binom, frac, raised_before, sqrt
from graders.math.grammar.letters import accent, command, differential, letter_run, number_set
from graders.math.grammar.numerals import number, vulgar
from graders.math.grammar.parser import Parser, Table
from graders.math.grammar.quantities import compound, priced
from graders.math.grammar.series import dots, integral, limit, series
from graders.math.lexis.latex import FUNCTIONS, GREEK, OPERATORS
from graders.math.lexis.tokens import WORD_KINDS, Token, tokenize
from graders.math.tree import Tree, sym


def parse_tokens(tokens: list[Token], *, products: bool = False) -> Tree:
    """The tree of a whole token list; with `products`, `hr` is h times r. Raises `Unreadable` or `OverLimit`."""
    return Parser(tokens, TABLE, products=products).whole()


def parse_text(text: str, *, grouping: bool = True, products: bool = False) -> Tree:
    """The tree of a whole text, formula delimiters ignored."""
    tokens = [token for token in tokenize(text, grouping=grouping) if token[0] != "$"]
    return parse_tokens(tokens, products=products)


def _named_object(head: str, name: str) -> Callable[[Parser], Tree]:
    return lambda _p: Tree(head, (), name)


def _named_angle(p: Parser) -> Tree:
    r"""`\angle ABC` and `\triangle ABC` as one name."""
    word = p.peek(-1)[0][1:]
    return sym(f"{word} {p.take()[1]}")


def _denied(p: Parser) -> Tree:
    r"""`\neg p`, `\neg(p \wedge q)`: a statement of which nothing is worked out."""
    if len(p.peek()[1]) > 1 and p.kind in WORD_KINDS:
        raise p.refusal("no value here")
    return Tree("apply", (p.enclosed("(", p.items) if p.kind == "(" else p.atom(),), r"\neg")


_PRIMARIES: dict[str, Callable[[Parser], Tree]] = {
    **{f"\\{name}": command for name in FUNCTIONS.keys() | GREEK},
    "num": number,
    "vulgar": vulgar,
    **dict.fromkeys(("letters", "word"), letter_run),
    **dict.fromkeys(("(", "[", "]"), brackets.bracket),
    "{": brackets.group,
    "braces": brackets.after_brace,
    r"\{": brackets.set_braces,
    r"\langle": brackets.vector,
    "<": brackets.angled,
    "|": brackets.between("|", "abs"),
    r"\|": brackets.between(r"\|", "norm"),
    r"\lfloor": brackets.between(r"\rfloor", "floor"),
    r"\lceil": brackets.between(r"\rceil", "ceil"),
    **dict.fromkeys(("#", r"\#"), brackets.counted_set),
    r"\boxed": brackets.box,
    "begin": brackets.environment,
    r"\frac": frac,
    r"\binom": binom,
    r"\sqrt": sqrt,
    r"\pi": _named_object("const", "pi"),
    r"\infty": _named_object("const", "oo"),
    r"\imath": _named_object("const", "i"),
    r"\emptyset": _named_object("special", "empty"),
    r"\top": _named_object("sym", "T"),
    r"\mathbb": number_set,
    r"\sum": series("sum"),
    r"\prod": series("prod"),
    r"\lim": limit,
    r"\int": integral,
    **dict.fromkeys(("operator", *OPERATORS), operator),
    **dict.fromkeys((r"\oint", r"\iint", r"\iiint"), over_region),
    **dict.fromkeys((r"\partial", r"\nabla"), differential),
    **dict.fromkeys((r"\hat", r"\vec", r"\bold", r"\tilde", r"\overline"), accent),
    **dict.fromkeys((r"\angle", r"\triangle"), _named_angle),
    **dict.fromkeys((r"\$", "£", "€", "¥", "₹"), priced),
    **dict.fromkeys(("_", "^"), raised_before),
    r"\ldots": dots,
    r"\neg": _denied,
}

_OPAQUE: dict[str, Callable[[Parser, Tree], Tree]] = {
    **dict.fromkeys((r"\perp", r"\parallel"), related),
    "|": divides,
}

TABLE = Table(_PRIMARIES, compound, applied, _OPAQUE)
