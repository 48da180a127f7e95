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
    and status. A row that can't be read is an error row with its line number; none is dropped.
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
        raise DataError(f"{data} has no rows")
    if as_json:
        click.echo(json.dumps(_without_nan(summary.to_dict()), indent=2), err=output == "-")
    else:
        print_summary(summary, to_stderr=output == "-")
    if summary.error_rate > max_error_rate:
        share = f"{summary.errors} rows can't be read, a share of {summary.error_rate:.3g}"
        limit = f"--max-error-rate is {max_error_rate:g}; the first: {summary.first_error}"
        click.echo(f"error: {share}, and {limit}", err=True)
        ctx.exit(1)


@contextmanager
def _writing(output: str | None, data: str) -> Iterator[BinaryIO]:
    """Where rows are written: a file that appears when it is whole, standard output, or nowhere."""
    if output is None:
        with Path(os.devnull).open("wb") as nowhere:
            yield nowhere
        return
    if output == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(output)
    if path.exists() and Path(data).exists() and path.samefile(data):
        raise DataError(f"{output} is the file that is being read; write to another one")
    partial = path.with_name(path.name + ".partial")
    try:
        stream = partial.open("wb")
    except OSError as error:
        raise DataError(f"{output} can't be written: {error.strerror or error}") from None
    with stream:
        yield stream
    partial.replace(path)


def _without_nan(value: Any) -> Any:
    """A figure that has no value is null in JSON."""
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN
