"""Words and factors part by where they stand: in a formula a run of letters is a product, in a sentence a word."""

from __future__ import annotations

from collections.abc import Sequence

from graders.math.lexis.names import calls_function, is_name, role
from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.lexis.words import SPECIAL_TEXTS, words_of

SUM_SIGNS = frozenset(("+", "-", r"\pm", r"\mp"))
_PRODUCT_SIGNS = frozenset(("*", "/"))
_OPENING = frozenset(("(", "{", "num"))
_BEHIND_LETTERS = frozenset(
    words_of(r"""( | \frac \binom \sqrt \cbrt \fourthroot \pi \infty \imath \jmath \sum \prod \int \lim \lfloor \lceil
    \langle \hat \vec \tilde \dot \overline \angle \triangle \partial \nabla \oint
""")
)
"""Kinds of tokens that make factors of the letters right before them."""
_WITH_BRACES = frozenset((r"\frac", r"\sqrt", r"\binom", "^", "}", "]"))
"""What may stand before the braces of a command's argument."""
_PAIRED = frozenset((("{", "}"), ("(", ")")))
_ENDS = frozenset(("", "end of text", "$", ",", ".", "}", ")", "&"))
_VARIABLES = frozenset(("letter", "product"))
_SHORT_RUN, _LONGEST_RUN, _GLUED_RUN = 3, 6, 2
"""Letters of a run that may be a product by its neighbours, of one that a power or a digit shows to be one, and of one
that is a product right behind a number."""
_NOTHING: Token = ("", "", False)


def multiplies(tokens: Sequence[Token], at: int, *, alone: bool = False) -> bool:
    """Whether the letters at a place, which may be a word, are factors: by what stands beside them.

    In a formula they touch a power, an index, a command or a bracket, or stand beside a sign of arithmetic, or fill
    braces; in a sentence they stand beside other words. With `alone`, so are three letters that nothing tells.
    """
    kind, text, spaced = tokens[at]
    if kind != "letters" or len(text) > _LONGEST_RUN or not (text.isascii() and text.isalpha()):
        return False
    before, after = _token(tokens, at - 1), _token(tokens, at + 1)
    if after[0] in ("^", "_"):
        return len(text) < _LONGEST_RUN or not text.islower()
    if (before[0], after[0]) in _PAIRED and _fills_group(tokens, at):
        return len(text) <= _SHORT_RUN
    if text.lower() in SPECIAL_TEXTS or (after[2] and _is_word(after)) or (spaced and _is_word(before)):
        return False
    if len(text) > _SHORT_RUN and (text.islower() or text.istitle()):
        return _long_run_multiplies(tokens, at)
    return alone or _touches(text, after) or _is_joined(tokens, at)


def _fills_group(tokens: Sequence[Token], at: int) -> bool:
    r"""Whether letters fill the braces of a command, or a bracket with a power: `\frac{as}{t}`, `(is)^2`."""
    if tokens[at - 1][0] == "{":
        return _token(tokens, at - 2)[0] in _WITH_BRACES
    return _token(tokens, at + 2)[0] == "^"


def _token(tokens: Sequence[Token], at: int) -> Token:
    return tokens[at] if 0 <= at < len(tokens) else _NOTHING


def _long_run_multiplies(tokens: Sequence[Token], at: int) -> bool:
    """Whether more than three letters of one case are factors: `nlogn`, `2abxy`."""
    (_, text, spaced), before = tokens[at], _token(tokens, at - 1)[0]
    if calls_function(text):
        return _token(tokens, at + 1)[0] in ("(", "{") or before in _OPENING or _is_joined(tokens, at)
    return before == "num" and len(text) < _LONGEST_RUN and not spaced and _is_joined(tokens, at)


def _touches(text: str, after: Token) -> bool:
    """Whether a command or a bracket stands right behind letters, which are no name like `Var`."""
    kind, _, spaced = after
    if kind == "(" and len(text) > 2 and text.istitle():
        return False
    return not spaced and (kind in _BEHIND_LETTERS or (kind != "" and is_name(kind)))


def _is_joined(tokens: Sequence[Token], at: int) -> bool:
    """Whether letters stand beside a sign of arithmetic that joins two values, or fill the braces of a command."""
    (_, text, spaced), before, after = tokens[at], _token(tokens, at - 1), _token(tokens, at + 1)
    earlier, later = _token(tokens, at - 2), _token(tokens, at + 2)
    if before[0] == after[0] == "-" and not after[2]:  # 2-by-3
        return False
    if _is_binary(after, later, later) or (at > 1 and _is_binary(before, tokens[at], earlier)):
        return True
    if at == 1 and before[0] == "-" and len(text) == _GLUED_RUN:
        return not spaced
    if before[0] in ("num", "}") and after[0] == "=" and len(text) == _GLUED_RUN and text.istitle():  # \frac13 Sh = 12
        return True
    if before[0] in ("num", "}") and not spaced:  # \frac13Bh, 5+2as
        return len(text) == _GLUED_RUN or earlier[0] in SUM_SIGNS | _PRODUCT_SIGNS | {"}", "letters"}
    return _is_equated(tokens, at)


def _is_binary(sign: Token, following: Token, other: Token) -> bool:
    """Whether a sign joins the letters to the other side: `a - b`, `a-b`, but neither `a -b` nor `one-way`."""
    kind, _, spaced = sign
    if kind in _PRODUCT_SIGNS:
        return kind == "*" or not _is_word(other)
    return kind in SUM_SIGNS and (not spaced or following[2]) and not (kind == "-" and _is_word(other))


def _is_equated(tokens: Sequence[Token], at: int) -> bool:
    """Whether two letters, or capitals and small ones, are a side of an equation whose other side is a formula."""
    text = tokens[at][1]
    if len(text) > 2 and text.islower():
        return False
    if at > 1 and tokens[at - 1][0] == "=":
        (kind, name, _), differential = tokens[at - 2], tokens[at - 2][1][:1] == "d" and tokens[at - 3][0] == "/"
        named = len(name) == 1 or (differential and len(name) == 2)  # y = kN, dN/dt = kN
        return _token(tokens, at + 1)[0] in _ENDS and named and kind in ("letters", "}")
    if at or _token(tokens, 1)[0] != "=":
        return False
    other, behind = _token(tokens, 2), _token(tokens, 3)
    if other[0] == "num" and not behind[2]:  # by=3x+2y
        other = behind
    return other[0] == "letters" and role(other[1]) in _VARIABLES


def _is_word(token: Token) -> bool:
    return token[0] in WORD_KINDS and len(token[1]) > 1 and role(token[1]) in ("word", "number")
