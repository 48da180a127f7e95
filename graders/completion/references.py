"""References as text: strings, numbers, lists of acceptable ones; and what stands for a missing value."""

from __future__ import annotations

import numbers
from decimal import Decimal
from typing import Any

from graders.completion.message_text import is_list, kind_of
from graders.vocabulary.documentation import docs_page

_NUMBERS: tuple[type, ...] = (numbers.Number, Decimal)

_MISSING = frozenset(("NAType", "NaTType"))
"""The types of pandas' own words for a missing value, told without importing it."""


def acceptable_references(reference: Any, row: int) -> str | tuple[str, ...]:
    """One reference as text: a string, a number's decimal text, or a tuple of several acceptable ones.

    A missing one is the empty text, which every scorer that needs a reference reports as a bad one.

    Raises:
        TypeError: for anything else.
    """
    if is_list(reference):
        return tuple(_reference_text(one, f"reference_answer[{row}][{k}]") for k, one in enumerate(reference))
    return _reference_text(reference, f"reference_answer[{row}]")


def _reference_text(reference: Any, place: str) -> str:
    if isinstance(reference, str):
        return reference
    if is_missing(reference) and not isinstance(reference, _NUMBERS):
        return ""
    if isinstance(reference, _NUMBERS) and type(reference) is not bool:
        try:
            return _decimal_text(reference)
        except ValueError:  # Python refuses to write out integers of thousands of digits
            raise TypeError(f"{place}: got an integer that is too long to write out, pass it as a string") from None
    raise TypeError(f"{place}: got {kind_of(reference)}, expected a string, a number or a list of acceptable ones")


def _decimal_text(number: Any) -> str:
    """A number without an exponent: ``1e-07`` is ``0.0000001``; fractions and complex numbers as written.

    A whole float is an integer: tables turn a column of integers into floats where one is missing. A `Decimal` and a
    text keep the digits that they were given.
    """
    if isinstance(number, numbers.Integral):
        return str(int(number))
    if isinstance(number, Decimal):
        return format(number, "f")
    if isinstance(number, numbers.Real) and not isinstance(number, numbers.Rational):
        return format(Decimal(str(number)), "f").removesuffix(".0")
    return str(number)


def is_missing(value: Any) -> bool:
    """Whether a value stands for none: None, NaN (of floats, decimals, numpy), pandas' ``<NA>`` and ``NaT``."""
    if value is None or type(value).__name__ in _MISSING:
        return True
    return isinstance(value, _NUMBERS) and bool(value != value)  # noqa: PLR0124 - NaN alone differs from itself


_SOLUTIONS = {"####": "hash", "\\boxed{": "boxed"}
"""What an answer stands behind in references that are whole solutions, and the `--reference-from` that takes it."""


def answer_inside(reference: str) -> str | None:
    r"""What to say of a reference that is a whole solution, as GSM8K and MATH have them; None of any other.

    >>> answer_inside("6 * 7 is 42. #### 42").partition(" (")[0]
    "a whole solution with its answer behind '####': take that out first"
    """
    for mark, source in _SOLUTIONS.items():
        before, found, answer = reference.rpartition(mark)
        if found and answer.strip() and before.strip(" $"):
            return (
                f"a whole solution with its answer behind {mark!r}: take that out first "
                f'(--reference-from {source}, in Python dataset(columns={{"reference_from": "{source}"}}), see '
                f"{docs_page('recipes')})"
            )
    return None
