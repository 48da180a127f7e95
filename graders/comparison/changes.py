"""What a comparison found, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from graders.pages.formatting import DASH, count, figure
from graders.pages.html import Child
from graders.pages.notebook import SHOWN, notebook_card, short_name
from graders.pages.page_blocks import component, figures, note, table


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean difference, B minus A, over the completions that both sides scored.

    Attributes:
        rows: How many these are.
        a, b: The mean of either side over them; NaN where there is none.
        mean: Their difference.
        low, high: Its bootstrap interval of 95 %, groups drawn as wholes; NaN with fewer than two groups.
        up, down: In how many groups the mean rises and falls.
        p_value: The exact two-sided sign test of these.
    """

    rows: int
    a: float
    b: float
    mean: float
    low: float
    high: float
    up: int
    down: int
    p_value: float


@dataclass(frozen=True, slots=True)
class Flips:
    """Completions whose verdict changes. Right is a score of at least one half.

    Attributes:
        gained: Wrong in A, right in B.
        lost: Right in A, wrong in B.
        newly_unscored: Scored in A, not in B: never counted as wrong.
        newly_scored: The reverse.
    """

    gained: int
    lost: int
    newly_unscored: int
    newly_scored: int


@dataclass(frozen=True, slots=True)
class Change:
    """The reward, or one component, on both sides."""

    difference: Difference
    flips: Flips


@dataclass(frozen=True, slots=True)
class AccuracyChange:
    """Agreement with labels, over the labelled completions that both sides scored.

    Attributes:
        difference: Of the accuracies.
        mended, broken: How many completions only B, and only A, gets right by the label.
        a, b: The confusion of either side: true_positives, false_positives, true_negatives, false_negatives.
    """

    difference: Difference
    mended: int
    broken: int
    a: Mapping[str, int]
    b: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ChangedGroup:
    """A group whose mean reward changed, over its completions that both sides scored.

    Attributes:
        line: The output row of its first completion in A, from 0.
        size: How many completions it has.
        mean_a, mean_b: Its mean reward on either side.
        prompt: Its prompt.
        example: Its completion whose reward changed most.
    """

    line: int
    size: int
    mean_a: float
    mean_b: float
    prompt: str
    example: ChangedRow | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class GroupChanges:
    """Groups: the completions of one prompt.

    Attributes:
        count: How many there are.
        up, down, level: In how many the mean reward rises, falls, and stays; of the rest nothing is known.
        teaching_a, teaching_b: How many have an advantage on either side: two rewards that differ.
        largest: The groups whose mean changes most, either way; of equal ones the first in the file.
    """

    count: int
    up: int
    down: int
    level: int
    teaching_a: int
    teaching_b: int
    largest: tuple[ChangedGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A completion whose reward changed.

    Attributes:
        line_a, line_b: Its output row on either side, from 0.
        position: Its place within a row that holds a group.
        reward_a, reward_b: Its rewards; None where unscored.
        prompt, reference, completion: Its text, as written.
        answer_a, answer_b: What was read as its answer.
        components: Score and outcome of each component on both sides.
        label: 0 or 1; None where there is none.
    """

    line_a: int
    line_b: int
    position: int
    reward_a: float | None
    reward_b: float | None
    prompt: str
    reference: str
    completion: str
    answer_a: str | None
    answer_b: str | None
    components: Mapping[str, Mapping[str, Any]]
    label: int | None = None


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    """Completions of which a component gave one outcome in A and another in B.

    Attributes:
        component_a, component_b: The component on either side: of one name, or the one that took its place.
        a, b: The outcomes.
        count: How many completions.
        example: The first of them; None where no rows are shown.
    """

    component_a: str
    component_b: str
    a: str
    b: str
    count: int
    example: ChangedRow | None = None


_CARD = {"score": ""} | dict.fromkeys(
    ("A", "B", "difference", "95 % interval", "wrong → right", "right → wrong", "p"), "number"
)


def _card_row(called: str, one: Difference, flips: Flips | None) -> list[Child]:
    """A score in the card of a comparison."""
    turned = (DASH, DASH) if flips is None else (count(flips.gained), count(flips.lost))
    interval = f"{figure(one.low, '+.3f')} to {figure(one.high, '+.3f')}"
    means = figure(one.a), figure(one.b), figure(one.mean, "+.3f")
    return [component(short_name(called)), *means, interval, *turned, figure(one.p_value, ".2g")]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two scored files of the same rows.

    Attributes:
        a, b: Their paths.
        pairs: How many completions stand on both sides.
        only_a, only_b: Completions where the other side has an error row.
        errors_a, errors_b: Error rows of either side.
        reward: The reward, B against A.
        components: Each component that both have.
        components_only_a, components_only_b: The names of those that one has alone.
        groups: The groups; None where no row shares its prompt with another.
        accuracy: Against labels; None where there are none.
        falls, rises: The completions whose reward changes most, either way.
        notes: What else a reader must know.
        outcomes: Which outcomes became which, the most frequent change first.
    """

    a: str
    b: str
    pairs: int
    only_a: int
    only_b: int
    errors_a: int
    errors_b: int
    reward: Change
    components: dict[str, Change]
    components_only_a: tuple[str, ...]
    components_only_b: tuple[str, ...]
    groups: GroupChanges | None
    accuracy: AccuracyChange | None
    falls: tuple[ChangedRow, ...]
    rises: tuple[ChangedRow, ...]
    notes: tuple[str, ...]
    outcomes: tuple[OutcomeChange, ...] = ()

    def __repr__(self) -> str:
        one = self.reward.difference
        means = f"mean reward {one.a:.4g} -> {one.b:.4g}"
        return f"<Comparison of {short_name(self.a)} with {short_name(self.b)}: {self.pairs:,} completions, {means}>"

    def _repr_html_(self) -> str:
        named = {"reward": self.reward, **dict(list(self.components.items())[:SHOWN])}
        rows = [_card_row(called, one.difference, one.flips) for called, one in named.items()]
        if self.accuracy is not None:
            rows.insert(0, _card_row("accuracy", self.accuracy.difference, None))
        one = self.reward.difference
        return notebook_card(
            "comparison",
            f"Mean reward {figure(one.a)} → {figure(one.b)} ({figure(one.mean, '+.3f')})",
            table(f"{count(self.pairs)} completions that both have", _CARD, rows, kind="plain"),
            figures([("A", short_name(self.a)), ("B", short_name(self.b))]),
            [note(said[:400]) for said in self.notes[:SHOWN]],
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return asdict(self)
