"""How the tables in `data/` are read: one entry a line; a line that begins with `# ` is a comment."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).with_name("data")


def entries(name: str, folder: Path = _FOLDER) -> list[str]:
    """The lines of a table that say something, in their order; other rooms have folders of their own."""
    text = (folder / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("# ")]


def columns(name: str) -> dict[str, str]:
    """A table of two columns, which two spaces or more hold apart."""
    parted = (line.partition("  ") for line in entries(name))
    return {left: right.lstrip(" ") for left, _, right in parted}


def classes(name: str) -> dict[str, frozenset[str]]:
    """A table of classes: a line `[class]` opens each, its members follow."""
    members: dict[str, list[str]] = {}
    for line in entries(name):
        if line[0] == "[" and line[-1] == "]":
            found = members[line[1:-1]] = []
        else:
            found.append(line)
    return {name: frozenset(found) for name, found in members.items()}
