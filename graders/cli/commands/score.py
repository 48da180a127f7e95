"""graders score: rows in, rows with rewards out; a run that can be interrupted and resumed."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, redirect_stdout
from dataclasses import replace
from functools import partial
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graders.cli.common_options import (
    column_options,
    max_error_rate_option,
    max_unscored_option,
    page_option,
    progress_option,
    reward_and_columns,
    settings_options,
)
from graders.cli.score_figures import print_figures
from graders.vocabulary.errors import DataError

if TYPE_CHECKING:
    from graders.cli.destination import Destination
    from graders.offline.ledger.shards import Share
    from graders.offline.ledger.task import Task
    from graders.offline.reading.sources import Source
    from graders.offline.results.summary import Summary
    from graders.offline.run import RunResult
    from graders.offline.writing.writer import Writer

ARGUMENTS = "graders.arguments"
"""Where the arguments of the command are kept in click's context, as they were given."""


class Remembering(click.Command):
    """A command that remembers its arguments as they were given."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and remember."""
        ctx.meta[ARGUMENTS] = [*args]
        return super().parse_args(ctx, args)


class Workers(click.ParamType):  # type: ignore[type-arg]
    """``auto`` or a number of processes; older versions of click have no type argument to give."""

    name = "N|auto"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        """None for auto."""
        if value == "auto":
            return None
        try:
            number = int(value)
        except ValueError:
            number = 0
        if number < 1:
            self.fail(f"got {value!r}, expected auto or a number of at least 1", param, ctx)
        return number


def run_options(command: Any) -> Any:
    """Add the options that say how a run is made."""
    for option in reversed(
        [
            click.option(
                "--workers",
                type=Workers(),
                default="auto",
                show_default=True,
                help="Scoring processes; auto starts some if that is faster.",
            ),
            click.option("--resume", is_flag=True, help="Resume the run in -o, if there is one."),
            click.option("--retry-unscored", is_flag=True, help="With --resume: score the unscored rows of -o again."),
            click.option("--overwrite", is_flag=True, help="Delete the run in -o, if there is one, and start over."),
            click.option(
                "--shard", "share", metavar="I/N", help="Run as job I of N: make every N-th shard of -o DIRECTORY."
            ),
            click.option(
                "--format",
                "shard_format",
                type=click.Choice(["jsonl", "jsonl.gz", "jsonl.zst", "parquet"]),
                help="The format of the shards in -o DIRECTORY.  [as DATA is: jsonl or parquet]",
            ),
            click.option("--part-rows", type=click.IntRange(min=1), help="The most rows per shard.  [16384]"),
            click.option(
                "--engine",
                type=click.Choice(["local", "ray"]),
                default="local",
                show_default=True,
                help="What runs the workers.",
            ),
        ]
    ):
        command = option(command)
    return command


@click.command(cls=Remembering)
@click.argument("definition", metavar="REWARD")
@click.argument("data", nargs=-1, required=True)
@click.option("-o", "--output", metavar="FILE|DIRECTORY", help="Where the scored rows go ('-' for standard output).")
@click.option("--label-column", metavar="NAME", help="A column of 0/1 labels: adds accuracy, precision and recall.")
@max_error_rate_option
@max_unscored_option
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@page_option("Write a report of the scored rows, as graders report does.")
@progress_option
@run_options
@settings_options
@column_options
@click.pass_context
def score(
    ctx: click.Context,
    /,
    definition: str,
    data: tuple[str, ...],
    output: str | None,
    label_column: str | None,
    max_error_rate: float,
    max_unscored: float,
    as_json: bool,
    page: str | None,
    progress: bool | None,
    **options: Any,
) -> None:
    """Score the rows of DATA with REWARD, a JSON file.

    DATA is JSON lines (plain, .gz, .zst), JSON, CSV, Parquet or Arrow: files, directories, globs, or '-' for standard
    input. A row holds a completion ('completion', a list 'completions', or 'messages' that end in an assistant turn), a
    'reference_answer' and perhaps a 'prompt'. The output row is the input row plus reward, scores, outcomes, answer and
    status. A row that can't be read is an error row with its line number; none is dropped. Without -o only the summary
    is printed.

    -o FILE (.jsonl, .jsonl.gz, .jsonl.zst, .parquet) is there when it is whole; until then FILE.parts/ holds what is
    done. -o DIRECTORY/ keeps a manifest and shards. Either can be interrupted at any moment and continued
    with --resume.
    """
    from graders.cli.destination import Destination
    from graders.cli.score_report import reported
    from graders.offline.ledger.task import Task
    from graders.offline.results.headline import Bars

    task = Task(*reward_and_columns(definition, options), label_column)
    sources = _sources(data)
    if page is not None and options["share"]:
        raise DataError("--html needs the shards of all jobs: graders merge them, then graders report")
    place, bars = Destination.of(output), Bars(max_error_rate, max_unscored)
    show = partial(print_figures, ctx, bars=bars, as_json=as_json, to_stderr=output == "-", where=place)
    with nullcontext(place) if page is None else reported(page, place, task, data) as destination:
        if destination.kind == "stream" or not sources or "pipe" in map(attrgetter("format"), sources):
            _refuse_run_options(options, destination)
            summary = _stream(task, data, sources, destination, progress)
        elif options["retry_unscored"] and destination.is_finished(resume=options["resume"]):
            summary = _again(task, sources, destination)
        else:
            summary = _run(ctx, task, sources, destination, progress, options)
        if summary.errors and not summary.scored:  # the error alone, and no page of nothing
            show(summary)
    show(summary)


def _sources(data: tuple[str, ...]) -> list[Source]:
    """The files that are read; none for standard input."""
    from graders.offline.reading.rows import STDIN
    from graders.offline.reading.sources import find_sources

    if STDIN in data and len(data) > 1:
        raise DataError("'-' is standard input and stands alone; name files, or pipe all of them into it")
    return [] if data == (STDIN,) else find_sources(data)


def _refuse_run_options(options: dict[str, Any], destination: Destination) -> None:
    """What streams have no use for: they can't be cut in parts."""
    if destination.kind == "folder":
        raise DataError("a stream can't be cut into shards; save it as a file first, or name a file with -o")
    names = {
        "--resume": "resume",
        "--retry-unscored": "retry_unscored",
        "--overwrite": "overwrite",
        "--shard": "share",
        "--format": "shard_format",
        "--part-rows": "part_rows",
    }
    given = [name for name, option in names.items() if options[option]]
    if options["engine"] != "local":
        given.append("--engine")
    if given:
        raise DataError(
            f"{given[0]} needs data in files and -o FILE or DIRECTORY: a stream is read once, from its "
            "beginning to its end"
        )


def _stream(
    task: Task, data: Sequence[str], sources: Sequence[Source], destination: Destination, progress: bool | None
) -> Summary:
    """Score rows as they come, in this process."""
    from graders.cli.progress import byte_progress
    from graders.offline.engines.engine import collect_less
    from graders.offline.reading.rows import open_rows
    from graders.offline.stream import score_stream

    collect_less()
    is_plain = all(source.format == "jsonl" for source in sources)  # or there is more to read than the file has bytes
    size = sum(source.bytes for source in sources) if sources and is_plain else None
    name = " ".join(data) if sources else "standard input"
    with ExitStack() as stack:
        advance = stack.enter_context(byte_progress(size, progress))
        rows = stack.enter_context(open_rows(data, advance))
        writer = stack.enter_context(_writer(destination))
        stack.enter_context(redirect_stdout(sys.stderr))  # what a scorer prints is none of the rows
        return score_stream(task, rows, writer, name)


def _writer(destination: Destination) -> AbstractContextManager[Writer | None]:
    from graders.offline.stream import to_file, to_stream

    if destination.kind == "nowhere" or destination.format is None:
        return nullcontext()
    if destination.kind == "file" and destination.path:
        return to_file(destination.path, destination.format, _say_kept)
    return to_stream(destination.path, destination.format)


def _say_kept(path: Path) -> None:
    click.echo(f"the rows so far are in {path}", err=True)


def _command(arguments: Sequence[str]) -> str:
    """The command that goes on with a run, whoever's share is missing."""
    shares = {place for place, argument in enumerate(arguments) if argument == "--shard"}
    left_out = shares | {place + 1 for place in shares}
    kept = [
        argument
        for place, argument in enumerate(arguments)
        if place not in left_out
        and not argument.startswith(("--shard=", "--resume", "--retry-unscored", "--overwrite"))
    ]
    return shlex.join(["graders", "score", *kept, "--resume"])


def _run(
    ctx: click.Context,
    task: Task,
    sources: Sequence[Source],
    destination: Destination,
    progress: bool | None,
    options: dict[str, Any],
) -> Summary:
    """Score files part by part, each a shard, and join the shards where one file is wanted."""
    from graders.cli.progress import run_progress
    from graders.offline.engines.engine import collect_less, engine_of
    from graders.offline.ledger.run_folder import remove
    from graders.offline.reading.parts import ROWS_PER_PART
    from graders.offline.run import HowToRun, run
    from graders.offline.writing.join import join_shards

    command = _command(ctx.meta[ARGUMENTS])
    resume, overwrite = options["resume"], options["overwrite"]
    task = destination.task_there(task, sources, options["shard_format"], resume=resume, overwrite=overwrite)
    task, share = _with_retries(task, options), destination.share(options["share"])
    engine = engine_of(options["engine"], options["workers"])
    collect_less()
    folder = task.folder if destination.is_kept else None
    with run_progress(folder, progress) as watch, redirect_stdout(sys.stderr):
        how = HowToRun(
            engine=engine,
            resume=resume,
            overwrite=overwrite,
            share=share,
            rows_per_part=options["part_rows"] or ROWS_PER_PART,
            command=command,
            watch=watch,
        )
        result = run(task, sources, how)
    if result.missing and task.folder is not None:
        _say_missing(result, share, task.folder)
    if destination.kind == "file" and destination.path and task.folder:
        shards = map(task.folder.joinpath, map(itemgetter("file"), result.manifest["shards"]))
        join_shards([*shards], destination.path, task.format, task.format)
        remove(task.folder, result.manifest)
    return result.summary


def _again(task: Task, sources: Sequence[Source], destination: Destination) -> Summary:
    """Score again what a finished file has unscored."""
    from graders.offline.finished_file import go_on_with

    if destination.path is None or destination.format is None:
        raise DataError("--retry-unscored needs -o FILE or DIRECTORY")
    destination.check_not_read(sources)
    with redirect_stdout(sys.stderr):
        return go_on_with(destination.path, replace(task, format=destination.format), sources)


def _with_retries(task: Task, options: dict[str, Any]) -> Task:
    """The task that asks again for unscored rows, where that is wanted."""
    if options["retry_unscored"] and not options["resume"]:
        raise DataError("--retry-unscored resumes the run in -o: give --resume as well")
    return replace(task, retry_unscored=options["retry_unscored"])


def _say_missing(result: RunResult, share: Share, folder: Path) -> None:
    total = len(result.manifest["shards"])
    click.echo(
        f"job {share.job} of {share.jobs} is done; {len(result.missing)} of all {total} shards are "
        f"still to be made by other jobs, then: graders merge {folder}",
        err=True,
    )
