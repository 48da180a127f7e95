"""The report of scored rows: one HTML file that people look at.

Scored rows come in, from a file or a run's directory; `gather` makes the facts of them (figures, agreement with
labels, a sample of rows taken apart), `sections` words these, and the page goes out. Nothing is scored and no judge
is asked.

It imports the kit of pages, the figures, the reader of scored rows and the reward; of the command line nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace

from graders.offline.reading.rows import Columns
from graders.offline.writing.files import write_page
from graders.report.facts import Facts
from graders.report.gather import gather as gather_facts
from graders.report.report_page import page
from graders.reward.reward_function import RewardFunction

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
    advance: Callable[[int], object] | None = None,
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
        advance: Called with the number of bytes of each row that is read, for progress.

    Returns:
        What the report says.

    Raises:
        DataError: the rows can't be read or are not scored, the reward has other components than they have, or the
            output can't be written.

    Example::

        facts = write_report("scored.jsonl", "report.html", reward=graders.load_reward("reward.json"))
        facts.diagnostics.alarms
    """
    facts = gather_facts(os.fspath(path), reward=reward, label_column=label_column, columns=columns, advance=advance)
    facts = replace(facts, title=title or facts.title, source=source or facts.source)
    _write(os.fspath(output), page(facts))
    return facts


def _write(output: str, text: str) -> None:
    if output == STDOUT:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return
    write_page(output, text)
