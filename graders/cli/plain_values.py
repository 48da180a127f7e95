"""Figures as JSON has them."""

from __future__ import annotations

from typing import Any


def without_nan(value: Any) -> Any:
    """Plain values with null where a figure has no value."""
    if isinstance(value, dict):
        return {key: without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(inner) for inner in value]
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN
