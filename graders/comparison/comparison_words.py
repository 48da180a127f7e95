"""A comparison in sentences and figures, as the page and a terminal say them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isnan
from typing import Any

from graders.comparison.changes import (
    AccuracyChange,
    Change,
    ChangedGroup,
    ChangedRow,
    Comparison,
    Difference,
    GroupChanges,
)
from graders.pages.formatting import count, figure, percent


def verdict(found: Comparison) -> str:
    """What changed, labels first."""
    if not found.reward.difference.rows:
        return "No completion was scored on both sides."
    first = _accuracy_verdict(found.accuracy) if found.accuracy else _flip_verdict(found)
    return f"{first} {_reward_verdict(found)}".strip()


def _accuracy_verdict(change: AccuracyChange) -> str:
    one = change.difference
    moved = f"The accuracy {_way(one)} from {percent(one.a)} to {percent(one.b)}"
    if not one.mean:
        moved = f"The accuracy stays at {percent(one.a)}"
    return f"{moved}: {count(change.mended)} verdicts mended, {count(change.broken)} broken."


def _flip_verdict(found: Comparison) -> str:
    flips = found.reward.flips
    if not flips.gained and not flips.lost:
        return ""
    return f"{count(flips.gained)} completions turn right and {count(flips.lost)} turn wrong."


def _reward_verdict(found: Comparison) -> str:
    change = found.reward.difference
    if not change.up and not change.down and not change.mean:
        return f"The rewards of all {change.rows:,} completions are equal."
    if not change.mean:
        return f"The mean reward stays at {figure(change.a, '.4f')}."
    moved = f"from {figure(change.a, '.4f')} to {figure(change.b, '.4f')}"
    return f"The mean reward {_way(change)} by {abs(change.mean):.4f}, {moved}{_significance(change)}."


def _way(one: Difference) -> str:
    return "rises" if one.mean > 0 else "falls"


def _significance(one: Difference) -> str:
    """What the interval says of a difference."""
    if isnan(one.low):
        return ""
    sure = one.low > 0 or one.high < 0
    return "" if sure else ", which is not significant: the 95\u00a0% interval includes 0"


def counts(found: Comparison) -> dict[str, str]:
    """How many completions were compared, and what is counted apart."""
    named = {
        "completions compared": found.pairs,
        "error rows in A": found.errors_a,
        "error rows in B": found.errors_b,
        "completions only in A": found.only_a,
        "completions only in B": found.only_b,
    }
    return {name: f"{count:,}" for name, count in named.items() if count or name == "completions compared"}


def notes(found: Comparison) -> Iterable[str]:
    """What else a reader must know."""
    alone = {"A": found.components_only_a, "B": found.components_only_b}
    if any(alone.values()):
        yield "; ".join(f"only in {side}: {', '.join(names)}" for side, names in alone.items() if names)
    yield from found.notes


def groups_line(groups: GroupChanges) -> str:
    """What happens to groups, in two sentences."""
    return (
        f"{groups.count:,} groups: the mean reward rises in {groups.up:,}, falls in {groups.down:,} and stays "
        f"in {groups.level:,}. Rewards differ within {groups.teaching_a:,} groups in A and {groups.teaching_b:,} in B: "
        "the others give no gradient."
    )


def accuracy_line(change: AccuracyChange) -> str:
    """What happens to the accuracy, one sentence."""
    one = change.difference
    return (
        f"Against {one.rows:,} labels: accuracy {one.a:.4f} in A and {one.b:.4f} in B, a difference of "
        f"{one.mean:+.4f} {interval(one)}; {change.mended:,} verdicts mended, {change.broken:,} broken."
    )


def interval(one: Difference) -> str:
    """The interval in brackets; a dash where there is none."""
    return "–" if isnan(one.low) else f"[{one.low:+.4f}, {one.high:+.4f}]"


def p_value(one: Difference) -> str:
    """The p value of the sign test."""
    return f"{one.p_value:.3g}" if one.p_value else "<1e-300"


def cells(name: str, change: Change) -> list[str]:
    """The figures of a change as text, in the order of a terminal's table."""
    one, flips = change.difference, change.flips
    changed = (flips.gained, flips.lost, flips.newly_unscored, flips.newly_scored)
    means = figure(one.a, ".4f"), figure(one.b, ".4f"), figure(one.mean, "+.4f")
    return [name, count(one.rows), *means, interval(one), *map(count, changed), ways(one), p_value(one)]


def ways(one: Difference) -> str:
    """In how many groups the mean rises and falls."""
    return f"{count(one.up)} / {count(one.down)}"


def group_line(one: ChangedGroup) -> str:
    """A group whose mean reward changed, without its prompt."""
    return f"group from row {one.line + 1}, {one.size} completions: {one.mean_a:.4f} → {one.mean_b:.4f}"


def place(row: ChangedRow) -> str:
    """Where a completion is: its output row, from 1, and its place in a group."""
    line = str(row.line_a + 1) if row.line_a == row.line_b else f"{row.line_a + 1} of A, {row.line_b + 1} of B"
    return line if not row.position else f"{line}, completion {row.position + 1}"


def outcomes(one: Mapping[str, Any]) -> str:
    """Score and outcome of a component on both sides."""
    return " → ".join(_side(one))


def _side(one: Mapping[str, Any]) -> Iterator[str]:
    for side in "ab":
        yield f"{shown(one[f'score_{side}'])} {one[f'outcome_{side}']}" if f"score_{side}" in one else "absent"


def shown(value: float | None) -> str:
    """A score; a word where there is none."""
    return "unscored" if value is None else f"{value:.4g}"
