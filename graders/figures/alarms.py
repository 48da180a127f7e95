"""Alarms: what a batch shows that a person should look at, with the rows that raised it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graders.completion.unread_layouts import remedy
from graders.figures.noted_rows import FirstRows
from graders.figures.running_figures import OVERPULL, RunningFigures
from graders.vocabulary.outcome import PROVOKED

MIN_GROUPS = 4
"""Fewer groups raise no alarm: a share of them says little."""

MIN_ROWS = 16
"""Fewer scored rows raise no alarm."""

DEAD_GROUPS = 0.5
"""A larger share of groups without any advantage is an alarm."""

FORMAT_GROUPS = 0.25
"""A larger share of groups in which the format alone decides is an alarm."""

LIGHT = 0.5
"""A component that pulls so hard is no alarm where its weight is at least this share of its pull."""

UNSCORED_ROWS = 0.05
"""A larger share of rows without a reward is an alarm."""

UNREAD_ROWS = 0.05
"""A larger share of completions in which no answer is found, or which are cut off before it, is an alarm."""

REFUSED_RIGHT = 0.05
"""A larger share of the completions labelled right that are refused is an alarm."""

PROVOKED_ROWS = 0.05
"""A larger share of answers that drove a judge to fail is an alarm."""

LENGTH_CORRELATION = 0.7
"""A stronger correlation of answer length with the reward within groups is an alarm."""

LONG = 0.9
"""That alarm names the answers at or above this quantile of length."""

KINDS = (
    "unscored",
    "provoked",
    "refused_right",
    "no_answer",
    "truncated",
    "zero_variance",
    "format_decides",
    "overpull",
    "constant",
    "length",
)
"""Every kind of alarm, the worst news first."""


@dataclass(frozen=True)
class Alarm:
    """Something to look at.

    Attributes:
        kind: One of `KINDS`.
        sentence: What was found, and what it means.
        rows: The rows that raised it, from 0, the first `noted_rows.MAX_ROWS` of them.
        count: How many rows raised it.
    """

    kind: str
    sentence: str
    rows: tuple[int, ...]
    count: int


def worst_first(alarms: Iterable[Alarm]) -> list[Alarm]:
    """Alarms in the order of `KINDS`."""
    return sorted(alarms, key=lambda alarm: KINDS.index(alarm.kind))


def group_alarms(figures: RunningFigures, pulls: Mapping[str, float]) -> Iterator[Alarm]:
    """Alarms about groups: no advantage, the format decides, a component pulls beyond its weight.

    Args:
        figures: The figures of rows.
        pulls: Each component's mean share of the variance within groups.
    """
    kinds = figures.groups
    groups = kinds["count"]
    if groups < MIN_GROUPS or groups == figures.rows:  # every row alone: nobody said which belong together
        return
    dead = 1 - kinds["teaching"] / groups
    if dead > DEAD_GROUPS:
        found = f"{dead:.0%} of {groups:,} groups have zero variance: no advantage, no gradient"
        yield _alarm(figures, "zero_variance", found)
    decided = kinds["format_decides"] / groups
    if decided > FORMAT_GROUPS:
        yield _alarm(
            figures,
            "format_decides",
            f"in {decided:.0%} of {groups:,} groups every answer is wrong and the "
            "format alone decides: full advantages from it, whatever its weight",
        )
    for name, pull in pulls.items():
        weight = figures.weights[name]
        if pull > OVERPULL and weight < LIGHT * pull:
            yield _alarm(
                figures,
                "overpull",
                f"{name} has a weight of {weight:.3g} and carries {pull:.0%} of the variance within groups",
                name,
            )


def row_alarms(figures: RunningFigures, length_pull: float) -> Iterator[Alarm]:
    """Alarms about rows: unscored ones, provoked judges, unread ones, constant components, length that pays."""
    unscored = figures.rows - figures.scored
    if figures.rows >= MIN_ROWS and unscored > UNSCORED_ROWS * figures.rows:
        yield _alarm(figures, "unscored", f"{unscored / figures.rows:.1%} of {figures.rows:,} rows have no reward")
    if figures.rows >= MIN_ROWS:
        yield from _provoked(figures)
    yield from _unread_alarms(figures)
    if figures.scored < MIN_ROWS:
        return
    for name, value in _constants(figures):
        yield _alarm(
            figures,
            "constant",
            f"{name} is {value:g} in all {figures.scored:,} scored rows: it adds nothing to any advantage",
        )
    if abs(length_pull) > LENGTH_CORRELATION:
        way, far = "longer" if length_pull > 0 else "shorter", figures.long.longest(LONG)
        yield Alarm(
            "length",
            f"within groups {way} answers are paid more (correlation {length_pull:.2f})",
            tuple(far.rows),
            far.count,
        )


def _unread_alarms(figures: RunningFigures) -> Iterator[Alarm]:
    """Alarms about completions of which no answer was read, each with what would mend that."""
    if figures.rows < MIN_ROWS:
        return
    nowhere, cut_off = (figures.noted[kind, None].count for kind in ("no_answer", "truncated"))
    if nowhere > UNREAD_ROWS * figures.rows:
        would_read = remedy(figures.unread, nowhere)
        found = f"no answer is found in {nowhere:,} of {figures.rows:,} completions"
        yield _alarm(figures, "no_answer", f"{found}; {would_read or 'none holds one in another known layout'}")
    if cut_off > UNREAD_ROWS * figures.rows:
        found = f"{cut_off:,} of {figures.rows:,} completions are cut off before their answer"
        yield _alarm(figures, "truncated", f"{found}: generate with a larger max_completion_length")


def refused_right(right: int, refused: FirstRows) -> Alarm | None:
    """The alarm about right answers that are refused; None where few are.

    Args:
        right: How many scored rows are labelled right.
        refused: Those of them that are not paid.
    """
    if right < MIN_ROWS or refused.count <= REFUSED_RIGHT * right:
        return None
    share = f"{refused.count:,} of {right:,} completions that are labelled right are refused"
    sentence = f"{share} (recall {1 - refused.count / right:.3f}): signal that training loses"
    return Alarm("refused_right", sentence, tuple(refused.rows), refused.count)


def _provoked(figures: RunningFigures) -> Iterator[Alarm]:
    """The components whose judge too many answers drove to fail."""
    for name, counts in zip(figures.weights, figures.outcomes, strict=True):
        found = {str(outcome): int(counts[outcome.code]) for outcome in PROVOKED if counts[outcome.code]}
        total = sum(found.values())
        if total > PROVOKED_ROWS * figures.rows:
            kinds = ", ".join(f"{outcome} {count:,}" for outcome, count in found.items())
            yield _alarm(
                figures,
                "provoked",
                f"{total / figures.rows:.1%} of {figures.rows:,} answers drive the judge of {name} to fail ({kinds}), "
                "each a 0: the policy may be learning to; look at them",
                name,
            )


def _constants(figures: RunningFigures) -> Iterator[tuple[str, float]]:
    """The components that have one value in all scored rows, with that value."""
    if figures.whole is not None:
        scored = figures.whole.scored
        for name, least, most in zip(figures.weighted, scored.low[1:], scored.high[1:], strict=True):
            if least >= most:
                yield name, least


def _alarm(figures: RunningFigures, kind: str, sentence: str, component: str | None = None) -> Alarm:
    noted = figures.noted[kind, component]
    return Alarm(kind, sentence, tuple(noted.rows), noted.count)
