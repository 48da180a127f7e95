"""Rows as a `datasets.Dataset` that gives each of them back as it was, whatever its columns hold.

Arrow wants one type a column: of objects with different keys it makes ones with all keys and nulls between, which a
chat template renders, and of mixed values an error. A column that it would change is kept as JSON, as
``load_dataset`` has such columns.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from graders.vocabulary.errors import DataError, MissingExtraError
from graders.vocabulary.validation import shown


def exact_dataset(rows: list[dict[str, Any]]) -> Any:
    """A `datasets.Dataset` of rows with equal columns; ``dataset[k] == rows[k]`` for each of them.

    Raises:
        DataError: a column can't be kept as it is; the message names it, and a row.
        MissingExtraError: `datasets` isn't installed.
    """
    try:
        import pyarrow as pa
        from datasets import Dataset, Features
    except ImportError:
        raise MissingExtraError("graders.integrations.trl.dataset", "trl") from None
    columns = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
    arrays = {name: _plain_array(values, pa) for name, values in columns.items()}
    features = {}
    for name, array in arrays.items():
        if array is None:
            features[name] = _json_feature(name, columns[name])
            arrays[name] = _json_array(name, columns[name], pa)
    table = pa.table(arrays)
    plain = table.select([name for name in arrays if name not in features]).schema
    known = {**Features.from_arrow_schema(plain), **features}
    return Dataset.from_dict({}) if not rows else _made(table, Features({name: known[name] for name in arrays}))


def _made(table: Any, features: Any) -> Any:
    from datasets import Dataset, DatasetInfo

    return Dataset(table.replace_schema_metadata(None), info=DatasetInfo(features=features))


def _plain_array(values: list[Any], pa: Any) -> Any:
    """A column as Arrow infers it; None where it would not give back the same values."""
    try:
        array = pa.array(values)
        same = _written(array.to_pylist()) == _written(values)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None
    return array if same else None


def _json_array(name: str, values: list[Any], pa: Any) -> Any:
    texts = []
    for row, value in enumerate(values):
        try:
            texts.append(None if value is None else _as_json(value))
        except (TypeError, ValueError) as error:
            found = f"row {row + 1} holds {shown(value, 60)} in the column {name!r}"
            raise DataError(f"{found}, which is neither of one type with the other rows nor JSON: {error}") from None
    return pa.ExtensionArray.from_storage(pa.json_(pa.string()), pa.array(texts, pa.string()))


def _as_json(value: Any) -> str:
    """A value as JSON that gives it back; what JSON's readers would change is refused by the stricter writer first.

    Raises:
        TypeError: it has a lone surrogate, an integer of more than 64 bits, or what is not valid JSON.
        ValueError: it has a number that isn't finite.
    """
    orjson.dumps(value)
    return json.dumps(value, allow_nan=False)


def _written(value: Any) -> str:
    return json.dumps(value)


def _json_feature(name: str, values: list[Any]) -> Any:
    """The type of a JSON column, which older versions of `datasets` don't have."""
    try:
        from datasets.features import Json
    except ImportError:
        kinds = [type(value).__name__ for value in values]
        other = next((row for row, kind in enumerate(kinds) if kind not in {kinds[0], "NoneType"}), 0)
        found = f"{kinds[0]} in row 1, {shown(values[other], 60)} in row {other + 1}"
        raise DataError(
            f"the column {name!r} holds values of different forms ({found}), which this version of datasets "
            "would change; install datasets>=4.7, or give them one form"
        ) from None
    return Json()
