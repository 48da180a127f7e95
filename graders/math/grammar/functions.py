"""Known functions with their arguments; fractions, roots and binomials as TeX takes them, `9C2` and its like."""

from __future__ import annotations

import re

from graders.math.grammar.parser import Parser
from graders.math.lexis.latex import FUNCTIONS, INVERSES
from graders.math.lexis.names import role
from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.tree import Tree, fn, num, numeral, sym

_ROOTS = {"sqrt": 2, "cbrt": 3, "fourthroot": 4}
_MANY = frozenset(("gcd", "lcm", "max", "min"))


def function(p: Parser, name: str) -> Tree:
    r"""A known function with its base, exponent and argument: `\sin^2 x`, `\log_2(8)`, `\tan^{-1} 2`."""
    if name == "sqrt":
        return sqrt(p)
    base = _log_base(p) if name == "log" and p.accept("_") else None
    exponent = p.exponent() if p.accept("^") else None
    if exponent == Tree("neg", (num(1),)) and name in INVERSES:
        name, exponent = INVERSES[name], None
    arguments = _arguments(p, name)
    if base and len(arguments) > 1:
        raise p.refusal("a logarithm of several values")
    tree = _call(name, (*arguments, base) if base else arguments)
    return Tree("pow", (tree, exponent)) if exponent else tree


def _call(name: str, arguments: tuple[Tree, ...]) -> Tree:
    if name in _ROOTS:
        return Tree("root", (arguments[0], num(_ROOTS[name])))
    if name == "exp":
        return Tree("pow", (Tree("const", (), "e"), arguments[0]))
    if name == "cis":
        return Tree("add", (fn("cos", *arguments), Tree("mul", (Tree("const", (), "i"), fn("sin", *arguments)))))
    return fn(name, *arguments)


_MOST = {"binom": 2, "log": 2}
"""Arguments of the functions that take several."""


def _log_base(p: Parser) -> Tree:
    text, (following, _, spaced) = p.peek()[1], p.peek(1)
    whole = spaced or following in ("(", "{", "|", r"\frac")
    if p.kind == "num" and len(text) > 1 and text.isdigit() and not whole:
        p.split(p.peek()[1][0], p.peek()[1][1:])
    return p.argument()


def _arguments(p: Parser, name: str) -> tuple[Tree, ...]:
    if p.kind == "(" or (name in _MANY and p.kind in ("[", r"\{")):
        if name in _MANY and p.peek(1)[0] == "[":
            raise p.refusal("a list inside the brackets")
        arguments = p.enclosed(p.kind, p.members)
        if len(arguments) > _MOST.get(name, 1) and name not in _MANY:
            raise p.refusal(f"{name} of several values")
        return tuple(map(p.valued, arguments))
    if name == "binom":
        raise p.refusal("a binomial of one number")
    if p.kind == "[" and _holds_one_value(p):
        return (p.valued(p.enclosed("[", p.sum)),)
    return (p.valued(_bare_argument(p)),)


def _holds_one_value(p: Parser) -> bool:
    r"""Whether the square bracket in hand is closed by another and no comma stands in it: `\ln[x]^2`, as `\ln(x)^2`."""
    signs = (p.tokens[place][0] for place in p.outermost(p.at))
    return p.tokens[p.closing(p.at)][0] == "]" and not {",", ";"} & set(signs)


def _bare_argument(p: Parser) -> Tree:
    r"""The argument without brackets: factors side by side, up to the next function (`\sin 2x \cos y`)."""
    if p.accept("-"):
        return Tree("neg", (_bare_argument(p),))
    found = [p.factor()]
    while p.beside(found[-1]) and not _starts_function(p):
        found.append(p.factor())
    return found[0] if len(found) == 1 else Tree("mul", tuple(found))


def _starts_function(p: Parser) -> bool:
    kind, text, _ = p.peek()
    if kind in WORD_KINDS:
        return role(text) in ("function", "glued")
    if kind in ("(", "[", "num", r"\{"):
        return True
    return kind[0] == "\\" and kind[1:] in FUNCTIONS and kind not in (r"\sqrt", r"\cbrt")


def tex_argument(p: Parser) -> Tree:
    """The argument of a command as TeX takes it: a group, or one digit, letter or command."""
    if p.kind == "{":
        return p.braces()
    if p.kind == "num" and not p.peek()[1].isdigit():
        raise p.refusal("braces needed around a decimal")
    if p.kind in ("num", "letters") and len(p.peek()[1]) > 1 and role(p.peek()[1]) not in ("constant", "greek"):
        p.split(p.peek()[1][0], p.peek()[1][1:])
    if p.accept("-"):
        return Tree("neg", (tex_argument(p),))
    if p.kind == "num":
        return numeral(p.take()[1])
    return p.single()


def _derivative(p: Parser) -> Tree | None:
    above, below = p.peek(1)[1], p.peek(4)[1]
    if not p.ahead("{", "letters", "}", "{", "letters", "}") or not re.fullmatch("d.?/d.", f"{above}/{below}"):
        return None
    if above == "d":
        raise p.refusal("a derivative to be worked out")
    p.at += 6
    return sym(f"{above}/{below}")


def frac(p: Parser) -> Tree:
    r"""`\frac` with its two arguments; `\frac{dy}{dx}` is a name."""
    if (derivative := _derivative(p)) is not None:
        return derivative
    above = p.valued(tex_argument(p))
    return Tree("div", (above, p.valued(tex_argument(p))))


def binom(p: Parser) -> Tree:
    r"""`\binom` with its two arguments."""
    above = tex_argument(p)
    return fn("binom", above, tex_argument(p))


def sqrt(p: Parser) -> Tree:
    r"""`\sqrt` with its index and its argument."""
    index = num(2)
    if p.accept("["):
        index = p.sum()
        p.expect("]")
    if p.kind == "num":
        return Tree("root", (numeral(p.take()[1]), index))
    return Tree("root", (p.valued(tex_argument(p)), index))


# -- what two numbers make of one another around a letter: `9C2`, `{}_9C_2`, `C(9,2)` ----------------------------


def chosen(above: Tree, letter: str, below: Tree) -> Tree:
    """`9C2`, the number of choices, or `9P2`, that of arrangements."""
    if letter == "C":
        return fn("binom", above, below)
    return Tree("div", (fn("fact", above), fn("fact", Tree("add", (above, Tree("neg", (below,)))))))


def raised_before(p: Parser) -> Tree:
    r"""`{}_9C_2`, `^9C_2`, `_9P_2`: the sign before the first number is taken."""
    above = p.valued(p.argument())
    letter = p.take()[1]
    if letter not in ("C", "P"):
        raise p.refusal("a C or P expected")
    p.expect("_")
    return chosen(above, letter, p.valued(p.argument()))


def between_numbers(p: Parser, above: Tree) -> Tree | None:
    """`9C2` or `9 choose 2` where the letter is in hand behind a number; else None."""
    _, text, spaced = p.peek()
    kind, _, apart = p.peek(1)
    worded = text == "choose" and p.kind in WORD_KINDS
    if kind != "num" or not (worded or (text in ("C", "P") and spaced == apart)):
        return None
    p.at += 1
    return chosen(above, "C" if worded else text, p.atom())


def of_two(p: Parser) -> Tree | None:
    """`C(9,2)`, `C(n,k)` where the letter is taken and the bracket is in hand; else None."""
    above, comma, below, closing = (p.peek(at) for at in range(1, 5))
    if (p.kind, comma[0], closing[0]) != ("(", ",", ")") or not (_counts(above) and _counts(below)):
        return None
    return fn("binom", *p.enclosed("(", p.members))


def _counts(token: Token) -> bool:
    return token[0] == "num" or (token[0] == "letters" and len(token[1]) == 1 and token[1] in "nmkrN")
