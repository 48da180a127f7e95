"""Progress of a run: a bar in a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graders.offline.run import Watch

if TYPE_CHECKING:
    from rich.progress import Progress, Task
    from rich.text import Text

SOON, LATE = 2.0, 30.0
"""Seconds between two plain lines: at least, and at most where rows come at all; between them a tenth of the rows."""


class Told(Watch):
    """Shows nothing while a run goes on; says what is kept where it ends early.

    Args:
        folder: The run's directory; None where nothing is kept.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def stops(self, done: int, shards: int) -> None:
        """Say how to go on."""
        if self._folder is not None and done:
            click.echo(f"{done} of {shards} shards are done and kept in {self._folder}: the same command with --resume "
                       "goes on from there", err=True)  # fmt: skip


class Bar(Told):
    """A bar with rows a second and the time that is left."""

    def __init__(self, bar: Progress, folder: Path | None = None) -> None:
        super().__init__(folder)
        self._bar = bar
        self._task = bar.add_task("scoring", total=None)

    def begins(self, rows: int, done: int) -> None:
        """Show what an earlier run has done as done."""
        self._bar.reset(self._task, total=rows, completed=done)

    def advances(self, rows: int) -> None:
        """Move on."""
        self._bar.advance(self._task, rows)


class Lines(Told):
    """Lines such as ``scored 40000 of 200000 rows (20%), 9100 rows/s, 18 s left``."""

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(folder)
        self._rows = self._done = self._new = self._said_rows = 0
        self._started = self._said = time.monotonic()

    def begins(self, rows: int, done: int) -> None:
        """Say how much there is."""
        self._rows = rows
        self._done = self._said_rows = done
        kept = f", {done} of them done by the run before" if done else ""
        click.echo(f"scoring {rows} rows{kept}", err=True)

    def advances(self, rows: int) -> None:
        """Say how far it is, where it is worth a line."""
        self._done, self._new = min(self._done + rows, self._rows), self._new + rows
        now = time.monotonic()
        passed, moved = now - self._said, self._done - self._said_rows
        if (
            passed >= LATE
            or (passed >= SOON and moved >= self._rows / 10)
            or self._done == self._rows > self._said_rows
        ):
            self._said, self._said_rows = now, self._done
            click.echo(self._line(now - self._started), err=True)

    def _line(self, seconds: float) -> str:
        pace = self._new / max(seconds, 1e-9)
        left = (self._rows - self._done) / pace
        return (f"scored {self._done} of {self._rows} rows ({self._done / self._rows:.0%}), {pace:.0f} rows/s, "
                f"{left:.0f} s left")  # fmt: skip


@contextmanager
def run_progress(folder: Path | None, wanted: bool | None) -> Iterator[Watch]:
    """What shows how a run goes on.

    Args:
        folder: The run's directory; None where nothing is kept.
        wanted: Whether to show it; None for only in a terminal.
    """
    if not _is_shown(wanted):
        yield Told(folder)
    elif sys.stderr.isatty():
        with _bar() as bar:
            yield Bar(bar, folder)
    else:
        yield Lines(folder)


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Pace(ProgressColumn):
        """Rows a second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.0f} rows/s" if task.speed else "")

    columns: tuple[Any, ...] = (TextColumn("scoring"), BarColumn(), MofNCompleteColumn(), Pace(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


@contextmanager
def byte_progress(total: int | None, wanted: bool | None) -> Iterator[Callable[[int], object] | None]:
    """For rows that stream: a function to call with each number of bytes read; None where no progress is shown.

    Args:
        total: How many bytes there are; None shows a pulse.
        wanted: Whether to show it; None for only in a terminal.
    """
    if not _is_shown(wanted):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("scoring"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("scoring", total=total)
        yield lambda count: bar.advance(task, count)


def _is_shown(wanted: bool | None) -> bool:
    return sys.stderr.isatty() if wanted is None else wanted
