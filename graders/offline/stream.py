"""Rows that stream: read once, in order, by this process, and written as they come."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from graders.offline.ledger.task import Task
from graders.offline.reading.row import Row
from graders.offline.results.summary import Summary
from graders.offline.scoring.score_rows import RowScoring
from graders.offline.writing import open_writer
from graders.offline.writing.files import to_disk, told_of_disk
from graders.offline.writing.writer import OutputFormat, Writer
from graders.vocabulary.errors import DataError

PARTIAL = ".partial"
"""How the name of a file ends while rows stream into it."""


def score_stream(task: Task, rows: Iterable[Row], writer: Writer | None, name: str) -> Summary:
    """Score rows as they come.

    Args:
        task: How.
        rows: What is scored.
        writer: Takes the output rows; None for the summary alone.
        name: What an error calls the stream.

    Raises:
        DataError: there are no rows.
    """
    summary = Summary(task.reward.weights)
    scoring = RowScoring(task.reward, task.columns, task.label_column, summary, writes=writer is not None)
    for chunk in scoring.chunks(rows):
        if writer is not None:
            writer.write(chunk)
    if not summary.scored and not summary.errors:
        raise DataError(f"{name} has no rows")
    return summary


def to_stream(path: Path | None, format: OutputFormat) -> Writer:  # noqa: A002 - what it is
    """A writer to standard output, or to a pipe or device.

    Raises:
        DataError: standard output is closed.
    """
    if path is None and sys.stdout is None:
        raise DataError("standard output is closed; name a file with -o")
    return open_writer(path or sys.stdout.buffer, format)


@contextmanager
def to_file(path: Path, format: OutputFormat, kept: Callable[[Path], object]) -> Iterator[Writer]:  # noqa: A002
    """A writer to a file that appears when it is whole.

    Where the stream ends early, what stood there stays, and the rows so far are kept beside it: a stream can't be read
    a second time.

    Args:
        path: Where the file belongs.
        format: How rows are written.
        kept: Told where the rows so far are, where there are any.
    """
    partial, writer = path.with_name(path.name + PARTIAL), None
    try:
        with told_of_disk(path), open_writer(partial, format) as writer:
            yield writer
    except BaseException:
        if writer is not None and writer.rows:
            kept(partial)
        else:
            partial.unlink(missing_ok=True)
        raise
    with told_of_disk(path):
        to_disk(partial)
        partial.replace(path)
