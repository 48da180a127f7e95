"""What a message says, wherever its server put it: content, parts, tool arguments, or the field of the reasoning."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

THOUGHTS = ("reasoning_content", "reasoning", "thinking")
"""Where servers with a reasoning parser put the thought, and some the whole reply."""

_THOUGHT_PARTS = {"thinking", "reasoning", "thought", "redacted_thinking"}


class Candidates(NamedTuple):
    """The texts that may hold the verdict.

    Attributes:
        texts: The arguments of each tool call, and the content.
        thought: The field of the reasoning that holds all there is; empty where `texts` come from elsewhere.
    """

    texts: tuple[str, ...]
    thought: str = ""


def candidates_in(message: dict[str, Any]) -> Candidates:
    """The texts of a message that may hold its verdict; those of the thought only where there is nothing else."""
    content = message.get("content")
    texts = [*_arguments(message), *_text_parts(content)]
    found = tuple(text for text in texts if text.strip())
    if found:
        return Candidates(found)
    thoughts = [(name, message.get(name)) for name in THOUGHTS]
    thoughts += [("the parts of its thought", "".join(_thought_parts(content)))]
    return next(
        (Candidates((text,), name) for name, text in thoughts if isinstance(text, str) and text.strip()), Candidates(())
    )


def _arguments(message: dict[str, Any]) -> list[str]:
    calls = message.get("tool_calls")
    functions = [call.get("function") for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
    functions.append(message.get("function_call"))
    given = [function.get("arguments") for function in functions if isinstance(function, dict)]
    given += [part.get("input") for part in _parts(message.get("content")) if part.get("type") == "tool_use"]
    return [_as_text(one) for one in given if one]


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _parts(content: object) -> list[dict[str, Any]]:
    return [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []


def _text_parts(content: object) -> list[str]:
    if isinstance(content, str | dict):
        return [_as_text(content)]
    said = [part for part in _parts(content) if part.get("type") not in _THOUGHT_PARTS and not part.get("thought")]
    return ["".join(text for part in said if isinstance(text := part.get("text"), str))]


def _thought_parts(content: object) -> list[str]:
    inner = [part.get("thinking") or part.get("text") for part in _parts(content)]
    return [text if isinstance(text, str) else "".join(_text_parts(text)) for text in inner if text]
