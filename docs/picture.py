"""Draws the picture of the README: what `graders demo` prints, as SVG."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from graders.cli.commands.demo import show

if __name__ == "__main__":
    console = Console(record=True, width=110, highlight=False, file=io.StringIO())
    show(console)
    console.save_svg(str(Path(__file__).with_name("demo.svg")), title="graders demo")
