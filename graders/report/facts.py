"""What a report says, before it is laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.completion.parse import Layout
from graders.figures.diagnostics import Diagnostics
from graders.offline.reading.row_texts import RowTexts
from graders.offline.results.summary import Accuracy
from graders.offline.scored import ScoredRows
from graders.reward.explanation import Explanation
from graders.vocabulary.outcome import Outcome


@dataclass(frozen=True, eq=False)
class Agreement:
    """The labels against what was paid.

    Attributes:
        accuracy: The counts. A row is paid where its graders' weighted mean is at least one half.
        paid_wrongly: The rows labelled wrong that are paid, highest reward first: what can be gamed.
        refused_wrongly: The rows labelled right that are not paid, lowest reward first: lost signal.
    """

    accuracy: Accuracy
    paid_wrongly: NDArray[np.intp]
    refused_wrongly: NDArray[np.intp]


@dataclass(frozen=True, eq=False, kw_only=True)
class ShownRow(RowTexts):
    """A completion that the report shows, with its texts.

    Attributes:
        row: Its number among the completions, from 0.
        place: The output row it stands in, and which completion of it, for people.
        group: The number of its group.
        reward: None where it is unscored.
        label: 0 or 1; None where there is none.
        scores: The score of each component, NaN where unscored.
        outcomes: The outcome of each.
        length: Characters of the answer; None where there is none.
        reasons: Why it is shown, the names of `graders.report.strata` in their order.
        explanation: The reward taken apart; None where no reward was there to do it.
    """

    row: int
    place: str
    group: int
    reward: float | None
    label: int | None
    scores: dict[str, float]
    outcomes: dict[str, Outcome]
    length: int | None
    reasons: tuple[str, ...]
    explanation: Explanation | None

    @property
    def anchor(self) -> str:
        """The id of its place on the page."""
        return f"row-{self.row}"

    @property
    def scores_otherwise(self) -> bool:
        """Whether the reward at hand gives it another reward than the file says."""
        if self.explanation is None:
            return False
        now = self.explanation["reward"]
        if now is None or self.reward is None:
            return now is not self.reward
        return bool(abs(now - self.reward) > 1e-9)


@dataclass(frozen=True)
class RewardFacts:
    """What is known of the reward.

    Attributes:
        weights: The effective weight of each component; None where nobody says.
        signature: What makes two numbers comparable; None where nobody says.
        definition: The JSON it was made of.
        versions: Of the libraries that scored.
        weaknesses: What it can be gamed by, as loading it says.
        tags: The names of the two blocks of a completion.
        layout: How completions are laid out.
        why_not_explained: Why rows can't be taken apart; None where they are.
    """

    weights: Mapping[str, float] | None
    signature: str | None
    definition: Mapping[str, Any] | None
    versions: Mapping[str, str]
    weaknesses: tuple[str, ...]
    tags: tuple[str, ...]
    layout: Layout
    why_not_explained: str | None


@dataclass(frozen=True, eq=False)
class Facts:
    """Everything that a section may say.

    Attributes:
        title: Of the report.
        source: What was scored, as people know it.
        scored: All rows as arrays.
        reward: What is known of the reward.
        diagnostics: Figures and alarms. Where no weights are known, those that need any have no value.
        agreement: The labels against what was paid; None without labels.
        sample: The rows that are shown, in the order of the file.
        seed: The seed that drew the sample.
        left_out: How many rows of the sample had no room on the page.
    """

    title: str
    source: str
    scored: ScoredRows
    reward: RewardFacts
    diagnostics: Diagnostics
    agreement: Agreement | None
    sample: tuple[ShownRow, ...]
    seed: int
    left_out: int = 0

    def __repr__(self) -> str:
        return f"<Facts of {self.source[:80]!r}: {len(self.scored):,} completions, {len(self.sample):,} of them shown>"

    @cached_property
    def shown(self) -> dict[int, ShownRow]:
        """The rows of the sample by their number."""
        return {one.row: one for one in self.sample}

    @cached_property
    def has_groups(self) -> bool:
        """Whether any prompt has several completions."""
        groups = self.diagnostics.groups
        return groups is not None and 0 < groups.count < len(self.scored)
