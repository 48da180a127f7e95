"""A run's metrics as a picture: an SVG of lines over steps, written without any plotting package."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, MARGIN = 720, 320, 48
COLOURS = ("#1f6feb", "#8250df", "#1a7f37", "#bc4c00", "#57606a")
SMOOTHING = 0.9


def read_metrics(path: str | Path) -> list[dict[str, Any]]:
    """The lines of a metrics file; a last line that a killed run left half-written is left out."""
    rows = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return rows


def svg(rows: Iterable[Mapping[str, Any]], names: Sequence[str], title: str = "mean reward over training steps") -> str:
    """Lines of some metrics over steps, from 0 to 1: each as it was, thin, and smoothed, bold.

    Args:
        rows: Metrics with ``step``, as `read_metrics` gives them.
        names: Which metrics to draw.
        title: What stands above.

    >>> svg([{"step": 1, "reward": 0.2}, {"step": 2, "reward": 0.4}], ["reward"]).startswith("<svg")
    True
    """
    rows = list(rows)
    last = max((row["step"] for row in rows), default=1)
    lines = [_line(rows, name, last, colour) for name, colour in zip(names, COLOURS, strict=False)]
    legend = [_text(MARGIN + 10 + 220 * k, HEIGHT - 10, name, COLOURS[k]) for k, name in enumerate(names)]
    frame = [_text(MARGIN, 20, title, "#24292f"), *_ticks(last)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12"><rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
        + "".join([*frame, *lines, *legend])
        + "</svg>\n"
    )


def _line(rows: Sequence[Mapping[str, Any]], name: str, last: int, colour: str) -> str:
    points = [(row["step"], row[name]) for row in rows if isinstance(row.get(name), int | float)]
    smooth, level = [], None
    for step, value in points:
        level = value if level is None else SMOOTHING * level + (1 - SMOOTHING) * value
        smooth.append((step, level))
    thin = _path(points, last, colour, 'stroke-width="1" opacity="0.25"')
    return thin + _path(smooth, last, colour, 'stroke-width="2.5"')


def _path(points: Sequence[tuple[int, float]], last: int, colour: str, style: str) -> str:
    where = " ".join(f"{_x(step, last):.1f},{_y(value):.1f}" for step, value in points)
    return f'<polyline points="{where}" fill="none" stroke="{colour}" {style}/>'


def _ticks(last: int) -> list[str]:
    marks = []
    for level in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _y(level)
        marks.append(f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d0d7de"/>')
        marks.append(_text(8, y + 4, f"{level:g}", "#57606a"))
    return [*marks, *(_text(_x(step, last) - 8, HEIGHT - 30, str(step), "#57606a") for step in (0, last // 2, last))]


def _text(x: float, y: float, words: str, colour: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}">{escape(words)}</text>'


def _x(step: int, last: int) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * step / max(last, 1)


def _y(value: float) -> float:
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN - 20) * value
