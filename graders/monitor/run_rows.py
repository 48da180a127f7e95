"""The rows on a watched run's page: those behind the alarms, and those of its first and last steps, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import accumulate

from graders.monitor.detectors import title_of
from graders.monitor.recording import WatchedRow
from graders.monitor.watch_run import WatchRun
from graders.pages.excerpt import ANSWER, PROMPT, cut, tagged
from graders.pages.formatting import DASH, count, counted, score
from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import PageSection, card, cards, figures, lead, note, written

MOST_BYTES = 60_000
"""The rows of a column, and those behind all alarms, are no larger; what doesn't fit is counted."""

TAGS = ("think", "answer")
"""The names of the blocks that are set off."""


def alarm_rows(run: WatchRun) -> PageSection | None:
    """Rows of each alarm; None where there are none."""
    room, shown = MOST_BYTES * 2, []
    for number, alarm in enumerate(run.alarms, start=1):
        if not alarm.rows:
            continue
        built = _fitting(alarm.rows, room)
        room -= len(built.encode())
        heading = f"{number}. {title_of(alarm.detector)}"
        shown.append(together(element("h3", heading, id=f"alarm-{number}"), built))
    if not shown:
        return None
    said = lead("What was paid when the alarm was raised. Open a row to read it.")
    return PageSection("alarm-rows", "Rows behind them", "Rows behind the alarms", together(said, shown))


def samples(run: WatchRun) -> PageSection | None:
    """Rows of the first and of the last steps, side by side; None where none were drawn."""
    if not run.early:
        return None
    sides = [_side("Early", run.early), _side("Late", run.late) if run.late else None]
    said = lead("Drawn by kind (paid, unpaid, unscored, odd), so that rare kinds are seen: their shares say nothing.")
    return PageSection("samples", "Samples", "Early and late", together(said, element("div", sides, class_="sides")))


def _side(name: str, rows: tuple[WatchedRow, ...]) -> Markup:
    heading = f"{name}: steps {count(rows[0].step)} to {count(rows[-1].step)}"
    return element("div", element("h3", heading), _fitting(rows, MOST_BYTES))


def _fitting(rows: Iterable[WatchedRow], most: int) -> Markup:
    """The cards of as many rows as fit."""
    built = [_card(row) for row in rows]
    room = sum(size <= most for size in accumulate(len(one.encode()) for one in built))
    left_out = len(built) - room
    said = note(f"{counted(left_out, 'row')} more would not fit on this page.") if left_out else None
    return together(cards(built[:room], "cards plain") if room else None, said)


def _card(row: WatchedRow) -> Markup:
    answer = element("i", "no answer") if row.answer is None else element("bdi", cut(row.answer, (40, 16)))
    summary = together(
        element("span", f"Step {count(row.step)}", class_="place"),
        element("span", "unscored" if row.reward is None else score(row.reward), class_="reward"),
        element("span", answer, class_="answer-of"),
        element("span", row.why, class_=f"badge {'' if row.why in ('paid', 'unpaid') else 'warn'}".strip()),
    )
    return card(
        summary,
        written("prompt", cut(row.prompt, PROMPT)) if row.prompt else None,
        written("completion", tagged(row.completion, row.answer, TAGS)),
        figures(_facts(row), "facts small"),
    )


def _facts(row: WatchedRow) -> Iterator[tuple[str, Child]]:
    for name, value in {"answer that was read": row.answer, "reference": row.reference}.items():
        yield name, element("bdi", DASH if value is None else cut(value, ANSWER))
    for name, given in row.scores.items():
        yield name, f"{score(given)} ({row.outcomes.get(name, DASH)})"
    if row.traits:
        yield "odd", ", ".join(trait.replace("_", " ") for trait in row.traits)
