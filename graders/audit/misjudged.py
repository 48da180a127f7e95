"""Counting what is misjudged, one component at a time: tricks paid beyond what they deserve, right answers refused."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from math import isnan
from typing import NamedTuple
from zlib import crc32

from graders.audit.audit_plan import Tried, type_of
from graders.audit.audit_result import PAID
from graders.contract import registry


class Judged(NamedTuple):
    """A mutant with what it was paid.

    Attributes:
        tried: The mutant.
        score: What the component paid.
        deserved: What it deserves: at most where it is a trick, at least where it is a right answer.
    """

    tried: Tried
    score: float
    deserved: float

    @property
    def excess(self) -> float:
        """What was paid beyond what is deserved; of a right answer, what was not paid of it."""
        return self.deserved - self.score if self.tried.mutant.is_right else self.score - self.deserved

    @property
    def rank(self) -> tuple[float, int]:
        """What examples are chosen by: the most misjudged, and of equal ones another row for each trick."""
        return self.excess, crc32(f"{self.tried.family} {self.tried.mutant.trick} {self.tried.case}".encode())


@dataclass(slots=True)
class Tally:
    """What one component paid some mutants so far, all of them tricks or all of them right answers.

    Attributes:
        scored, unscored: How many were scored, and how many could not be.
        misjudged: How many got at least `PAID` more than they deserve, or so much less.
        excess: By trick the sum of what was paid beyond what is deserved, or was not paid of it.
        worst: By trick the most misjudged mutant, see `Judged.rank`.
    """

    scored: int = 0
    unscored: int = 0
    misjudged: int = 0
    excess: dict[str, float] = field(default_factory=dict)
    worst: dict[str, Judged] = field(default_factory=dict)

    def add(self, one: Judged) -> None:
        """Take in one mutant, misjudged or not."""
        trick = one.tried.mutant.trick
        if isnan(one.excess):
            self.unscored += 1
            return
        self.scored += 1
        self.excess[trick] = self.excess.get(trick, 0.0) + max(0.0, one.excess)
        if one.excess >= PAID:
            self.misjudged += 1
            worst = self.worst.setdefault(trick, one)
            self.worst[trick] = one if one.rank > worst.rank else worst

    @property
    def ranking(self) -> list[str]:
        """The tricks, the most misjudged first."""
        return sorted(self.excess, key=lambda trick: -self.excess[trick])


@dataclass(slots=True)
class FamilyTally:
    """What one component paid the mutants of one family so far: its tricks, and its right answers."""

    tricks: Tally = field(default_factory=Tally)
    right: Tally = field(default_factory=Tally)


@dataclass
class ComponentTally:
    """What one component paid so far.

    Attributes:
        component: Its name.
        plain: What it pays the plain wrong answer of each case.
        honest: What it pays the reference of each case.
        families: What it paid the mutants of each family, by name.
    """

    component: str
    plain: list[float]
    honest: list[float]
    families: defaultdict[str, FamilyTally] = field(default_factory=lambda: defaultdict(FamilyTally))

    def __post_init__(self) -> None:
        kind = type_of(self.component)
        scorer = registry.scorer_class(kind)
        self._is_layout = kind == "format_check"
        self._reads_reference = scorer is not None and scorer.needs_reference

    def add(self, one: Tried, score: float) -> None:
        """Take in what a mutant was paid."""
        tally = self.families[one.family]
        half = tally.right if one.mutant.is_right else tally.tricks
        half.add(Judged(one, score, self.deserved(one)))

    def deserved(self, one: Tried) -> float:
        """What a mutant deserves.

        The format share where it keeps the layout; from a grader that reads the reference what that earns where it is
        right, and nothing where it says nothing; else what the plain wrong answer of its case earns. A grader that
        reads no reference owes a right answer nothing.
        """
        if self._is_layout:
            return float(one.mutant.keeps_layout)
        if one.mutant.is_right:
            return self.honest[one.case] if self._reads_reference else 0.0
        if self._reads_reference and one.mutant.says_nothing:
            return 0.0
        return self.plain[one.case]
