"""Runs of letters and commands that name something: variables, constants, functions, points, number sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from . import phrases
from .functions import function
from .latex import FUNCTIONS, GREEK, NUMBER_SETS
from .names import APPLIED, CONSTANTS, glued_length, is_name, role
from .numerals import based_numeral
from .tree import Tree, sym

if TYPE_CHECKING:
    from .parser import Parser


def letter_run(p: Parser) -> Tree:
    """The run of letters that was taken, read by its role."""
    _, text, _ = p.peek(-1)
    what = role(text)
    return _NAMED.get(what, phrases.text)(p, text)


def _letter(p: Parser, text: str) -> Tree:
    if text.isupper() and p.kind == "num" and not p.peek()[2] and p.peek(1)[0] == "_":
        return based_numeral(p, text + p.take()[1])
    name = text + _marks(p)
    if name in ("e", "i"):
        return Tree("const", (), name)
    return _applied(p, name) if _is_applied(p, text) else sym(name)


def _marks(p: Parser) -> str:
    marks = ""
    while p.kind in ("_", "'"):
        if p.take()[0] == "'":
            marks += "'"
        elif (kind := p.kind) == "{":
            p.at += 1
            marks += "_" + p.raw_group()
        elif kind in ("num", "letters", "word") or is_name(kind):
            marks += "_" + p.take()[1].lstrip("\\")
        else:
            raise p.refusal("a subscript expected")
    return marks


def _is_applied(p: Parser, letter: str) -> bool:
    if letter in APPLIED:
        inverse = [token[1] for token in (p.peek(i) for i in range(5))] == ["^", "{", "-", "1", "}"]
        return p.kind == "(" or (inverse and p.peek(5)[0] == "(")
    return p.kind == "(" and _defines(p)


def _defines(p: Parser) -> bool:
    """Whether the bracket in hand holds only variables and a relation sign follows: `P(x) = ...`."""
    if p.at > 1 and p.peek(-2)[0] not in ("=", ",", ";"):
        return False
    at = 1
    while p.peek(at)[0] == "letters" and len(p.peek(at)[1]) == 1 and p.peek(at + 1)[0] == ",":
        at += 2
    return p.peek(at)[0] == "letters" and p.peek(at + 1)[0] == ")" and p.peek(at + 2)[0] in ("=", "<", "<=")


def _applied(p: Parser, name: str) -> Tree:
    if p.accept("^"):
        p.raw_braces()
        name += "^-1"
    p.expect("(")
    arguments = p.items()
    p.expect(")")
    return Tree("apply", arguments.args if arguments.head == "list" else (arguments,), name)


def _product_run(p: Parser, text: str) -> Tree:
    p.at -= 1
    p.split(text[0], text[1:])
    p.at += 1
    return _letter(p, text[0])


def _glued_run(p: Parser, text: str) -> Tree:
    length = glued_length(text)
    p.at -= 1
    p.split(text[:length], text[length:])
    p.at += 1
    return function(p, FUNCTIONS[text[:length]])


def _points(p: Parser, text: str) -> Tree:
    return sym(text + _marks(p))


def _named_function(p: Parser, text: str) -> Tree:
    name = FUNCTIONS[text]
    if p.kind in ("end of text", ",", "=", ")") or (name in ("re", "im", "sign", "arg") and p.kind != "("):
        return phrases.text(p, text)
    return function(p, name)


_NAMED: dict[str, Callable[[Parser, str], Tree]] = {
    "letter": _letter,
    "function": _named_function,
    "constant": lambda _p, text: Tree("const", (), CONSTANTS[text]),
    "greek": lambda p, text: sym(text + _marks(p)),
    "points": _points,
    "product": _product_run,
    "glued": _glued_run,
    "number": phrases.number,
}


def command(p: Parser, name: str) -> Tree:
    """A command that is a function's or a Greek letter's name."""
    if name in GREEK:
        return sym(name + _marks(p))
    return function(p, FUNCTIONS[name])


def accent(p: Parser) -> Tree:
    """A letter under an accent: a name of its own."""
    mark = p.peek(-1)[0][1:]
    inside = p.raw_braces() if p.kind == "{" else p.take()[1].lstrip("\\")
    return sym(f"{mark} {inside}" + _marks(p))


def number_set(p: Parser) -> Tree:
    r"""`\mathbb{R}` and its kin."""
    letter = p.take()[1]
    if letter not in NUMBER_SETS:
        return sym(letter + _marks(p))
    name = NUMBER_SETS[letter]
    if p.accept("^"):
        name += "^" + (p.raw_braces() if p.kind == "{" else p.take()[1])
    elif p.accept("_"):
        name += "_" + (p.raw_braces() if p.kind == "{" else p.take()[1])
    return Tree("special", (), name)
