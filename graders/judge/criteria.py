"""Criteria of a row with their points, as datasets of rubrics write them, and the score that they add up to."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from graders.judge.cleaning import clean

MAX_CRITERIA = 100
"""The most criteria of a row: one call decides them all, and its reply names each."""

TEXT_KEYS = ("criterion", "criteria", "description", "requirement", "rubric", "text")
"""Where an object has the words of a criterion: HealthBench, the papers on rubrics as rewards, and their kin."""

POINTS_KEYS = ("points", "weight", "score")
"""Where it has its points."""

LIST_KEYS = ("rubrics", "rubric", "criteria")
"""Where an object around the whole list has it."""


class Criterion(NamedTuple):
    """A criterion in words, and the points that an answer earns, or with a negative number loses, by meeting it."""

    text: str
    points: float = 1.0


def earned(points: Sequence[float], is_met: Iterable[bool]) -> float:
    """Points earned over points possible (the positive ones), cut to [0, 1].

    >>> earned([5, 3, -4], [True, True, True]), earned([5, 3, -4], [False, False, True])
    (0.5, 0.0)
    """
    possible = math.fsum(one for one in points if one > 0)
    got = math.fsum(one for one, met in zip(points, is_met, strict=True) if met)
    return min(1.0, max(0.0, got / possible))


def points_fault(points: Sequence[float]) -> str | None:
    """Why nothing can be earned by such points; None where something can."""
    if not all(math.isfinite(one) and one != 0 for one in points):
        return "expected points that are numbers other than 0"
    return None if any(one > 0 for one in points) else "expected one criterion at least with points above 0"


def criteria_of(value: Any) -> tuple[Criterion, ...]:
    """The criteria that a column holds for one row.

    Args:
        value: A list of texts, of objects such as ``{"criterion": ..., "points": 5}`` (HealthBench) or ``{"title": ...,
            "description": ..., "weight": -1}`` (rubrics as rewards), an object that holds such a list, one from texts
            to points, or any of these as JSON text.

    Raises:
        ValueError: it is none of these; the message says what was found and what is expected.

    >>> criteria_of([{"criterion": "Names the unit", "points": 5}, "Is short"])
    (Criterion(text='Names the unit', points=5.0), Criterion(text='Is short', points=1.0))
    """
    found = tuple(_criterion(one, f"[{k}]") for k, one in enumerate(_listed(value)))
    if not 1 <= len(found) <= MAX_CRITERIA:
        raise ValueError(f"got {len(found)} criteria, expected 1 to {MAX_CRITERIA}")
    fault = points_fault([one.points for one in found])
    if fault:
        raise ValueError(f"got the points {', '.join(f'{one.points:g}' for one in found)}, {fault}")
    return found


def _listed(value: Any) -> list[Any]:
    """The list of criteria in a value."""
    given = _loaded(value) if isinstance(value, str) else value
    if isinstance(given, Mapping):
        inner = next((given[key] for key in LIST_KEYS if _is_list(given.get(key))), None)
        if inner is None and given and all(map(_is_number, given.values())):
            return [{"criterion": text, "points": points} for text, points in given.items()]
        given = inner
    if not _is_list(given):
        raise ValueError(f"got {type(value).__name__} {value!r:.60}, expected a list of criteria")
    return list(given)


def _is_list(value: Any) -> bool:
    return (isinstance(value, Sequence) and not isinstance(value, str | bytes)) or getattr(value, "ndim", 0) == 1


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _criterion(value: Any, place: str) -> Criterion:
    if isinstance(value, str):
        return Criterion(_words(value, place))
    if not isinstance(value, Mapping):
        raise ValueError(f"{place}: got {type(value).__name__} {value!r:.60}, expected a text or an object")  # noqa: TRY004
    text = next((value[key] for key in TEXT_KEYS if isinstance(value.get(key), str)), None)
    if text is None:
        keys = ", ".join(map(repr, value)) or "no keys"
        raise ValueError(f"{place}: got an object with {keys}, expected the criterion under one of {_or(TEXT_KEYS)}")
    given = next(((key, value[key]) for key in POINTS_KEYS if value.get(key) is not None), ("", 1.0))
    return Criterion(_words(text, place), _points(given[1], f"{place}.{given[0]}"))


def _or(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))


def _points(value: Any, place: str) -> float:
    if not _is_number(value):
        raise ValueError(f"{place}: got {value!r:.60}, expected a number of points")
    return float(value)


def _is_number(value: Any) -> bool:
    is_real = hasattr(value, "__float__") and not isinstance(value, bool | str)
    return is_real and abs(value) < 1e9


def _words(text: str, place: str) -> str:
    """The words of a criterion in one line, without what no reader sees."""
    words = " ".join(clean(text).text.split())
    if not words:
        raise ValueError(f"{place}: got an empty criterion")
    return words
