"""Two scored files of the same rows, side by side: what changed, whether it is more than chance, and in which rows.

    compare("old.jsonl", "new.jsonl").reward.difference.mean

Rows are matched by their place or by a column of ids, and checked to be the same. A row that only one side could score
is counted apart and is never a zero. Two paths come in, a `Comparison` goes out, which `comparison_page` lays out.

It imports the reader of scored rows, the kit of pages and the messages of a completion; it scores nothing.
"""

from __future__ import annotations

from graders.comparison.changes import (
    AccuracyChange,
    Change,
    ChangedGroup,
    ChangedRow,
    Comparison,
    Difference,
    Flips,
    GroupChanges,
    OutcomeChange,
)
from graders.comparison.compare_files import compare
from graders.comparison.regression import Allowance, regression
from graders.comparison.side import ComparisonOptions

Reading = ComparisonOptions
"""The name it had."""

__all__ = [
    "AccuracyChange",
    "Allowance",
    "Change",
    "ChangedGroup",
    "ChangedRow",
    "Comparison",
    "ComparisonOptions",
    "Difference",
    "Flips",
    "GroupChanges",
    "OutcomeChange",
    "Reading",
    "compare",
    "regression",
]
