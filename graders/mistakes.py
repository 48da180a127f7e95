"""From pydantic's errors to ours: the path as written, what was found, what is allowed, the closest match."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from graders.errors import DefinitionError, Mistake


def closest(word: object, allowed: Iterable[str], likeness: float = 0.6) -> str | None:
    """The allowed word that a mistyped one most likely stands for, or None.

    >>> closest("equal", ["equals", "contains"])
    'equals'
    """
    if not isinstance(word, str):
        return None
    by_folded = {candidate.casefold(): candidate for candidate in allowed}
    found = difflib.get_close_matches(word.casefold()[:80], by_folded, n=1, cutoff=likeness)
    return by_folded[found[0]] if found else None


def mistakes_of(error: ValidationError, document: object) -> list[Mistake]:
    """Every mistake that pydantic found, with paths that exist in the document, without repeats."""
    found = [one for details in error.errors(include_url=False) for one in _mistakes(details, document)]
    return list({(mistake.loc, mistake.message): mistake for mistake in found}.values())


def _mistakes(details: Any, document: object) -> list[Mistake]:
    """What one pydantic error says: nothing new, one mistake, or all those of a section within."""
    inner = (details.get("ctx") or {}).get("error")
    if isinstance(inner, DefinitionError):
        return [replace(one, loc=(*details["loc"], *one.loc)) for one in inner.mistakes]
    return [] if _is_echo(details) else [_mistake(details, document)]


def _is_echo(details: Any) -> bool:
    """Whether an error only says again that items were refused: a full list that ends up too short."""
    return details["type"] == "too_short" and bool(details["input"])


def shown(value: object, limit: int = 80) -> str:
    """A value as an error quotes it: its `repr`, cut to a length."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def _mistake(details: Any, document: object) -> Mistake:
    context: Mapping[str, Any] = details.get("ctx") or {}
    loc = _written_path(details["loc"], document)
    kind = details["type"]
    found = None if kind == "extra_forbidden" else details["input"]  # a mistyped api_key must not be shown
    allowed = _allowed_words(context.get("expected", ""))
    suggestion = closest(found, allowed) or context.get("closest")
    if kind in {"unknown_grader", "union_tag_not_found"}:
        loc = (*loc, "type")
    if kind in _SENTENCES:
        return Mistake(loc, _SENTENCES[kind].format(message=details["msg"]), suggestion, kind, found)
    message = details["msg"].removeprefix("Value error, ").replace("Input should be ", "")
    return Mistake(loc, f"got {shown(found)}, expected {_lower(message)}", suggestion, kind, found)


_SENTENCES = {
    "missing": "is missing and has no default",
    "union_tag_not_found": "is missing and has no default",
    "extra_forbidden": "means nothing here",
    "too_short": "is empty, expected at least one entry",
    "rule": "{message}",
    "unknown_grader": "{message}",
}
"""Kinds of error whose sentence is not "got ..., expected ..."."""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if not text.startswith("JSON") else text


def _allowed_words(expected: str) -> list[str]:
    """The words in pydantic's list of allowed values: ``'a', 'b' or 'c'``."""
    return expected.split("'")[1::2]


def _written_path(loc: Sequence[str | int], document: object) -> tuple[str | int, ...]:
    """A pydantic location without the steps that are not in the document, such as a union's tag."""
    path: list[str | int] = []
    for position, step in enumerate(loc):
        is_last = position == len(loc) - 1
        if isinstance(document, Mapping) and (step in document or is_last):
            path.append(step)
            document = document.get(step)
        elif isinstance(document, Sequence) and not isinstance(document, str) and isinstance(step, int):
            path.append(step)
            document = document[step] if -len(document) <= step < len(document) else None
        elif not isinstance(document, Mapping | Sequence):
            document = getattr(document, str(step), None)
            path.append(step)
    return tuple(path)
