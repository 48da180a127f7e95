"""A tree as a SymPy expression, built node by node: no text is ever parsed, and sizes are checked before building.

Variables are real. Sums, products, integrals and limits stay as they are written; `proof` works them out.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from typing import Any

import sympy

from graders.math.limits import MAX_BITS, OverLimit, binomial_bits
from graders.math.numbers.evaluate import Inexact, literal_ratio
from graders.math.numbers.literals import literal_value
from graders.math.tree import Tree, is_square, write

Expression = Any
"""A SymPy expression; SymPy is not typed."""
_MAX_ORDER = 60
"""Rows of a determinant that is worked out."""
_MAX_DENOMINATOR = 1000
"""Of an argument of a factorial or binomial: SymPy takes the values apart in as many steps, and larger."""


def _bounded(power: Callable[[Expression, Expression], Expression]) -> Callable[[Expression, Expression], Expression]:
    """SymPy's power of two numbers, which is one long step that no fuel counts, wherever it comes up."""

    def within_limits(base: Expression, exponent: Expression) -> Expression:
        bits = max(abs(base.p), base.q).bit_length() - 1
        if exponent.is_Rational and abs(exponent) * bits > MAX_BITS:
            raise OverLimit("a power too large")
        return power(base, exponent)

    return within_limits


for each in (sympy.Rational, sympy.Integer):
    each._eval_power = _bounded(each._eval_power)  # noqa: SLF001 - the one place that all powers of numbers pass


def to_sympy(tree: Tree) -> Expression:
    """The SymPy expression of a scalar tree.

    Raises `Inexact` for a node that SymPy has no counterpart of, `OverLimit` for a number past the ceilings.
    """
    build = _BUILDERS.get(tree.head)
    if build is None:
        raise Inexact(f"a {tree.head} is no expression")
    return build(tree)


def variable(name: str) -> Expression:
    """The real variable of this name."""
    return sympy.Symbol(name, real=True)


def _literal(tree: Tree) -> Expression:
    value = literal_value(tree)
    return sympy.Rational(value.numerator, value.denominator)


def _constant(tree: Tree) -> Expression:
    return {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "oo": sympy.oo}[str(tree.leaf)]


def _combined(join: Callable[..., Expression], tree: Tree) -> Expression:
    return join(*map(to_sympy, tree.args))


def _power(tree: Tree) -> Expression:
    base, exponent = tree.args
    ratio = literal_ratio(exponent)
    if ratio and ratio[1] % 2 and ratio[1] > 1:
        return _odd_root(to_sympy(base), *ratio)
    return to_sympy(base) ** to_sympy(exponent)


def _root(tree: Tree) -> Expression:
    radicand, index = map(to_sympy, tree.args)
    if index.is_Integer and index % 2 and index > 1:
        return _odd_root(radicand, 1, int(index))
    return radicand ** (1 / index)


def _odd_root(base: Expression, above: int, below: int) -> Expression:
    """The real root of a real base: of -8 it is -2, where SymPy's principal root is complex."""
    if base.is_nonnegative or not base.is_real:
        return base ** sympy.Rational(above, below)
    return sympy.sign(base) ** (above % 2) * abs(base) ** sympy.Rational(above, below)


def _series(make: Callable[..., Expression], tree: Tree) -> Expression:
    body, name, first, last = tree.args
    index = sympy.Dummy(str(name.leaf), integer=make is not sympy.Integral, real=True)
    inner = to_sympy(body).xreplace({variable(str(name.leaf)): index})
    return make(inner, (index, to_sympy(first), to_sympy(last)))


def _limit(tree: Tree) -> Expression:
    body, name, point = tree.args
    target = to_sympy(point)
    side = str(tree.leaf) if tree.leaf in ("+", "-") else "+-"
    return sympy.Limit(to_sympy(body), variable(str(name.leaf)), target, "+" if target.is_infinite else side)


def _called(tree: Tree) -> Expression:
    name = str(tree.leaf)
    if name == "det":
        return _determinant(tree.args[0])
    if name not in _FUNCTIONS:
        raise Inexact(f"no function {name}")
    return _FUNCTIONS[name](*map(to_sympy, tree.args))


def _determinant(tree: Tree) -> Expression:
    if not is_square(tree, _MAX_ORDER):
        raise Inexact("no square matrix")
    return sympy.Matrix([[to_sympy(cell) for cell in row.args] for row in tree.args]).det()


def _small(function: Callable[..., Expression]) -> Callable[..., Expression]:
    def apply(*args: Expression) -> Expression:
        if any(arg.is_Rational and (abs(arg) > MAX_BITS or arg.q > _MAX_DENOMINATOR) for arg in args):
            raise OverLimit("a factorial or binomial too large")
        if len(args) > 1 and all(arg.is_Integer and arg >= 0 for arg in args):
            binomial_bits(*map(int, args))
        return function(*args)

    return apply


_FUNCTIONS: dict[str, Callable[..., Expression]] = {
    name: getattr(sympy, name)
    for name in (
        *("sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "asec", "acsc"),
        *("sinh", "cosh", "tanh", "coth", "sech", "csch", "asinh", "acosh", "atanh"),
        *("re", "im", "arg", "sign", "floor", "exp", "gcd", "lcm"),
    )
}
_FUNCTIONS |= {
    "ln": sympy.log,
    "log": lambda value, base=10: sympy.log(value, base),
    "lg": lambda value: sympy.log(value, 10),
    "acot": lambda value: sympy.pi / 2 - sympy.atan(value),
    "abs": sympy.Abs,
    "norm": sympy.Abs,
    "conj": sympy.conjugate,
    "ceil": sympy.ceiling,
    "max": sympy.Max,
    "min": sympy.Min,
    "fact": _small(sympy.factorial),
    "fact2": _small(sympy.factorial2),
    "binom": _small(sympy.binomial),
}
_BUILDERS: dict[str, Callable[[Tree], Expression]] = {
    "num": lambda tree: sympy.Integer(tree.leaf),
    **dict.fromkeys(("decimal", "repeating"), _literal),
    "const": _constant,
    "sym": lambda tree: variable(str(tree.leaf)),
    "apply": lambda tree: variable(write(tree)),  # f(2) is one real number that nobody knows
    "add": partial(_combined, sympy.Add),
    "mul": partial(_combined, sympy.Mul),
    "div": partial(_combined, operator.truediv),
    "neg": partial(_combined, operator.neg),
    "pow": _power,
    "root": _root,
    "fn": _called,
    "percent": partial(_combined, lambda value: value / 100),
    "degree": partial(_combined, lambda value: value * sympy.pi / 180),
    "sum": partial(_series, sympy.Sum),
    "prod": partial(_series, sympy.Product),
    "int": partial(_series, sympy.Integral),
    "lim": _limit,
}
