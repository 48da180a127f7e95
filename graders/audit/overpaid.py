"""Counting what tricks are paid beyond what they deserve, one component at a time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from math import isnan
from typing import NamedTuple

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
class FamilyTally:
    """What one component paid the mutants of one family so far.

    Attributes:
        scored, unscored: How many were scored, and how many could not be.
        paid: How many got at least `PAID` more than they deserve.
        excess: By trick the sum of what was paid beyond what is deserved.
        worst: By trick the most overpaid mutant; of equal ones the first.
    """

    scored: int = 0
    unscored: int = 0
    paid: int = 0
    excess: dict[str, float] = field(default_factory=dict)
    worst: dict[str, Overpaid] = field(default_factory=dict)

    def add(self, one: Overpaid) -> None:
        """Take in one mutant with what it was paid, overpaid or not."""
        trick = one.tried.mutant.trick
        if isnan(one.excess):
            self.unscored += 1
            return
        self.scored += 1
        self.excess[trick] = self.excess.get(trick, 0.0) + max(0.0, one.excess)
        if one.excess >= PAID:
            self.paid += 1
            worst = self.worst.setdefault(trick, one)
            self.worst[trick] = one if one.excess > worst.excess else worst


@dataclass
class ComponentTally:
    """What one component paid so far.

    Attributes:
        component: Its name.
        plain: What it pays the plain wrong answer of each case.
        families: What it paid the mutants of each family, by name.
    """

    component: str
    plain: list[float]
    families: defaultdict[str, FamilyTally] = field(default_factory=lambda: defaultdict(FamilyTally))

    def __post_init__(self) -> None:
        kind = type_of(self.component)
        scorer = registry.scorer_class(kind)
        self._is_layout = kind == "format_check"
        self._reads_reference = scorer is not None and scorer.needs_reference

    def add(self, one: Tried, score: float) -> None:
        """Take in what a mutant was paid."""
        self.families[one.family].add(Overpaid(one, score, self.deserved(one)))

    def deserved(self, one: Tried) -> float:
        """What a mutant deserves at most.

        The format share where it keeps the layout; from a grader that reads the reference nothing where it says
        nothing; else what the plain wrong answer of its case earns.
        """
        if self._is_layout:
            return float(one.mutant.keeps_layout)
        if self._reads_reference and one.mutant.says_nothing:
            return 0.0
        return self.plain[one.case]
