"""The records file: one JSON line a decided row, written when its verdict is known."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from graders.judge.judgement import Judgement


class Records:
    """Appends verdicts to a JSONL file; each write is whole lines, so several processes can share a file.

    Args:
        path: The file; its folder is made where it doesn't exist.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def write(self, verdicts: Iterable[tuple[list[int], Judgement]]) -> None:
        """Write verdicts with the rows of their batch that share them.

        Raises:
            OSError: the file can't be written.
        """
        lines = "".join(json.dumps({"rows": rows, **verdict.record}) + "\n" for rows, verdict in verdicts)
        if not lines:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:  # unlike text, bytes go out in one piece, however many
            file.write(lines.encode())
