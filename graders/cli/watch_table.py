"""A watched run as a table for people: how it went, and its alarms."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict

import click
import numpy as np
from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from graders.cli.plain_table import plain_table, quoted, wide_console
from graders.monitor import WatchAlarm, WatchRun, read_run
from graders.monitor.watch_run import Curve
from graders.pages.formatting import figure

PARTS = 12
"""The table has so many lines; each is a part of the run."""

SECONDS = 2.0
"""How often a run is read anew that is followed."""

SHOWN = 2
"""Rows that are printed of an alarm; the others are on the page and in the JSON."""


def print_run(run: WatchRun) -> None:
    """Print how a run went, and its alarms."""
    wide_console().print(_whole(run))


def print_alarms(run: WatchRun) -> None:
    """Print the alarms as JSON."""
    click.echo(json.dumps([asdict(alarm) for alarm in run.alarms], indent=2))


def follow_run(folder: str) -> None:
    """Print a run again and again, until interrupted.

    Raises:
        DataError: nothing is recorded there.
    """
    with Live(_whole(read_run(folder)), console=wide_console(), auto_refresh=False) as live:
        try:
            while True:
                live.update(_whole(read_run(folder)), refresh=True)
                time.sleep(SECONDS)
        except KeyboardInterrupt:
            return


def _whole(run: WatchRun) -> RenderableType:
    curves = {"reward": run.reward, "paid": run.paid, "unscored": run.unscored, **run.components}
    curves |= {"distinct": run.distinct, "length": run.length}
    parts = np.array_split(np.arange(len(run.steps)), min(PARTS, max(1, len(run.steps))))
    rows = [_line(run, list(curves.values()), part) for part in parts if len(part)]
    lines = [Text(line) for line in _lines(run)]
    return Group(plain_table("|".join(["steps", "rows", *curves]), rows), Text(), *lines)


def _line(run: WatchRun, curves: list[Curve], part: np.ndarray[tuple[int], np.dtype[np.intp]]) -> list[str]:
    """The means over a part of the run, a step weighing by its rows."""
    first, last = (str(run.steps[place]) for place in (part[0], part[-1]))
    cells = [first if first == last else f"{first}-{last}", f"{run.rows[part].sum():.0f}"]
    for curve in curves:
        known = part[~np.isnan(curve[part])]
        cells.append(figure(float(np.average(curve[known], weights=run.rows[known]))) if len(known) else "-")
    return cells


def _lines(run: WatchRun) -> Iterator[str]:
    """The alarms, each with what to change and some of its rows; what was dropped; what can't be read."""
    yield f"{len(run.alarms)} alarms" if len(run.alarms) != 1 else "1 alarm"
    for alarm in run.alarms:
        yield from _alarm(alarm)
    for detector, error in run.dropped.items():
        yield f"the detector {detector} failed and was dropped: {error}"
    if run.damaged:
        yield f"{run.damaged} lines can't be read: the last ones of killed processes"


def _alarm(alarm: WatchAlarm) -> Iterator[str]:
    yield f"\nstep {alarm.step} (since {alarm.began}) {alarm.detector}: {alarm.sentence}"
    for row in alarm.rows[:SHOWN]:
        yield f"  answer {quoted(row.answer or '')}, reference {quoted(row.reference or '')}, step {row.step}"
    yield f"  what to change: {alarm.change}"
