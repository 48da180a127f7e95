"""What a comparison says."""

from __future__ import annotations

from collections.abc import Callable
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


class Refused(ValueError):  # noqa: N818 - a verdict on the answer, no error of the program
    """The answer is refused before anything is compared; `outcome` and `rule` say why."""

    def __init__(self, outcome: str, rule: str) -> None:
        super().__init__(f"{outcome}: {rule}")
        self.outcome = outcome
        self.rule = rule
