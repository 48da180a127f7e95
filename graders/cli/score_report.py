"""score --html: the report of what was just scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from graders.cli.destination import Destination
from graders.offline.writing.files import check_page
from graders.vocabulary.errors import DataError

if TYPE_CHECKING:
    from graders.offline.ledger.task import Task
    from graders.report.facts import Facts


@contextmanager
def reported(page: str | None, destination: Destination, task: Task, data: Sequence[str]) -> Iterator[Destination]:
    """Where rows go so that a report can be made of them; at the end it is written.

    Args:
        page: The HTML file; None for no report.
        destination: Where rows should go; where that is nowhere, they go into a file that is gone at the end.
        task: How they are scored.
        data: What is scored, for people.

    Raises:
        DataError: the rows go into a stream, or the report can't be written.
    """
    if page is None:
        yield destination
        return
    check_page(page)
    if destination.kind == "stream":
        raise DataError("--html needs the scored rows in a file or directory: name it with -o, or leave -o out")
    if destination.kind != "nowhere":
        yield destination
        _write(page, destination, task, data)
        return
    with TemporaryDirectory() as folder:
        passing = Destination("file", Path(folder) / "scored.jsonl", "jsonl", is_kept=False)
        yield passing
        _write(page, passing, task, data)


def _write(page: str, destination: Destination, task: Task, data: Sequence[str]) -> None:
    from graders.offline.reading.rows import STDIN
    from graders.report import write_report

    name = "standard input" if tuple(data) == (STDIN,) else Path(data[0]).name
    facts = write_report(
        str(destination.path),
        page,
        reward=task.reward,
        label_column=task.label_column,
        columns=task.columns,
        source=" ".join(data) if data[0] != STDIN else name,
        title=None if destination.is_kept else name,
    )
    for line in summary_lines(facts, page):
        click.echo(line, err=True)


def summary_lines(facts: Facts, output: str) -> list[str]:
    """What was written, in a line or two for the terminal."""
    from graders.pages.formatting import count, counted
    from graders.report.report_page import verdict

    size = "" if output == "-" else f", {count(Path(output).stat().st_size // 1000)} KB"
    shown = f"{counted(len(facts.scored), 'completion')}, {counted(len(facts.sample), 'row')} to browse{size}"
    lines = [f"{output}: {shown}", f"  {verdict(facts)}"]
    return [*lines, f"  {facts.reward.why_not_explained}"] if facts.reward.why_not_explained else lines


def lacking_reference(facts: Facts, column: str) -> list[str]:
    """A line that says that no row has a reference where it is looked for; none where one has it."""
    if not facts.sample or any(row.reference for row in facts.sample):
        return []
    where = f"  warning: no row shown has a reference in the column {column!r}, so none is compared with it"
    return [f"{where}: give the column options of graders score, such as --reference-column and --reference-from"]
