"""Progress of a run: a bar in a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graders.offline.run import Watch

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, Task
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
            click.echo(
                f"{done} of {shards} shards are done and kept in {self._folder}: run the same command with "
                "--resume to continue",
                err=True,
            )


class Bar(Told):
    """A bar with rows a second and the time that is left."""

    def __init__(self, bar: Progress, folder: Path | None = None) -> None:
        super().__init__(folder)
        self._bar = bar
        self._task = bar.add_task("scoring", total=None)
        self._rows = self._done = 0

    def begins(self, rows: int, done: int) -> None:
        """Show what an earlier run has done as done."""
        self._rows, self._done = rows, done
        self._bar.reset(self._task, total=rows, completed=done)

    def advances(self, rows: int) -> None:
        """Move on; rows that are scored a second time, since their worker was lost, don't lead beyond the end."""
        self._done = min(self._done + rows, self._rows)
        self._bar.update(self._task, completed=self._done)


class Lines(Told):
    """Lines such as ``scored 40000 of 200000 rows (20%), 9100 rows/s, 18 s left``."""

    def begins(self, rows: int, done: int) -> None:
        """Say how much there is."""
        self._pace = Pace("rows", rows, done)
        kept = f", {done} of them done by the run before" if done else ""
        click.echo(f"scoring {rows:,} rows{kept}", err=True)

    def advances(self, rows: int) -> None:
        """Say how far it is, where it is worth a line."""
        self._pace.advance(rows)


class Pace:
    """Says now and then how far something is, at what pace, and what time is left.

    Args:
        unit: What is counted: rows, or MB.
        total: How much there is; None where nobody knows.
        done: How much was done before.
        size: How much one of the unit is.
        done_is: What has been done with what is counted.
    """

    def __init__(self, unit: str, total: int | None, done: int = 0, size: int = 1, done_is: str = "scored") -> None:
        self._done_is = done_is
        self._unit, self._total, self._size = unit, total, size
        self._done = self._said_done = done
        self._new = 0
        self._started = self._said = time.monotonic()

    def advance(self, count: int) -> None:
        """So much more is done."""
        self._done, self._new = self._done + count, self._new + count
        if self._total is not None:
            self._done = min(self._done, self._total)
        now = time.monotonic()
        if self._is_worth_a_line(now - self._said):
            self._said, self._said_done = now, self._done
            click.echo(self._line(now - self._started), err=True)

    def _is_worth_a_line(self, passed: float) -> bool:
        if passed >= LATE or self._total is None:
            return passed >= LATE
        moved = self._done - self._said_done
        return (passed >= SOON and moved >= self._total / 10) or self._done == self._total > self._said_done

    def _line(self, seconds: float) -> str:
        pace = self._new / max(seconds, 1e-9)
        done, rate = f"{self._done_is} {self._shown(self._done)}", f"{self._shown(pace)} {self._unit}/s"
        if self._total is None:
            return f"{done} {self._unit}, {rate}"
        left = f"{(self._total - self._done) / max(pace, 1e-9):.0f} s left"
        return f"{done} of {self._shown(self._total)} {self._unit} ({self._done / self._total:.0%}), {rate}, {left}"

    def _shown(self, count: float) -> str:
        return f"{count / self._size:,.{0 if self._size == 1 else 1}f}"


def run_progress(folder: Path | None, wanted: bool | None) -> AbstractContextManager[Watch]:
    """What shows how a run goes on.

    Args:
        folder: The run's directory; None where nothing is kept.
        wanted: Whether to show it; None for only in a terminal.
    """
    if not _is_shown(wanted):
        return nullcontext(Told(folder))
    return _shown_bar(folder) if _is_terminal() else nullcontext(Lines(folder))


@contextmanager
def _shown_bar(folder: Path | None) -> Iterator[Watch]:
    with _bar() as bar:
        yield Bar(bar, folder)


def _bar() -> Progress:
    from rich.progress import MofNCompleteColumn, ProgressColumn
    from rich.text import Text

    class RowsASecond(ProgressColumn):
        """The pace."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.0f} rows/s" if task.speed else "")

    return _bar_with(MofNCompleteColumn(), RowsASecond())


def _bar_with(*columns: ProgressColumn) -> Progress:
    """A bar on standard error that is gone at its end, with columns between it and the time that is left."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    shown = (TextColumn("{task.description}"), BarColumn(), *columns, TimeRemainingColumn())
    return Progress(*shown, console=Console(stderr=True), transient=True)


@contextmanager
def byte_progress(
    total: int | None, wanted: bool | None, what: tuple[str, str] = ("scoring", "scored")
) -> Iterator[Callable[[int], object] | None]:
    """For rows that stream: a function to call with each number of bytes read; None where no progress is shown.

    Args:
        total: How many bytes there are; None where nobody knows.
        wanted: Whether to show it; None for only in a terminal.
        what: What is done with them, and what has been.
    """
    if not _is_shown(wanted):
        yield None
    elif not _is_terminal():
        yield Pace("MB", total, size=10**6, done_is=what[1]).advance
    else:
        from rich.progress import DownloadColumn

        with _bar_with(DownloadColumn()) as bar:
            yield partial(bar.advance, bar.add_task(what[0], total=total))


def reading_progress(
    paths: Iterable[str], wanted: bool | None
) -> AbstractContextManager[Callable[[int], object] | None]:
    """For scored rows that are read: a function to call with each number of bytes; None where nothing is shown."""
    from graders.offline.scored import output_bytes

    return byte_progress(output_bytes(paths) if _is_shown(wanted) else None, wanted, ("reading", "read"))


@contextmanager
def count_progress(
    what: str, total: Callable[[], int], wanted: bool | None, unit: str, done_is: str
) -> Iterator[Callable[[int], object] | None]:
    """A bar of anything that is counted: a function to call with each number done; None where no progress is shown.

    Args:
        what: What is done, for people.
        total: Says how many there are; not asked where no progress is shown.
        wanted: Whether to show it; None for only in a terminal.
        unit: What is counted, for a plain line.
        done_is: What has been done with it.
    """
    if not _is_shown(wanted):
        yield None
        return
    if not _is_terminal():
        yield Pace(unit, total(), done_is=done_is).advance
        return
    from rich.progress import TaskProgressColumn

    with _bar_with(TaskProgressColumn()) as bar:
        yield partial(bar.advance, bar.add_task(what, total=total()))


def _is_shown(wanted: bool | None) -> bool:
    return _is_terminal() if wanted is None else wanted


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()  # a daemon may have none
