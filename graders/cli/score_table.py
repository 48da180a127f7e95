"""The summary of a scored file as tables for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan

from rich.console import Console

from graders.cli.plain_table import fits, plain_table, print_lines
from graders.figures.alarms import Alarm
from graders.figures.diagnostics import ComponentFigures, Diagnostics, GroupFigures
from graders.offline.results.summary import Accuracy, Summary
from graders.pages.formatting import counted
from graders.reward.components import NEGLIGIBLE

_FIGURES = "component|weight|mean|std|at 1|unscored"

MAX_ALARMS = 5
"""So many alarms are printed."""


def print_summary(
    summary: Summary,
    figures: Diagnostics,
    accuracy: Accuracy | None,
    news: Sequence[str],
    *,
    to_stderr: bool = False,
    console: Console | None = None,
    first_error: bool = True,
) -> None:
    """Print the figures of components, groups and labels.

    Args:
        summary: What was scored.
        figures: Its figures.
        accuracy: Its agreement with labels; None where there are none.
        news: What to make of it, before the figures.
        to_stderr: Print on standard error.
        console: Where else to print.
        first_error: Whether to say what is wrong with the first row that can't be read.
    """
    console = console or Console(stderr=to_stderr, highlight=False, soft_wrap=not to_stderr)
    rows = [[name, f"{one.weight:.4g}", *_shares(one), _outcomes(one)] for name, one in figures.components.items()]
    of_rewards = ["reward", "", *_shares(figures), ""]
    lines = list(_lines(summary, figures, accuracy, first_error=first_error))
    table = plain_table(_FIGURES, [*rows, of_rewards], last="outcomes")
    if not fits(table, console):
        told = [f"{row[0]}: {row[-1]}" for row in rows if row[-1]]
        table, lines = plain_table(_FIGURES, [row[:-1] for row in [*rows, of_rewards]]), ["", *told, *lines]
    table.rows[-1].style = "bold"
    print_lines(console, [*news, ""] if news else [])
    console.print(table)
    print_lines(console, lines)


def _outcomes(figures: ComponentFigures) -> str:
    if figures.weight < NEGLIGIBLE:
        return "not paid"
    return ", ".join(f"{name} {rows:,}" for name, rows in figures.outcomes.items())


def _shares(figures: ComponentFigures | Diagnostics) -> list[str]:
    means = (_figure(value, ".3f") for value in (figures.mean, figures.std))
    return [*means, *(_figure(share, ".1%") for share in (figures.saturated, figures.unscored))]


def _figure(value: float, form: str) -> str:
    """A figure as text; a dash where it has no value."""
    return "-" if isnan(value) else format(value, form)


def _lines(summary: Summary, figures: Diagnostics, accuracy: Accuracy | None, *, first_error: bool) -> Iterator[str]:
    rows, errors = figures.rows, summary.errors
    scored = f"{rows:,} completion{'' if rows == 1 else 's'} scored"
    yield f"\n{scored}, {errors:,} row{'' if errors == 1 else 's'} that can't be read"
    if first_error and summary.first_error:
        yield f"  the first: {summary.first_error}"
    if figures.groups is not None and figures.groups.count < figures.rows:
        yield _group_line(figures.groups)
        yield from _share_line(figures)
    yield from _alarm_lines(figures.alarms)
    if accuracy is not None:
        yield _accuracy_line(accuracy)


def _alarm_lines(alarms: Sequence[Alarm]) -> Iterator[str]:
    for alarm in alarms[:MAX_ALARMS]:
        yield f"alarm {alarm.kind}: {alarm.sentence}; completions {_rows(alarm)}"
    if len(alarms) > MAX_ALARMS:
        yield f"and {counted(len(alarms) - MAX_ALARMS, 'more alarm')}"


def _group_line(groups: GroupFigures) -> str:
    several = f"{counted(groups.count, 'group')}, {groups.zero_variance:,} of zero variance"
    kinds = f"{groups.all_right:,} all right, {groups.all_wrong:,} all wrong, {groups.tied:,} tied"
    return f"{several} (all rewards equal, no gradient): {kinds}"


def _share_line(figures: Diagnostics) -> Iterator[str]:
    """Which component makes the differences within groups, which is what a trainer learns from."""
    shares = {name: one.variance_share for name, one in figures.components.items() if not isnan(one.variance_share)}
    if shares:
        parts = ", ".join(f"{name} {share:.1%}" for name, share in shares.items())
        beyond = any(not 0 <= share <= 1 for share in shares.values())
        why = " (components that move against each other have shares below 0 and above 100 %)" if beyond else ""
        yield f"shares of the variance within groups: {parts}{why}"


def _rows(alarm: Alarm) -> str:
    return ", ".join(str(row + 1) for row in alarm.rows[:8]) + (", ..." if alarm.count > 8 else "")


def _accuracy_line(accuracy: Accuracy) -> str:
    shares = {name: _figure(getattr(accuracy, name), ".4f") for name in ("accuracy", "precision", "recall")}
    return (
        f"against {counted(accuracy.rows, 'label')}: accuracy {shares['accuracy']}, precision {shares['precision']} "
        f"({accuracy.false_positives} paid wrongly), recall {shares['recall']} "
        f"({accuracy.false_negatives} refused wrongly)"
    )
