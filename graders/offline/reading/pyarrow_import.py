"""pyarrow, which reads and writes tables, where it is installed."""

from __future__ import annotations

from typing import Any

from graders.vocabulary.errors import MissingExtraError


def pyarrow(what_for: str) -> Any:
    """The `pyarrow` package with its Parquet part loaded.

    Args:
        what_for: What needs it, for the error: ``"reading rows.parquet"``.

    Raises:
        MissingExtraError: it isn't installed; the message holds the line that installs it.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet
    except ImportError:
        raise MissingExtraError(what_for, "data") from None
    return pa
