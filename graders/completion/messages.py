"""The text inside what trainers pass: plain strings, chat messages, content parts, numbers as references."""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

_NUMBERS: tuple[type, ...] = (numbers.Number, Decimal)


def completion_text(completion: Any, row: int) -> str:
    """The text of one completion; empty for None, no message with text, or a tool call alone.

    Args:
        completion: A string, None, or chat messages, of which the last assistant message with text counts.
        row: Its position in the batch, for the error.

    Raises:
        TypeError: for anything else.
    """
    plain = _plain_text(completion, "assistant")
    if plain is not None:
        return plain
    place = f"completions[{row}]"
    return next(filter(None, reversed(_turns(completion, "assistant", place) or _no_turn(completion, place))), "")


def prompt_text(prompt: Any, row: int) -> str:
    """The question in one prompt: the string itself, or the text of the last user message.

    Raises:
        TypeError: for anything but a string, None or chat messages.
    """
    plain = _plain_text(prompt, "user")
    if plain is not None:
        return plain
    return next(filter(None, reversed(_turns(prompt, "user", f"prompts[{row}]"))), "")


def acceptable_references(reference: Any, row: int) -> str | tuple[str, ...]:
    """One reference as text: a string, a number's decimal text, or a tuple of several acceptable ones.

    None is the empty text, which every scorer that needs a reference reports as a bad one.

    Raises:
        TypeError: for anything else.
    """
    if _is_list(reference):
        return tuple(_reference_text(one, f"reference_answer[{row}][{k}]") for k, one in enumerate(reference))
    return _reference_text(reference, f"reference_answer[{row}]")


def _reference_text(reference: Any, place: str) -> str:
    if isinstance(reference, str):
        return reference
    if reference is None:
        return ""
    if isinstance(reference, _NUMBERS) and type(reference) is not bool:
        try:
            return _decimal_text(reference)
        except ValueError:  # Python refuses to write out integers of thousands of digits
            raise TypeError(f"{place}: got an integer that is too long to write out, pass it as a string") from None
    raise TypeError(f"{place}: got {_kind(reference)}, expected a string, a number or a list of acceptable ones")


def _decimal_text(number: Any) -> str:
    """A number without an exponent: ``1e-07`` is ``0.0000001``; fractions and complex numbers as written."""
    if isinstance(number, numbers.Integral):
        return str(int(number))
    if isinstance(number, numbers.Real | Decimal) and not isinstance(number, numbers.Rational):
        return format(number if isinstance(number, Decimal) else Decimal(str(number)), "f")
    return str(number)


def comparable(prompts: list[Any]) -> list[Any]:
    """Prompts as values that can be compared with each other: arrays, as parquet gives them, as lists."""
    return prompts if all(map(_is_plain, prompts)) else [_comparable(prompt) for prompt in prompts]


def _comparable(prompt: Any) -> Any:
    if isinstance(prompt, Mapping):
        return {key: _comparable(value) for key, value in prompt.items()}
    return [_comparable(value) for value in prompt] if _is_list(prompt) else prompt


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
    if type(messages) is not list or len(messages) != 1 or type(messages[0]) is not dict:
        return None
    content = messages[0].get("content")
    return content if type(content) is str and messages[0].get("role") == role else None


def _turns(messages: Any, role: str, place: str) -> list[str]:
    """The texts of all messages of one role."""
    if not _is_list(messages):
        raise TypeError(f"{place}: got {_kind(messages)}, expected a string or a list of chat messages")
    return [
        _content_text(_mapping(message, f"{place}[{k}]").get("content"), f"{place}[{k}].content")
        for k, message in enumerate(messages)
        if _mapping(message, f"{place}[{k}]").get("role") == role
    ]


ROLES = frozenset(("system", "developer", "user", "assistant", "tool", "function"))
"""The roles of chat messages; a conversation in another dialect must not become a silent zero."""


def _no_turn(messages: Sequence[Mapping[str, Any]], place: str) -> list[str]:
    """No assistant turn, where all messages have roles that are known; of any other, who speaks can't be told."""
    for k, message in enumerate(messages):
        if message and message.get("role") not in ROLES:
            found = f"role {message['role']!r}" if "role" in message else f"the keys {', '.join(map(repr, message))}"
            raise TypeError(
                f"{place}[{k}]: got a message with {found}, expected 'content' and one of the roles "
                f"{', '.join(map(repr, sorted(ROLES)))}"
            )
    return []


def _is_list(value: Any) -> bool:
    """Whether a value is a list, a tuple or an array (as parquet gives them)."""
    return (isinstance(value, Sequence) and not isinstance(value, str | bytes)) or getattr(value, "ndim", 0) > 0


def _mapping(message: Any, place: str) -> Mapping[str, Any]:
    if isinstance(message, Mapping):
        return message
    raise TypeError(f"{place}: got {_kind(message)}, expected a message with 'role' and 'content'")


def _content_text(content: Any, place: str) -> str:
    """The text of a message's content: a string, None, or parts of which those of type ``text`` count."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if _is_list(content):
        return "".join(_part_text(part, f"{place}[{k}]") for k, part in enumerate(content))
    raise TypeError(f"{place}: got {_kind(content)}, expected a string or a list of content parts")


def _part_text(part: Any, place: str) -> str:
    if isinstance(part, str):
        return part
    text = _mapping(part, place).get("text") if _mapping(part, place).get("type", "text") == "text" else ""
    if text is None or isinstance(text, str):
        return text or ""
    raise TypeError(f"{place}.text: got {_kind(text)}, expected a string")


def _kind(value: object) -> str:
    shown = repr(value)
    return f"{type(value).__name__} {shown if len(shown) <= 60 else shown[:57] + '...'}"
