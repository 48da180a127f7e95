"""graders watch: what a watched run was paid for, as a table."""

from __future__ import annotations

import click

_FOLLOW = "Print anew every two seconds, until interrupted."


@click.command()
@click.argument("folder")
@click.option("--follow", is_flag=True, help=_FOLLOW)
@click.option("--json", "as_json", is_flag=True, help="Print the alarms as JSON.")
def watch(folder: str, follow: bool, as_json: bool) -> None:
    """Show FOLDER, which graders.watch or graders train --watch records: the run so far, and its alarms.

    It may be asked while the run goes on, from any process that sees the folder.
    """
    from graders.cli.watch_table import follow_run, print_alarms, print_run
    from graders.monitor import read_run

    if follow:
        follow_run(folder)
    elif as_json:
        print_alarms(read_run(folder))
    else:
        print_run(read_run(folder))
