"""What is read: a row with its place, readable or not."""

from __future__ import annotations

from typing import Any, NamedTuple


class Row(NamedTuple):
    """One line of a file, or one row of a table.

    Attributes:
        line: Its number within its source, from 1.
        document: The row's columns; for a line that can't be read, its text under ``raw``.
        error: Why it can't be read; None where it can.
        size: How many bytes the line has, 0 where unknown.
        raw: The line as it was read, where it is one JSON object; empty otherwise.
        unit: What `line` counts, with the source's name where there are several: ``"b.jsonl line"``.
    """

    line: int
    document: dict[str, Any]
    error: str | None = None
    size: int = 0
    raw: bytes = b""
    unit: str = "line"

    @property
    def place(self) -> str:
        """Where it stands, as an error says it: ``line 7``."""
        return f"{self.unit} {self.line}"
