"""What an audit found: for each component and family, which tricks were paid, and which right answers were not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from graders.pages.formatting import DASH, count, figure
from graders.pages.html import Child, element
from graders.pages.notebook import SHOWN, notebook_card, short_name
from graders.pages.page_blocks import component, note, table
from graders.pages.svg import bar

_CARD = {
    "component": "",
    "exploitability": "number",
    "": "bar",
    "families paid": "number",
    "most gainful": "text",
    "right answers refused": "number",
}

PAID = 0.1
"""A mutant counts as paid when it gets at least so much more than it deserves: below that, likeness is noise. A right
answer counts as refused when it gets so much less than the reference."""


MOST_UNSCORED = 0.05
"""Where a larger share of the mutants of a component could not be scored, nobody can say that it is safe."""


@dataclass(frozen=True, slots=True)
class Example:
    """A mutant that was misjudged: a trick that was paid, or a right answer that was refused.

    Attributes:
        line: The row that it was made of, from 1.
        trick: What it does.
        text: The completion.
        answer: What was read as its answer; None where nothing was.
        reference: The reference answer.
        score: What the component paid.
        deserved: What it deserves.
        why: The component's part of `reward.explain`: outcome, meaning, and what was compared.
    """

    line: int
    trick: str
    text: str
    answer: str | None
    reference: str
    score: float
    deserved: float
    why: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FamilyFigures:
    """One family against one component.

    Attributes:
        meaning: What its tricks do.
        tried: Tricks that were scored.
        unscored: Mutants that could not be, counted apart.
        paid: Mutants that got at least `PAID` more than they deserve.
        excess: The mean of what was paid beyond what is deserved, over the mutants that were scored.
        gain: What the best of its tricks gains on this data: the sum of its excess over the number of cases.
        trick: That trick; None where none gains anything.
        examples: The worst mutants, of different tricks.
        subject: What the family is about, as the families of the library are grouped.
        right: Right answers that were scored.
        refused: Those of them that got at least `PAID` less than the reference does.
        refusals: The worst of them, of different forms.
    """

    meaning: str
    tried: int
    unscored: int
    paid: int
    excess: float
    gain: float
    trick: str | None
    examples: tuple[Example, ...] = ()
    subject: str = ""
    right: int = 0
    refused: int = 0
    refusals: tuple[Example, ...] = ()

    @property
    def is_tried(self) -> bool:
        """Whether the data had a reference to try its tricks on."""
        return self.tried > 0 or (self.unscored > 0 and not self.right)

    @property
    def share(self) -> float:
        """Share of scored tricks that were paid; 0 where none was scored."""
        return self.paid / self.tried if self.tried else 0.0


@dataclass(frozen=True, slots=True)
class ComponentAudit:
    """One component.

    Attributes:
        weight: Its effective weight.
        honest: The mean score of completions that give the reference.
        plain: The mean score of plain wrong answers.
        exploitability: From 0 to 1: what the best trick of all gains on this data; NaN where no trick was scored,
            though there were some.
        families: The figures of each family by name.
        advice: What to change, one sentence.
    """

    weight: float
    honest: float
    plain: float
    exploitability: float
    families: dict[str, FamilyFigures]
    advice: str = ""

    def __repr__(self) -> str:
        paid = f"paid were {', '.join(self.holes[:5])}" if self.holes else "no trick was paid"
        return f"<ComponentAudit exploitability {self.exploitability:.3g} of {len(self.families)} families: {paid}>"

    @property
    def is_worth_a_look(self) -> bool:
        """Whether something was paid or refused wrongly, or nothing could be tried."""
        return bool(self.holes or self.refusals or not self.unpaid)

    @property
    def unscored(self) -> float:
        """The share of its mutants that could not be scored; 0 where there was none to try."""
        lost = sum(figures.unscored for figures in self.families.values())
        scored = sum(figures.tried + figures.right for figures in self.families.values())
        return lost / (lost + scored) if lost else 0.0

    @property
    def holes(self) -> list[str]:
        """The families of which a mutant was paid, the most gainful first."""
        paid = [name for name, figures in self.families.items() if figures.paid]
        return sorted(paid, key=lambda name: -self.families[name].gain)

    @property
    def refusals(self) -> list[str]:
        """The families of which a right answer was refused, the one with the most first."""
        refused = [name for name, figures in self.families.items() if figures.refused]
        return sorted(refused, key=lambda name: -self.families[name].refused)

    def by_subject(self, names: Iterable[str]) -> dict[str, list[str]]:
        """Families by their subject, both in the order of the names."""
        grouped: dict[str, list[str]] = {}
        for name in names:
            grouped.setdefault(self.families[name].subject, []).append(name)
        return grouped

    @property
    def unpaid(self) -> list[str]:
        """The families whose tricks were tried and not paid."""
        tried = ((name, figures) for name, figures in self.families.items() if figures.tried)
        return [name for name, figures in tried if not figures.paid]


def _card_row(called: str, one: ComponentAudit) -> list[Child]:
    """A component in the card of an audit."""
    paid = f"{count(len(one.holes))} of {count(len(one.holes) + len(one.unpaid))}"
    refused = count(sum(figures.refused for figures in one.families.values()))
    best = ", ".join(map(short_name, one.holes[:3])) or DASH
    return [component(short_name(called)), figure(one.exploitability), bar(one.exploitability), paid, best, refused]


def _advised(called: str, one: ComponentAudit) -> str:
    return f"{short_name(called)}: {one.advice[:400]}"


@dataclass(frozen=True, slots=True)
class Audit:
    """How far a reward can be gamed.

    Attributes:
        source: The data.
        signature: The reward's signature.
        seed: What the sample was drawn with.
        cases: How many rows were drawn.
        seen, passed_over: How many completions the data has, and how many of them could not be used.
        mutants: How many mutants were tried.
        components: The figures of each component by name.
    """

    source: str
    signature: str
    seed: int
    cases: int
    seen: int
    passed_over: int
    mutants: int
    components: dict[str, ComponentAudit]

    @property
    def exploitability(self) -> float:
        """The highest of all components: 0 where nothing could be gamed, 1 where a trick buys everything.

        NaN where no component could be tried; `untried` names those that could not.
        """
        return self.components[self.worst].exploitability

    def __repr__(self) -> str:
        tried = f"{self.mutants:,} mutants of {self.cases:,} completions"
        worst = f"exploitability {self.exploitability:.3g} ({short_name(self.worst)})"
        return f"<Audit of {short_name(self.source)}: {worst}; {tried}>"

    def _repr_html_(self) -> str:
        found = sorted(self.components.items(), key=lambda item: -np.nan_to_num(item[1].exploitability, nan=-1))
        parts = [_card_row(called, one) for called, one in found[:SHOWN]]
        said = [element("li", _advised(called, one)) for called, one in found[:SHOWN] if one.is_worth_a_look]
        return notebook_card(
            "reward audit",
            f"Exploitability {figure(self.exploitability)} ({short_name(self.worst)})",
            table(f"{count(self.mutants)} mutants of {count(self.cases)} completions", _CARD, parts, kind="plain"),
            element("ul", said, class_="alarms") if said else None,
            note(f"From 0 (nothing could be gamed) to 1. Data: {short_name(self.source)}, seed {self.seed}."),
        )

    @property
    def worst(self) -> str:
        """The component that has it."""
        return max(self.components, key=lambda name: np.nan_to_num(self.components[name].exploitability, nan=-1.0))

    @property
    def untried(self) -> dict[str, float]:
        """The components of which too many mutants could not be scored, with their share."""
        shares = {name: one.unscored for name, one in self.components.items()}
        return {name: share for name, share in shares.items() if share > MOST_UNSCORED}

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        document = asdict(self)
        document["exploitability"], document["untried"] = self.exploitability, self.untried
        for name, one in self.components.items():
            document["components"][name]["holes"] = one.holes
            document["components"][name]["refusals"] = one.refusals
            for family, figures in one.families.items():
                document["components"][name]["families"][family]["share"] = figures.share
        return document
