"""The text inside what trainers pass: plain strings, chat messages in any dialect, numbers as references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graders.completion.message_text import as_mapping, is_list, kind_of, message_text, own_thought
from graders.completion.parse import Layout
from graders.completion.references import is_missing

_DEFAULT = Layout()


def completion_text(completion: Any, row: int, layout: Layout = _DEFAULT) -> str:
    """The text of one completion; empty for a missing one, no message with text, or a tool call alone.

    Args:
        completion: A string, chat messages, of which the last assistant message with text counts, or what stands for
            a missing one: None, NaN, pandas' ``<NA>``.
        row: Its position in the batch, for the error.
        layout: The tags that a thought is put back between where a message holds it apart.

    Raises:
        TypeError: for anything else, and for a message whose text stands under no known name.
    """
    plain = _plain_text(completion, "assistant")
    if plain is not None:
        return plain
    if is_missing(completion):
        return ""
    place = f"completions[{row}]"
    turns = _turns(completion, "assistant", place, layout) or _no_turn(completion, place)
    return next(filter(None, reversed(turns)), "")


def prompt_text(prompt: Any, row: int) -> str:
    """The question in one prompt: the string itself, or the text of the last user message; empty for a missing one.

    Raises:
        TypeError: for anything but a string, chat messages or what stands for a missing one.
    """
    plain = _plain_text(prompt, "user")
    if plain is not None:
        return plain
    if is_missing(prompt):
        return ""
    return next(filter(None, reversed(_turns(prompt, "user", f"prompts[{row}]"))), "")


def comparable(prompts: list[Any]) -> list[Any]:
    """Prompts as values that can be compared with each other: arrays, as parquet gives them, as lists."""
    return prompts if all(map(_is_plain, prompts)) else [_comparable(prompt) for prompt in prompts]


def _comparable(prompt: Any) -> Any:
    if isinstance(prompt, Mapping):
        return {key: _comparable(value) for key, value in prompt.items()}
    return [_comparable(value) for value in prompt] if is_list(prompt) else prompt


def _is_plain(prompt: Any) -> bool:
    """Whether a prompt can be compared as it is: text, or messages of nothing but text."""
    if type(prompt) is not list:
        return type(prompt) is str
    for message in prompt:
        if type(message) is not dict:
            return False
        for value in message.values():
            if type(value) is not str:
                return False
    return True


def _plain_text(messages: Any, role: str) -> str | None:
    """The text of the forms that trainers nearly always pass: text, nothing, one plain message. None for any other."""
    if isinstance(messages, str):
        return messages
    if messages is None:
        return ""
    if type(messages) is not list or len(messages) != 1 or type(messages[0]) is not dict or len(messages[0]) != 2:
        return None
    content = messages[0].get("content")
    return content if type(content) is str and messages[0].get("role") == role else None


def _turns(messages: Any, role: str, place: str, layout: Layout | None = None) -> list[str]:
    """The texts of all messages of one role; with a layout, their thoughts put back."""
    if not is_list(messages):
        raise TypeError(f"{place}: got {kind_of(messages)}, expected a string or a list of chat messages")
    texts: list[str] = []
    apart = ""
    for k, item in enumerate(messages):
        message = as_mapping(item, f"{place}[{k}]")
        if message.get("role") == role:
            texts.append(message_text(_with_thought(message, apart), f"{place}[{k}]", layout))
        apart = own_thought(message) or _summary(message) if _is_thought(message) else ""
    return texts


def _is_thought(item: Mapping[str, Any]) -> bool:
    """Whether an item of a Responses API's output is the thought in front of the next message."""
    return item.get("type") == "reasoning" and "role" not in item


def _summary(item: Mapping[str, Any]) -> str:
    return own_thought({"thinking": item.get("content")}) or own_thought({"thinking": item.get("summary")})


def _with_thought(message: Mapping[str, Any], apart: str) -> Mapping[str, Any]:
    """A message with the thought that stood in an item of its own before it."""
    return {**message, "reasoning_content": apart} if apart and not own_thought(message) else message


ROLES = frozenset(("system", "developer", "user", "assistant", "tool", "function"))
"""The roles of chat messages; a conversation in another dialect must not become a silent zero."""

_ITEMS = frozenset(("reasoning", "function_call", "function_call_output", "web_search_call", "item_reference"))
"""Items of a Responses API's output that nobody says."""


def _no_turn(messages: Sequence[Mapping[str, Any]], place: str) -> list[str]:
    """No assistant turn, where all messages have roles that are known; of any other, who speaks can't be told."""
    for k, message in enumerate(messages):
        if message and message.get("role") not in ROLES and message.get("type") not in _ITEMS:
            found = f"role {message['role']!r}" if "role" in message else f"the keys {', '.join(map(repr, message))}"
            raise TypeError(
                f"{place}[{k}]: got a message with {found}, expected 'content' and one of the roles "
                f"{', '.join(map(repr, sorted(ROLES)))}"
            )
    return []
