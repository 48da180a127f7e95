"""What rewards, batches and explanations show in a notebook, of the blocks of the pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from graders.figures.diagnostics import ComponentFigures, Diagnostics
from graders.pages.excerpt import cut
from graders.pages.formatting import DASH, count, counted, figure, percent, score
from graders.pages.html import Child, Markup, element
from graders.pages.notebook import SHOWN, notebook_card, opened, short_name
from graders.pages.page_blocks import Tile, component, figures, note, table, tiles
from graders.pages.svg import bar
from graders.reward.reward_row import RewardRow

ROWS = 5
"""So many rows of a batch are shown."""

_TEXT = (120, 60)
"""Characters of a completion that are shown."""

_SHORT = (30, 20)
"""Of an answer and of a reference in a line."""

_SENTENCE = (300, 100)
"""Of an alarm."""

_OUTCOMES = 4
"""So many outcomes of a component are named."""

_COMPONENTS = {"component": "", "weight": "number", "mean": "number", "": "bar", "outcomes": "text"}
_ROWS = {"row": "", "reward": "number", "answer": "text", "reference": "text", "outcomes": "text", "completion": "text"}
_PARTS = {"component": "", "weight": "number", "score": "number", "outcome": "text", "compared": "text"}


def batch_card(found: Diagnostics, rows: Sequence[RewardRow]) -> str:
    """A batch: its figures, its alarms, and its first rows."""
    return notebook_card(
        "rewards",
        f"{counted(found.rows, 'row')}, mean reward {figure(found.mean)}",
        tiles(_tiles(found)),
        _alarms(found),
        _limited(_COMPONENTS, "The components", [_component(*one) for one in found.components.items()]),
        _limited(_ROWS, f"The first rows: batch[0] to batch[{len(rows) - 1}]", [_row(row) for row in rows])
        if rows
        else None,
    )


def _tiles(found: Diagnostics) -> Iterator[Tile]:
    yield "mean reward", figure(found.mean), f"standard deviation {figure(found.std)}", None
    yield "full marks", percent(found.saturated), "of what is scored", None
    yield "unscored", percent(found.unscored), "of all rows", "warn" if found.unscored else None
    if found.groups is not None:
        beside = f"of {counted(found.groups.count, 'group')}"
        yield "zero-variance groups", count(found.groups.zero_variance), beside, None


def _alarms(found: Diagnostics) -> Markup | None:
    if not found.alarms:
        return None
    said = [element("li", cut(f"{alarm.kind}: {alarm.sentence}", _SENTENCE)) for alarm in found.alarms[:SHOWN]]
    return element("ul", said, class_="alarms")


def _component(called: str, figures: ComponentFigures) -> list[Child]:
    length = None if figures.mean != figures.mean else bar(figures.mean)
    return [
        component(short_name(called)),
        f"{figures.weight:.4g}",
        figure(figures.mean),
        length,
        _counted(figures.outcomes),
    ]


def _counted(outcomes: Mapping[str, int]) -> str:
    shown = [f"{outcome} {count(number)}" for outcome, number in list(outcomes.items())[:_OUTCOMES]]
    return ", ".join(shown) + (", …" if len(outcomes) > _OUTCOMES else "")


def _row(row: RewardRow) -> list[Child]:
    outcomes = ", ".join(f"{short_name(called)} {one}" for called, one in list(row.outcomes.items())[:_OUTCOMES])
    return [
        str(row.index),
        score(row.reward),
        cut(DASH if row.answer is None else row.answer, _SHORT),
        _references(row.reference_answer),
        outcomes,
        opened(f"{counted(len(row.completion), 'character')}", cut(row.completion, _TEXT)),
    ]


def _references(references: str | Sequence[str] | None) -> Markup:
    if references is None or isinstance(references, str):
        return cut(references or DASH, _SHORT)
    return cut(" | ".join(one[:100] for one in references[:_OUTCOMES]) or DASH, _SHORT)


def _limited(columns: Mapping[str, str], caption: str, rows: Sequence[Sequence[Child]]) -> list[Markup]:
    """A table of the first rows, and how many more there are."""
    shown = table(caption, columns, rows[:SHOWN], kind="plain")
    return [shown, note(f"… and {count(len(rows) - SHOWN)} more")] if len(rows) > SHOWN else [shown]


def reward_card(weights: Mapping[str, float], expects: Mapping[str, str], example: str, signature: str) -> str:
    """A reward: its components, a completion that it pays in full, and its signature."""
    rows = [
        [component(short_name(called)), f"{weight:.6g}", bar(weight), expects.get(called, DASH)]
        for called, weight in weights.items()
    ]
    columns = {"component": "", "weight": "number", "": "bar", "an answer is": "text"}
    return notebook_card(
        "reward",
        " + ".join(f"{weight:.3g} {short_name(called)}" for called, weight in list(weights.items())[:SHOWN]),
        _limited(columns, "The components", rows),
        note("Completions are read in this form:"),
        element("pre", cut(example, (400, 200))),
        note(cut(signature, (600, 200))),
    )


def explanation_card(explanation: Mapping[str, Any]) -> str:
    """An explanation: what was read, what each component says of it, and the sum."""
    parsed, reward = explanation["parsed"], explanation["reward"]
    references = explanation["reference_answer"]
    read: list[tuple[str, Child]] = [
        ("answer", cut(DASH if parsed["answer"] is None else parsed["answer"], _TEXT)),
        ("reference", _references(references)),
        ("found by", cut(parsed["found_by"] or parsed["fault"] or DASH, _TEXT)),
        ("thought", opened("open", cut(parsed["thought"], (300, 200))) if parsed["thought"] else DASH),
    ]
    parts = [_part(one) for one in explanation["components"]]
    return notebook_card(
        "explanation",
        "unscored" if reward is None else f"reward {score(reward)}",
        figures(read),
        _limited(_PARTS, "The components", parts),
        note(cut(explanation["sum"], (400, 200))),
    )


def _part(one: Mapping[str, Any]) -> list[Child]:
    why = f"{one['outcome']}: {one['meaning']}"
    return [
        component(short_name(one["name"])),
        f"{one['weight']:.4g}",
        score(one["score"]),
        why,
        _compared(one["compared"]),
    ]


def _compared(comparisons: Iterable[Mapping[str, Any]]) -> Markup | None:
    """What was compared with the first references, a line a value."""
    lines = [
        cut(f"{key}: {value if isinstance(value, str) else json.dumps(value, default=str)}", _TEXT)
        for comparison in list(comparisons)[:1]
        for key, value in list(comparison.items())[:SHOWN]
    ]
    return opened("open", [element("div", line) for line in lines]) if lines else None
