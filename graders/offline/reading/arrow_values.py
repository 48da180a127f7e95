"""Arrow columns as what JSON can hold, a column at a time.

Text stays text and numbers stay numbers. What JSON has no word for becomes text: dates and times in ISO form, a
decimal with all its digits, an infinite number by its name; bytes are text where they are UTF-8 and else an object
``{"base64": ...}``. NaN, which stands for a missing number in tables, is null.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from graders.offline.reading.pyarrow_import import pyarrow

Column = list[Any]


def column_values(array: Any) -> Column:
    """The values of a `pyarrow.Array`, plain; as long as the array.

    Raises:
        ValueError: a value can't be read, such as text that is not UTF-8.

    Example::

        column_values(pyarrow.array([[1, None], None]))     # [[1, None], None]
    """
    types = pyarrow("reading a table").types
    kind = array.type
    if isinstance(kind, pyarrow("reading a table").BaseExtensionType):
        return column_values(array.storage)
    for is_kind, read in _readers(types):
        if is_kind(kind):
            return read(array)
    return [_plain(value) for value in array.to_pylist()]


def _readers(types: Any) -> Iterable[tuple[Callable[[Any], bool], Callable[[Any], Column]]]:
    """What reads which type; the first that fits counts."""
    return (
        (types.is_dictionary, lambda array: column_values(array.dictionary_decode())),
        (types.is_struct, _structs),
        (types.is_map, lambda array: [None if pairs is None else _mapping(pairs) for pairs in array.to_pylist()]),
        (types.is_list, _lists),
        (types.is_large_list, _lists),
        (types.is_floating, lambda array: [_number(value) for value in array.to_pylist()]),
        (types.is_interval, lambda array: [_plain(value) for value in array.to_pylist()]),
        (types.is_temporal, _texts),
        (types.is_decimal, _texts),
    )


def _texts(array: Any) -> Column:
    """Dates, times and decimals as Arrow writes them."""
    return list(array.cast("string").to_pylist())


def _structs(array: Any) -> Column:
    """Structs as objects, from a column for each field."""
    names = [field.name for field in array.type]
    columns = [column_values(child) for child in array.flatten()]
    documents = _objects(names, columns, len(array))
    return _without(documents, array)


def _objects(names: list[str], columns: list[Column], count: int) -> list[dict[str, Any]]:
    """A column for each name as objects."""
    if not names:
        return [{} for _ in range(count)]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _lists(array: Any) -> Column:
    """Lists, from one column of all that they hold."""
    offsets = array.offsets.to_pylist()
    first = offsets[0] if offsets else 0
    inner = column_values(array.values.slice(first, (offsets[-1] if offsets else 0) - first))
    lists = [inner[start - first : stop - first] for start, stop in pairwise(offsets)]
    return _without(lists, array)


def _without(values: list[Any], array: Any) -> Column:
    """The values, None where the array has a null."""
    if not array.null_count:
        return values
    return [value if valid else None for value, valid in zip(values, array.is_valid().to_pylist(), strict=True)]


def _number(value: float | None) -> float | str | None:
    """A number that JSON can hold."""
    if value is None or math.isfinite(value):
        return value
    return None if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def _mapping(pairs: list[tuple[Any, Any]]) -> Any:
    """A map as an object where its keys are distinct texts, else as a list of pairs."""
    keys = [key for key, _ in pairs]
    if all(isinstance(key, str) for key in keys) and len(set(keys)) == len(keys):
        return {key: _plain(value) for key, value in pairs}
    return [[_plain(key), _plain(value)] for key, value in pairs]


def _plain(value: Any) -> Any:
    """Any single value, plain."""
    if isinstance(value, bytes):
        return _text_or_base64(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, str | int) else str(value)


def _text_or_base64(value: bytes) -> str | dict[str, str]:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}
