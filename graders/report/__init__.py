"""The report of scored rows: one HTML file that people look at."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from graders.errors import DataError

if TYPE_CHECKING:
    from graders.offline.rows import Columns
    from graders.report.facts import Facts
    from graders.reward import RewardFunction

STDOUT = "-"
"""The output that stands for standard output."""


def write_report(  # noqa: PLR0913 - all but the first two have defaults and names
    path: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    reward: RewardFunction | None = None,
    title: str | None = None,
    label_column: str | None = None,
    columns: Columns | None = None,
    source: str | None = None,
) -> Facts:
    """Read scored rows and write their report.

    Args:
        path: What `graders score` wrote: a run's directory, or a file of scored rows.
        output: The HTML file; ``-`` for standard output. It appears when it is whole.
        reward: What scored the rows. A run's directory says it; a file alone doesn't, and without it the report has
            neither weights nor rows taken apart.
        title: The heading; the name of what was read where None.
        label_column: The column of 0/1 labels; what the run's directory says where None.
        columns: Which column holds what; what the run's directory says where None.
        source: What the report names as what was scored; the path where None.

    Returns:
        What the report says.

    Raises:
        DataError: the rows can't be read or are not scored, the reward has other components than they have, or the
            output can't be written.

    Example::

        facts = write_report("scored.jsonl", "report.html", reward=graders.load_reward("reward.json"))
        facts.diagnostics.alarms
    """
    from graders.report.gather import gather
    from graders.report.page import page

    facts = gather(os.fspath(path), reward=reward, label_column=label_column, columns=columns)
    facts = replace(facts, title=title or facts.title, source=source or facts.source)
    _write(os.fspath(output), page(facts).encode())
    return facts


def _write(output: str, content: bytes) -> None:
    """Write a file that appears when it is whole; into a pipe or device as it is."""
    if output == STDOUT:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    path = Path(output)
    try:
        if path.is_dir():
            raise DataError(f"{output} is a directory; name a file in it")
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        _replace(path.resolve(), content)
    except (OSError, RuntimeError) as error:  # RuntimeError: links that go round in a circle
        raise DataError(f"{output} can't be written: {getattr(error, 'strerror', None) or error}") from None


def _replace(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
