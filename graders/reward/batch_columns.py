"""A scored batch as columns, and as the data frame of a library that is installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from graders.contract.batch import Batch
from graders.contract.scores import Scores
from graders.vocabulary.errors import MissingExtraError
from graders.vocabulary.outcome import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

Columns = dict[str, Any]
"""Columns by name: lists of text, float64 arrays of numbers."""

_OUTCOME_NAMES = [str(outcome) for outcome in OUTCOMES]


def score_columns(scores: Mapping[str, Scores]) -> Columns:
    """Score and outcome of each component, as ``math_accuracy/score`` and ``math_accuracy/outcome``."""
    found: Columns = {}
    for name, part in scores.items():
        found[f"{name}/score"] = part.values
        found[f"{name}/outcome"] = [_OUTCOME_NAMES[code] for code in part.codes.tolist()]
    return found


def batch_columns(batch: Batch, rewards: NDArray[np.float64], scores: Mapping[str, Scores]) -> Columns:
    """All of a batch, a row a completion: what was given, what was read, what was paid."""
    found: Columns = {}
    if batch.prompts is not None:
        found["prompt"] = list(map(_storable, batch.prompts))
    if batch.groups is not None:
        found["group"] = batch.groups
    found["completion"] = [_storable(completion.text) for completion in batch.completions]
    if batch.references is not None:
        found["reference_answer"] = _of_one_kind(batch.references)
    found["answer"] = [answer if answer is None else _storable(answer) for answer in batch.answers]
    return {**found, "reward": rewards, **score_columns(scores)}


def _of_one_kind(references: list[str | tuple[str, ...]]) -> list[Any]:
    """References as texts, or all as lists where any row has none or several."""
    if all(isinstance(one, str) for one in references):
        return [_storable(str(one)) for one in references]
    return [[_storable(one) for one in ((ref,) if isinstance(ref, str) else ref)] for ref in references]


def _storable(text: str) -> str:
    """Text that UTF-8 can hold: a lone surrogate is the replacement character."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def to_pandas(columns: Columns) -> pd.DataFrame:
    """Columns as a data frame; what is unscored is NaN."""
    try:
        import pandas as pd
    except ImportError:
        raise MissingExtraError("RewardBatch.to_pandas()", package="pandas") from None
    return pd.DataFrame(columns)


def to_polars(columns: Columns) -> pl.DataFrame:
    """Columns as a data frame; what is unscored is null."""
    try:
        import polars as pl
    except ImportError:
        raise MissingExtraError("RewardBatch.to_polars()", package="polars") from None
    return pl.DataFrame(columns, schema_overrides={"answer": pl.String}, nan_to_null=True)


def to_arrow(columns: Columns) -> pa.Table:
    """Columns as a table; what is unscored is null."""
    try:
        import pyarrow as pa
    except ImportError:
        raise MissingExtraError("RewardBatch.to_arrow()", "data") from None
    kinds = {"answer": pa.string()}
    arrays = {
        name: pa.array(values, kinds.get(name), from_pandas=isinstance(values, np.ndarray))
        for name, values in columns.items()
    }
    return pa.table(arrays)
