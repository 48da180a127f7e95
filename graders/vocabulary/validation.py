"""How the faults of any document are told: from pydantic's errors to ours, a key given twice, the caller's line."""

from __future__ import annotations

import difflib
import inspect
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from graders.vocabulary.errors import DefinitionError, Mistake

_LIKENESS = 0.6
"""How like a word must be to an allowed one, unless a caller is stricter."""


def closest(word: object, allowed: Iterable[str], likeness: float = _LIKENESS) -> str | None:
    """The allowed word that a mistyped one most likely stands for, or None.

    >>> closest("equal", ["equals", "contains"])
    'equals'
    >>> closest("math", ["math_accuracy", "llm"])
    'math_accuracy'
    """
    if not isinstance(word, str):
        return None
    by_folded = {candidate.casefold(): candidate for candidate in allowed}
    found = difflib.get_close_matches(word.casefold()[:80], by_folded, n=1, cutoff=likeness)
    if found or likeness > _LIKENESS:
        return by_folded[found[0]] if found else None
    return _only(by_folded, word.casefold())


def near_file(path: str | os.PathLike[str]) -> str:
    """What to say behind an error about a file that isn't there: the one beside it that is meant, most likely."""
    wanted = Path(path)
    try:
        others = [other.name for other in wanted.parent.iterdir()]
    except OSError:  # no folder either
        return ""
    near = None if wanted.name in others else closest(wanted.name, others, likeness=0.75)
    return f"; did you mean {str(wanted.parent / near)!r}?" if near else ""


def _only(by_folded: Mapping[str, str], word: str) -> str | None:
    """The one allowed word that begins with an abbreviation, or else the one that holds it."""
    beginning = [candidate for folded, candidate in by_folded.items() if folded.startswith(word)]
    holding = [candidate for folded, candidate in by_folded.items() if word in folded]
    found = beginning if beginning or len(word) < 3 else holding
    return found[0] if len(found) == 1 and len(word) > 1 else None


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


def hidden(value: object) -> str:
    """What an error says of a value that may hold a secret: its type alone."""
    return f"got {type(value).__name__} (not shown)"


def _mistake(details: Any, document: object) -> Mistake:
    context: Mapping[str, Any] = details.get("ctx") or {}
    loc = _written_path(details["loc"], document)
    kind = details["type"]
    may_show = not _may_be_secret(kind, loc, details["input"])
    found = details["input"] if may_show else None
    allowed = _allowed_words(context.get("expected", ""))
    suggestion = closest(found, allowed) or context.get("closest")
    if kind in {"unknown_grader", "union_tag_not_found"}:
        loc = (*loc, "type")
    if kind in _SENTENCES:
        allowed_ones = context.get("allowed", "")
        return Mistake(loc, _SENTENCES[kind].format(message=details["msg"]) + allowed_ones, suggestion, kind, found)
    message = details["msg"].removeprefix("Value error, ").replace("Input should be ", "")
    if kind == "value_error" and not may_show:  # a section's own rule, or a key's, is a whole sentence
        return Mistake(loc, message, suggestion, kind)
    got = f"got {shown(found)}" if may_show else hidden(details["input"])
    return Mistake(loc, f"{got}, expected {_WORDS.get(kind) or _lower(message)}", suggestion, kind, found)


def _may_be_secret(kind: str, loc: tuple[str | int, ...], value: object) -> bool:
    """Whether a value must not be quoted nor kept: a key, something in place of a section, a whole section."""
    return (
        kind in {"extra_forbidden", "model_type", "mapping_type", "dict_type"}
        or not {"api_key", "keys"}.isdisjoint(loc)
        or (kind == "value_error" and isinstance(value, Mapping))
    )


_WORDS = {
    "float_parsing": "a number",
    "float_type": "a number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "string_type": "a string",
    "model_type": "an object",
}
"""Kinds of error whose "expected ..." we put in our own words."""

_SENTENCES = {
    "missing": "is missing and has no default",
    "union_tag_not_found": "{message}",
    "extra_forbidden": "is an unknown key",
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
