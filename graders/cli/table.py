"""The summary of a scored file as tables for people."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from graders.diagnostics import ComponentFigures, Diagnostics, GroupFigures
from graders.offline.summary import Accuracy, Summary


def print_summary(summary: Summary, *, to_stderr: bool = False, console: Console | None = None) -> None:
    """Print the figures of components, groups and labels."""
    console = console or Console(stderr=to_stderr, highlight=False, soft_wrap=not to_stderr)
    figures = summary.diagnostics()
    console.print(_components(figures))
    for line in _lines(summary, figures):
        console.print(line, markup=False)


def _components(figures: Diagnostics) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("component", "weight", "mean", "std", "at 1", "unscored"):
        table.add_column(name, justify="left" if name == "component" else "right", no_wrap=True)
    table.add_column("outcomes", justify="left")
    for name, component in figures.components.items():
        table.add_row(name, *_cells(component))
    table.add_row("reward", "", f"{figures.mean:.3f}", f"{figures.std:.3f}", f"{figures.saturated:.1%}",
                  f"{figures.unscored:.1%}", "", style="bold")  # fmt: skip
    return table


def _cells(figures: ComponentFigures) -> list[str]:
    outcomes = ", ".join(f"{name} {count}" for name, count in figures.outcomes.items())
    return [f"{figures.weight:.4g}", f"{figures.mean:.3f}", f"{figures.std:.3f}", f"{figures.saturated:.1%}",
            f"{figures.unscored:.1%}", outcomes]  # fmt: skip


def _lines(summary: Summary, figures: Diagnostics) -> Iterator[str]:
    yield f"\n{figures.rows} completions scored, {summary.errors} rows that can't be read"
    if summary.first_error:
        yield f"  the first: {summary.first_error}"
    if figures.groups is not None and figures.groups.count < figures.rows:
        yield _group_line(figures.groups)
    accuracy = summary.accuracy()
    if accuracy is not None:
        yield _accuracy_line(accuracy)


def _group_line(groups: GroupFigures) -> str:
    return (f"{groups.count} groups, {groups.zero_variance} of them teach nothing (all rewards equal): "
            f"{groups.all_right} all right, {groups.all_wrong} all wrong, {groups.tied} tied")  # fmt: skip


def _accuracy_line(accuracy: Accuracy) -> str:
    return (f"against {accuracy.rows} labels: accuracy {accuracy.accuracy:.4f}, precision {accuracy.precision:.4f} "
            f"({accuracy.false_positives} paid wrongly), recall {accuracy.recall:.4f} "
            f"({accuracy.false_negatives} refused wrongly)")  # fmt: skip
