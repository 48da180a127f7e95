"""An audit before it runs: what is tried on which rows, and what that asks of a judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from graders.audit.case import Mutant
from graders.audit.family_registry import Family, family, known_families
from graders.audit.sample import Sample, read_sample
from graders.offline.reading.rows import Columns
from graders.reward.components import FORMAT
from graders.reward.reward_function import RewardFunction

EXAMPLES = 2
"""So many examples are kept of each component and family, of different tricks."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much an audit tries.

    Attributes:
        rows: How many completions are drawn from the data.
        seed: What they are drawn with; the same seed gives the same audit.
        families: The families to try; none for all that are known.
    """

    rows: int = 200
    seed: int = 0
    families: tuple[str, ...] = ()


class Tried(NamedTuple):
    """A mutant of a case.

    Attributes:
        case: The number of its case.
        family: The name of its family.
        mutant: The mutant.
    """

    case: int
    family: str
    mutant: Mutant


@dataclass(frozen=True)
class AuditPlan:
    """What is to be tried.

    Attributes:
        reward: The reward that is audited.
        path: The data.
        extent: How much is tried.
        sample: The cases.
        families: The families.
    """

    reward: RewardFunction
    path: str
    extent: Extent
    sample: Sample
    families: tuple[Family, ...]

    @cached_property
    def mutants(self) -> int:
        """How many mutants there are; all of them are made once to be counted."""
        return sum(1 for _ in self.tried())

    @property
    def judged(self) -> int:
        """How many rows a judge is asked about at most, plain and honest answers and examples included."""
        judges = sum(1 for name in self.reward.weights if type_of(name) == "llm")
        shown = EXAMPLES * len(self.families) * len(self.reward.weights)
        return judges * (self.mutants + 2 * len(self.sample.cases) + shown)

    def tried(self) -> Iterator[Tried]:
        """Every mutant, family by family."""
        for one in self.families:
            for number, case in enumerate(self.sample.cases):
                for mutant in one.mutants(case):
                    yield Tried(number, one.name, mutant)


def plan(reward: RewardFunction, path: str, extent: Extent | None = None, columns: Columns | None = None) -> AuditPlan:
    """Draw the sample; nothing is scored yet.

    Args:
        reward: The reward.
        path: The data: rows, scored or not, or a run's directory.
        extent: How much to try; `Extent()` where None.
        columns: Which column holds what.

    Raises:
        DataError: no row can be used.
        RegistrationError: there is no such family, or one can't be loaded.
    """
    extent = extent or Extent()
    families = tuple(family(name) for name in (extent.families or known_families()))
    columns = columns or Columns(reference=reward.settings.reference_column)
    sample = read_sample(path, reward, columns, extent.rows, extent.seed)
    return AuditPlan(reward, path, extent, sample, families)


def type_of(component: str) -> str:
    """The grader type behind a component's name.

    >>> type_of("string_check:contains#2"), type_of("format")
    ('string_check', 'format_check')
    """
    base = component.partition(":")[0].partition("#")[0]
    return "format_check" if base == FORMAT else base
