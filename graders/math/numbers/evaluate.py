"""One walk over a tree for every kind of number: an `Evaluator` says what adding or taking a sine means.

Subclasses compute exactly (`rationals.Rationals`), modulo a prime (`residues.Residues`), in doubles
(`floats.Floats`) or with many digits (`digits.Digits`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import reduce
from itertools import combinations, permutations
from typing import Any, ClassVar, Generic, TypeVar

from graders.math.limits import MAX_STEPS, MAX_TERMS, OverLimit
from graders.math.numbers.literals import Rational, literal_value
from graders.math.tree import Tree, is_square, name_of
from graders.math.work import charge, purse

T = TypeVar("T")
OF_INTEGERS = frozenset(("fact", "fact2", "binom", "gcd", "lcm"))
"""Functions of integers alone."""
STEPPING = frozenset(("floor", "ceil"))
PERIODIC = frozenset(("sin", "cos", "tan", "cot", "sec", "csc"))
WITH_POLES = frozenset(("tan", "cot", "sec", "csc"))
FAITHFUL = STEPPING | {"abs", "norm", "max", "min", "conj", "sign"}
"""Functions whose values are as exact as their arguments."""
_WALK = 8
"""Work of an evaluation beside its steps."""
_MAX_ORDER = 5
"""Rows of a determinant that is worked out."""


class Undefined(ValueError):  # noqa: N818 - a fact about the expression
    """The expression has no value here: a division by zero, the logarithm of zero."""


class Inexact(ValueError):  # noqa: N818 - a fact about the expression
    """This kind of number cannot hold the value (a root among rationals), or the walk does not know it."""


class Evaluator(Generic[T]):
    """A walk over trees with the values of the variables at hand."""

    walks: ClassVar[dict[str, Callable[..., Any]]]
    """What evaluates a node, by its head: the methods whose names begin with `on_`."""
    ceiling = MAX_STEPS
    price = 1
    """Work that a step is charged with (`math.work`)."""

    def __init__(self, env: Mapping[str, T] | None = None) -> None:
        self.env: dict[str, T] = dict(env or {})
        self.steps = 0

    def __init_subclass__(cls) -> None:
        names = (name for name in dir(cls) if name.startswith("on_"))
        cls.walks = {name.removeprefix("on_"): getattr(cls, name) for name in names}

    def of(self, tree: Tree) -> T:
        """The tree's value, its steps charged to the comparison. Raises like `value`, and `Spent`."""
        if (affordable := purse.left // self.price) < self.ceiling:
            self.ceiling = affordable
        try:
            return self.value(tree)
        finally:
            charge(_WALK + self.steps * self.price)

    def value(self, tree: Tree) -> T:
        """The tree's value, or that of a part of it. Raises `Undefined`, `Inexact` or `OverLimit`."""
        self.steps += 1
        if self.steps > self.ceiling:
            raise OverLimit(f"more than {self.ceiling} steps of evaluation")
        walk = self.walks.get(tree.head)
        if walk is None:
            raise Inexact(f"a {tree.head} is no number")
        result: T = walk(self, tree)
        return result

    # -- what each kind of number must say ---------------------------------------------------------------

    def number(self, value: Rational) -> T:
        """A rational number."""
        raise NotImplementedError

    def constant(self, name: str) -> T:
        """pi, e or i."""
        raise Inexact(name)

    def add(self, left: T, right: T) -> T:
        """The sum."""
        raise NotImplementedError

    def mul(self, left: T, right: T) -> T:
        """The product."""
        raise NotImplementedError

    def div(self, left: T, right: T) -> T:
        """The quotient; `Undefined` where the divisor is zero."""
        raise NotImplementedError

    def power(self, base: T, exponent: T) -> T:
        """The power."""
        raise NotImplementedError

    def odd_root(self, base: T, above: int, below: int) -> T:
        """The real power above/below with an odd `below`."""
        del base, above, below
        raise Inexact("root")

    def call(self, name: str, args: list[T]) -> T:
        """A known function's value."""
        del args
        raise Inexact(name)

    def whole(self, value: T) -> int:
        """The value as a Python integer; `Inexact` where it is none."""
        del value
        raise Inexact("not an integer")

    # -- the walk: a method for each head --------------------------------------------------------------

    def on_num(self, tree: Tree) -> T:
        """An integer."""
        return self.number(int(tree.leaf or 0))

    def on_decimal(self, tree: Tree) -> T:
        """A decimal, repeating or not."""
        return self.number(literal_value(tree))

    def on_const(self, tree: Tree) -> T:
        """A number with a name."""
        return self.constant(str(tree.leaf))

    def on_sym(self, tree: Tree) -> T:
        """The value of a variable or of an unknown function's value."""
        name = name_of(tree)
        if name not in self.env:
            raise Inexact(f"no value for {name}")
        return self.env[name]

    def on_add(self, tree: Tree) -> T:
        """A sum of terms."""
        return reduce(self.add, map(self.value, tree.args))

    def on_mul(self, tree: Tree) -> T:
        """A product of factors."""
        return reduce(self.mul, map(self.value, tree.args))

    def on_div(self, tree: Tree) -> T:
        """A fraction."""
        return self.div(self.value(tree.args[0]), self.value(tree.args[1]))

    def on_neg(self, tree: Tree) -> T:
        """The opposite."""
        return self.mul(self.number(-1), self.value(tree.args[0]))

    def on_pow(self, tree: Tree) -> T:
        """A power; a literal fraction with an odd denominator means the real root."""
        base, exponent = tree.args
        ratio = literal_ratio(exponent)
        if ratio and ratio[1] % 2 and ratio[1] > 1:
            return self.odd_root(self.value(base), *ratio)
        return self.power(self.value(base), self.value(exponent))

    def on_root(self, tree: Tree) -> T:
        """A root; of odd index it is real."""
        index = tree.args[1]
        if index.head == "num" and int(index.leaf or 0) % 2 and int(index.leaf or 0) > 1:
            return self.odd_root(self.value(tree.args[0]), 1, int(index.leaf or 0))
        return self.power(self.value(tree.args[0]), self.div(self.number(1), self.value(index)))

    def on_fn(self, tree: Tree) -> T:
        """A known function."""
        if tree.leaf == "det":
            return self.determinant(tree.args[0])
        return self.call(str(tree.leaf), [self.value(arg) for arg in tree.args])

    def determinant(self, tree: Tree) -> T:
        """The determinant of a small square matrix, over all orders of its columns."""
        if not is_square(tree, _MAX_ORDER):
            raise Inexact("no small square matrix")
        rows = [[self.value(cell) for cell in row.args] for row in tree.args]
        result = self.number(0)
        for order in permutations(range(len(rows))):
            sign = self.number((-1) ** sum(one > two for one, two in combinations(order, 2)))
            cells = (row[at] for row, at in zip(rows, order, strict=True))
            result = self.add(result, reduce(self.mul, cells, sign))
        return result

    def on_percent(self, tree: Tree) -> T:
        """A hundredth."""
        return self.div(self.value(tree.args[0]), self.number(100))

    def on_degree(self, tree: Tree) -> T:
        """An angle in degrees, as the radians that functions take."""
        return self.div(self.mul(self.value(tree.args[0]), self.constant("pi")), self.number(180))

    def on_sum(self, tree: Tree) -> T:
        """A finite sum or product, term by term."""
        body, variable, first, last = tree.args
        low, high = self.whole(self.value(first)), self.whole(self.value(last))
        if high - low >= MAX_TERMS:
            raise OverLimit(f"more than {MAX_TERMS} terms")
        outer, is_sum = self.env, tree.head == "sum"
        result = self.number(0 if is_sum else 1)
        for index in range(low, high + 1):
            self.env = outer | {str(variable.leaf): self.number(index)}
            result = (self.add if is_sum else self.mul)(result, self.value(body))
        self.env = outer
        return result

    on_repeating, on_apply, on_prod = on_decimal, on_sym, on_sum


def literal_ratio(tree: Tree) -> tuple[int, int] | None:
    """(p, q) of a literal integer or fraction of integers in lowest terms, else None."""
    if tree.head == "neg":
        inner = literal_ratio(tree.args[0])
        return inner and (-inner[0], inner[1])
    if tree.head == "num":
        return int(tree.leaf or 0), 1
    if tree.head == "div" and tree.args[0].head == tree.args[1].head == "num":
        above, below = int(tree.args[0].leaf or 0), int(tree.args[1].leaf or 0)
        common = math.gcd(above, below)
        return (above // common, below // common) if below else None
    return None
