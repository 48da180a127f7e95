"""The text of one chat message, whichever dialect wrote it: its parts in order, its thought put back in front.

A server with a reasoning parser, or a trainer that parses completions (TRL with tools), hands the thought on apart from
the text: what the policy wrote is both. A message that holds no text under any known name is an error of the data:
taken for an empty one, it would be a zero that nobody asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from graders.completion.parse import Layout

TEXT_KEYS = ("content", "output_text", "text", "value", "parts")
"""Where the text of a message may stand; the first one with anything in it counts."""

THOUGHT_KEYS = (
    "reasoning_content",  # DeepSeek, SGLang, llama.cpp, vLLM up to 0.10; what TRL parses completions into
    "reasoning",  # vLLM, OpenRouter, Groq, Ollama's /v1
    "thinking",  # Ollama's /api/chat; harmony messages of gpt-oss in transformers
    "thought",  # Gemini has it as a flag of a part; logs of agents as a field
    "reasoning_text",  # GitHub Copilot
    "reasoning_details",  # OpenRouter, MiniMax: a list of pieces
)
"""Where its thought may stand, apart from the text."""

_ACTIONS = ("tool_calls", "function_call", "tool_call", "refusal", "audio")
"""What an assistant's turn may have in place of text."""

_THINKS = re.compile(r"think|reason|thought", re.ASCII | re.IGNORECASE).search
"""The type of a part that is a thought: Anthropic, Mistral, inspect_ai, the Responses API."""

_SILENT = re.compile(
    r"image|audio|video|file"  # `image_url`, `input_audio`, `input_file`, `fileData`: OpenAI, vLLM, Gemini
    r"|document"  # Anthropic
    r"|tool|function|call"  # `tool_use`, `tool_result`, `functionCall`: Anthropic, OpenAI, Gemini
    r"|refusal"  # OpenAI
    r"|redacted|encrypted"  # `redacted_thinking`, `reasoning.encrypted`: Anthropic, OpenRouter
    r"|inline|code|blob"  # `inlineData`, `executableCode`, `codeExecutionResult`, `Blob`: Gemini and its SDK
    r"|source|step-",  # `source-url`, `step-start`: Vercel's AI SDK
    re.ASCII | re.IGNORECASE,
).search
"""The type of a part that is rightly without text, or where it has no type, one of its keys."""

_THOUGHT_TEXTS = ("thinking", "reasoning", "text", "thought", "content", "summary")
"""Where the text of a thought may stand in a part of it."""


def message_text(message: Mapping[str, Any], place: str, layout: Layout | None = None) -> str:
    """The text of one message.

    Args:
        message: With ``content``, or one of `TEXT_KEYS` in its place.
        place: What errors call it.
        layout: The tags that a thought is put back between; None leaves thoughts out.

    Returns:
        Thought and text as a model writes them; empty for a call of tools alone. A thought without any text behind it
        is one that never ends.

    Raises:
        TypeError: it has no text under any known name, or one that is no text.
    """
    key = _text_key(message, place)
    pieces = [] if key is None else [*_pieces(message[key], f"{place}.{key}")]
    if layout is None:
        return "".join(text for is_thought, text in pieces if not is_thought)
    thought = own_thought(message)
    if not any(text for is_thought, text in pieces if not is_thought):
        if any(message.get(name) for name in _ACTIONS):
            return ""
        thought = thought or "".join(text for _, text in pieces)
        return _opened(layout) + thought if thought else ""
    if thought and not _repeats(pieces, thought, layout):
        pieces.insert(0, (True, thought))
    return _joined(pieces, layout)


def own_thought(message: Mapping[str, Any]) -> str:
    """The thought that a message holds apart from its text; empty where it holds none."""
    return next(filter(None, (_thought_text(message.get(key)) for key in THOUGHT_KEYS)), "")


def _text_key(message: Mapping[str, Any], place: str) -> str | None:
    """Where the text of a message stands; None where it is rightly without any."""
    known = [key for key in TEXT_KEYS if message.get(key) is not None]
    if known:
        return next((key for key in known if not _is_empty(message[key])), known[0])
    if "content" in message or any(key in message for key in (*_ACTIONS, *THOUGHT_KEYS)):
        return None
    keys = ", ".join(map(repr, message))
    raise TypeError(f"{place}: got a message with the keys {keys}, expected its text under 'content'")


def _is_empty(value: Any) -> bool:
    return (isinstance(value, str) or is_list(value)) and not len(value)


def _pieces(content: Any, place: str) -> Iterator[tuple[bool, str]]:
    """The texts of a content in order, each with whether it is a thought."""
    if isinstance(content, str):
        yield False, content
    elif is_list(content):
        for k, part in enumerate(content):
            yield _piece(part, f"{place}[{k}]")
    else:
        raise TypeError(f"{place}: got {kind_of(content)}, expected a string or a list of content parts")


def _piece(part: Any, place: str) -> tuple[bool, str]:
    """The text of one part, and whether it is a thought."""
    if isinstance(part, str):
        return False, part
    fields = as_mapping(part, place)
    kind = str(fields.get("type") or "")
    if _SILENT(kind):
        return False, ""
    if _THINKS(kind) or fields.get("thought") is True or (not kind and "thinking" in fields):
        return True, _thought_text(fields)
    if "text" not in fields and not any(_SILENT(str(key)) for key in fields):
        raise TypeError(f"{place}: got a part with {', '.join(map(repr, fields))} and no 'text', expected a text part")
    text = fields.get("text")
    if text is None or isinstance(text, str):
        return False, text or ""
    raise TypeError(f"{place}.text: got {kind_of(text)}, expected a string")


def _thought_text(value: Any) -> str:
    """The text of a thought: a string, a list of pieces, or an object with it under one of the usual names."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return next(filter(None, (_thought_text(value.get(key)) for key in _THOUGHT_TEXTS)), "")
    return "".join(map(_thought_text, value)) if is_list(value) else ""


def _repeats(pieces: Sequence[tuple[bool, str]], thought: str, layout: Layout) -> bool:
    """Whether the thought stands in the text as well, as some servers have it."""
    if any(is_thought for is_thought, _ in pieces):
        return True
    text = "".join(text for _, text in pieces).lstrip().removeprefix(layout.think_open)
    return text.partition(layout.think_close)[0].strip() == thought.strip() and layout.think_close in text


def _joined(pieces: Sequence[tuple[bool, str]], layout: Layout) -> str:
    """Texts and thoughts as a model writes them, thoughts that stand together as one."""
    written = ""
    for is_thought, run in groupby(filter(itemgetter(1), pieces), itemgetter(0)):
        text = "".join(map(itemgetter(1), run))
        written += f"{_opened(layout, written)}{text}{layout.think_close}" if is_thought else text
    return written


def _opened(layout: Layout, before: str = "") -> str:
    """The tag that opens a thought; nothing at a text's beginning where the template has opened it."""
    return "" if layout.think_prefilled and not before else layout.think_open


def is_list(value: Any) -> bool:
    """Whether a value is a list, a tuple or an array (as parquet gives them)."""
    return (isinstance(value, Sequence) and not isinstance(value, str | bytes)) or getattr(value, "ndim", 0) > 0


def as_mapping(message: Any, place: str) -> Mapping[str, Any]:
    """A message or a part.

    Raises:
        TypeError: it is none.
    """
    if isinstance(message, Mapping):
        return message
    raise TypeError(f"{place}: got {kind_of(message)}, expected a message with 'role' and 'content'")


def kind_of(value: object) -> str:
    """What was found, as errors say it: ``int 5``."""
    try:
        shown = repr(value)
    except ValueError:  # Python refuses to write out integers of thousands of digits
        shown = "of thousands of digits"
    return f"{type(value).__name__} {shown if len(shown) <= 60 else shown[:57] + '...'}"
