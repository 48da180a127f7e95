"""The groups whose mean reward changes most, with their prompts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graders.comparison.changed_rows import shown_prompt
from graders.comparison.changes import ChangedGroup
from graders.comparison.pairing import RowPairs
from graders.comparison.side import Side
from graders.offline.scored import read_documents


def changed_groups(
    a: Side, pairs: RowPairs, groups: NDArray[np.int64], means: NDArray[np.float64], shown: int
) -> tuple[ChangedGroup, ...]:
    """The groups that change most, either way; of equal ones the first in the file.

    Args:
        a: The side that names rows.
        pairs: Which of its completions are compared.
        groups: The group of each pair.
        means: The mean reward of each group on both sides, by ascending group number, (g, 2).
        shown: How many.
    """
    change = np.nan_to_num(np.abs(means[:, 1] - means[:, 0])).round(12)
    chosen = [int(one) for one in np.argsort(-change, kind="stable")[:shown] if change[one] > 0]
    _, first, sizes = np.unique(groups, return_index=True, return_counts=True)
    lines = {one: int(a.scored.lines[pairs.a[first[one]]]) for one in chosen}
    documents = read_documents(a.scored.path, lines.values()) if chosen else {}
    prompts = {one: a.columns.example(documents[line], needs_reference=False).prompt for one, line in lines.items()}
    return tuple(
        ChangedGroup(
            lines[one], int(sizes[one]), float(means[one, 0]), float(means[one, 1]), shown_prompt(prompts[one])
        )
        for one in chosen
    )
