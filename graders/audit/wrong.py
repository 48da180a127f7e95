"""Answers that are certainly wrong: the ground that every trick starts from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain, islice

from graders.math import equivalent

KINDS = ("number", "choice", "formula", "text")
"""What a reference can be."""

CHOICES = "ABCDEFGHIJ"
"""The letters of a multiple choice."""

_STEPS = (1, 2, -2, 3, 10, 7, -3, 13, 29, 57, 101, 333, 4999, 70001, 222222)
_NUMBERS = ("7", "11", "13", "17", "23", "58", "94", "366", "5005", "77777")
_SENTENCES = (
    "My neighbour keeps three goats behind her kitchen.",
    "Tickets can be bought online until Friday evening.",
    "He painted his old bicycle green and went home early.",
    "Warm soup helps against cold weather.",
)
_WORDS = ("velvet", "harpoon", "quilt", "mustard", "gazebo", "pumice")
_NOTHING_MEANT = ("velvet harpoon", "mustard quilt", "pumice gazebo")
_SIGNS = set("\\^_=<>{}+*/()[]|$%°√π∞≤≥≠±×·")
_NOT_ALONE = ("=", "<", ">", ",", ";", "≤", "≥", "\\le", "\\ge", "\\ne", "\\in", "\\text", "\\cup", "and", "or")
"""What a formula has that is no single value."""

_FEW_WORDS = 3
"""A text with digits and fewer words is a value with its unit, no sentence."""

_LONGEST_NAME = 2
"""Letters side by side up to so many are a product or a unit, no word."""

_LONGEST_PROVED = 200
"""Characters of the longest text that is compared as mathematics here."""


def kind_of(reference: str) -> str:
    r"""What a reference is.

    >>> [kind_of(text) for text in ("3/4", "B", r"\sqrt{2}", "the river rises")]
    ['number', 'choice', 'formula', 'text']
    """
    text = reference.strip()
    if number_of(text) is not None:
        return "number"
    if bare_choice(text) in CHOICES:
        return "choice"
    words = [word for word in text.split() if sum(map(str.isalpha, word)) > _LONGEST_NAME]
    fewest = _FEW_WORDS if any(map(str.isdigit, text)) else 1
    return "formula" if _SIGNS & set(text) or len(words) < fewest else "text"


def bare_choice(text: str) -> str:
    r"""The letter in ``\\text{(A)}``, ``(A)`` or ``A``; another text as something that is no letter."""
    for wrapping in ("\\textbf", "\\text", "{", "}", "(", ")", ".", " "):
        text = text.replace(wrapping, "")
    return text if len(text) == 1 else "-"


def number_of(text: str) -> Fraction | None:
    """The value of a plain number: digits with a point, a slash or commas; None for anything else."""
    bare = text.strip().replace(",", "")
    if len(bare) > 40 or not bare.isascii() or not set(bare) <= set("0123456789./-"):
        return None
    try:
        return Fraction(bare)
    except (ValueError, ZeroDivisionError):
        return None


def wrong_answers(acceptable: Sequence[str], kind: str, own: str | None, others: Iterable[str]) -> tuple[str, str, str]:
    """Three wrong answers of a kind.

    Args:
        acceptable: The references; the first is the one that tricks use.
        kind: What it is.
        own: The answer that the row's completion gives; it comes first where it is a plain number and wrong.
        others: References of other rows.
    """
    candidates = dict.fromkeys(_candidates(acceptable[0].strip(), kind, own, others))
    wrong = (candidate for candidate in candidates if is_wrong(candidate, acceptable))
    first, second, third = islice(chain(wrong, _NOTHING_MEANT), 3)
    return first, second, third


def wrong_number(acceptable: Sequence[str]) -> str:
    """A whole number that is none of the references, nor a part of one."""
    return next((number for number in _NUMBERS if is_wrong(number, acceptable)), "986543210")


def _candidates(reference: str, kind: str, own: str | None, others: Iterable[str]) -> Iterator[str]:
    if kind == "number":
        yield from _near(reference, own)
    elif kind == "choice":
        yield from CHOICES
    else:
        alike = (other.strip() for other in others if kind_of(other) == kind)
        yield from islice((other for other in alike if _stands_alone(other)), 40)
        yield from (_NUMBERS if kind == "formula" else _SENTENCES if " " in reference else _WORDS)


def _near(reference: str, own: str | None) -> Iterator[str]:
    """Numbers near a number, the row's own one first; never 0, 1 or -1, which vanish in products."""
    if own is not None and number_of(own) not in {None, -1, 0, 1}:
        yield own.strip()
    value = number_of(reference) or Fraction(0)
    for step in _STEPS:
        if value + step not in {-1, 0, 1}:
            yield _written(value + step, decimal="." in reference)


def _written(number: Fraction, *, decimal: bool) -> str:
    exact = number.denominator != 1 and decimal
    return f"{float(number):.10g}" if exact else str(number)


def _stands_alone(text: str) -> bool:
    """Whether a formula is one value, not a list whose members a reference might share, and no bare name."""
    bare = "".join(text.split())
    return len(bare) > 1 and not any(mark in bare for mark in _NOT_ALONE)


def absorbs(reference: str) -> bool:
    """Whether a formula stays what it is in a product, such as a matrix of zeros: nothing beside it spoils it."""
    return len(reference) <= _LONGEST_PROVED and equivalent(f"7({reference})", reference).equal


def is_wrong(candidate: str, acceptable: Sequence[str]) -> bool:
    """Whether a candidate is certainly wrong: neither text holds the other, and mathematics doesn't find them equal."""
    return not any(_alike(candidate, reference) for reference in acceptable)


def _alike(candidate: str, reference: str) -> bool:
    one, other = folded(candidate), folded(reference)
    if not one or not other or one in other or other in one:
        return True
    numbers = number_of(candidate), number_of(reference)
    if None not in numbers:
        return numbers[0] == numbers[1]
    if max(len(candidate), len(reference)) > _LONGEST_PROVED:
        return False
    verdict = equivalent(candidate, reference)
    return verdict.equal or verdict.outcome == "undecided"


def folded(text: str) -> str:
    """A text's letters, digits and signs, compatibility forms and case folded, white space and full stops gone."""
    return "".join(unicodedata.normalize("NFKC", text[:4000]).casefold().split()).strip(".")
