"""Draws the picture of the README: what `graders demo` prints, as SVG."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

from rich.console import Console

from graders.cli.commands.demo import show

PICTURE = Path(__file__).with_name("demo.svg")
_FONT = re.compile(r"\s*@font-face \{.*?\n    \}", re.DOTALL)
"""Fonts that a page elsewhere would have to give."""


def drawn() -> str:
    """The picture of today."""
    console = Console(record=True, width=110, highlight=False, file=io.StringIO())
    show(console)
    return _FONT.sub("", console.export_svg(title="graders demo"))


def words(svg: str) -> list[str]:
    """What a picture says, line by line, however it is drawn."""
    return [unescape(line) for line in re.findall(r"<text [^>]*>(.*?)</text>", svg)]


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
