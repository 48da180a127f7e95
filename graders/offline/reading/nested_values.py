"""Values that stand deeper in a row than its columns, or as JSON in a text."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from typing import Any

from graders.vocabulary.validation import closest

_ROLES = frozenset(("system", "developer", "user", "assistant", "tool", "function"))

NOTHING = object()
"""What `value_at` gives where there is nothing."""


def value_at(document: Any, path: str) -> Any:
    """What stands at a path of names and places with dots between: ``resps.0.0``; `NOTHING` where nothing does.

    A column of that very name counts before any path; a text on the way that is JSON is gone into.

    >>> value_at({"reward_model": '{"ground_truth": "4"}', "a.b": 1}, "reward_model.ground_truth")
    '4'
    """
    if isinstance(document, Mapping) and path in document:
        return document[path]
    found = document
    for name in path.split("."):
        found = _member(from_json(found), name)
    return found


def _member(value: Any, name: str) -> Any:
    """A field of an object, or a place of a list, from the end where negative."""
    if isinstance(value, Mapping):
        return value.get(name, NOTHING)
    if isinstance(value, list) and name.lstrip("-").isdecimal() and name.isascii():
        place = int(name)
        return value[place] if -len(value) <= place < len(value) else NOTHING
    return NOTHING


def near_path(document: Any, path: str) -> str | None:
    """The path with dots that a mistyped one most likely means, or None.

    >>> near_path({"reward_model": {"style": "rule", "ground_truth": "4"}}, "reward_model.groundtruth")
    'reward_model.ground_truth'
    """
    found, names = document, list[str]()
    for name in path.split(".") if "." in path else ():
        fields = from_json(found)
        if (near := name if _member(fields, name) is not NOTHING else _near_field(fields, name)) is None:
            return None
        found = _member(fields, near)
        names.append(near)
    return ".".join(names) or None


def _near_field(fields: Any, name: str) -> str | None:
    return closest(name, fields) if isinstance(fields, Mapping) else None


def from_json(value: Any) -> Any:
    """A text that is a JSON object or list, as what it says; anything else as it is."""
    if type(value) is not str or value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def as_messages(value: Any) -> Any:
    """A text that is JSON of chat messages, as these; anything else as it is.

    Only a file's column is read so, never what a policy has just written: no text of its own may choose how it is read.
    """
    if type(value) is not str or '"role"' not in value:
        return value
    found = from_json(value)
    messages = [found] if isinstance(found, dict) else found
    if not isinstance(messages, list) or not messages:
        return value
    return messages if all(isinstance(one, dict) and one.get("role") in _ROLES for one in messages) else value


def as_texts(value: Any) -> Any:
    """A text that is a JSON list of texts, as that list; anything else as it is."""
    if type(value) is not str or not value.lstrip().startswith("["):
        return value
    found = from_json(value)
    return found if isinstance(found, list) and found and all(isinstance(one, str) for one in found) else value


def alone(value: Any) -> Any:
    """The text in lists of nothing else, however deep; anything else as it is.

    >>> alone([["a"]]), alone(["a", "b"])
    ('a', ['a', 'b'])
    """
    inner = value
    while isinstance(inner, list) and len(inner) == 1:
        inner = inner[0]
    return inner if isinstance(inner, str) else value


def unwrapped(value: Any) -> Any:
    """The list in lists of nothing else: ``[[["a", "b"]]]`` is ``["a", "b"]``; anything else as it is."""
    while isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    return value


def as_conversation(value: Any) -> Any:
    """A message as a conversation of one; a conversation in a list of nothing else as that; else as it is."""
    if isinstance(value, dict) and value.get("role") in _ROLES:
        return [value]
    inner = unwrapped(value)
    return inner if is_conversation(inner) else value


def begins_as_messages(value: Any) -> bool:
    """Whether a value is a list that begins with an object, as messages do."""
    return type(value) is list and bool(value) and type(value[0]) is dict


def is_conversation(value: Any) -> bool:
    """Whether a value is a list of chat messages."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "role" in one for one in value)


MAX_WRITTEN_LIST = 10_000
"""Characters of a list as Python writes it; one of acceptable answers has a few hundred."""


def written_list(value: Any) -> Any:
    """A text that is a list of texts as Python writes it, as that list; anything else as it is.

    >>> written_list("['9', 'nine']"), written_list("[1, 2]")
    (['9', 'nine'], '[1, 2]')
    """
    if type(value) is not str or value[:2] not in ("['", '["') or value[-1:] != "]" or len(value) > MAX_WRITTEN_LIST:
        return value
    try:
        found = ast.literal_eval(value)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return value
    return found if isinstance(found, list) and all(isinstance(one, str) for one in found) else value
