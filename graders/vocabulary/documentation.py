"""Where the documentation is: who installed the package has no folder of it."""

from __future__ import annotations

DOCUMENTATION = "https://github.com/reward-graders/graders/blob/main/docs"
"""The documentation's pages, as `pyproject.toml` says."""


def docs_page(name: str, section: str = "") -> str:
    """The address of a page, or of a section of it.

    >>> docs_page("outcomes", "match").partition("/docs/")[2]
    'outcomes.md#match'
    """
    return f"{DOCUMENTATION}/{name}.md" + (f"#{section}" if section else "")
