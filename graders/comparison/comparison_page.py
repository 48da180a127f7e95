"""A comparison as an HTML page that loads nothing: what changed first, then by how much, then the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan
from pathlib import Path

from graders.comparison.changes import AccuracyChange, Change, ChangedGroup, Comparison, GroupChanges
from graders.comparison.comparison_rows import RowsShown
from graders.comparison.comparison_words import (
    accuracy_line,
    counts,
    groups_line,
    interval,
    notes,
    p_value,
    verdict,
    ways,
)
from graders.comparison.outcome_table import changed_outcomes
from graders.pages.document import document, page_header
from graders.pages.excerpt import PROMPT, cut
from graders.pages.formatting import DASH, count, counted, figure
from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import Cell, PageSection, Tile, component, figures, lead, note, table, tiles

_CHANGE = {"score": ""} | dict.fromkeys(
    ("difference", "p", "95 % interval", "A", "B", "turned right / wrong", "no score / new score", "groups up / down"),
    "number",
)

_SIDE = {"side": ""} | dict.fromkeys(
    ("accuracy", "precision", "recall", "paid, right", "paid, wrong", "refused, right", "refused, wrong"), "number"
)

_GROUP = {"group from": "", "difference": "number", "A": "number", "B": "number", "completions": "number"}


def page(found: Comparison, sentence: str | None = None) -> str:
    """The page as text.

    Args:
        found: The comparison.
        sentence: Why B is a regression; None where it is none.
    """
    shown = RowsShown.of(found)
    header = page_header(
        "comparison",
        title(found),
        element("p", _subject(found), class_="subject"),
        element("p", verdict(found), class_="verdict"),
        element("p", f"Regression: {sentence}", class_="alert") if sentence else None,
        tiles(_tiles(found)),
        [note(said) for said in notes(found)],
    )
    return document(f"{title(found)}: comparison", header, list(_sections(found, shown)), scripted=True)


def title(found: Comparison) -> str:
    """The names of the two files, with their folders where the names are the same."""
    names = [Path(path).name or path for path in (found.a, found.b)]
    return " → ".join((found.a, found.b) if names[0] == names[1] else names)


def _subject(found: Comparison) -> str:
    several = f" in {counted(found.groups.count, 'group')}" if found.groups else ""
    return f"{counted(found.pairs, 'completion')}{several}: A is {found.a}, B is {found.b}."


def _tiles(found: Comparison) -> Iterator[Tile]:
    if found.accuracy:
        yield _mean_tile("accuracy", found.accuracy.difference.a, found.accuracy.difference.b, found.accuracy)
        mended, broken = found.accuracy.mended, found.accuracy.broken
        yield "verdicts mended", count(mended), f"{count(broken)} broken", "danger" if broken > mended else None
    else:
        gained, lost = found.reward.flips.gained, found.reward.flips.lost
        yield "turned right", count(gained), f"{count(lost)} turned wrong", None
    yield _mean_tile("mean reward", found.reward.difference.a, found.reward.difference.b, found.reward)
    yield "sign test", f"p = {p_value(found.reward.difference)}", "of the reward, over groups", None
    lost, scored = found.reward.flips.newly_unscored, found.reward.flips.newly_scored
    yield "newly unscored", count(lost), f"{count(scored)} newly scored", "warn" if lost else None


def _mean_tile(name: str, a: float, b: float, change: Change | AccuracyChange) -> Tile:
    one = change.difference
    return name, f"{figure(a)} → {figure(b)}", f"{figure(one.mean, '+.4f')} {interval(one)}", _tone(one.high)


def _tone(high: float) -> str:
    return "pair danger" if high < 0 else "pair"


def _sections(found: Comparison, shown: RowsShown) -> Iterator[PageSection]:
    yield PageSection("changed", "What changed", "Outcomes that changed", changed_outcomes(found, shown))
    yield PageSection("differences", "Differences", "Differences", _changes(found))
    if found.accuracy:
        yield PageSection("accuracy", "Accuracy", "Accuracy against labels", _accuracy(found.accuracy))
    if found.groups:
        yield PageSection("groups", "Groups", "Groups", _groups(found.groups, shown))
    if shown.rows:
        yield PageSection("rows", "Rows", "Rows", shown.html)
    yield PageSection("provenance", "Provenance", "What was compared", _provenance(found))


def _changes(found: Comparison) -> Markup:
    rows = [_change("reward", found.reward), *(_change(name, change) for name, change in found.components.items())]
    return together(
        table("B minus A, over the completions that both scored", _CHANGE, rows, kind="wide sortable"),
        note(
            "The interval is a bootstrap over whole groups, p an exact sign test of the groups that rise and fall. A "
            "completion that only one side scored is in no mean."
        ),
    )


def _change(name: str, change: Change) -> list[Child | Cell]:
    one, flips = change.difference, change.flips
    return [
        component(name),
        Cell(figure(one.mean, "+.4f"), _key(one.mean), "bad" if one.high < 0 else None),
        Cell(p_value(one), one.p_value),
        interval(one),
        Cell(figure(one.a, ".4f"), _key(one.a)),
        Cell(figure(one.b, ".4f"), _key(one.b)),
        Cell(f"{count(flips.gained)} / {count(flips.lost)}", flips.gained - flips.lost),
        Cell(f"{count(flips.newly_unscored)} / {count(flips.newly_scored)}", flips.newly_unscored),
        Cell(ways(one), one.up - one.down),
    ]


def _key(value: float) -> float:
    return -2.0 if isnan(value) else value


def _accuracy(change: AccuracyChange) -> Markup:
    rows = [_side(letter, side) for letter, side in (("A", change.a), ("B", change.b))]
    return together(lead(accuracy_line(change)), table("Labels against what was paid", _SIDE, rows))


def _side(letter: str, side: Mapping[str, int]) -> list[Child | Cell]:
    names = ("true_positives", "false_positives", "false_negatives", "true_negatives")
    right, wrong, refused, left = (side[name] for name in names)
    shares = _share(right + left, sum(side.values())), _share(right, right + wrong), _share(right, right + refused)
    return [
        letter,
        *shares,
        count(right),
        Cell(count(wrong), tone="bad" if wrong else None),
        *map(count, (refused, left)),
    ]


def _share(part: int, whole: int) -> str:
    return figure(part / whole, ".4f") if whole else DASH


def _groups(groups: GroupChanges, shown: RowsShown) -> Markup:
    rows = (_group_row(one, shown) for one in groups.largest)
    largest = table("The groups whose mean reward changes most", _GROUP | {"prompt": "text"}, rows)
    return together(lead(groups_line(groups)), largest if groups.largest else None)


def _group_row(one: ChangedGroup, shown: RowsShown) -> list[Child | Cell]:
    difference = one.mean_b - one.mean_a
    return [
        Cell(shown.link(one.example, f"row {one.line + 1}"), one.line),
        Cell(f"{difference:+.4f}", difference),
        f"{one.mean_a:.4f}",
        f"{one.mean_b:.4f}",
        count(one.size),
        cut(one.prompt, PROMPT),
    ]


def _provenance(found: Comparison) -> Markup:
    named = {"A": element("code", found.a), "B": element("code", found.b), **counts(found)}
    return figures(named.items(), "facts long")
