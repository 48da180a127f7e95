"""Links from a page into the documentation; a page follows none by itself."""

from __future__ import annotations

from graders.pages.html import Markup, element
from graders.vocabulary.documentation import docs_page


def outcome_link(outcome: str) -> Markup:
    """An outcome's code, linked to the section that explains it.

    >>> outcome_link("match").partition('"')[2].partition('"')[0].rpartition("/")[2]
    'outcomes.md#match'
    """
    return element("a", element("code", outcome), href=docs_page("outcomes", outcome))
