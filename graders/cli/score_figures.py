"""What score and merge print of all rows, and where the rows are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from graders.cli.plain_values import without_nan

if TYPE_CHECKING:
    from graders.cli.destination import Destination
    from graders.offline.results.headline import Bars
    from graders.offline.results.summary import Summary


def print_figures(
    ctx: click.Context,
    summary: Summary,
    *,
    bars: Bars,
    as_json: bool,
    to_stderr: bool = False,
    where: Destination | None = None,
) -> None:
    """Print a summary, as a table or JSON, and where the rows are; exit code 1 where it fails.

    Of rows that all fail there is no table.
    """
    from graders.cli.score_table import print_summary
    from graders.offline.results.headline import headline

    error_rate, accuracy = summary.error_rate, summary.accuracy()
    figures = summary.diagnostics()
    failures, news = list(bars.failures(summary, error_rate, figures.unscored)), headline(figures, accuracy)
    if as_json:
        click.echo(json.dumps(without_nan(summary.to_dict()), indent=2), err=to_stderr)
    elif summary.scored:
        print_summary(summary, figures, accuracy, news, to_stderr=to_stderr, first_error=not failures)
    if where is not None and where.is_kept and where.kind in ("file", "folder"):
        click.echo(f"the scored rows are in {where.path}{', in place of what it held' if where.held else ''}", err=True)
    for failure in failures:
        first = f"; the first: {summary.first_error}" if summary.first_error and not as_json else ""
        click.echo(f"error: {failure}{first}", err=True)
    if failures:
        ctx.exit(1)
