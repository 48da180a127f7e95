"""The page of a watched run: alarms on the time line, curves and outcomes, rows of the first and of the last steps."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from graders.monitor.run_rows import alarm_rows, samples
from graders.monitor.run_sections import alarms, curves, ends, outcomes, provenance
from graders.monitor.watch_run import WatchRun, read_run
from graders.offline.writing.files import write_page
from graders.pages.document import document, page_header
from graders.pages.formatting import count, counted, figure, percent
from graders.pages.html import Markup, element, together
from graders.pages.page_blocks import Tile, tiles
from graders.pages.step_plots import StepAxis


def write_watch_page(
    folder: str | os.PathLike[str], output: str | os.PathLike[str], *, title: str | None = None
) -> WatchRun:
    """Write the page of a watched run as one HTML file; of a run that goes on, as it stands.

    Args:
        folder: What `graders.watch` was given.
        output: The file; it appears when it is whole.
        title: The heading; the folder's name where None.

    Returns:
        What the page says.

    Raises:
        DataError: nothing is recorded there, or the file can't be written.
    """
    run = read_run(folder)
    write_page(os.fspath(output), watch_page(run, title))
    return run


def watch_page(run: WatchRun, title: str | None = None) -> str:
    """The page as HTML."""
    title = title or "/".join(Path(os.path.abspath(run.folder)).parts[-2:])  # noqa: PTH100 - a link keeps its name
    header = page_header(
        "watched run",
        title,
        element("p", _subject(run), class_="subject"),
        element("p", verdict(run), class_="verdict"),
        tiles(_tiles(run)) if len(run.steps) else None,
    )
    sections = [alarms(run), alarm_rows(run), samples(run), provenance(run)]
    if len(run.steps):
        axis = StepAxis(run.steps, [one.step for one in run.alarms])
        sections[1:1] = [curves(run, axis), outcomes(run, axis)]
    return document(f"{title}: watched run", header, [one for one in sections if one is not None])


def _subject(run: WatchRun) -> Markup:
    made_of = ", ".join(f"{name} {weight:.4g}" for name, weight in run.weights.items())
    seen = f"{counted(int(run.rows.sum()), 'row')}" + (
        f" by step {count(int(run.steps[-1]))}" if len(run.steps) else ""
    )
    return together(f"{seen}, from ", element("code", run.folder), f". Weights: {made_of}." if made_of else ".")


def verdict(run: WatchRun) -> str:
    """What to make of the run, in a sentence or two."""
    if not len(run.steps):
        return "Nothing is recorded yet."
    if not run.alarms:
        return f"No alarm by step {count(int(run.steps[-1]))}."
    first = run.alarms[0]
    return f"{counted(len(run.alarms), 'alarm')}, the first at step {count(first.step)}: {first.sentence}."


def _tiles(run: WatchRun) -> Iterator[Tile]:
    first, last = ends(run.reward)
    yield "mean reward", figure(last), f"{figure(first)} at first", None
    for name, curve in {"paid rows": run.paid, "different answers": run.distinct}.items():
        first, last = ends(curve)
        yield name, percent(last), f"{percent(first)} at first", None
    first, last = ends(run.length)
    yield "characters an answer", figure(last, ",.0f"), f"{figure(first, ',.0f')} at first", None
    first, last = ends(run.unscored)
    yield "unscored", percent(last), f"{percent(first)} at first", "warn" if last else None
    dropped = f"; {counted(len(run.dropped), 'detector')} dropped" if run.dropped else ""
    yield (
        "alarms",
        count(len(run.alarms)),
        f"in {counted(len(run.steps), 'recorded step')}{dropped}",
        ("danger" if run.alarms else "warn" if run.dropped else None),
    )
