"""What a comparison says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from graders.math.tree import Tree


class Verdict(NamedTuple):
    """Whether an answer denotes the reference's object, and why. True in a condition when it does.

    `outcome` is one of match, mismatch, empty_answer, unreadable, several_values, tautology, echo, over_limit,
    undecided, bad_reference, worker_lost; `rule` names what decided, in a few words.

    >>> from graders.math import equivalent
    >>> equivalent("0.5", "1/2")
    Verdict(equal=True, outcome='match', rule='exact rationals')
    """

    equal: bool
    outcome: str
    rule: str

    def __bool__(self) -> bool:
        return self.equal


class Finding(NamedTuple):
    """What comparing two trees found: True, False, or None for open; and the rule."""

    equal: bool | None
    rule: str

    def but(self, rule: str) -> Finding:
        """The same finding under another rule's name."""
        return Finding(self.equal, rule)


Comparison = Callable[[Tree, Tree], Finding]
"""Whether two trees are the same; handed down to what must ask it of the parts of a tree."""


def all_of(found: Iterable[bool | None]) -> bool | None:
    """False if one of them is, else None if one of them is; what follows a False is not asked for."""
    verdict: bool | None = True
    for each in found:
        if each is False:
            return False
        verdict = verdict if each else None
    return verdict


def any_of(found: Iterable[bool | None]) -> bool | None:
    """True if one of them is, else None if one of them is; what follows a True is not asked for."""
    missed = all_of(None if each is None else not each for each in found)
    return None if missed is None else not missed


class Refused(ValueError):  # noqa: N818 - a verdict on the answer, no error of the program
    """The answer is refused before anything is compared; `outcome` and `rule` say why."""

    def __init__(self, outcome: str, rule: str) -> None:
        super().__init__(f"{outcome}: {rule}")
        self.outcome = outcome
        self.rule = rule
