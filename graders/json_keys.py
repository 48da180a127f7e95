"""Reading JSON objects so that a key given twice is a mistake, and not silently the last one's value."""

from __future__ import annotations

from typing import Any


class RepeatedKeyError(ValueError):
    """A JSON object gives a key twice; its argument is the key."""


def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object from its pairs, as an ``object_pairs_hook`` of `json`; linear in their number.

    Raises:
        RepeatedKeyError: a key stands in it twice.

    >>> without_repeats([("a", 1), ("b", 2)])
    {'a': 1, 'b': 2}
    """
    document = dict(pairs)
    if len(document) < len(pairs):
        seen: set[str] = set()
        raise RepeatedKeyError(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    return document
