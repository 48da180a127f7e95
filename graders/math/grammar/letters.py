"""Runs of letters and commands that name something: variables, constants, functions, points, number sets."""

from __future__ import annotations

from collections.abc import Callable

from graders.math.grammar import number_words, phrases
from graders.math.grammar.applications import application, defines
from graders.math.grammar.functions import function, of_two
from graders.math.grammar.numerals import lettered_digits
from graders.math.grammar.parser import Parser
from graders.math.grammar.quantities import priced
from graders.math.lexis.latex import FUNCTIONS, GREEK, NUMBER_SETS
from graders.math.lexis.names import APPLIED, CONSTANTS, DIFFERENTIALS, glued_length, is_name, pieces, role
from graders.math.lexis.tokens import WORD_KINDS
from graders.math.tree import CONSTANT_LETTERS, Tree, fn, sym

_QUANTITIES = frozenset("PEV")
"""Letters that take their argument in square brackets too: `E[X]`."""
_AFTER_LETTERS = frozenset(("num", "(", "[", "_", "'", "^"))
"""Kinds of tokens that may belong to the letter before them."""


def letter_run(p: Parser) -> Tree:
    """The run of letters that was taken, read by its role."""
    kind, text, _ = p.peek(-1)
    if len(text) == 1 and text not in "aA":
        return _letter(p, text)
    what = role(text)
    if (found := _before_others(p, text, what)) is not None:
        return found
    if kind == "letters" and what in ("unit", "word") and (p.multiplies(p.at - 1) or _is_factor(p, text)):
        return _product_run(p, text)
    return _NAMED.get(what, phrases.text)(p, text)


def _before_others(p: Parser, text: str, what: str) -> Tree | None:
    """What a run is because of what stands around it: a segment, a currency, a sign, an article."""
    named = p.kind == "=" or (p.peek(-2)[0], p.kind) in (("{", "}"), ("|", "|"))
    if what in ("word", "connective") and len(text) == 2 and text.isupper() and named:
        return sym(text)  # the segment NO or OR of a fraction, or of an equation
    if text == "US" and p.accept(r"\$"):
        return priced(p)
    if len(text) == 2 and text[0] == "d" and p.kind == "/" and _divides_by_differential(p):
        p.at += 2
        return sym(f"{text}/{p.peek(-1)[1]}")
    if text.lower() in ("negative", "minus") and (
        p.kind in ("num", r"\infty", r"\frac", "vulgar") or role(p.peek()[1]) in ("number", "constant")
    ):
        return Tree("neg", (p.valued(p.factor()),))
    return _with_noun(p, text) if text in ("a", "A", "an", "An") else None


def _divides_by_differential(p: Parser) -> bool:
    """Whether a slash and another differential are in hand: the `/dV` of `dP/dV`."""
    kind, text, _ = p.peek(1)
    return kind == "letters" and len(text) == 2 and text[0] == "d" and p.peek(2)[0] not in ("^", "_", "(")


def _is_factor(p: Parser, text: str) -> bool:
    r"""Whether letters that spell a unit are variables: no number before them, a formula after (`mg\sin\theta`)."""
    if len(text) > 3 or not text.isascii() or set(text.lower()) & set("aeiouy"):
        return False
    return is_name(p.kind) or p.kind in _GOES_ON or (p.kind == "letters" and len(p.peek()[1]) == 1)


_GOES_ON = frozenset(("^", "+", "-", "=", "(", "}", "*", "/", "_", r"\frac", r"\sqrt"))


def _with_noun(p: Parser, article: str) -> Tree | None:
    """The amount or the noun behind an article that was taken; None where none follows."""
    kind, word, spaced = p.peek()
    is_noun = kind in WORD_KINDS and spaced and role(word) == "word" and word not in ("is", "are", "was", "must")
    return number_words.counted(p) or (phrases.text(p, article) if is_noun else None)


def _letter(p: Parser, text: str) -> Tree:
    kind, _, spaced = p.peek()
    if kind not in _AFTER_LETTERS:
        return CONSTANT_LETTERS.get(text) or sym(text)
    if kind == "num" and not spaced and (numeral := lettered_digits(p)):
        return numeral
    if kind in ("(", "[") and (found := _with_bracket(p, text)) is not None:
        return found
    if kind == "num" and not spaced and text.isascii() and text not in CONSTANT_LETTERS and p.indexes():
        return sym(f"{text}{p.take()[1]}{p.marks()}")
    name = text + p.marks()
    if name in CONSTANT_LETTERS:
        return application(p, name) if p.kind == "(" and defines(p) else CONSTANT_LETTERS[name]
    return application(p, name) if _takes_argument(p, text) else sym(name)


def _with_bracket(p: Parser, text: str) -> Tree | None:
    """What a letter and the bracket behind it are together: a binomial, a named point, a named quantity."""
    if text == "C" and p.kind == "(" and (binomial := of_two(p)):
        return binomial
    if p.kind == "(" and text.isupper() and (point := _named_point(p)):
        return point
    return application(p, text) if text in _QUANTITIES and p.kind == "[" else None


def _named_point(p: Parser) -> Tree | None:
    """The coordinates of a point with its name before them, the name taken: `P(4,-3)`; None for anything else."""
    start = p.at
    before = p.peek(-2) if start > 1 else p.peek()
    if not (before[0] in (",", ";", "(") or role(before[1]) == "connective") or p.peek()[2]:
        return None
    p.at += 1
    inside = p.items()
    placed = inside.head == "list" and any(arg.head != "sym" for arg in inside.args)  # J(x,y) is a function's value
    if placed and p.accept(")") and p.kind in ("end of text", ",", ";"):
        return Tree("tuple", inside.args)
    p.at = start
    return None


def _takes_argument(p: Parser, letter: str) -> bool:
    """Whether a letter names a function by itself, and its argument is in hand: `f(x)`, `f^{-1}(x)`."""
    if letter not in APPLIED or p.kind == "(":
        return letter in APPLIED
    return p.ahead("^", "{", "-", "num", "}", "(") and p.peek(3)[1] == "1"


def _product_run(p: Parser, text: str) -> Tree:
    if text in DIFFERENTIALS:
        return _differential(p, text)
    first, *rest = pieces(text)
    p.split(first, *rest, at=p.at - 1)
    return _letter(p, first) if len(first) == 1 else Tree("const", (), "pi")


def _differential(p: Parser, text: str) -> Tree:
    """`dx` as one name."""
    return sym(text + p.marks())


def _glued_run(p: Parser, text: str) -> Tree:
    length = glued_length(text)
    p.split(text[:length], text[length:], at=p.at - 1)
    return function(p, FUNCTIONS[text[:length]])


def _named_function(p: Parser, text: str) -> Tree:
    name = FUNCTIONS[text]
    if p.kind == "^" and name in ("re", "im") and len(text) == 2 and text[0].isupper():  # Re^{-t}
        return _product_run(p, text)
    if text == "im" and is_name(p.kind):  # im\varphi
        return _product_run(p, text)
    if p.kind in ("end of text", ",", "=", ")") or (name in ("re", "im", "sign", "arg") and p.kind != "("):
        return phrases.text(p, text)
    return function(p, name)


_NAMED: dict[str, Callable[[Parser, str], Tree]] = {
    "letter": _letter,
    "function": _named_function,
    "constant": lambda _p, text: Tree("const", (), CONSTANTS[text]),
    "greek": lambda p, text: sym(text + p.marks()),
    "points": lambda p, text: sym(text + p.marks()),
    "product": _product_run,
    "glued": _glued_run,
    "number": number_words.spelled_number,
}


def command(p: Parser) -> Tree:
    """A function or a Greek letter whose command was taken."""
    name = p.peek(-1)[0][1:]
    if name not in GREEK:
        return function(p, FUNCTIONS[name])
    if name == "Delta" and _variable_ahead(p):
        return _named_after(p, name)
    if p.kind == "num" and p.peek(-2)[0] != "_" and p.indexes():
        return sym(f"{name}{p.take()[1]}{p.marks()}")
    return sym(name + p.marks())


def _variable_ahead(p: Parser) -> bool:
    kind, text, _ = p.peek()
    return is_name(kind) or (kind == "letters" and role(text) in ("letter", "product", "points", "greek"))


def _named_after(p: Parser, mark: str) -> Tree:
    r"""A mark and the variable in hand as one name: `\Delta v`, `\partial x`."""
    kind, text, _ = p.peek()
    if kind == "letters" and role(text) == "product":
        p.split(*text)
    name = p.take()[1].lstrip("\\")
    return sym(f"{mark} {name}{p.marks()}")


def differential(p: Parser) -> Tree:
    r"""`\partial x`, `\partial^2 u`, `\partial_x u`, `\nabla f`, `\nabla \cdot F` as one name."""
    mark = p.peek(-1)[0][1:] + p.marks()
    if p.kind == "^" and p.peek(1)[0] in ("num", "{"):
        p.at += 1
        mark += "^" + p.raw()
    if p.kind in ("*", r"\inner", r"\cross"):
        mark += " " + p.take()[0].lstrip("\\")
    if p.kind in (r"\bold", r"\vec"):  # the field's own mark
        p.at += 1
        return sym(f"{mark} {p.raw()}{p.marks()}")
    if not (_variable_ahead(p) or (p.kind == "word" and len(p.peek()[1]) == 1)):
        raise p.refusal("a variable expected")
    return _named_after(p, mark)


def _conjugated(p: Parser) -> Tree | None:
    r"""The conjugate of the sum under a bar (`\overline{3-4i}`); None where the bar covers a name."""
    signs = [p.peek(at)[0] for at in range(1, 6)]
    if p.kind != "{" or not any(sign in ("+", "-") for sign in signs[: signs.index("}") if "}" in signs else 5]):
        return None
    return fn("conj", p.valued(p.braces()))


def accent(p: Parser) -> Tree:
    """A letter under an accent: a name of its own."""
    mark = p.peek(-1)[0][1:]
    if mark == "overline" and (conjugate := _conjugated(p)) is not None:
        return conjugate
    inside = p.raw()
    return sym(f"{mark} {inside}" + p.marks())


def number_set(p: Parser) -> Tree:
    r"""`\mathbb{R}` and its kin."""
    letter = p.take()[1]
    if letter not in NUMBER_SETS:
        name = letter + p.marks()
        return application(p, name) if p.kind == "[" else sym(name)
    name = NUMBER_SETS[letter]
    if p.kind in ("^", "_"):
        name += p.take()[0] + p.raw()
    name = name.replace("_>0", "^+") if name.startswith("integers") else name
    if p.kind in ("(", "[") and not p.peek()[2]:  # a field and what it is extended by
        return application(p, name)
    return Tree("special", (), name)
