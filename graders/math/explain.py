"""A verdict taken apart, for people: what was read, what it comes to, which rule decided."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from graders.math.decide.scalars import is_scalar, quantity
from graders.math.equivalence import equivalent
from graders.math.extraction.dialects import in_usual_spelling
from graders.math.extraction.readings import TextReading, answer_reading, reference_reading
from graders.math.limits import OverLimit
from graders.math.numbers.evaluate import Inexact, Undefined
from graders.math.numbers.rationals import exact
from graders.math.tree import Tree, symbols, write


@dataclass(frozen=True, slots=True)
class MathExplanation:
    """How a verdict came about. `print` shows it; `to_dict` gives plain values."""

    answer: str
    reference: str
    answer_tree: str
    reference_tree: str
    answer_value: str
    reference_value: str
    equal: bool
    outcome: str
    rule: str

    def to_dict(self) -> dict[str, Any]:
        """The fields as a dictionary of strings and one bool."""
        return asdict(self)

    def __str__(self) -> str:
        return (
            f"answer     {self.answer!r}\n  read as  {self.answer_tree}\n  value    {self.answer_value}\n"
            f"reference  {self.reference!r}\n  read as  {self.reference_tree}\n  value    {self.reference_value}\n"
            f"{'equal' if self.equal else 'not equal'}: {self.outcome}, by {self.rule}"
        )


def explain(  # noqa: PLR0913 - each is an option of its own, by keyword
    answer: str,
    reference: str,
    *,
    prompt: str | None = None,
    rounding: str = "reference",
    rel_tol: float = 0.0,
    abs_tol: float = 0.0,
    sentences: bool = True,
) -> MathExplanation:
    """How `equivalent` reads both texts and what decides.

    >>> print(explain("0.5", "1/2").rule)
    exact rationals
    """
    verdict = equivalent(
        answer,
        reference,
        prompt=prompt,
        rounding=rounding,
        rel_tol=rel_tol,
        abs_tol=abs_tol,
        sentences=sentences,
    )
    given = answer_reading(in_usual_spelling(answer))
    expected = reference_reading(reference)
    return MathExplanation(
        answer, reference, _tree(given), _tree(expected), _value(given.tree), _value(expected.tree), *verdict
    )


def _tree(reading: TextReading) -> str:
    return write(reading.tree) if reading.tree is not None else f"({reading.outcome}: {reading.rule})"


def _value(tree: Tree | None) -> str:
    if tree is None:
        return "none"
    if not is_scalar(tree) or symbols(tree):
        return f"a {tree.head}" if not is_scalar(tree) else "a function of " + ", ".join(sorted(symbols(tree)))
    value, unit = quantity(tree)
    return f"{_number(value)} {unit}".strip()


def _number(tree: Tree) -> str:
    from graders.math.numbers.agreement import decimals

    try:
        rational = exact(tree)
        return str(rational) if rational is not None else f"{decimals(tree)}..."
    except (Undefined, Inexact, OverLimit) as error:
        return f"none: {error}"
