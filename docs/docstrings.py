"""How docstrings reach the API reference: their doctests and ``Example::`` blocks become fenced code."""

from __future__ import annotations

import re
from typing import Any

import griffe

_DOCTEST = re.compile(r"^( *)>>> .*\n(?:\1\S.*\n?)*", re.MULTILINE)
_EXAMPLE = re.compile(r"^( *)Example::$", re.MULTILINE)


def fenced(text: str) -> str:
    """A docstring as Markdown; without the fences a prompt of three brackets would be a quotation."""
    text = _DOCTEST.sub(lambda found: f"{found[1]}```pycon\n{found[0].rstrip()}\n{found[1]}```\n", text)
    return _EXAMPLE.sub(r"\1**Example**", text)


class Fenced(griffe.Extension):
    """Rewrites each docstring before it is parsed."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """For each module, class, function and attribute."""
        if obj.docstring is not None:
            obj.docstring.value = fenced(obj.docstring.value)
