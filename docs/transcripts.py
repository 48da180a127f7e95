"""Fills in what commands print: ``<!-- output 16: graders compare ... -->`` comes before a block of the first 16 lines.

A negative number takes the last lines. The commands of the page run in their order, in a folder with the demo's files.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from graders.cli.examples import NAMES, example

DOCS = Path(__file__).parent
BLOCK = re.compile(r"<!-- output (?P<lines>-?\d+): (?P<command>graders [^>]*) -->\n```text\n.*?```\n", re.DOTALL)
COMMAND = re.compile(r"^    (graders .*)$", re.MULTILINE)


def filled(text: str) -> str:
    """A page with its blocks made anew."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "demo").mkdir()
        for name in NAMES:
            (folder / "demo" / name).write_bytes(example(name).read_bytes())
        wanted = {found["command"] for found in BLOCK.finditer(text)}
        printed = _printed(_commands(text, wanted), folder)
    return BLOCK.sub(lambda found: _block(found, printed[found["command"]]), text)


def _commands(text: str, wanted: set[str]) -> list[str]:
    """The page's commands up to the last one that is wanted."""
    written = [found[1].partition("  #")[0].strip() for found in COMMAND.finditer(text[: _last(text)])]
    return [one for one in dict.fromkeys(written) if one not in wanted and "demo --to" not in one] + sorted(wanted)


def _last(text: str) -> int:
    return next(found.start() for found in BLOCK.finditer(text))


def _printed(commands: list[str], folder: Path) -> dict[str, list[str]]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "140", "NO_COLOR": "1"}
    printed = {}
    for command in commands:
        call = [sys.executable, "-W", "ignore", "-m", "graders.cli", *shlex.split(command)[1:]]
        done = subprocess.run(  # noqa: S603 - commands of our own pages
            call, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=True
        )
        printed[command] = [line.rstrip() for line in done.stdout.rstrip().splitlines()]
    return printed


def _block(found: re.Match[str], lines: list[str]) -> str:
    count = int(found["lines"])
    left_out = [] if abs(count) >= len(lines) else ["..."]
    shown = [*lines[:count], *left_out] if count > 0 else [*left_out, *lines[count:]]
    return f"<!-- output {count}: {found['command']} -->\n```text\n" + "\n".join(shown) + "\n```\n"


def pages() -> list[Path]:
    """The pages that show what a command prints."""
    return [page for page in sorted(DOCS.glob("**/*.md")) if BLOCK.search(page.read_text(encoding="utf-8"))]


if __name__ == "__main__":
    for page in pages():
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
