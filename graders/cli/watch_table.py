"""A watched run as a table for people, printed once or kept up to date while the run goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import NamedTuple

import click
import numpy as np
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from graders.cli.plain_table import plain_table, quoted, wide_console
from graders.monitor.detectors import title_of
from graders.monitor.run_page import verdict, watch_page
from graders.monitor.run_sections import ends
from graders.monitor.watch_run import Curve, WatchRun, read_run
from graders.offline.writing.files import write_page
from graders.pages.formatting import count, counted, figure, percent
from graders.vocabulary.errors import DataError

BLOCKS = "▁▂▃▄▅▆▇█"
PLACES = 24
"""A curve is drawn with so many characters."""

SHOWN = 2
"""Rows that are printed of an alarm; the others are on the page and in the JSON."""

LEAST_REST = 9
"""Reading a long run takes its time: nine tenths of the time are left to the run itself."""


class WatchOutput(NamedTuple):
    """What is shown of a run, and where.

    Attributes:
        folder: Where the run is recorded.
        html: The page to write; None for none.
        title: The page's heading.
    """

    folder: str
    html: str | None = None
    title: str | None = None

    def once(self, *, as_json: bool = False) -> None:
        """Print the run, or its alarms as JSON, and write its page.

        Raises:
            DataError: nothing is recorded there, or the page can't be written.
        """
        run = read_run(self.folder)
        if as_json:
            click.echo(json.dumps([asdict(alarm) for alarm in run.alarms], indent=2))
        else:
            wide_console().print(run_table(run))
        self._write(run)

    def follow(self, every: float, console: Console | None = None) -> None:
        """Show the run until interrupted; where nothing is recorded yet, wait for it.

        Args:
            every: Seconds between two looks, at least.
            console: Where to; standard output where None.
        """
        waiting = Text(f"waiting for the first step in {self.folder}; Ctrl-C ends this, not the run")
        with Live(waiting, console=console or wide_console(), auto_refresh=False) as live:
            try:
                for run in self._runs(every):
                    live.update(run_table(run), refresh=True)
                    self._write(run)
            except KeyboardInterrupt:
                return

    def _runs(self, every: float) -> Iterator[WatchRun]:
        """The run, each time that there is more of it."""
        seen = None
        while True:
            began = time.perf_counter()
            run = self._read()
            if run is not None and seen != (seen := (run.rows.sum(), len(run.alarms), len(run.dropped))):
                yield run
            time.sleep(max(every, LEAST_REST * (time.perf_counter() - began)))

    def _read(self) -> WatchRun | None:
        try:
            return read_run(self.folder)
        except DataError:
            return None

    def _write(self, run: WatchRun) -> None:
        if self.html is not None:
            write_page(self.html, watch_page(run, self.title))


def run_table(run: WatchRun) -> RenderableType:
    """What to make of the run, its figures at first and at last, and its alarms."""
    lines = [Text(verdict(run), style="bold")]
    if not len(run.steps):
        return Group(*lines)
    rows = [*_rows(run)]
    table = plain_table("|".join(["figure", "at first", "at last", "over the steps"]), rows)
    alarms = [text for number, _ in enumerate(run.alarms, start=1) for text in _alarm(run, number)]
    dropped = [Text(f"The detector {name} failed and was dropped: {why}") for name, why in run.dropped.items()]
    return Group(*lines, Text(_subject(run), style="dim"), table, *alarms, *dropped)


def _subject(run: WatchRun) -> str:
    damaged = f"; {counted(run.damaged, 'line')} can't be read" if run.damaged else ""
    return f"{counted(int(run.rows.sum()), 'row')} by step {count(int(run.steps[-1]))}{damaged}"


def _rows(run: WatchRun) -> Iterator[list[str]]:
    for name, curve in {"reward": run.reward, **run.components}.items():
        yield _row(name, curve, [figure(one) for one in ends(curve)])
    shares = {"paid": run.paid, "unscored": run.unscored, "different answers": run.distinct}
    for name, curve in {**shares, **run.traits}.items():
        yield _row(name.replace("_", " "), curve, [percent(one) for one in ends(curve)])
    yield _row("characters an answer", run.length, [figure(one, ",.0f") for one in ends(run.length)])


def _row(name: str, curve: Curve, said: list[str]) -> list[str]:
    return [name, *said, sketch(curve)]


def sketch(curve: Curve) -> str:
    """A curve in a line of text, from 0 to 1 or to its greatest value; blank where it has none.

    >>> sketch(np.array([0.0, 0.5, np.nan, 1.0]))
    '▁▅ █'
    """
    most = max(1.0, float(np.fmax.reduce(curve)))
    parts = np.array_split(curve, min(PLACES, len(curve)))
    means = [part[~np.isnan(part)].mean() if not np.isnan(part).all() else None for part in parts]
    return "".join(" " if mean is None else BLOCKS[min(7, int(8 * mean / most))] for mean in means)


def _alarm(run: WatchRun, number: int) -> Iterator[Text]:
    one = run.alarms[number - 1]
    since = f"step {count(one.step)} (began at {count(one.began)})"
    yield Text(f"\n{number}. {title_of(one.detector)}, {since}", style="bold red")
    yield Text(f"   {one.sentence}.")
    for row in one.rows[:SHOWN]:
        yield Text(f"   answer {quoted(row.answer or '')}, reference {quoted(row.reference or '')}, step {row.step}")
    yield Text(f"   To change: {one.change}.")
