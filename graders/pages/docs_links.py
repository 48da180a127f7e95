"""Links from a page into the documentation; a page follows none by itself."""

from __future__ import annotations

from graders.pages.html import Markup, element

DOCUMENTATION = "https://github.com/reward-graders/graders/blob/main/docs"
"""Where the documentation's pages are, as `pyproject.toml` says."""


def outcome_link(outcome: str) -> Markup:
    """An outcome's code, linked to the section that explains it.

    >>> outcome_link("match").partition('"')[2].partition('"')[0].rpartition("/")[2]
    'outcomes.md#match'
    """
    return element("a", element("code", outcome), href=f"{DOCUMENTATION}/outcomes.md#{outcome}")
