"""What is no statement at all: program code, and text that is struck through."""

from __future__ import annotations

import re
from itertools import pairwise

from graders.math.lexis.names import role
from graders.math.lexis.positions import multiplies
from graders.math.lexis.tokens import WORD_KINDS, Token
from graders.math.lexis.words import VERBS_OF_CODE

PROSE_ROLES = frozenset(("word", "unit", "number", "connective"))
"""Roles of the letters that are words of a sentence."""
_OPENING = re.compile(r"\s*(?:!|--(?!-)|lambda\b|REM\b)")
"""A comment or a function at the start of a text."""
_WITHIN = {
    " in ": re.compile(r"[\[({]\w+ for \w+ in |\d in \["),
    "__": re.compile("__[a-z]"),
    "&&": re.compile("&&"),
    ";": re.compile(r"\d;\s?[a-z]+\s*$"),
}
"""A list spelt out, and what else stands in programs and in no answer, by signs that each of them has."""
_PLURALS = frozenset(("s", "es"))


def is_prose(token: Token) -> bool:
    """Whether the token is a word of a sentence, not a name in a formula."""
    return token[0] in WORD_KINDS and role(token[1]) in PROSE_ROLES


def looks_like_code(text: str) -> bool:
    """Whether a line starts with a word of program code (`import os`, `return 28`, `-- 28`), or a list is spelt out."""
    if any(line.split(None, 1)[0].rstrip(":") in VERBS_OF_CODE for line in text.splitlines() if line.strip()):
        return True
    if _OPENING.match(text):
        return True
    return any(sign in text and pattern.search(text) is not None for sign, pattern in _WITHIN.items())


def is_code(tokens: list[Token]) -> bool:
    """Whether a word is called or indexed: `eval("0")`, `os.system(28)`, `0;drop`; `crate(s)` is a plural."""
    for at, (token, following) in enumerate(pairwise(tokens)):
        if following[2]:
            continue
        if is_prose(token) and following[0] in ("(", "[", "_") and not _is_plural(tokens, at + 2):
            return not (token[0] == "word" or multiplies(tokens, at))
        if token[0] == ";" and is_prose(following):
            return True
    return False


def _is_plural(tokens: list[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at][1] in _PLURALS


def is_struck(text: str) -> bool:
    """Whether a part of a text is struck through: `~~28~~ 29`. A `~` alone, or several in a row, are TeX's spaces."""
    parts = text.split("~~")
    return any(part.strip("~ ") for part in parts[1:-1:2])
