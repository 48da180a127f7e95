"""Marks of markdown around an answer, or within it."""

from __future__ import annotations


def without_markdown(text: str) -> str:
    """A text without the stars, backticks, hashes and underscores that only lay it out."""
    text = text.replace("`", "").strip("#").strip().replace("__", "" if text.startswith("__") else "__")
    if "**" in text:
        text = _without_bold(text)
    if len(text) > 2 and text[0] == text[-1] == "*":
        text = text[1:-1]
    return text


def _without_bold(text: str) -> str:
    parts = text.split("**")
    joined = parts[0]
    for part in parts[1:]:
        before, after = joined[-1:], part[:1]
        power = before.isspace() == after.isspace() and bool(before) and bool(after)
        power = power and (before.isalnum() or before in ")} ") and (after.isalnum() or after in "(\\- ")
        joined += "**" + part if power else part
    return joined.strip()
