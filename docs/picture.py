"""Draws the picture of the README: what `graders demo` prints, as SVG."""

from __future__ import annotations

import io
from pathlib import Path

from graders.cli.demo import show
from rich.console import Console

if __name__ == "__main__":
    console = Console(record=True, width=110, highlight=False, file=io.StringIO())
    show(console)
    console.save_svg(str(Path(__file__).with_name("demo.svg")), title="graders demo")
