"""Counting what tricks are paid beyond what they deserve, one component at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan
from typing import NamedTuple, Self

from graders.audit.audit_plan import Tried, type_of
from graders.audit.audit_result import PAID
from graders.contract import registry


class Overpaid(NamedTuple):
    """A mutant that was paid more than it deserves.

    Attributes:
        tried: The mutant.
        score: What the component paid.
        deserved: What it deserves at most.
    """

    tried: Tried
    score: float
    deserved: float

    @property
    def excess(self) -> float:
        """What was paid beyond that."""
        return self.score - self.deserved


@dataclass(slots=True)
class Trick:
    """One trick against one component.

    Attributes:
        scored, unscored: How many of its mutants were scored, and how many could not be.
        paid: How many got at least `PAID` more than they deserve.
        excess: The sum of what was paid beyond what is deserved.
        worst: The most overpaid mutant; of equal ones the first.
    """

    scored: int = 0
    unscored: int = 0
    paid: int = 0
    excess: float = 0.0
    worst: Overpaid | None = None

    def add(self, one: Overpaid) -> None:
        """Take in one mutant with what it was paid, overpaid or not."""
        if isnan(one.excess):
            self.unscored += 1
            return
        self.scored += 1
        self.excess += max(0.0, one.excess)
        if one.excess >= PAID:
            self.paid += 1
            self.worst = one if self.worst is None or one.excess > self.worst.excess else self.worst


@dataclass(slots=True)
class FamilyTally:
    """What one component paid so far.

    Attributes:
        is_layout: Whether it pays the layout.
        reads_reference: Whether it compares with the reference.
        plain: What it pays the plain wrong answer of each case.
        tricks: The tricks of each family, by name.
    """

    is_layout: bool
    reads_reference: bool
    plain: list[float]
    tricks: dict[str, dict[str, Trick]] = field(default_factory=dict)

    @classmethod
    def of(cls, component: str, plain: list[float]) -> Self:
        """An empty one."""
        scorer = registry.scorer_class(type_of(component))
        return cls(type_of(component) == "format_check", scorer is not None and scorer.needs_reference, plain)

    def add(self, one: Tried, score: float) -> None:
        """Take in what a mutant was paid."""
        tricks = self.tricks.setdefault(one.family, {})
        tricks.setdefault(one.mutant.trick, Trick()).add(Overpaid(one, score, self.deserved(one)))

    def deserved(self, one: Tried) -> float:
        """What a mutant deserves at most.

        The format share where it keeps the layout; from a grader that reads the reference nothing where it says
        nothing; else what the plain wrong answer of its case earns.
        """
        if self.is_layout:
            return float(one.mutant.keeps_layout)
        if self.reads_reference and one.mutant.says_nothing:
            return 0.0
        return self.plain[one.case]
