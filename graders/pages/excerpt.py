"""Long texts cut for reading: beginning and end stay, since the thought stands in one and the answer in the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graders.pages.formatting import DASH, count
from graders.pages.html import Markup, element, text, together

COMPLETION = (500, 300)
"""Characters of a completion that are shown, of its beginning and of its end."""

PROMPT = (240, 160)
"""Of a prompt: the question often comes last."""

ANSWER = (160, 80)
"""Of an answer or a reference."""

VALUE = (120, 60)
"""Of a value that was compared."""

WHOLE = (600, 600)
"""Of any text on a page that shows few."""

Lengths = tuple[int, int]


def cut(value: str, lengths: Lengths) -> Markup:
    """A text with its middle left out where it is longer, and how much that is.

    >>> cut("abcdefgh" * 10, (4, 2))
    'abcd<span class="cut">74 characters left out</span>gh'
    """
    head, tail = lengths
    left_out = len(value) - head - tail
    if left_out <= 0:
        return text(_lines(value))
    said = f"{count(left_out)} characters left out"
    return together(_lines(value[:head]), element("span", said, class_="cut"), _lines(value[len(value) - tail :]))


def tagged(value: str, answer: str | None, tags: Sequence[str], lengths: Lengths = COMPLETION) -> Markup:
    """A completion, cut, with its tags set off and the answer that was read marked.

    Args:
        value: The completion.
        answer: What was read as its answer, None where nothing was.
        tags: The names of its blocks, the answer's last.
        lengths: Characters of its beginning and of its end that are shown.
    """
    opening, closing = (f"<{slash}{tags[-1]}>" for slash in ("", "/"))
    block = f"{opening}{answer}{closing}"
    start = -1 if answer is None else value.rfind(block)
    if start < 0 or len(block) > sum(lengths):
        return _with_tags(cut(value, lengths), tags)
    before, after = value[:start], value[start + len(block) :]
    tail = max(0, lengths[1] - len(block) - len(after))
    marked = element("mark", cut(answer or "", lengths), class_="answer")
    return together(
        _with_tags(cut(before, (lengths[0], tail)), tags),
        _tag(text(opening)),
        marked,
        _tag(text(closing)),
        _with_tags(cut(after, (lengths[1], 0)), tags),
    )


def _with_tags(shown: Markup, tags: Sequence[str]) -> Markup:
    """The tags within text that is markup already, set off."""
    for name in tags:
        for slash in ("", "/"):
            tag = text(f"<{slash}{name}>")
            shown = Markup(shown.replace(tag, _tag(tag)))
    return shown


def _tag(tag: Markup) -> Markup:
    return element("span", tag, class_="tag")


def _lines(value: str) -> str:
    return value.replace("\r\n", "\n")


def shown_value(value: object) -> Markup:
    """A value of an explanation, cut."""
    if isinstance(value, Mapping):
        value = ", ".join(f"{name} {inner}" for name, inner in value.items())
    return cut(DASH if value is None else str(value), VALUE)
