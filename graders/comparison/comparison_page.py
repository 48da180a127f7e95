"""A comparison as an HTML page that stands alone."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan

from graders.comparison.changes import (
    AccuracyChange,
    Change,
    ChangedGroup,
    ChangedRow,
    Comparison,
    Difference,
    GroupChanges,
)
from graders.pages.html import Child, Markup, element
from graders.pages.simple_page import cut, document, section, table

_COLUMNS = (
    "score",
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
)


def page(found: Comparison, sentence: str | None = None) -> str:
    """The page as text.

    Args:
        found: The comparison.
        sentence: Why B is a regression; None where it is none.
    """
    return document(
        "Comparison of two scored files",
        element("p", verdict(found), class_="lead"),
        element("p", f"Regression: {sentence}", class_="bad") if sentence else None,
        element("dl", _pairs({"A": found.a, "B": found.b, **counts(found)})),
        [element("p", note, class_="soft") for note in notes(found)],
        section("Differences", _changes(found)),
        _accuracy(found.accuracy) if found.accuracy else None,
        _groups(found.groups) if found.groups else None,
        section("Largest falls", _rows(found.falls)),
        section("Largest rises", _rows(found.rises)),
    )


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
    """The figures of a change as text, in the order of the table's columns."""
    one, flips = change.difference, change.flips
    means = [_figure(one.a, ".4f"), _figure(one.b, ".4f"), _figure(one.mean, "+.4f")]
    return [
        name,
        f"{one.rows:,}",
        *means,
        interval(one),
        f"{flips.gained:,}",
        f"{flips.lost:,}",
        f"{flips.newly_unscored:,}",
        f"{flips.newly_scored:,}",
        f"{one.up:,} / {one.down:,}",
        f"{one.p_value:.3g}" if one.p_value else "<1e-300",
    ]


def _figure(value: float, form: str) -> str:
    return "–" if isnan(value) else format(value, form)


def _changes(found: Comparison) -> Markup:
    rows = [cells("reward", found.reward), *(cells(name, change) for name, change in found.components.items())]
    return table("B minus A over the completions that both scored", _COLUMNS, rows)


def _accuracy(change: AccuracyChange) -> Markup:
    names = ("true_positives", "false_positives", "true_negatives", "false_negatives")
    rows = [[letter, *(f"{side[name]:,}" for name in names)] for letter, side in (("A", change.a), ("B", change.b))]
    heads = ("side", "paid, right", "paid, wrong", "refused, wrong", "refused, right")
    return section("Accuracy", element("p", accuracy_line(change)), table("Labels against verdicts", heads, rows))


def _groups(groups: GroupChanges) -> Markup:
    rows = [
        [
            f"row {one.line + 1}",
            cut(one.prompt),
            f"{one.size:,}",
            f"{one.mean_a:.4f}",
            f"{one.mean_b:.4f}",
            f"{one.mean_b - one.mean_a:+.4f}",
        ]
        for one in groups.largest
    ]
    heads = ("group from", "prompt", "completions", "A", "B", "difference")
    found = table("The groups whose mean reward changes most", heads, rows, texts=2) if rows else None
    return section("Groups", element("p", groups_line(groups)), found)


def group_line(one: ChangedGroup) -> str:
    """A group whose mean reward changed, without its prompt."""
    return f"group from row {one.line + 1}, {one.size} completions: {one.mean_a:.4f} → {one.mean_b:.4f}"


def _rows(rows: Iterable[ChangedRow]) -> list[Markup]:
    return [_row(row) for row in rows] or [element("p", "none")]


def _row(row: ChangedRow) -> Markup:
    answer = cut(row.answer_a or "no answer", 80)
    said = f"row {place(row)}: {shown(row.reward_a)} → {shown(row.reward_b)}: {answer} for {cut(row.reference, 80)}"
    answers: dict[str, Child] = {"answer": row.answer_a}
    if row.answer_a != row.answer_b:
        answers = {"answer in A": row.answer_a, "answer in B": row.answer_b}
    facts = {
        "prompt": cut(row.prompt),
        "reference": cut(row.reference),
        **answers,
        **{name: outcomes(one) for name, one in row.components.items()},
    }
    return element(
        "details", element("summary", said), element("dl", _pairs(facts)), element("pre", cut(row.completion, 1200))
    )


def place(row: ChangedRow) -> str:
    """Where a completion stands: its output row, from 1, and its place in a group."""
    line = str(row.line_a + 1) if row.line_a == row.line_b else f"{row.line_a + 1} of A, {row.line_b + 1} of B"
    return line if not row.position else f"{line}, completion {row.position + 1}"


def outcomes(one: object) -> str:
    """Score and outcome of a component on both sides."""
    if not isinstance(one, dict):
        return ""
    parts = [
        f"{shown(one[f'score_{side}'])} {one[f'outcome_{side}']}" if f"score_{side}" in one else "absent"
        for side in "ab"
    ]
    return " → ".join(parts)


def shown(value: float | None) -> str:
    """A score; a word where there is none."""
    return "unscored" if value is None else f"{value:.4g}"


def _pairs(facts: dict[str, str] | dict[str, Child]) -> list[tuple[Markup, Markup]]:
    return [
        (element("dt", name), element("dd", value if value is not None else "none")) for name, value in facts.items()
    ]
