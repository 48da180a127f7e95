"""The text of a formula with its Unicode mathematics spelt in ASCII, and without what only decorates it."""

from __future__ import annotations

import re
import unicodedata

from graders.math.lexis.latex import COMBINING, SUBSCRIPTS, SUPERSCRIPTS, UNICODE, VULGAR
from graders.math.lexis.markdown import without_markdown
from graders.math.limits import MAX_CHARS, OverLimit

_SPELT_NEWLINE = re.compile(r"(?<!\\)\\n(?![A-Za-z])")  # no command: a line break that was escaped
_SMALL_FRACTION = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}⁄[₀₁₂₃₄₅₆₇₈₉]{1,4}")
_DOUBLED = re.compile(r"\\\\(?=[A-Za-z]{2})")  # a backslash escaped once too often
_OF_WORDS = frozenset(("Ll", "Lu", "Lo", "Lm", "Mn", "Mc"))
"""Categories of the characters that words are made of: letters and the vowel signs of Indic and Arabic scripts."""
_BULLETS = tuple("•◦▪‣●")
_EDGES = "\u200b\u200c\u200d\u2060\ufeff"


class Unreadable(ValueError):  # noqa: N818 - the caller's text is no error of the program
    """The text is not one mathematical object; the message says where the reading ended."""


def clean(text: str) -> str:
    """The text without space at its ends, its Unicode mathematics spelt in ASCII, markdown removed."""
    text = text.strip()
    if not text.isascii():
        text = _without_edges(text)
    if len(text) > 2 * MAX_CHARS:
        raise OverLimit(f"the text has more than {MAX_CHARS} characters")
    if len(text) > 2 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    if not text.isascii():
        text = _spell_out(text)
    if r"\n" in text:
        text = _SPELT_NEWLINE.sub("\n", text)
    if "\\\\" in text and r"\begin" not in text:
        text = _DOUBLED.sub(r"\\", text)
    if text.startswith("~~") and text.endswith("~~"):
        raise Unreadable("struck out")
    if len(text) > 2 and text[0] == text[-1] == "_" and text.count("_") == 2:  # emphasis
        text = text[1:-1].strip()
    if "*" in text or "`" in text or "#" in text or "__" in text:
        text = without_markdown(text)
    return text


def is_hidden(text: str) -> bool:
    """Whether a part of a text is white, which nobody sees."""
    return "color{white}" in text.replace(" ", "")


def _without_edges(text: str) -> str:
    """The text without invisible signs at its ends and a bullet before it."""
    text = text.strip(_EDGES).strip()
    return text[2:].lstrip() if text[:1] in _BULLETS and text[1:2].isspace() else text


def _spell_out(text: str) -> str:
    text = _SMALL_FRACTION.sub(_with_full_digits, text)
    pieces: list[str] = []
    zeros: set[int] = set()
    for at, char in enumerate(text):
        if char == "ı" and (text[at - 1 : at].isalpha() or text[at + 1 : at + 2].isalpha()):
            pieces.append(char)  # a letter of a word, no name of a variable
        elif char.isdecimal():
            zeros.add(ord(char) - unicodedata.decimal(char))
            pieces.append(str(unicodedata.decimal(char)))
        elif char in COMBINING and pieces:
            pieces[-1] = f"{COMBINING[char]}{{{pieces[-1]}}}"
        else:
            pieces.append(_spelling(char))
    if len(zeros) > 1:
        raise Unreadable("digits of different scripts are mixed")
    joined = "".join(pieces)
    return joined.replace("}\x00^{", "").replace("}\x00_{", "").replace("\x00", "")


def _with_full_digits(match: re.Match[str]) -> str:
    above, below = match[0].split("⁄")
    return rf"\frac{{{''.join(SUPERSCRIPTS[char] for char in above)}}}{{{''.join(SUBSCRIPTS[char] for char in below)}}}"


def _spelling(char: str) -> str:
    if char < "\x7f" and (char.isprintable() or char.isspace()):
        return char
    if char in UNICODE:
        return UNICODE[char]
    if char in SUPERSCRIPTS:
        return "\x00^{" + SUPERSCRIPTS[char] + "}"
    if char in SUBSCRIPTS:
        return "\x00_{" + SUBSCRIPTS[char] + "}"
    if (
        char in VULGAR
        or char in "£€¥₹¢"
        or "①" <= char <= "⑳"
        or char.isspace()
        or unicodedata.category(char) in _OF_WORDS
    ):
        return char
    raise Unreadable(f"the sign U+{ord(char):04X} has no place in an answer")
