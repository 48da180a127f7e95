"""From the text of a formula to its program: numbers, names, + - * / ^, brackets and functions, by Python's precedence.

`^` binds from the right and before a sign: 2^3^2 is 2^9, -2^2 is -4, 2^-1 is a half. The work is linear in the length;
length and depth are bounded before anything is read.

    sum     = product {("+" | "-") product}
    product = signed {("*" | "/") signed}
    signed  = ("+" | "-") signed | power
    power   = atom ["^" signed]
    atom    = number | name | name "(" sum {"," sum} ")" | "(" sum ")"
"""

from __future__ import annotations

import math
from typing import NamedTuple

from graders.vocabulary.validation import shown
from graders.wire.openai.score_formula import FUNCTIONS, MANY, Formula, FormulaError, Step

LONGEST = 4096
"""Characters of a formula; a sum of fifty graders has about a thousand."""

DEEPEST = 64
"""Brackets, signs and powers within each other."""

_SIGNS = "+-*/^(),"
_DIGITS = frozenset("0123456789")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_SPACES = frozenset(" \t\r\n")
_END = ""


class _Token(NamedTuple):
    """A word of a formula: a sign, a number, a name or the end, and where it begins, from 0."""

    kind: str
    text: str
    start: int


def read_formula(text: str) -> Formula:
    """Read a formula.

    Raises:
        FormulaError: it is no formula, or a longer or deeper one than is read; one sentence with the position.

    >>> read_formula("0.9*a + 0.1*b").variables
    ('a', 'b')
    """
    if len(text) > LONGEST:
        raise FormulaError(f"has {len(text)} characters, expected at most {LONGEST}")
    reader = _FormulaReader(_tokens(text))
    reader.sum()
    reader.expect(_END, "an operator")
    return Formula(text, tuple(reader.steps))


def is_variable(name: str) -> bool:
    """Whether a key can be named in a formula: letters, digits and underscores, no digit first, no function.

    >>> is_variable("a_1"), is_variable("a-b"), is_variable("min"), is_variable("")
    (True, False, False, False)
    """
    word = bool(name) and name[0] in _LETTERS and all(one in _LETTERS or one in _DIGITS for one in name)
    return word and name not in FUNCTIONS


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while at < len(text):
        if text[at] not in _SPACES:
            found.append(_token(text, at))
            at = found[-1].start + len(found[-1].text)
        else:
            at += 1
    return [*found, _Token(_END, "", len(text))]


def _token(text: str, at: int) -> _Token:
    first = text[at]
    if first in _SIGNS:
        if text[at : at + 2] == "**":
            raise FormulaError(f"has '**' at character {at + 1}; a power is written ^")
        return _Token(first, first, at)
    if first in _LETTERS:
        return _Token("name", _run(text, at, _LETTERS | _DIGITS), at)
    if first in _DIGITS or first == ".":
        return _Token("number", _number(text, at), at)
    raise FormulaError(
        f"has {shown(first)} at character {at + 1}, expected a number, a grader's key or one of {_SIGNS}"
    )


def _run(text: str, at: int, allowed: frozenset[str]) -> str:
    end = at
    while end < len(text) and text[end] in allowed:
        end += 1
    return text[at:end]


def _number(text: str, at: int) -> str:
    """Digits, perhaps a point and more, perhaps an exponent."""
    end = at + len(_run(text, at, _DIGITS))
    if text[end : end + 1] == ".":
        end += 1 + len(_run(text, end + 1, _DIGITS))
    if text[end : end + 1] in {"e", "E"}:
        signed = end + 1 + (text[end + 1 : end + 2] in {"+", "-"})
        digits = len(_run(text, signed, _DIGITS))
        end = signed + digits if digits else end
    if text[at:end] == ".":
        raise FormulaError(f"has a point without digits at character {at + 1}")
    return text[at:end]


class _FormulaReader:
    """Takes tokens one by one and writes the program."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = iter(tokens)
        self._next = next(self._tokens)
        self._depth = 0
        self.steps: list[Step] = []

    def sum(self) -> None:
        self.product()
        while self._next.kind in {"+", "-"}:
            sign = self._taken().text
            self.product()
            self._apply(sign, 2)

    def product(self) -> None:
        self.signed()
        while self._next.kind in {"*", "/"}:
            sign = self._taken().text
            self.signed()
            self._apply(sign, 2)

    def signed(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError(f"is nested more than {DEEPEST} deep at character {self._next.start + 1}")
        if self._next.kind in {"+", "-"}:
            sign = self._taken().text
            self.signed()
            if sign == "-":
                self._apply("negate", 1)
        else:
            self.power()
        self._depth -= 1

    def power(self) -> None:
        self.atom()
        if self._next.kind == "^":
            self._taken()
            self.signed()
            self._apply("^", 2)

    def atom(self) -> None:
        token = self._taken()
        if token.kind == "number":
            self._number(token)
        elif token.kind == "name" and (token.text in FUNCTIONS or self._next.kind == "("):
            self._call(token)
        elif token.kind == "name":
            self.steps.append(Step("variable", token.text))
        elif token.kind == "(":
            self.sum()
            self.expect(")", "')'")
        else:
            raise _unexpected(token, "a number, a grader's key, a function or '('")

    def expect(self, kind: str, words: str) -> None:
        """Take a token of a kind, or refuse what stands in its place."""
        if self._next.kind != kind:
            raise _unexpected(self._next, words)
        if kind != _END:
            self._taken()

    def _number(self, token: _Token) -> None:
        value = float(token.text)
        if not math.isfinite(value):
            raise FormulaError(f"has a number that is too large at character {token.start + 1}")
        self.steps.append(Step("number", token.text, value))

    def _call(self, token: _Token) -> None:
        if token.text not in FUNCTIONS:
            known = ", ".join(FUNCTIONS)
            place = f"at character {token.start + 1}"
            raise FormulaError(f"calls {shown(token.text)} {place}, expected one of {known}; a product needs a *")
        self.expect("(", f"'(' after {token.text}")
        self.sum()
        arity = 1
        while self._next.kind == ",":
            self._taken()
            self.sum()
            arity += 1
        self.expect(")", "')'")
        if arity > 1 and token.text not in MANY:
            raise FormulaError(f"gives {token.text} {arity} values at character {token.start + 1}, expected one")
        self._apply(token.text, arity)

    def _taken(self) -> _Token:
        token = self._next
        self._next = next(self._tokens, token)
        return token

    def _apply(self, word: str, arity: int) -> None:
        self.steps.append(Step("apply", word, arity=arity))


def _unexpected(token: _Token, expected: str) -> FormulaError:
    if token.kind == _END:
        return FormulaError(f"ends where {expected} is expected")
    return FormulaError(f"has {shown(token.text)} at character {token.start + 1}, expected {expected}")
