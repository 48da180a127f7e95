"""graders watch: what a watched run is paid for, in the terminal and as one HTML file."""

from __future__ import annotations

import click


@click.command()
@click.argument("folder")
@click.option("--html", metavar="FILE", help="Write the run's page, too; with --follow whenever there is more to say.")
@click.option("--title", help="The heading of the page.")
@click.option("--follow", is_flag=True, help="Go on while the run does, until interrupted.")
@click.option("--every", type=click.FloatRange(0.05), default=2.0, show_default=True, help="Seconds between two looks.")
def watch(folder: str, html: str | None, title: str | None, follow: bool, every: float) -> None:
    """Show what graders.watch has recorded in FOLDER: figures at first and at last, and the alarms.

    A run that goes on can be looked at at any time, from any process; nothing in FOLDER is changed.
    """
    from graders.cli.run_table import Shown
    from graders.monitor import read_run

    shown = Shown(folder, html, title)
    if follow:
        shown.follow(every)
    else:
        shown.once(read_run(folder))
