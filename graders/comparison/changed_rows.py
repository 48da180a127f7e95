"""The completions whose reward changes most, with their text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graders.comparison.changes import ChangedRow
from graders.comparison.pairing import RowPairs
from graders.comparison.side import Side
from graders.completion.messages import acceptable_references, completion_text, prompt_text
from graders.contract.scores import Scores
from graders.errors import DataError
from graders.offline.scored import read_documents


def changed_rows(
    a: Side, b: Side, pairs: RowPairs, delta: NDArray[np.float64], shown: int
) -> tuple[tuple[ChangedRow, ...], tuple[ChangedRow, ...]]:
    """The largest falls and the largest rises; of equal ones the first in the file.

    Args:
        a: The one side.
        b: The other.
        pairs: How they are matched.
        delta: The change of each pair's reward, NaN where it is unknown.
        shown: How many of either.
    """
    falls, rises = _largest(-delta, shown), _largest(delta, shown)
    chosen = [*falls, *rises]
    texts = [
        read_documents(side.scored.path, {int(side.scored.lines[at[row]]) for row in chosen}) if chosen else {}
        for side, at in ((a, pairs.a), (b, pairs.b))
    ]
    rows = {row: _row(a, b, (int(pairs.a[row]), int(pairs.b[row])), texts) for row in chosen}
    return tuple(rows[row] for row in falls), tuple(rows[row] for row in rises)


def _largest(values: NDArray[np.float64], shown: int) -> list[int]:
    """The positions of the largest positive values, largest first."""
    positive = np.flatnonzero(values > 0)
    order = np.argsort(-values[positive], kind="stable")[:shown]
    return [int(row) for row in positive[order]]


def _row(a: Side, b: Side, at: tuple[int, int], texts: list[dict[int, dict[str, Any]]]) -> ChangedRow:
    lines = [int(side.scored.lines[row]) for side, row in zip((a, b), at, strict=True)]
    position = int(a.scored.positions[at[0]])
    document = texts[0][lines[0]]
    example = a.columns.example(document, needs_reference=False)
    answers = [
        _member(text[line]["answer"], position, is_group=example.is_group)
        for text, line in zip(texts, lines, strict=True)
    ]
    rewards = [_number(side.scored.rewards[row]) for side, row in zip((a, b), at, strict=True)]
    return ChangedRow(
        lines[0],
        lines[1],
        position,
        rewards[0],
        rewards[1],
        shown_prompt(example.prompt),
        _shown_reference(example.reference),
        completion_text(example.completions[position], 0),
        answers[0],
        answers[1],
        _components(a, b, at),
    )


def _member(answer: Any, position: int, *, is_group: bool) -> str | None:
    found = answer[position] if is_group else answer
    return None if found is None else str(found)


def _components(a: Side, b: Side, at: tuple[int, int]) -> Mapping[str, Mapping[str, Any]]:
    """Score and outcome on both sides of each component that either has."""
    names: Iterable[str] = dict.fromkeys([*a.scored.scores, *b.scored.scores])
    found: dict[str, dict[str, Any]] = {name: {} for name in names}
    for side, row, letter in ((a, at[0], "a"), (b, at[1], "b")):
        for name, scores in side.scored.scores.items():
            found[name] |= {f"score_{letter}": _number(scores.values[row]), f"outcome_{letter}": _outcome(scores, row)}
    return found


def _outcome(scores: Scores, row: int) -> str:
    return str(Scores(scores.values[row : row + 1], scores.codes[row : row + 1]).outcomes[0])


def _number(value: np.float64) -> float | None:
    return None if np.isnan(value) else float(value)


def shown_prompt(prompt: Any) -> str:
    """A prompt as text, whatever it is."""
    try:
        return prompt_text(prompt, 0)
    except (DataError, TypeError):  # any value may stand in a column that no grader read
        return str(prompt)


def _shown_reference(reference: Any) -> str:
    try:
        acceptable = acceptable_references(reference, 0)
    except TypeError:
        return str(reference)
    return acceptable if isinstance(acceptable, str) else " | ".join(acceptable)
