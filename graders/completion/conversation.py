"""The whole prompt as a judge may see it: each turn's text, and its images as URLs."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from graders.completion.message_text import as_mapping, is_list, kind_of, message_text
from graders.completion.references import is_missing

_MAGIC = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}
"""How the bytes of an image begin."""

_HOLDERS = ("image_url", "image", "url", "source", "data", "bytes")
"""Where a part has its image: a URL, base64 text, bytes, or an object with one of these."""


class Conversation(NamedTuple):
    """A prompt, turn by turn.

    Attributes:
        turns: The role and the text of each turn that has text.
        images: The images of all turns in order, as URLs (``https:`` or ``data:``).
    """

    turns: tuple[tuple[str, str], ...] = ()
    images: tuple[str, ...] = ()


def conversation_of(prompt: Any, row: int) -> Conversation:
    """A prompt as a conversation; a text is one turn of the user's.

    Raises:
        TypeError: it is no prompt, or has an image that can't be sent: a file on some disk, or none at all.
    """
    if isinstance(prompt, str):
        return Conversation((("user", prompt),))
    if not is_list(prompt):
        if is_missing(prompt):
            return Conversation()
        raise TypeError(f"prompts[{row}]: got {kind_of(prompt)}, expected a string or a list of chat messages")
    messages = [as_mapping(message, f"prompts[{row}][{k}]") for k, message in enumerate(prompt)]
    texts = [message_text(message, f"prompts[{row}][{k}]") for k, message in enumerate(messages)]
    turns = ((str(message.get("role")), text) for message, text in zip(messages, texts, strict=True) if text)
    images = (url for k, message in enumerate(messages) for url in _images(message, f"prompts[{row}][{k}]"))
    return Conversation(tuple(turns), tuple(images))


def _images(message: Mapping[str, Any], place: str) -> Iterator[str]:
    content: Any = message.get("content")
    for k, part in enumerate(content if is_list(content) else []):
        if isinstance(part, Mapping) and "image" in str(part.get("type", "image_url" if "image_url" in part else "")):
            yield _url(part, f"{place}.content[{k}]")


def _url(part: Mapping[str, Any], place: str) -> str:
    held = next((part[name] for name in _HOLDERS if part.get(name) is not None), None)
    if isinstance(held, Mapping):
        kind = held.get("media_type") or part.get("media_type")
        return _url({**held, "media_type": kind}, place)
    if isinstance(held, str) and held.startswith(("https://", "http://", "data:image/")):
        return held
    if isinstance(held, bytes):
        return _data_url(next((kind for head, kind in _MAGIC.items() if held.startswith(head)), ""), held, place)
    if isinstance(held, str) and part.get("media_type"):
        return f"data:{part['media_type']};base64,{held}"
    raise TypeError(
        f"{place}: got an image as {kind_of(held)}, expected an http(s) or data URL, bytes, or base64 and a media_type"
    )


def _data_url(kind: str, held: bytes, place: str) -> str:
    if not kind:
        raise TypeError(f"{place}: got {len(held)} bytes that are no PNG, JPEG, GIF or WebP image")
    return f"data:{kind};base64,{base64.b64encode(held).decode()}"
