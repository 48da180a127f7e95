"""Output rows: what was read with what was found, as documents or as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from graders.offline.reading.row import KEPT, Row
from graders.offline.results.scored_part import ScoredPart
from graders.reward.reward_batch import RewardBatch
from graders.vocabulary.outcome import OUTCOMES

RESULT_KEYS = ("reward", "scores", "outcomes", "answer", "status", "error")
"""The columns of an output row that are the result; what a row holds there before is replaced."""

RESULTS = frozenset(RESULT_KEYS)
_NAMES = [str(outcome) for outcome in OUTCOMES]

Results = dict[str, Any]
"""The result columns of one row, or of one completion."""


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """Some rows that were scored at once, in order.

    Attributes:
        rows: As they were read.
        results: The result columns of each: ``reward``, ``scores``, ``outcomes``, ``answer``, ``status``, and
            ``error`` where it failed; lists in them where the row holds a group.
        part: What a summary takes in of them; None where they were scored before.
    """

    rows: Sequence[Row]
    results: Sequence[Results]
    part: ScoredPart | None = None

    def documents(self) -> list[dict[str, Any]]:
        """The output rows."""
        return [{**own_columns(row), **_apart(results)} for row, results in zip(self.rows, self.results, strict=True)]

    def lines(self) -> bytes:
        """The output rows as lines of JSON; what a row held before stands as it stood."""
        pieces: list[bytes] = []
        for row, results in zip(self.rows, self.results, strict=True):
            pieces += output_line(row, results)
        return b"".join(pieces)


def _apart(results: Results) -> Results:
    """Results that share nothing with another row's."""
    return {**results, "scores": results["scores"].copy(), "outcomes": results["outcomes"].copy()}


def own_columns(row: Row) -> dict[str, Any]:
    """A row's own columns, one that is named as a result is under another name: see `KEPT`.

    A row with a status was scored before: its results are none of its own, and are left out.
    """
    document = row.document
    own = {key: value for key, value in document.items() if key not in RESULTS}
    if "status" not in document:
        own |= {KEPT + key: document[key] for key in RESULT_KEYS if key in document}
    return own


def output_line(row: Row, results: Results) -> tuple[bytes, ...]:
    """An output row as a line of JSON in pieces: the row's own text, opened at its end for the results."""
    raw = row.raw
    if raw and RESULTS.isdisjoint(row.document):
        return raw[: raw.rindex(b"}")], b", " if row.document else b"", to_json(results)[1:]
    return (to_json({**own_columns(row), **results}),)


def to_json(row: dict[str, Any]) -> bytes:
    r"""A row as a line of JSON; text as it is, escaped only where it holds lone surrogates.

    >>> to_json({"a": "é"}).decode()
    '{"a":"é"}\n'
    """
    try:
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:  # lone surrogates, integers of more than 64 bits
        return json.dumps(row).encode() + b"\n"


def error_results(message: str) -> Results:
    """The result columns of a row that can't be scored."""
    return {"reward": None, "scores": {}, "outcomes": {}, "answer": None, "status": "error", "error": message}


def completion_results(result: RewardBatch) -> list[Results]:
    """The result columns of each completion of a batch; completions with equal scores share these."""
    names = list(result.scores)
    values = zip(*(_plain(part.values) for part in result.scores.values()), strict=True)
    codes = zip(*(part.codes.tolist() for part in result.scores.values()), strict=True)
    pairs = list(zip(values, codes, strict=True))
    shared = {pair: (_named(names, pair[0]), _named(names, [_NAMES[code] for code in pair[1]])) for pair in set(pairs)}
    found: list[Results] = [
        {
            "reward": reward,
            "scores": shared[pair][0],
            "outcomes": shared[pair][1],
            "answer": answer,
            "status": "unscored" if reward is None else "scored",
        }
        for reward, pair, answer in zip(_plain(result.rewards), pairs, result.batch.answers, strict=True)
    ]
    for row, results in enumerate(found):
        if results["reward"] is None:
            results["error"] = _why_unscored(result, row)
    return found


def _named(names: list[str], values: Iterable[Any]) -> dict[str, Any]:
    return dict(zip(names, values, strict=True))


def _plain(values: NDArray[np.float64]) -> list[float | None]:
    """Numbers, None for NaN."""
    numbers: list[float | None] = values.tolist()
    for row in np.flatnonzero(np.isnan(values)).tolist():
        numbers[row] = None
    return numbers


def _why_unscored(result: RewardBatch, row: int) -> str:
    outcomes = ((name, OUTCOMES[scores.codes[row]]) for name, scores in result.scores.items())
    return "; ".join(f"{name}: {outcome} ({outcome.meaning})" for name, outcome in outcomes if outcome.unscored)


def group_results(members: Sequence[Results]) -> Results:
    """The result columns of a row that holds a group, from those of its completions: a list in each."""
    columns = {key: [member[key] for member in members] for key in ("reward", "answer", "status")}
    by_component = {
        key: {name: [member[key][name] for member in members] for name in members[0][key]}
        for key in ("scores", "outcomes")
    }
    errors = [member["error"] for member in members if "error" in member]
    return {"reward": columns["reward"], **by_component, **columns, **({"error": errors[0]} if errors else {})}


def row_results(counts: Sequence[int | None], errors: Sequence[str | None], found: Sequence[Results]) -> list[Results]:
    """The result columns of each row, in order.

    Args:
        counts: How many completions a row's group has; None where it holds one completion.
        errors: Why a row can't be scored; None where it was.
        found: The result columns of each completion.
    """
    left = iter(found)
    return [
        error_results(error)
        if error is not None
        else next(left)
        if count is None
        else group_results([*islice(left, count)])
        for count, error in zip(counts, errors, strict=True)
    ]
