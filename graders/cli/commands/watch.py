"""graders watch: what a watched run is paid for, in the terminal and as one HTML file."""

from __future__ import annotations

import click

from graders.vocabulary.errors import DataError


@click.command()
@click.argument("folder")
@click.option("--html", metavar="FILE", help="Write the run's page, too; with --follow, keep it up to date.")
@click.option("--title", help="The heading of the page.")
@click.option("--json", "as_json", is_flag=True, help="Print the alarms as JSON.")
@click.option("--follow", is_flag=True, help="Keep updating while the run goes on, until interrupted.")
@click.option("--every", type=click.FloatRange(0.05), default=2.0, show_default=True, help="Seconds between updates.")
def watch(folder: str, html: str | None, title: str | None, as_json: bool, follow: bool, every: float) -> None:
    """Show FOLDER, which graders.watch or graders train --watch records: the run so far, and its alarms.

    A run that goes on can be looked at at any time, from any process; nothing in FOLDER is changed.
    """
    from graders.cli.watch_table import WatchOutput

    shown = WatchOutput(folder, html, title)
    if follow and as_json:
        raise DataError("--follow keeps a table up to date, and --json prints once: give one of them")
    if follow:
        shown.follow(every)
    else:
        shown.once(as_json=as_json)
