"""What `graders init` starts from: a document a kind, with a reward, settings, and five rows that show what is paid.

A row's completion is written in the layout of the settings, from its thought and answer, unless it shows what happens
outside of it. `init` is the command; nothing else is imported.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

KINDS = {
    "math": "a number or formula is compared with a reference",
    "boxed": r"the same, read from \boxed{}",
    "choice": "the letter of a choice",
    "text": "a text that must be equal",
    "judge": "a judge model compares",
}
"""Each kind, and what is compared in it."""


def starter(kind: str) -> dict[str, Any]:
    """One of the documents: ``reward``, ``expects`` (of its system prompt), ``settings`` (TOML or None), ``rows``.

    >>> len(starter("math")["rows"])
    5
    """
    document: dict[str, Any] = json.loads((files(__name__) / f"{kind}.json").read_text(encoding="utf-8"))
    return document
