"""graders score: a JSONL file in, a JSONL file with rewards out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click

from graders.cli.options import column_options, make_columns, make_settings, settings_options
from graders.errors import DataError


@click.command()
@click.argument("definition", metavar="REWARD")
@click.argument("data")
@click.option("-o", "--output", metavar="FILE", help="Where the scored rows go ('-' for standard output).")
@click.option("--label-column", metavar="NAME", help="A column of 0/1 labels: adds accuracy, precision and recall.")
@click.option("--max-error-rate", type=click.FloatRange(0, 1), default=0.05, show_default=True,
              help="Exit with code 1 where a larger share of rows can't be read.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--progress/--no-progress", default=None, help="Show progress (the default in a terminal).")
@settings_options
@column_options
@click.pass_context
def score(
    ctx: click.Context, /, definition: str, data: str, output: str | None, label_column: str | None,
    max_error_rate: float, as_json: bool, progress: bool | None, **options: Any,
) -> None:  # fmt: skip
    """Score the rows of DATA, a JSONL file ('-' for standard input), with REWARD, a JSON file.

    A row holds a completion ('completion', a list 'completions', or 'messages' that end in an assistant turn), a
    'reference_answer' and perhaps a 'prompt'. The output row is the input row plus reward, scores, outcomes, answer
    and status. A row that can't be read is an error row with its line number; none is dropped. Without -o only the
    summary is printed.
    """
    from graders.cli.progress import byte_progress
    from graders.cli.table import print_summary
    from graders.load import load_reward
    from graders.offline.rows import open_rows
    from graders.offline.scoring import RowScoring, to_json
    from graders.offline.summary import Summary

    reward = load_reward(definition, make_settings(options))
    columns = make_columns(options, reward.settings.reference_column)
    scoring = RowScoring(reward, columns, label_column, Summary(reward.weights))
    with byte_progress(data, progress) as advance, open_rows(data, advance) as rows, _writing(output, data) as out:
        for row in scoring.score(rows):
            out.write(to_json(row))
        summary = scoring.summary
        if not summary.scored and not summary.errors:
            raise DataError(f"{data} has no rows")  # in here, so that an output of an earlier run stays
    failed = summary.error_rate > max_error_rate
    if as_json:
        click.echo(json.dumps(_without_nan(summary.to_dict()), indent=2), err=output == "-")
    else:
        print_summary(summary, to_stderr=output == "-", first_error=not failed)
    if failed:
        share = f"{summary.errors} rows can't be read, a share of {summary.error_rate:.3g}"
        first = "" if as_json else f"; the first: {summary.first_error}"
        click.echo(f"error: {share}, and --max-error-rate is {max_error_rate:g}{first}", err=True)
        ctx.exit(1)


@contextmanager
def _writing(output: str | None, data: str) -> Iterator[BinaryIO]:
    """Where rows are written: a file that appears when it is whole, a pipe or device as it is, or nowhere."""
    if output == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(os.devnull) if output is None else _target(output, data)
    if path.exists() and not path.is_file():
        with _opened(path) as stream:
            yield stream
        return
    partial = path.with_name(path.name + ".partial")
    with _opened(partial) as stream, _kept_if_broken(stream, partial):
        yield stream
    partial.replace(path)


def _target(output: str, data: str) -> Path:
    """The file to write, behind any links; a pipe or device by its own name."""
    path = Path(output)
    if path.is_dir():
        raise DataError(f"{output} is a directory; name a file in it")
    if path.exists() and Path(data).exists() and path.samefile(data):
        raise DataError(f"{output} is the file that is being read; write to another one")
    try:
        return path if path.exists() and not path.is_file() else path.resolve()
    except RuntimeError:  # links that go round in a circle
        raise DataError(f"{output} can't be written: it links to itself") from None


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("wb")
    except OSError as error:
        raise DataError(f"{path} can't be written: {error.strerror or error}") from None


@contextmanager
def _kept_if_broken(stream: BinaryIO, partial: Path) -> Iterator[None]:
    """Where a run ends early, the rows so far stay and are named; without any, no file stays."""
    try:
        yield
    except BaseException:
        if stream.tell():
            click.echo(f"the rows so far are in {partial}", err=True)
        else:
            stream.close()
            partial.unlink()
        raise


def _without_nan(value: Any) -> Any:
    """A figure that has no value is null in JSON."""
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN
