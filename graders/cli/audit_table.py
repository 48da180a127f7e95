"""An audit as tables for people."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from graders.audit.audit_page import outcome, verdict, worst_first
from graders.audit.audit_result import Audit, ComponentAudit, Example
from graders.pages.formatting import figure

_LONGEST = 160
"""Characters of an answer that are printed."""


def wide_console() -> Console:
    """Standard output; a file or a pipe has no width of its own, and tables get room there."""
    console = Console(highlight=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, soft_wrap=True, width=160)


def print_audit(audit: Audit, console: Console | None = None) -> None:
    """Print what was found: components, the families that were paid, an example of each."""
    console = console or wide_console()
    console.print(_components(audit))
    for name, one in worst_first(audit):
        if one.holes:
            console.print(f"\n{name}", style="bold", markup=False)
            console.print(_families(one))
            for line in _examples(one):
                console.print(line, markup=False)
        console.print(f"{name}: {one.advice}", markup=False)
    for line in _last_lines(audit):
        console.print(line, markup=False)


def _components(audit: Audit) -> Table:
    table = _table("component", "weight", "reference", "plain wrong", "exploitability", "families paid")
    for name, one in worst_first(audit):
        table.add_row(
            name,
            f"{one.weight:.4g}",
            figure(one.honest),
            figure(one.plain),
            f"{one.exploitability:.3f}",
            f"{len(one.holes)} of {len(one.families)}",
        )
    return table


def _families(one: ComponentAudit) -> Table:
    table = _table("family", "tried", "paid", "share", "mean excess", "gain", "unscored", "best trick")
    for family in one.holes:
        figures = one.families[family]
        table.add_row(
            family,
            str(figures.tried),
            str(figures.paid),
            f"{figures.share:.1%}",
            f"{figures.excess:.3f}",
            f"{figures.gain:.3f}",
            str(figures.unscored),
            figures.trick,
        )
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, name in enumerate(columns):
        table.add_column(name, justify="left" if place == 0 or name == "best trick" else "right", no_wrap=True)
    return table


def _examples(one: ComponentAudit) -> Iterator[str]:
    for family in one.holes[:5]:
        for example in one.families[family].examples[:1]:
            yield f"  {family}: {_example(example)}"


def _example(example: Example) -> str:
    answer = quoted(example.answer if example.answer is not None else example.text)
    return (
        f"row {example.line} paid {example.score:.3g}, deserves {example.deserved:.3g}: {answer} for "
        f"{quoted(example.reference)}, {outcome(example)}"
    )


def quoted(text: str) -> str:
    """A text in quotes, cut in the middle, with what is invisible escaped."""
    half = _LONGEST // 2
    short = text if len(text) <= _LONGEST else f"{text[:half]} ... {text[-half:]}"
    return ascii(short) if not short.isprintable() else repr(short)


def _last_lines(audit: Audit) -> Iterator[str]:
    yield f"\n{verdict(audit)}"
    unscored = {
        name: sum(figures.unscored for figures in one.families.values()) for name, one in audit.components.items()
    }
    yield from (
        f"{name}: {count} mutants could not be scored and count for nothing"
        for name, count in unscored.items()
        if count
    )
    passed = f", {audit.passed_over} could not be used" if audit.passed_over else ""
    yield f"drawn from {audit.seen} completions{passed}; seed {audit.seed}"
