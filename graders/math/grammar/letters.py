"""Runs of letters and commands that name something: variables, constants, functions, points, number sets."""

from __future__ import annotations

from collections.abc import Callable

from graders.math.grammar import combinations, number_words, phrases
from graders.math.grammar.functions import function
from graders.math.grammar.numerals import lettered_digits
from graders.math.grammar.parser import Parser
from graders.math.grammar.quantities import priced
from graders.math.lexis.latex import FUNCTIONS, GREEK, NUMBER_SETS
from graders.math.lexis.names import APPLIED, CONSTANTS, glued_length, is_name, role
from graders.math.lexis.tokens import WORD_KINDS
from graders.math.tree import CONSTANT_LETTERS, Tree, fn, sym

_QUANTITIES = frozenset("PEQRSVpq")
"""Letters whose bracket, before an equals sign, holds what they are the value of: `P(3) = 9`, `P(A|B)`, `E[X]`."""
_NAME_LENGTH = 20
_AFTER_LETTERS = frozenset(("num", "(", "[", "_", "'", "^"))
"""Kinds of tokens that may belong to the letter before them."""


def letter_run(p: Parser) -> Tree:
    """The run of letters that was taken, read by its role."""
    kind, text, _ = p.peek(-1)
    if len(text) == 1 and text not in "aA":
        return _letter(p, text)
    what = role(text)
    if what == "unit" and kind == "letters" and (p.products or _is_factor(p, text)):
        return _product_run(p, text)
    if what == "word" and len(text) == 2 and text.isupper() and (p.peek(-2)[0], p.kind) == ("{", "}"):
        return sym(text)  # the segment NO of a fraction
    if text == "US" and p.kind == r"\$":
        p.at += 1
        return priced(p)
    if text.lower() in ("negative", "minus") and _value_ahead(p):
        return Tree("neg", (p.valued(p.factor()),))
    if text in ("a", "A", "an", "An") and (noun := _with_noun(p, text)) is not None:
        return noun
    return _NAMED.get(what, phrases.text)(p, text)


def _is_factor(p: Parser, text: str) -> bool:
    r"""Whether letters that spell a unit are variables: no number before them, a formula after (`mg\sin\theta`)."""
    if len(text) > 3 or set(text.lower()) & set("aeiouy"):
        return False
    return is_name(p.kind) or p.kind in _GOES_ON or (p.kind == "letters" and len(p.peek()[1]) == 1)


_GOES_ON = frozenset(("^", "+", "-", "=", "(", "}", "*", "/", "_", r"\frac", r"\sqrt"))


def _with_noun(p: Parser, article: str) -> Tree | None:
    """The amount or the noun behind an article that was taken; None where none follows."""
    return number_words.counted(p) or (phrases.text(p, article) if _noun_ahead(p) else None)


def _noun_ahead(p: Parser) -> bool:
    kind, word, spaced = p.peek()
    return kind in WORD_KINDS and spaced and role(word) == "word" and word not in ("is", "are", "was", "must")


def _value_ahead(p: Parser) -> bool:
    return p.kind in ("num", r"\infty", r"\frac", "vulgar") or role(p.peek()[1]) in ("number", "constant")


def _letter(p: Parser, text: str) -> Tree:
    if p.kind not in _AFTER_LETTERS:
        return CONSTANT_LETTERS.get(text) or sym(text)
    if p.kind == "num" and not p.peek()[2] and (numeral := lettered_digits(p)):
        return numeral
    if p.kind in ("(", "[") and (found := _with_bracket(p, text)) is not None:
        return found
    name = text + p.marks()
    if name in CONSTANT_LETTERS:
        return CONSTANT_LETTERS[name]
    return _applied(p, name) if _is_applied(p, text) else sym(name)


def _with_bracket(p: Parser, text: str) -> Tree | None:
    """What a letter and the bracket behind it are together: a binomial, a named point, a named quantity."""
    if text == "C" and p.kind == "(" and (binomial := combinations.of_two(p)):
        return binomial
    if p.kind == "(" and text.isupper() and (point := _named_point(p)):
        return point
    if text in _QUANTITIES and (name := _named_quantity(p, text)):
        return sym(name)
    return None


def _named_quantity(p: Parser, text: str) -> str:
    """`P(A|B)` or `E[X]` where an equals sign follows: the name of what is given a value; else nothing."""
    closing = {"(": ")", "[": "]"}[p.kind]
    at = 1
    while at < _NAME_LENGTH and p.peek(at)[0] not in (closing, "(", "[", "end of text", ","):
        at += 1
    starts = p.at == 1 or p.peek(-2)[0] in (",", ";")
    if not starts or p.peek(at)[0] != closing or p.peek(at + 1)[0] != "=" or at == 1:
        return ""
    inside = "".join(p.take()[1] for _ in range(at + 1))
    return text + inside


def _named_point(p: Parser) -> Tree | None:
    """The coordinates of a point with its name before them, the name taken: `P(4,-3)`; None for anything else."""
    start = p.at
    before = p.peek(-2)[0] if start > 1 else ","
    if before not in (",", ";") or p.peek()[2]:
        return None
    p.at += 1
    inside = p.items()
    if inside.head == "list" and p.accept(")") and p.kind in ("end of text", ",", ";"):
        return Tree("tuple", inside.args)
    p.at = start
    return None


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


def _named_function(p: Parser, text: str) -> Tree:
    name = FUNCTIONS[text]
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
    return sym(name + p.marks()) if name in GREEK else function(p, FUNCTIONS[name])


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
    inside = p.raw_braces() if p.kind == "{" else p.take()[1].lstrip("\\")
    return sym(f"{mark} {inside}" + p.marks())


def number_set(p: Parser) -> Tree:
    r"""`\mathbb{R}` and its kin."""
    letter = p.take()[1]
    if letter not in NUMBER_SETS:
        return sym(letter + p.marks())
    name = NUMBER_SETS[letter]
    if p.accept("^"):
        name += "^" + (p.raw_braces() if p.kind == "{" else p.take()[1])
    elif p.accept("_"):
        name += "_" + (p.raw_braces() if p.kind == "{" else p.take()[1])
    return Tree("special", (), name)
