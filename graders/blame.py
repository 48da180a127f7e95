"""Whose line a warning is about: the one outside of this library that led to it."""

from __future__ import annotations

import inspect

_INSIDE = {"graders", "pydantic", "click"}
"""Packages whose lines a user can't mend: this library, and what stands between it and its callers."""


def caller_level() -> int:
    """The ``stacklevel`` for `warnings.warn` that points at the caller's line, not inside the library.

    Python shows a `DeprecationWarning` by default only where it is about a line of the script itself.
    """
    frame = inspect.currentframe()
    frame, level = frame and frame.f_back, 1
    while frame is not None and frame.f_back is not None and _package(frame.f_globals) in _INSIDE:
        frame, level = frame.f_back, level + 1
    return level


def _package(names: dict[str, object]) -> str:
    return str(names.get("__name__", "")).partition(".")[0]
