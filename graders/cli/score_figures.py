"""What score and merge print of all rows, the bars that these must meet, and where the rows are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from graders.cli.plain_values import without_nan
from graders.pages.formatting import counted

if TYPE_CHECKING:
    from graders.cli.destination import Destination
    from graders.offline.results.summary import Summary


@dataclass(frozen=True, slots=True)
class Bars:
    """What makes a run fail.

    Attributes:
        max_error_rate: The largest share of rows that may be unreadable.
        max_unscored: The largest share of completions that may be without a reward; that none has one always fails.
    """

    max_error_rate: float
    max_unscored: float = 1.0

    def failures(self, summary: Summary, unscored: float) -> Iterator[str]:
        """Why a run fails, a sentence each."""
        if summary.error_rate > self.max_error_rate:
            share = f"{counted(summary.errors, 'row')} can't be read, a share of {summary.error_rate:.3g}"
            yield f"{share}, and --max-error-rate is {self.max_error_rate:g}"
        if summary.scored and unscored == 1:
            yield f"no reward could be given to any of {counted(summary.scored, 'completion')}"
        elif summary.scored and unscored > self.max_unscored:
            share = f"a share of {unscored:.3g} of {counted(summary.scored, 'completion')}"
            yield f"{share} has no reward, and --max-unscored is {self.max_unscored:g}"
        elif summary.errors and not summary.scored and self.max_error_rate == 1:
            yield "no row could be scored"


def print_figures(ctx: click.Context, summary: Summary, *, bars: Bars, as_json: bool, to_stderr: bool = False) -> None:
    """Print a summary, as a table or JSON; exit code 1 where it fails. Of rows that all fail there is no table."""
    from graders.cli.score_table import print_summary

    figures = summary.diagnostics()
    failures = list(bars.failures(summary, figures.unscored))
    if as_json:
        click.echo(json.dumps(without_nan(summary.to_dict()), indent=2), err=to_stderr)
    elif summary.scored:
        print_summary(summary, figures, summary.accuracy(), to_stderr=to_stderr, first_error=not failures)
    for failure in failures:
        first = f"; the first: {summary.first_error}" if summary.first_error and not as_json else ""
        click.echo(f"error: {failure}{first}", err=True)
    if failures:
        ctx.exit(1)


def say_where(destination: Destination) -> None:
    """Say where the rows are, where they stay."""
    if destination.is_kept and destination.kind in ("file", "folder"):
        click.echo(f"the scored rows are in {destination.path}", err=True)
