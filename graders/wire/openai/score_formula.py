"""A formula over grades, as `calculate_output` of a `multi` grader holds it: what it is worth, and whether it is a sum.

A formula is a program in postfix order, made by `formula_parser`; it is run over floats for its value, or over linear
forms to see whether it is a weighted sum. Nothing is ever evaluated by Python itself.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

_T = TypeVar("_T")


class FormulaError(ValueError):
    """A formula that can't be read, or whose value is no number for these grades; one sentence."""


class Step(NamedTuple):
    """One instruction: put a number or a variable on the stack, or apply a function to the topmost values."""

    kind: Literal["number", "variable", "apply"]
    word: str
    value: float = 0.0
    arity: int = 0


class LinearForm(NamedTuple):
    """A constant, and what each variable is multiplied by."""

    constant: float
    factors: Mapping[str, float]


def _divided(dividend: float, divisor: float) -> float:
    if divisor == 0:
        raise FormulaError(f"{dividend:g} is divided by zero")
    return dividend / divisor


def _extremum(choose: Callable[[Sequence[float]], float]) -> Callable[..., float]:
    return lambda *values: choose(values)


FUNCTIONS: dict[str, Callable[..., float]] = {
    "min": _extremum(min),
    "max": _extremum(max),
    "abs": abs,
    "floor": lambda value: float(math.floor(value)),
    "ceil": lambda value: float(math.ceil(value)),
    "exp": math.exp,
    "sqrt": math.sqrt,
    "log": math.log,
}
"""The functions of a formula; ``log`` is the natural logarithm. ``min`` and ``max`` take any number of values."""

MANY = {"min", "max"}
"""The functions that take more than one value."""

_OPERATORS: dict[str, Callable[..., float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divided,
    "^": math.pow,
    "negate": operator.neg,
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read.

    Attributes:
        text: The formula as written.
        steps: Its program.
    """

    text: str
    steps: tuple[Step, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables it names, each once, in order."""
        return tuple(dict.fromkeys(step.word for step in self.steps if step.kind == "variable"))

    def value(self, grades: Mapping[str, float]) -> float:
        """What the formula is worth with these grades.

        Raises:
            FormulaError: a division by zero, a root or logarithm of a negative number, or a value that isn't finite.

        >>> from graders.wire.openai.formula_parser import read_formula
        >>> read_formula("2^3^2 - -2^2").value({})
        516.0
        """
        stack: list[float] = []
        for step in self.steps:
            if step.kind == "apply":
                arguments = _taken(stack, step.arity)
                stack.append(_applied(step.word, arguments))
            else:
                stack.append(step.value if step.kind == "number" else float(grades[step.word]))
        return stack[0]

    def linear(self) -> LinearForm | None:
        """The formula as a constant plus a multiple of each variable; None where it is something else.

        >>> from graders.wire.openai.formula_parser import read_formula
        >>> read_formula("(a + b) / 2").linear()
        LinearForm(constant=0.0, factors={'a': 0.5, 'b': 0.5})
        >>> read_formula("a * b").linear() is None
        True
        """
        stack: list[LinearForm | None] = []
        for step in self.steps:
            if step.kind == "apply":
                stack.append(_combined(step.word, _taken(stack, step.arity)))
            elif step.kind == "number":
                stack.append(LinearForm(step.value, {}))
            else:
                stack.append(LinearForm(0.0, {step.word: 1.0}))
        return stack[0]


def _taken(stack: list[_T], count: int) -> list[_T]:
    taken = stack[len(stack) - count :]
    del stack[len(stack) - count :]
    return taken


def _applied(word: str, arguments: Sequence[float]) -> float:
    """The value of an operator or function, where it is a finite number."""
    try:
        value = (_OPERATORS.get(word) or FUNCTIONS[word])(*arguments)
    except OverflowError:
        value = math.inf
    except ValueError as error:
        if isinstance(error, FormulaError):
            raise
        given = ", ".join(f"{one:g}" for one in arguments)
        raise FormulaError(f"{word} has no value at {given}") from None
    if not math.isfinite(value):
        raise FormulaError(f"{word} of {', '.join(f'{one:g}' for one in arguments)} is too large")
    return value


def _combined(word: str, forms: Sequence[LinearForm | None]) -> LinearForm | None:
    """A linear form of linear forms, where it is one; constants are calculated."""
    known = [form for form in forms if form is not None]
    if len(known) < len(forms):
        return None
    if not any(form.factors for form in known):
        return _constant(word, [form.constant for form in known])
    return _LINEAR[word](*known) if word in _LINEAR else None


def _constant(word: str, values: Sequence[float]) -> LinearForm | None:
    try:
        return LinearForm(_applied(word, values), {})
    except FormulaError:
        return None


def _negated(form: LinearForm) -> LinearForm:
    return LinearForm(-form.constant, {name: -factor for name, factor in form.factors.items()})


def _quotient(left: LinearForm, right: LinearForm) -> LinearForm | None:
    if right.factors or not right.constant:
        return None
    factors = {name: factor / right.constant for name, factor in left.factors.items()}
    return LinearForm(left.constant / right.constant, factors)


def _product(left: LinearForm, right: LinearForm) -> LinearForm | None:
    if left.factors and right.factors:
        return None
    return _scaled(right, left.constant) if right.factors else _scaled(left, right.constant)


def _scaled(form: LinearForm, by: float) -> LinearForm:
    return LinearForm(form.constant * by, {name: factor * by for name, factor in form.factors.items()})


def _added(left: LinearForm, right: LinearForm) -> LinearForm:
    names = dict.fromkeys([*left.factors, *right.factors])
    factors = {name: left.factors.get(name, 0.0) + right.factors.get(name, 0.0) for name in names}
    return LinearForm(left.constant + right.constant, factors)


_LINEAR: dict[str, Callable[..., LinearForm | None]] = {
    "negate": _negated,
    "+": _added,
    "-": lambda left, right: _added(left, _negated(right)),
    "*": _product,
    "/": _quotient,
}
"""The operators that may keep a form linear."""
