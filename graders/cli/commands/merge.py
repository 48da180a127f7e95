"""graders merge: the shards that several jobs made, checked and put together."""

from __future__ import annotations

from pathlib import Path

import click

from graders.cli.common_options import max_error_rate_option, max_unscored_option
from graders.cli.score_figures import print_figures


@click.command()
@click.argument("folders", nargs=-1, required=True, metavar="DIRECTORY...", type=click.Path(path_type=Path))
@click.option("-o", "--output", metavar="FILE|DIRECTORY", help="Where the whole run goes.  [the one DIRECTORY]")
@max_error_rate_option
@max_unscored_option
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.pass_context
def merge(
    ctx: click.Context,
    folders: tuple[Path, ...],
    output: str | None,
    max_error_rate: float,
    max_unscored: float,
    as_json: bool,
) -> None:
    """Put the shards of a run together that the jobs of 'graders score --shard I/N' made.

    DIRECTORY is where the jobs put their shards, one for all or one each. Each shard's fingerprint is checked; where
    one is missing or damaged, it is named with the command that makes it. -o FILE joins the rows in the order of the
    input; -o DIRECTORY gathers the shards; without -o the one DIRECTORY is checked and marked as complete.
    """
    from graders.cli.destination import Destination
    from graders.offline.merge import find_run, merge_into_file, merge_into_folder
    from graders.offline.results.headline import Bars
    from graders.vocabulary.errors import DataError

    destination = Destination.of(output or str(folders[0]))
    if output is None and len(folders) > 1:
        raise DataError("several directories need -o FILE or -o DIRECTORY for the whole run")
    if destination.path is None or destination.kind == "stream":
        raise DataError(f"-o {output}: name a file or a directory")
    run = find_run(folders)
    if destination.kind == "file" and destination.format is not None:
        merge_into_file(run, destination.path, destination.format)
    else:
        merge_into_folder(run, destination.path)
    bars = Bars(max_error_rate, max_unscored)
    print_figures(ctx, run.summary(), bars=bars, as_json=as_json, where=destination)
