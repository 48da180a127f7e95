"""Factors side by side: what multiplies without a sign, and what is a unit instead."""

from __future__ import annotations

from graders.math.grammar.cursor import ENDS, PAIRS, Cursor
from graders.math.grammar.ellipses import DOTS
from graders.math.lexis.names import is_name, role
from graders.math.lexis.positions import SUM_SIGNS, multiplies
from graders.math.lexis.tokens import WORD_KINDS
from graders.math.lexis.units import LETTERS
from graders.math.lexis.words import words_of
from graders.math.tree import Tree, symbols

_STARTERS = frozenset(
    words_of(r"""
    ( { begin vulgar \begin \frac \binom \sqrt \cbrt \fourthroot \pi \infty \imath \jmath \sum \prod \int \lim
    \lfloor \lceil \langle \hat \vec \bold \tilde \dot \overline \angle \triangle \partial \nabla operator \oint
""")
)
"""Kinds of tokens that begin a factor beside any value."""
NOT_VALUES = frozenset(
    words_of("""
    text special list rel colon base set interval not unit tuple brackets vector union meet minus where mixed
""")
)
"""Heads that arithmetic cannot be done with."""
_NUMERIC = frozenset(("num", "decimal", "div", "pow", "neg", "root", "repeating"))
_LAST_HOUR = 12
_NO_VALUES = frozenset((r"\cup", r"\cap", ",", ";", "=", "/", "*", "^", "_"))
"""Kinds of tokens that begin no value."""
_INDEX_DIGITS = 2
_FACTORS = frozenset(("constant", "greek", "points", "product", "glued"))
"""Roles of runs that are factors behind any value."""
_UNIT_SIGNS = frozenset(("/", "^", "num", "{", "}", "-", "*", "(", ")", r"\frac"))


class Juxtaposed(Cursor):
    """The questions a parser asks about the token in hand and the factor before it."""

    products = False
    """Whether letters that spell a unit multiply: `hr` is h times r, not an hour."""

    def beside(self, left: Tree) -> bool:
        """Whether the token in hand is a factor that needs no sign before it."""
        kind, text, spaced = self.peek()
        if kind in WORD_KINDS:
            return left.head not in NOT_VALUES and self._letters_beside(kind, text, spaced, left)
        if kind == "(" and (self.peek(1)[1].lower() == "base" or role(self.peek(1)[1]) == "number"):
            return False
        if kind == "num":
            return self._number_beside(left)
        if kind in ("[", r"\{"):
            return left.head not in NOT_VALUES and self.is_group(kind, spaced=spaced)
        if kind == r"\ldots":  # n(n-1)\cdots1, never behind a number alone
            is_factor = left.head not in NOT_VALUES and (left.head != "num" or self.peek(-2)[0] == "*")
            return is_factor and self.peek(1)[0] not in ENDS | SUM_SIGNS
        return self._sign_beside(kind, left)

    def _number_beside(self, left: Tree) -> bool:
        r"""Whether a number may stand behind this factor: after `n!`, `\pi`, `i` and `(m-4)`, never after a number."""
        if self.peek(1)[0] == "^" and left.head not in NOT_VALUES | {"decimal"}:  # 8 3^n, 5!\,3^n, n2^{n-1}
            return self.peek()[2] or self.peek(-1)[0] not in ("num", "word")
        if left.leaf == DOTS.leaf:
            return True
        if left.head == "fn":
            return left.leaf in ("fact", "fact2")
        if left.head == "const":
            return self.peek(-1)[0] == r"\pi" or (left.leaf == "i" and not self.peek()[2])
        return left.head == "add" and self.peek(-1)[0] == ")" and bool(symbols(left)) and not self.peek()[2]

    def is_group(self, kind: str, *, spaced: bool) -> bool:
        """Whether the square or curly bracket in hand groups a factor: it closes and holds one value, no list."""
        closing = self.closing(self.at)
        inside = self.tokens[self.at + 1 : closing]
        if self.tokens[closing][0] != PAIRS[kind] or not inside or inside[0][0] in _NO_VALUES:
            return False
        places = (place for place in self.outermost(self.at) if self.tokens[place - 1][0] not in ("^", ","))
        kinds = {self.tokens[place][0] for place in places if place > self.at + 1}  # no sign at its start
        if kinds & {",", ";", "|", ":", "="}:
            return False
        return bool(kinds & SUM_SIGNS) or (kind == "[" and not spaced and self.peek(-1)[0] in ("num", "letters"))

    def _sign_beside(self, kind: str, left: Tree) -> bool:
        if kind == "|":
            alone = left.head in ("num", "sym", "const", "div") or left.leaf == "abs"
            free = alone and "|" not in self.open and r"\{" not in self.open
            return free and any(token[0] == "|" for token in self.tokens[self.at + 1 :])
        if left.head in NOT_VALUES or (kind == "vulgar" and left.head != "num"):
            return False
        if kind in (r"\frac", r"\Omega") and left.head in _NUMERIC and self.unit_ahead():
            return False
        return kind in _STARTERS or is_name(kind)

    def _times_ten(self, left: Tree) -> bool:
        """Whether `x 10^` is in hand behind a number: the times sign of typed scientific notation."""
        if left.head not in ("num", "decimal") or self.peek()[1] not in ("x", "X"):
            return False
        return self.peek(1)[1] == "10" and self.peek(2)[0] == "^"

    def _letters_beside(self, kind: str, text: str, spaced: bool, left: Tree) -> bool:
        what = role(text)
        if (text[0] == "d" and r"\int" in self.open and self.differential_ahead()) or self._is_unit_of(
            left, kind, text, spaced
        ):
            return False
        if what == "letter" or text in ("AM", "PM"):
            return not self._is_half_of_day(left)
        if what == "unit" and kind == "letters":
            return (self.products and len(text) < 4) or self.unit_multiplies(left)
        if kind == "word":
            return what in ("function", "greek") and text not in ("min", "max", "sec")
        if what == "function":
            return text not in ("min", "sec") or self.peek(1)[0] in ("(", r"\{")
        return self.multiplies(self.at) if what == "word" else what in _FACTORS

    def multiplies(self, at: int) -> bool:
        """Whether the letters at a place, which may be a word, are factors: by what stands beside them."""
        return multiplies(self.tokens, at, alone=self.products)

    def indexes(self) -> bool:
        """Whether the number in hand is the index of the name before it: `x1`, `x1^2`; `n2^{n-1}` is a product."""
        text = self.peek()[1]
        if not text.isdigit() or len(text) > _INDEX_DIGITS:
            return False
        is_index = self.at > 2 and self.peek(-3)[0] == "letters" and not self.peek(-2)[2]  # the number before the name
        if self.at > 1 and self.peek(-2)[0] == "num" and not self.peek(-1)[2] and not is_index:
            return False
        return self.peek(1)[0] != "^" or (self.peek(2)[0] == "num" and not self.peek()[2])

    def unit_multiplies(self, left: Tree) -> bool:
        """Whether the letters in hand, which may be the unit of what is before them, are factors: `2ha+b`."""
        after, behind = self.peek(1), self.peek(2)
        if after[0] == "_" or (is_name(after[0]) and not after[2]):
            return True
        return (
            after[0] in SUM_SIGNS
            and behind[0] == "letters"
            and len(behind[1]) == 1
            and not after[2]
            and left.head != "unit"
        )

    def _is_half_of_day(self, left: Tree) -> bool:
        """Whether `a.m.` or, at the end, `AM` is in hand behind an hour."""
        text, spaced = self.peek()[1:]
        if text in ("AM", "PM"):
            hour = left.leaf if left.head == "num" and isinstance(left.leaf, int) else _LAST_HOUR + 1
            return spaced and hour <= _LAST_HOUR and self.at + 1 == self.count
        return text in ("a", "p") and self.peek(1)[0] == "." and self.peek(2)[1] == "m"

    def _is_unit_of(self, left: Tree, kind: str, text: str, spaced: bool) -> bool:
        """Whether the one letter in hand is the unit of the number before it."""
        if kind == "word" and text in LETTERS and not symbols(left) and left.head != "const":
            return True
        if len(text) > 1:
            return False
        if left.head == "degree" and text in ("C", "F"):
            return True
        return spaced and text in LETTERS and left.head in _NUMERIC and self._rest_is_unit(left)

    def _rest_is_unit(self, left: Tree) -> bool:
        """Whether nothing but the letters of a unit follows a number: `m`, `m/s^2`, `m s^{-1}`."""
        depth = 0
        for kind, text, _ in self.tokens[self.at : self.count]:
            depth += (kind == "{") - (kind == "}")
            named = kind == "letters" and (text in LETTERS or role(text) == "unit")
            if depth < 0 or not (named or kind in _UNIT_SIGNS) or kind == r"\frac":
                return False
        return not symbols(left)

    def unit_ahead(self) -> bool:
        r"""Whether the sign in hand starts a unit: `\Omega` at the end, `\frac{\text{m}}{\text{s}}`."""
        if self.kind == r"\Omega":
            return self.at + 1 == self.count
        inside = self.tokens[self.at + 1 : self.closing(self.closing(self.at + 1) + 1)]
        words = [text for kind, text, _ in inside if kind == "word"]
        others = {kind for kind, _, _ in inside} - {"word"}
        return bool(words) and others <= _UNIT_SIGNS and all(text in LETTERS or role(text) == "unit" for text in words)

    def differential_ahead(self) -> bool:
        """Whether `dx` is in hand."""
        kind, text, _ = self.peek()
        if kind not in WORD_KINDS or text[0] != "d":
            return False
        return len(text) == 2 or (text == "d" and (self.peek(1)[0] == "letters" or is_name(self.peek(1)[0])))
