"""How long a server asks to wait: in a header, in a field of its error, or in a sentence of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_UNIT = r"(ms|millis(?:econds?)?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)"
_PART = re.compile(rf"(\d+(?:\.\d+)?)\s*{_UNIT}(?![a-z])", re.IGNORECASE)
_DURATION = rf"(?:\d+(?:\.\d+)?\s*{_UNIT}(?![a-z])(?:\s|,|and)*)+"
_SENTENCE = re.compile(
    rf"\b(?:retry|retrying|again|wait|waiting|available|resets?|next request|back)\b[^.\d]{{0,30}}({_DURATION})",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r'(?<!\\)"(?:retry_?(?:delay|after|in)(_?ms|_millis(?:econds)?)?(?:_?s(?:ec(?:onds)?)?)?|estimated_time)"\s*:\s*'
    r'"?(\d+(?:\.\d+)?)\s*(ms|s)?\b',
    re.IGNORECASE,
)
_RESETS = {
    "x-ratelimit-reset-requests": "x-ratelimit-remaining-requests",
    "x-ratelimit-reset-tokens": "x-ratelimit-remaining-tokens",
    "anthropic-ratelimit-requests-reset": "anthropic-ratelimit-requests-remaining",
    "anthropic-ratelimit-tokens-reset": "anthropic-ratelimit-tokens-remaining",
    "x-ratelimit-reset": "x-ratelimit-remaining",
    "ratelimit-reset": "ratelimit-remaining",
}
"""Headers that say when a window ends, each with the one that says what is left of it."""


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """The delay that the headers name, in seconds: ``retry-after-ms``, or ``retry-after`` as seconds or a date."""
    ms = _moment(f"{headers.get('retry-after-ms')} ms", now)
    return ms if ms is not None else _moment(headers.get("retry-after"), now)


def delay_in_field(text: str) -> float | None:
    """The delay that a field of an error's JSON names, such as ``"retryDelay": "36s"``, in seconds."""
    found = _FIELD.search(text)
    if found is None:
        return None
    return float(found[2]) * (0.001 if found[1] or (found[3] or "").lower() == "ms" else 1.0)


def delay_in_sentence(text: str) -> float | None:
    """The delay that an error's words name, such as "Please try again in 1m30s", in seconds."""
    found = _SENTENCE.search(text)
    return _duration(found[1]) if found else None


def window_ends(headers: Mapping[str, str], now: float) -> float | None:
    """When the window of a rate limit ends, in seconds from now: of those that are used up, the last."""
    ends = [
        _moment(headers[name], now)
        for name, left in _RESETS.items()
        if name in headers and headers.get(left, "0").strip() in {"0", "0.0", ""}
    ]
    return max((end for end in ends if end is not None), default=None)


def _moment(text: str | None, now: float) -> float | None:
    """Seconds, a duration, a date or seconds (or milliseconds) of the epoch, as seconds from now."""
    given = (text or "").strip()
    try:
        number = float(given)
    except ValueError:
        found = _duration(given) if _PART.match(given) else None
        return found if found is not None else _until(given, now)
    if number > 1e9:
        number = number / (1000 if number > 1e11 else 1) - now
    return number if 0 <= number < float("inf") else None


def _until(date: str, now: float) -> float | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return max(0.0, read(date).timestamp() - now)
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def _duration(text: str) -> float | None:
    parts = _PART.findall(text)
    return sum(float(number) * _UNITS[_short(unit.lower())] for number, unit in parts) if parts else None


def _short(unit: str) -> str:
    return "ms" if unit.startswith(("ms", "milli")) else unit[0]
