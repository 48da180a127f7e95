"""Building HTML: text is escaped as it goes in, so that a page can hold nothing that was not meant as markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from html import escape
from itertools import groupby

from graders.completion.visible import has_visible

VOID = frozenset(("br", "col", "hr", "input", "link", "meta"))
"""Elements without content or closing tag."""

_NOT_PLAIN = re.compile(r"[^\n\t\x20-\x7e]+")


class Markup(str):
    """Text that is HTML already. `element`, `text`, `together` and constants make it."""

    __slots__ = ()


Child = Markup | str | int | Iterable["Child"] | None
"""What an element holds: elements, text, whole numbers, several of these, or nothing."""


def element(tag: str, *children: Child, **attributes: str | float | bool | None) -> Markup:
    """An element; what stands in it or in its attributes is escaped.

    Args:
        tag: Its name.
        children: What stands in it.
        attributes: Its attributes: ``class_`` is ``class`` and ``aria_label`` is ``aria-label``; None and False leave
            one out, True gives it without a value.

    >>> element("td", "a < b", element("b", 7), class_="number", hidden=False)
    '<td class="number">a &lt; b<b>7</b></td>'
    """
    opening = f"<{tag}{''.join(_attribute(name, value) for name, value in attributes.items())}>"
    return Markup(opening if tag in VOID else f"{opening}{together(*children)}</{tag}>")


def together(*children: Child) -> Markup:
    """Elements and text side by side."""
    return Markup("".join(map(_child, children)))


def text(value: str) -> Markup:
    r"""Text as a reader can trust it: what is invisible or turns the text around is shown by its number.

    >>> text("1<2 \u202e3")
    '1&lt;2 <span class="odd">U+202E</span>3'
    """
    return Markup(_NOT_PLAIN.sub(_with_odd_marked, escape(value)))


def plain(value: str) -> str:
    r"""The same without markup, for attributes.

    >>> plain("a\u202eb")
    'aU+202Eb'
    """
    return _NOT_PLAIN.sub(lambda run: "".join(_number(c) if is_odd(c) else c for c in run[0]), value)


def is_odd(character: str) -> bool:
    r"""Whether a character can't be seen, or does something to its neighbours: control, format, surrogate, private.

    >>> [is_odd(c) for c in "\u202e\x00\ud800\u00a0\u4e2d"]
    [True, True, True, False, False]
    """
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}:
        return True
    is_none = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF  # no characters at all
    return is_none or not (character.isspace() or has_visible(character, 0, 1))


def _child(child: Child) -> str:
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return text(child)
    if child is None:
        return ""
    return str(child) if isinstance(child, int) else together(*child)


def _attribute(name: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{escape(plain(value) if isinstance(value, str) else f"{value:.6g}")}"'


def _with_odd_marked(run: re.Match[str]) -> str:
    """A run of characters outside ASCII with the odd ones marked, neighbours in one mark, repeats counted."""
    parts = ((odd, "".join(same)) for odd, same in groupby(run[0], is_odd))
    return "".join(f'<span class="odd">{_numbers(part)}</span>' if odd else part for odd, part in parts)


def _numbers(odd: str) -> str:
    runs = ((character, len([*same])) for character, same in groupby(odd))
    return " ".join(_number(character) + (f" ×{count}" if count > 1 else "") for character, count in runs)


def _number(character: str) -> str:
    return f"U+{ord(character):04X}"
