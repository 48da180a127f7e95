"""A comparison as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graders.cli.plain_table import plain_table, print_lines, quoted, wide_console
from graders.comparison.changes import ChangedRow, Comparison
from graders.comparison.comparison_words import (
    accuracy_line,
    cells,
    counts,
    group_line,
    groups_line,
    notes,
    outcomes,
    place,
    shown,
    verdict,
)

_COLUMNS = "|completions|A|B|difference|95 % interval|gained|lost|newly unscored|newly scored|groups up / down|p"


def print_comparison(found: Comparison) -> None:
    """Print what changed: reward and components, accuracy, groups, the rows that changed most."""
    console = wide_console()
    changes = {"reward": found.reward} | found.components
    table = plain_table(_COLUMNS, (cells(name, change) for name, change in changes.items()))
    table.rows[0].style = "bold"
    console.print(table)
    print_lines(console, _lines(found))


def _lines(found: Comparison) -> Iterator[str]:
    yield f"\n{verdict(found)}"
    yield ", ".join(f"{name} {count}" for name, count in counts(found).items())
    yield from notes(found)
    if found.groups is not None:
        yield groups_line(found.groups)
    if found.accuracy is not None:
        yield accuracy_line(found.accuracy)
    if found.groups is not None and found.groups.largest:
        yield "\nlargest changes of groups"
        yield from (f"  {group_line(one)}: {quoted(one.prompt)}" for one in found.groups.largest)
    yield from _rows("falls", found.falls)
    yield from _rows("rises", found.rises)


def _rows(way: str, rows: Iterable[ChangedRow]) -> Iterator[str]:
    for number, row in enumerate(rows):
        if not number:
            yield f"\nlargest {way}"
        answers = quoted(row.answer_a or "")
        if row.answer_a != row.answer_b:
            answers += f" and {quoted(row.answer_b or '')}"
        changed = {name: one for name, one in row.components.items() if one.get("score_a") != one.get("score_b")}
        why = "; ".join(f"{name} {outcomes(one)}" for name, one in changed.items())
        rewards = f"{shown(row.reward_a)} → {shown(row.reward_b)}"
        yield f"  row {place(row)}: {rewards}: {answers} for {quoted(row.reference)} ({why})"
