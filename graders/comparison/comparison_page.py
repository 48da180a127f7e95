"""A comparison as an HTML page that stands alone."""

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
from graders.pages.document import document, page_header
from graders.pages.excerpt import WHOLE, cut
from graders.pages.formatting import count, figure
from graders.pages.html import Child, Markup, element
from graders.pages.page_blocks import PageSection, Tile, card, cards, figures, note, table, tiles, written

COLUMNS = {"score": ""} | dict.fromkeys(
    (
        "completions",
        "A",
        "B",
        "difference",
        "95 % interval",
        "wrong → right",
        "right → wrong",
        "newly unscored",
        "newly scored",
        "groups up / down",
        "sign test p",
    ),
    "number",
)

_SIDE = {"side": ""} | dict.fromkeys(("paid, right", "paid, wrong", "refused, wrong", "refused, right"), "number")

_SHORT = (40, 40)
"""Characters of an answer and of a reference in a line."""

_GROUP = {"group from": "", "prompt": "text"} | dict.fromkeys(("completions", "A", "B", "difference"), "number")


def page(found: Comparison, sentence: str | None = None) -> str:
    """The page as text.

    Args:
        found: The comparison.
        sentence: Why B is a regression; None where it is none.
    """
    title = "Comparison of two scored files"
    header = page_header(
        "comparison",
        title,
        element("p", verdict(found), class_="verdict"),
        element("p", f"Regression: {sentence}", class_="alert") if sentence else None,
        tiles(_tiles(found)),
        figures({"A": found.a, "B": found.b, **counts(found)}.items(), "facts long"),
        [note(said) for said in notes(found)],
    )
    return document(title, header, list(_sections(found)))


def _tiles(found: Comparison) -> Iterator[Tile]:
    named = {"mean reward": found.reward} | ({"accuracy": found.accuracy} if found.accuracy else {})
    for name, change in named.items():
        one = change.difference
        tone = "danger" if one.high < 0 else None
        yield name, f"{figure(one.a)} → {figure(one.b)}", f"{figure(one.mean, '+.4f')} {interval(one)}", tone
    lost, scored = found.reward.flips.newly_unscored, found.reward.flips.newly_scored
    yield "newly unscored", count(lost), f"{count(scored)} newly scored", "warn" if lost else None


def _sections(found: Comparison) -> Iterator[PageSection]:
    yield PageSection("differences", "Differences", "Differences", _changes(found))
    if found.accuracy:
        yield PageSection("accuracy", "Accuracy", "Accuracy", _accuracy(found.accuracy))
    if found.groups:
        yield PageSection("groups", "Groups", "Groups", _groups(found.groups))
    for way, rows in (("falls", found.falls), ("rises", found.rises)):
        shown = cards(map(_row, rows), "cards plain") if rows else element("p", "none")
        yield PageSection(way, way.capitalize(), f"Largest {way}", shown)


def verdict(found: Comparison) -> str:
    """The result in one sentence."""
    change = found.reward.difference
    if not change.rows:
        return "No completion was scored on both sides."
    if not change.up and not change.down and not change.mean:
        return f"The rewards of all {change.rows:,} completions are equal."
    sure = not isnan(change.low) and (change.low > 0 or change.high < 0)
    how = "" if sure else ", which may be chance"
    way = "rises" if change.mean > 0 else "falls" if change.mean < 0 else "stays"
    return f"The mean reward {way} by {abs(change.mean):.4f}, from {change.a:.4f} to {change.b:.4f}{how}."


def counts(found: Comparison) -> dict[str, str]:
    """How many completions were compared, and what stands apart."""
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
    if found.components_only_a:
        yield f"only in A: {', '.join(found.components_only_a)}"
    if found.components_only_b:
        yield f"only in B: {', '.join(found.components_only_b)}"
    yield from found.notes


def groups_line(groups: GroupChanges) -> str:
    """What happens to groups, one sentence."""
    return (
        f"{groups.count:,} groups: the mean reward rises in {groups.up:,}, falls in {groups.down:,} and stays "
        f"in {groups.level:,}; {groups.teaching_a:,} have an advantage in A and {groups.teaching_b:,} "
        "in B."
    )


def accuracy_line(change: AccuracyChange) -> str:
    """What happens to the accuracy, one sentence."""
    one = change.difference
    return (
        f"Against {one.rows:,} labels: accuracy {one.a:.4f} in A and {one.b:.4f} in B, a difference of "
        f"{one.mean:+.4f} {interval(one)}; {change.mended:,} completions mended, {change.broken:,} "
        "broken."
    )


def interval(one: Difference) -> str:
    """The interval in brackets; a dash where there is none."""
    return "–" if isnan(one.low) else f"[{one.low:+.4f}, {one.high:+.4f}]"


def cells(name: str, change: Change) -> list[str]:
    """The figures of a change as text, in the order of `COLUMNS`."""
    one, flips = change.difference, change.flips
    changed = (flips.gained, flips.lost, flips.newly_unscored, flips.newly_scored)
    means = figure(one.a, ".4f"), figure(one.b, ".4f"), figure(one.mean, "+.4f")
    ways = f"{count(one.up)} / {count(one.down)}"
    p_value = f"{one.p_value:.3g}" if one.p_value else "<1e-300"
    return [name, count(one.rows), *means, interval(one), *map(count, changed), ways, p_value]


def _changes(found: Comparison) -> Markup:
    rows = [cells("reward", found.reward), *(cells(name, change) for name, change in found.components.items())]
    return table("B minus A over the completions that both scored", COLUMNS, rows, kind="wide")


def _accuracy(change: AccuracyChange) -> list[Markup]:
    names = ("true_positives", "false_positives", "true_negatives", "false_negatives")
    rows = [[letter, *(count(side[name]) for name in names)] for letter, side in (("A", change.a), ("B", change.b))]
    return [element("p", accuracy_line(change)), table("Labels against verdicts", _SIDE, rows)]


def _groups(groups: GroupChanges) -> list[Markup]:
    said = element("p", groups_line(groups))
    if not groups.largest:
        return [said]
    return [said, table("The groups whose mean reward changes most", _GROUP, map(_group_row, groups.largest))]


def _group_row(one: ChangedGroup) -> list[Child]:
    means = f"{one.mean_a:.4f}", f"{one.mean_b:.4f}", f"{one.mean_b - one.mean_a:+.4f}"
    return [f"row {one.line + 1}", cut(one.prompt, WHOLE), count(one.size), *means]


def group_line(one: ChangedGroup) -> str:
    """A group whose mean reward changed, without its prompt."""
    return f"group from row {one.line + 1}, {one.size} completions: {one.mean_a:.4f} → {one.mean_b:.4f}"


def _row(row: ChangedRow) -> Markup:
    said = element(
        "span",
        element("span", f"row {place(row)}", class_="place"),
        f": {shown(row.reward_a)} → {shown(row.reward_b)}: ",
        cut(row.answer_a or "no answer", _SHORT),
        " for ",
        cut(row.reference, _SHORT),
    )
    answers = {"answer": row.answer_a}
    if row.answer_a != row.answer_b:
        answers = {"answer in A": row.answer_a, "answer in B": row.answer_b}
    facts: dict[str, Child] = {"reference": cut(row.reference, WHOLE)}
    facts |= {name: "none" if answer is None else cut(answer, WHOLE) for name, answer in answers.items()}
    facts |= {name: outcomes(one) for name, one in row.components.items()}
    texts = written("prompt", cut(row.prompt, WHOLE)), written("completion", cut(row.completion, WHOLE))
    return card(said, *texts, figures(facts.items(), "facts long"))


def place(row: ChangedRow) -> str:
    """Where a completion stands: its output row, from 1, and its place in a group."""
    line = str(row.line_a + 1) if row.line_a == row.line_b else f"{row.line_a + 1} of A, {row.line_b + 1} of B"
    return line if not row.position else f"{line}, completion {row.position + 1}"


def outcomes(one: Mapping[str, Any]) -> str:
    """Score and outcome of a component on both sides."""
    parts = [
        f"{shown(one[f'score_{side}'])} {one[f'outcome_{side}']}" if f"score_{side}" in one else "absent"
        for side in "ab"
    ]
    return " → ".join(parts)


def shown(value: float | None) -> str:
    """A score; a word where there is none."""
    return "unscored" if value is None else f"{value:.4g}"
