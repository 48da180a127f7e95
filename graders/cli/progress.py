"""Progress over a file's bytes: a bar in a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def byte_progress(path: str, wanted: bool | None) -> Iterator[Callable[[int], object] | None]:
    """A function to call with each number of bytes read; None where no progress is shown.

    Args:
        path: The file that is read; one without a size, such as standard input, shows a pulse.
        wanted: Whether to show it; None for only in a terminal.
    """
    if not (sys.stderr.isatty() if wanted is None else wanted):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    source = Path(path)
    total = source.stat().st_size if source.is_file() else None
    columns = (TextColumn("scoring"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("scoring", total=total)
        yield lambda count: bar.advance(task, count)
