"""Tokens -> tree, by precedence: statements, quantities, sets, sums, products, powers, atoms.

The parser reads the whole text or refuses it; it never guesses what a rest may mean. Prose around a value is
not its business (see `candidates`).
"""

from __future__ import annotations

from . import atoms, phrases
from .brackets import after_brace
from .cursor import Cursor
from .latex import RELATIONS
from .limits import MAX_NODES, MAX_VALUES, OverLimit
from .names import is_name, role
from .series import is_differential
from .tokens import Token, tokenize
from .tree import Tree, size, symbols
from .units import LETTERS

_SEPARATORS = {",": ",", ";": ",", r"\\": ",", r"\vee": "or", r"\wedge": "and"}
_SET_SIGNS = {r"\cup": "union", r"\cap": "meet", r"\setminus": "minus"}
_SUM_SIGNS = frozenset(("+", "-", r"\pm", r"\mp"))
_STARTERS = frozenset(
    (r"\frac", r"\sqrt", "(", "{", r"\binom", r"\pi", r"\infty", r"\sum", r"\prod", r"\int", r"\lim", r"\cbrt",
     r"\lfloor", r"\lceil", r"\hat", r"\vec", r"\angle", r"\triangle", r"\overline", r"\begin", "begin", r"\partial",
     r"\tilde", r"\dot", r"\fourthroot", "vulgar", r"\imath", r"\jmath", r"\nabla", r"\langle")
)  # fmt: skip
NOT_VALUES = frozenset(
    (
        "text",
        "special",
        "list",
        "rel",
        "colon",
        "base",
        "set",
        "interval",
        "not",
        "unit",
        "tuple",
        "brackets",
        "vector",
        "union",
        "meet",
        "minus",
        "where",
    )
)
"""Heads that arithmetic cannot be done with."""


def parse_tokens(tokens: list[Token]) -> Tree:
    """The tree of a whole token list. Raises `Unreadable` or `OverLimit`."""
    return Parser(tokens).whole()


def parse_text(text: str, *, grouping: bool = True) -> Tree:
    """The tree of a whole text, formula delimiters ignored."""
    return parse_tokens([token for token in tokenize(text, grouping=grouping) if token[0] != "$"])


class Parser(Cursor):
    """One method a level of precedence."""

    # -- statements ------------------------------------------------------------------------------------

    def whole(self) -> Tree:
        """The tree of all tokens."""
        while self.kind in ("=", r"\approx", r"\therefore", ":"):
            self.at += 1
        tree = self.items()
        if self.at < self.count:
            raise self.refusal("something is left over")
        if 3 * self.count > MAX_NODES and size(tree) > MAX_NODES:  # a token makes two nodes at most
            raise OverLimit(f"the expression has more than {MAX_NODES} nodes")
        return tree

    def items(self) -> Tree:
        """Statements between commas, `and`, `or`: one alone, or a list whose leaf is the last word."""
        found = [self.statement()]
        word = ""
        while separator := self.separator():
            word = separator if separator != "," or not word else word
            found.append(self.statement())
            if len(found) > MAX_VALUES:
                raise OverLimit(f"more than {MAX_VALUES} values")
        return Tree("list", tuple(found), word) if word else found[0]

    def separator(self) -> str:
        """The word between two statements, taken; empty where there is none."""
        word = self._connective()
        if not word:
            return ""
        self.at += 1
        if word == "," and self._connective() in ("and", "or"):
            word = self.take()[1].lower()
        return word

    def _connective(self) -> str:
        kind, text, _ = self.peek()
        if kind in ("letters", "word"):
            return text.lower() if role(text) == "connective" else ""
        return _SEPARATORS.get(kind, "")

    def statement(self) -> Tree:
        """Quantities joined by relation signs, or one alone."""
        sides = [self.quantity()]
        signs: list[str] = []
        while self.kind in RELATIONS:
            signs.append(self.take()[0])
            if self.kind == "=" and signs[-1] in ("<", ">"):  # < =
                self.at += 1
                signs[-1] += "="
            sides.append(self.quantity())
            if len(sides) > MAX_VALUES:
                raise OverLimit(f"more than {MAX_VALUES} values")
        tree = Tree("rel", tuple(sides), " ".join(signs)) if signs else sides[0]
        if self.kind in (r"\pmod", r"\mod", r"\bmod"):
            self.at += 1
            return Tree("mod", (tree, self.atom()))
        return tree

    def quantity(self) -> Tree:
        """A value with its unit, a ratio or a time of day."""
        outer, self.money = self.money, ""
        start = self.at
        tree = self.sets()
        if self.kind == ":" and self.peek(1)[0] == "num" and not self.builders and tree.head not in NOT_VALUES:
            tree = self.colon(tree, start)
        elif self.kind in ("letters", "word") or (self.kind == "(" and self.peek(1)[1].lower() == "base"):
            tree = phrases.suffix(self, tree)
        if self.money:
            tree = Tree("unit", (tree,), self.money) if tree.head != "unit" else tree
        self.money = outer
        return tree

    def colon(self, first: Tree, start: int) -> Tree:
        """`2:3`, `10:30`, `4:51:06 p.m.`; the leaf says am, pm, or clock where a zero leads."""
        parts = [first]
        while self.kind == ":" and self.peek(1)[0] == "num":
            self.at += 1
            parts.append(self.atom())
        texts = [text for kind, text, _ in self.tokens[start : self.at] if kind == "num"]
        clock = any(len(text) > 1 and text[0] == "0" for text in texts)
        return Tree("colon", tuple(parts), phrases.half_of_day(self) or ("clock" if clock else ""))

    def sets(self) -> Tree:
        """Unions, intersections and differences, from left to right."""
        tree = self.sum()
        while self.kind in _SET_SIGNS:
            tree = Tree(_SET_SIGNS[self.take()[0]], (tree, self.sum()))
        return tree

    # -- arithmetic ------------------------------------------------------------------------------------

    def sum(self) -> Tree:
        """Products joined by +, -, plus-minus."""
        terms = [self.product()]
        while self.kind in _SUM_SIGNS:
            sign = self.take()[0]
            term = self.valued(self.product())
            if sign in (r"\pm", r"\mp"):
                terms = [Tree(sign[1:], (self.valued(_sum_of(terms)), term))]
            else:
                terms.append(Tree("neg", (term,)) if sign == "-" else term)
        if len(terms) > 1:
            self.valued(terms[0])
        return _sum_of(terms)

    def product(self) -> Tree:
        """Factors joined by *, /, or side by side."""
        signs = 0
        wrapped = ""
        while self.kind in _SUM_SIGNS:
            sign = self.take()[0]
            signs += sign == "-"
            wrapped = wrapped or (sign[1:] if sign[0] == "\\" else "")
        tree = self.factors()
        if signs % 2 and tree.head == "base":
            tree = Tree("base", (), f"-{tree.leaf}")
        elif signs % 2:
            tree = Tree("neg", (self.valued(tree),))
        return Tree(wrapped, (self.valued(tree),)) if wrapped else tree

    def factors(self) -> Tree:
        """A product without its sign."""
        found = [self.factor()]
        while True:
            if self.accept("*"):
                found.append(self.valued(self.signed_factor()))
            elif self.kind == "letters" and self._times_ten(found[-1]):
                self.at += 1
                found.append(self.factor())
            elif self.kind == "/" or (self.kind == "letters" and self.peek()[1] == "over"):
                self.at += 1
                found = [Tree("div", (self.valued(_product_of(found)), self.valued(self.denominator())))]
            elif self.beside(found[-1]):
                found.append(self.valued(self.factor()))
            else:
                break
        if len(found) > 1:
            self.valued(found[0])
        return _product_of(found)

    def signed_factor(self) -> Tree:
        """A factor that may have a sign: `2 * -3`."""
        if self.accept("-"):
            return Tree("neg", (self.valued(self.signed_factor_once()),))
        self.accept("+")
        return self.factor()

    def signed_factor_once(self) -> Tree:
        """A factor after one sign; a second sign is refused."""
        if self.kind in _SUM_SIGNS:
            raise self.refusal("two signs")
        return self.factor()

    def denominator(self) -> Tree:
        """What a slash divides by: one factor, or letters that touch one another (`1/xy`)."""
        found = [self.signed_factor()]
        while found[0].head == "sym" and self.kind == "letters" and not self.peek()[2] and self.beside(found[-1]):
            found.append(self.factor())
        return _product_of(found)

    def beside(self, left: Tree) -> bool:
        """Whether the token in hand is a factor that needs no sign before it."""
        kind, text, spaced = self.peek()
        if kind in ("letters", "word"):
            return left.head not in NOT_VALUES and self._letters_beside(kind, text, spaced, left)
        if kind == "(" and (self.peek(1)[1].lower() == "base" or role(self.peek(1)[1]) == "number"):
            return False
        if kind == "num":
            return left.head == "fn" and left.leaf in ("fact", "fact2")
        if kind == "[":
            return left.head in ("num", "sym") and not spaced and self.peek(-1)[0] in ("num", "letters")
        return self._sign_beside(kind, left)

    def _sign_beside(self, kind: str, left: Tree) -> bool:
        if kind == "|":
            return not self.bars and not self.builders and left.head in ("num", "sym", "const") and self._closing_bar()
        if left.head in NOT_VALUES or (kind == "vulgar" and left.head != "num"):
            return False
        return kind in _STARTERS or is_name(kind)

    def _times_ten(self, left: Tree) -> bool:
        """Whether `x 10^` is in hand behind a number: the times sign of typed scientific notation."""
        sign, ten, power = self.peek(), self.peek(1), self.peek(2)
        return sign[1] in ("x", "X") and left.head in ("num", "decimal") and ten[1] == "10" and power[0] == "^"

    def _closing_bar(self) -> bool:
        return any(token[0] == "|" for token in self.tokens[self.at + 1 :])

    def _letters_beside(self, kind: str, text: str, spaced: bool, left: Tree) -> bool:
        what = role(text)
        if self.integrals and text[0] == "d" and is_differential(self):
            return False
        if kind == "word" and text in LETTERS and not symbols(left) and left.head != "const":
            return False
        if what == "letter":
            return not (spaced and text in LETTERS and left.head in ("num", "decimal") and self._rest_is_unit())
        if kind == "word":
            return what in ("function", "greek") and text not in ("min", "max", "sec")
        if what == "function":
            return text not in ("min", "sec") or self.peek(1)[0] in ("(", r"\{")
        return what in ("constant", "greek", "points", "product", "glued")

    def _rest_is_unit(self) -> bool:
        """Whether nothing but the letters of a unit follows: `m`, `m/s^2`."""
        return all(
            kind in ("/", "^", "num") or (kind == "letters" and (text in LETTERS or role(text) == "unit"))
            for kind, text, _ in self.tokens[self.at : self.count]
        )

    def factor(self) -> Tree:
        """An atom with its powers, factorials, percent and degree signs."""
        self.deeper()
        tree = self.atom()
        while True:
            if self.kind == "^":
                self.at += 1
                tree = self.raised(tree)
            elif self.kind in atoms.POSTFIX:
                tree = atoms.postfix(self, self.valued(tree))
            else:
                break
        self.depth -= 1
        return tree

    def raised(self, base: Tree) -> Tree:
        """The base with what stands above it: an exponent, a degree sign, `th`."""
        braced = self.kind == "{"
        mark = self.peek(1 if braced else 0)
        if mark[0] == r"\circ" or mark[1] in ("st", "nd", "rd", "th", "o"):
            self.at += 3 if braced else 1
            return Tree("degree", (self.valued(base),)) if mark[0] == r"\circ" else base
        return Tree("pow", (self.valued(base), self.valued(self.exponent())))

    def exponent(self) -> Tree:
        """A braced exponent, or one signed atom (`x^10`, `2^-n`, `2^3^2`)."""
        self.deeper()
        if self.kind == "{":
            tree = self.braces()
        else:
            sign = self.kind in ("-", "+") and self.take()[0]
            if self.kind == "letters" and role(self.peek()[1]) == "product":
                self.split(self.peek()[1][0], self.peek()[1][1:])
            tree = self.atom()
            if self.accept("^"):
                tree = Tree("pow", (tree, self.exponent()))
            tree = Tree("neg", (tree,)) if sign == "-" else tree
        self.depth -= 1
        return tree

    def atom(self) -> Tree:
        """The atom in hand (see `atoms`)."""
        return atoms.atom(self)

    def braces(self) -> Tree:
        """A braced group: what stands in it, or a set where commas stand in it."""
        self.expect("{")
        return after_brace(self)

    def atom_symbol(self) -> Tree:
        """The variable of a sum, limit or integral: a name, `i` included."""
        tree = self.atom()
        if tree.head == "const":
            return Tree("sym", (), str(tree.leaf))
        if tree.head != "sym":
            raise self.refusal("a variable expected")
        return tree

    def valued(self, tree: Tree) -> Tree:
        """The tree, if arithmetic can be done with it."""
        if tree.head in NOT_VALUES:
            raise self.refusal(f"no arithmetic with a {tree.head}")
        return tree


def _sum_of(terms: list[Tree]) -> Tree:
    return terms[0] if len(terms) == 1 else Tree("add", tuple(terms))


def _product_of(factors: list[Tree]) -> Tree:
    return factors[0] if len(factors) == 1 else Tree("mul", tuple(factors))
