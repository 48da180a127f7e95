"""Tokens -> tree, by precedence: statements, quantities, sets, sums, products, powers, atoms.

The parser reads the whole text or refuses it; it never guesses what a rest may mean. Prose around a value is
not its business (see `extraction`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from graders.math.grammar.cursor import ENDS
from graders.math.grammar.ellipses import going_on, has_dots
from graders.math.grammar.implicit_product import NOT_VALUES, Juxtaposed
from graders.math.lexis.latex import GREEK, RELATIONS
from graders.math.lexis.names import role
from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.limits import MAX_DEPTH, MAX_TREE_DEPTH, MAX_VALUES, OverLimit
from graders.math.tree import CONSTANT_LETTERS, MAY_BE_CALL, TIMES, Tree, bounded, fn, numeral, sym

_SEPARATORS = {",": ",", ";": ",", r"\\": ",", r"\vee": "or", r"\wedge": "and"}
_SET_SIGNS = {r"\cup": "union", r"\cap": "meet", r"\setminus": "minus"}
_SETS = frozenset(("special", "interval", "tuple", "brackets", "union", "meet", "minus", "set"))
_INFIX = frozenset((r"\over", r"\atop"))
_SUM_SIGNS = frozenset(("+", "-", r"\pm", r"\mp"))
_CLOSERS = frozenset(("end of text", "}", ")"))
_TAKEN_APART = frozenset(("product", "word", "points"))
"""Roles of runs of which an exponent without braces takes the first letter alone."""
_BEHIND = frozenset(("!", "%", r"\circ", "^"))
_PRODUCT_ENDS = ENDS | _SUM_SIGNS


class Table(NamedTuple):
    """The readers that a parser is given; each goes on with the parser that calls it."""

    primaries: Mapping[str, Callable[[Parser], Tree]]
    """By the kind of the token that begins an atom; the reader is called when that token is taken."""
    quantity: Callable[[Parser], Tree]
    """A value with its unit, a ratio or a time of day."""
    applied: Callable[[Parser, Tree], Tree]
    """A name and the bracket in hand behind it."""
    opaque: Mapping[str, Callable[[Parser, Tree], Tree]]
    """By the kind of a sign: the reader of a statement whose left side is read, and of which nothing is worked out."""


class Parser(Juxtaposed):
    """One method a level of precedence."""

    def __init__(self, tokens: list[Token], table: Table, *, products: bool = False) -> None:
        super().__init__(tokens)
        self.products = products
        self.dotted = False  # whether dots were read
        self.table = table
        self.functions: frozenset[str] | None = None  # the names that are applied somewhere in the text, once asked for

    # -- statements ------------------------------------------------------------------------------------

    def whole(self) -> Tree:
        """The tree of all tokens."""
        while self.kind in ("=", r"\approx", r"\therefore", ":", r"\to", r"\iff"):
            self.at += 1
        tree = self.contents()
        if self.at < self.count:
            raise self.refusal("something is left over")
        return bounded(tree) if 3 * self.count > MAX_TREE_DEPTH else tree  # a token makes two nodes at most

    def contents(self) -> Tree:
        r"""What fills a text or a group: items, or two values with `\over` or `\choose` between them."""
        tree = self.items()
        if self.tokens[self.at][0] not in _INFIX:
            return tree
        over = self.take()[0] == r"\over"
        above, below = self.valued(tree), self.valued(self.sum())
        return Tree("div", (above, below)) if over else fn("binom", above, below)

    def items(self) -> Tree:
        """Statements between commas, `and`, `or`: one alone, or a list whose leaf is the last word."""
        placed = self.at > 0 and self.peek(-1)[0] in ("(", "[")
        first = self.statement()
        if self.tokens[self.at][0] in _CLOSERS:
            return first
        found = [first]
        word = ""
        while separator := self.separator():
            if placed and separator == "," and word in ("and", "or"):
                raise self.refusal(f"a comma behind {word!r}")  # (0 and -6, -4)
            word = _both(word, separator)
            found.append(self.statement())
            if len(found) > MAX_VALUES:
                raise OverLimit(f"more than {MAX_VALUES} values")
        return self.joined("list", found, word) if word else found[0]

    def members(self) -> tuple[Tree, ...]:
        """The items of a list, or the one there is."""
        inside = self.items()
        return inside.args if inside.head == "list" else (inside,)

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
        if kind in WORD_KINDS:
            return text.lower() if role(text) == "connective" else ""
        return _SEPARATORS.get(kind, "")

    def statement(self) -> Tree:
        """Quantities joined by relation signs, or one alone."""
        first = self.quantity()
        kind = self.tokens[self.at][0]
        if kind in _CLOSERS:
            return first
        if kind in self.table.opaque and not (kind == "|" and {"|", r"\{"} & self.open):
            self.at += 1
            return self.table.opaque[kind](self, first)
        sides = [first]
        signs: list[str] = []
        while self._goes_on() and not (self.kind == ">" and "<" in self.open):
            signs.append(self.take()[0])
            if self.kind == "=" and signs[-1] in ("<", ">"):  # < =
                self.at += 1
                signs[-1] += "="
            sides.append(self.quantity())
            if len(sides) > MAX_VALUES:
                raise OverLimit(f"more than {MAX_VALUES} values")
        tree = self.joined("rel", sides, " ".join(signs)) if signs else sides[0]
        if self.kind in (r"\pmod", r"\mod", r"\bmod"):
            self.at += 1
            return Tree("mod", (tree, self.atom()))
        return tree

    def _goes_on(self) -> bool:
        """Whether a relation sign is in hand, a line break before it taken."""
        if self.kind == r"\\" and self.peek(1)[0] in RELATIONS:
            self.at += 1
        return self.kind in RELATIONS

    def quantity(self) -> Tree:
        """A value with its unit, a ratio or a time of day."""
        return (self.tokens[self.at + 1][0] in ENDS and self.alone()) or self.table.quantity(self)

    def alone(self) -> Tree | None:
        """The number or letter in hand, if it is all of the quantity or the term: the short way through all levels."""
        kind, text, _ = self.tokens[self.at]
        if kind == "num" and self.depth + 2 <= MAX_DEPTH:
            self.at += 1
            return numeral(text)
        if kind == "letters" and len(text) == 1 and self.depth + 2 <= MAX_DEPTH:
            self.at += 1
            return CONSTANT_LETTERS.get(text) or sym(text)
        return None

    def sets(self) -> Tree:
        """Unions, intersections and differences, from left to right."""
        tree = self.sum()
        if self.tokens[self.at][0] in ENDS:
            return tree
        while sign := self._set_sign(tree):
            self.at += 1
            other = self.sum()
            tree = Tree("apply", (tree, other), TIMES) if sign == "times" else Tree(sign, (tree, other))
        return tree

    def _set_sign(self, left: Tree) -> str:
        kind, text, _ = self.peek()
        if kind == "-" and left.head in _SETS and self.peek(1)[0] == r"\{":
            return "minus"
        if kind == "*" and left.head in _SETS:
            return "times"
        if text in ("U", "u") and self.peek(-1)[0] in (")", "]") and self.peek(1)[0] in ("(", "["):
            return "union" if left.head in _SETS else ""
        return _SET_SIGNS.get(kind, "")

    # -- arithmetic ------------------------------------------------------------------------------------

    def sum(self) -> Tree:
        """Products joined by +, -, plus-minus."""
        first = self.product()
        if self.tokens[self.at][0] not in _SUM_SIGNS:
            return first
        terms = [first]
        while self.kind in _SUM_SIGNS and not (terms[0].head in _SETS and self.peek(1)[0] == r"\{"):
            sign = self.take()[0]
            term = self.valued(self.product())
            if sign in (r"\pm", r"\mp"):
                terms = [Tree(sign[1:], (self.valued(self.joined("add", terms)), term))]
            else:
                terms.append(Tree("neg", (term,)) if sign == "-" else term)
        if len(terms) > 1:
            self.valued(terms[0])
        return self.joined("add", terms)

    def product(self) -> Tree:
        """Factors joined by *, /, or side by side, with their sign."""
        return self._signed() if self.tokens[self.at][0] in _SUM_SIGNS else self.factors()

    def _signed(self) -> Tree:
        signs = 0
        wrapped = ""
        while self.kind in _SUM_SIGNS:
            sign = self.take()[0]
            signs += sign == "-"
            wrapped = wrapped or (sign[1:] if sign[0] == "\\" else "")
        if signs > 1:
            raise self.refusal("two signs")
        tree = self.factors()
        if signs:
            is_base = tree.head == "base"
            tree = Tree("base", (), f"-{tree.leaf}") if is_base else Tree("neg", (self.valued(tree),))
        return Tree(wrapped, (self.valued(tree),)) if wrapped else tree

    def factors(self) -> Tree:
        """A product without its sign."""
        if self.tokens[self.at + 1][0] in _PRODUCT_ENDS and (alone := self.alone()) is not None:
            return alone
        first = self.factor()
        if self.tokens[self.at][0] in _PRODUCT_ENDS:
            return first
        found = [first]
        while (kind := self.tokens[self.at][0]) not in _PRODUCT_ENDS:
            if kind == "*" and found[-1].head not in _SETS:  # no product of sets
                self.at += 1
                found.append(self.valued(self.signed_factor()))
            elif kind in (r"\inner", r"\cross"):  # a dot or a cross between vectors
                name = "dot" if self.take()[0] == r"\inner" else "cross"
                sides = self.valued(self.joined("mul", found)), self.valued(self.signed_factor())
                found = [Tree("apply", sides, name)]
            elif kind == "/" or (kind == "letters" and self.peek()[1] == "over"):
                self.at += 1
                found = [Tree("div", (self.valued(self.joined("mul", found)), self.valued(self.denominator())))]
            elif kind in WORD_KINDS and self._by_word(found):
                continue
            elif self.beside(found[-1]):
                self._append_factor(found)
            else:
                break
        if len(found) > 1:
            self.valued(found[0])
        return self.joined("mul", found)

    def _by_word(self, found: list[Tree]) -> bool:
        """Read on behind `choose`, or the x of `4.2 x 10^5`, if that is in hand."""
        if self._times_ten(found[-1]):
            self.at += 1
            found.append(self.factor())
        elif self.peek()[1] == "choose" and (found[-1].head != "sym" or str(found[-1].leaf).islower()):  # not: I choose
            self.at += 1
            found[-1] = fn("binom", self.valued(found[-1]), self.valued(self.factor()))
        else:
            return False
        return True

    def _append_factor(self, found: list[Tree]) -> None:
        """The factor in hand behind the others; a name with a sum in brackets behind it is marked: `u(t-2)`."""
        called = self.kind == "(" and found[-1].head == "sym"
        found.append(self.valued(self.factor()))
        if called and found[-1].head == "add":
            found[-2:] = [Tree("mul", (found[-2], found[-1]), MAY_BE_CALL)]

    def signed_factor(self) -> Tree:
        """A factor that may have one sign: `2 * -3`."""
        if not self.accept("-"):
            self.accept("+")
            return self.factor()
        if self.kind in _SUM_SIGNS:
            raise self.refusal("two signs")
        return Tree("neg", (self.valued(self.factor()),))

    def denominator(self) -> Tree:
        """What a slash divides by: one factor, or letters that touch one another (`1/xy`)."""
        found = [self.signed_factor()]
        while found[0].head == "sym" and self.kind == "letters" and not self.peek()[2] and self.beside(found[-1]):
            found.append(self.factor())
        return self.joined("mul", found)

    def factor(self) -> Tree:
        """An atom with its powers, factorials, percent and degree signs."""
        self.deeper()
        tree = self.atom()
        if self.tokens[self.at][0] == "(" and (tree.head == "sym" or tree.leaf in ("pi", r"\circ")):
            tree = self.table.applied(self, tree)
        while (kind := self.tokens[self.at][0]) in _BEHIND:
            if kind == "^":
                self.at += 1
                tree = self.raised(tree)
            else:
                tree = self._postfix(self.valued(tree))
        self.depth -= 1
        return tree

    def _postfix(self, tree: Tree) -> Tree:
        """The tree with the factorial, percent or degree sign in hand."""
        kind = self.take()[0]
        if kind == "%":
            return Tree("percent", (tree,))
        if kind == r"\circ":
            if tree.head == "sym" and self.kind == "letters":  # f \circ g
                return Tree("apply", (tree, self.factor()), r"\circ")
            return Tree("degree", (tree,))
        return fn("fact2" if self.accept("!") else "fact", tree)

    def raised(self, base: Tree) -> Tree:
        """The base with what stands above it: an exponent, a degree sign, `th`."""
        braced = self.kind == "{"
        mark = self.peek(1 if braced else 0)
        if mark[0] == r"\circ" or mark[1] in ("st", "nd", "rd", "th", "o"):
            self.at += 3 if braced else 1
            return Tree("degree", (self.valued(base),)) if mark[0] == r"\circ" else base
        if base.head in ("tuple", "brackets") and mark[1] == "T":  # the transpose of a row: a column
            self.at += 3 if braced else 1
            return Tree("vector", base.args)
        if base.head == "sym" and (exponent := self._before_index()) is not None:  # x^2_1
            return Tree("pow", (sym(f"{base.leaf}{self.marks()}"), exponent))
        return Tree("pow", (self.valued(base), self.valued(self.exponent())))

    def _before_index(self) -> Tree | None:
        """The one digit or braced exponent behind which an index follows; None where none does."""
        if self.ahead("num", "_") or self.ahead("{", "num", "}", "_"):
            return numeral(self.enclosed("{", self.take, or_bare=True)[1])
        return None

    def exponent(self) -> Tree:
        """A braced exponent, or one signed atom (`x^10`, `2^-n`, `2^3^2`)."""
        self.deeper()
        if self.kind == "{":
            tree = self.braces()
        else:
            sign = self.kind in ("-", "+") and self.take()[0]
            if self.kind == "letters" and role(self.peek()[1]) in _TAKEN_APART:
                self.split(*self.peek()[1])
            tree = self.single()
            if self.accept("^"):
                tree = Tree("pow", (tree, self.exponent()))
            tree = Tree("neg", (tree,)) if sign == "-" else tree
        self.depth -= 1
        return tree

    def atom(self) -> Tree:
        """The atom in hand, by the table. Refuses a token that starts none."""
        self.deeper()
        reader = self.table.primaries.get(self.tokens[self.at][0])
        if reader is None:
            raise self.refusal("no value here")
        self.at += 1
        tree = reader(self)
        self.depth -= 1
        return tree

    def single(self) -> Tree:
        """The atom in hand as TeX takes an argument: a letter or name before a number stands alone."""
        kind, text, _ = self.peek()
        if self.peek(1)[0] != "num" or not (kind[1:] in GREEK or (kind == "letters" and len(text) == 1)):
            return self.atom()
        self.at += 1
        return CONSTANT_LETTERS.get(text) or sym(text.lstrip("\\"))

    def braces(self) -> Tree:
        """A braced group: what stands in it, or a set where commas stand in it."""
        self.expect("{")
        return self.table.primaries["braces"](self)

    def argument(self) -> Tree:
        """A braced group, or an atom as TeX takes an argument."""
        return self.braces() if self.kind == "{" else self.single()

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

    def joined(self, head: str, parts: list[Tree], leaf: str | None = None) -> Tree:
        """Several parts as one tree; with dots among them, what goes on by a rule that nobody states."""
        if self.dotted and has_dots(parts):
            return going_on(head, parts, leaf)
        return parts[0] if len(parts) == 1 and leaf is None else Tree(head, tuple(parts), leaf)


def _both(word: str, other: str) -> str:
    """The word of a list whose members are joined by both: a comma counts for nothing, `and` beside `or` is kept."""
    if other == "," or word == ",":
        return word if other == "," and word else other
    return other if word.endswith(other) or not word else f"{word} {other}"
