"""Cards for notebooks: what a value shows as a cell's last line, of the same blocks as the pages.

A card has no script and loads nothing. It takes ink and paper from the notebook around it, so that it can be read in a
light and in a dark one, and without its style sheet, which a notebook that isn't trusted leaves out.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from graders.pages.html import Child, Markup, element

SHOWN = 12
"""So many lines of a table, or items of a list, are shown."""

LONGEST_NAME = 80
"""Characters of a name that are shown."""


def notebook_card(kind: str, title: str, *content: Child) -> str:
    """A card as HTML.

    Args:
        kind: What the value is.
        title: What it says, in a line.
        content: What stands below.
    """
    heading = element("p", f"graders · {kind}", class_="eyebrow"), element("p", title, class_="title")
    style = element("style", _style())
    return str(element("div", style, *heading, *content, class_="graders-card", role="group", aria_label=kind))


def short_name(text: str) -> str:
    """A name, cut where no reader would go on.

    >>> short_name("x" * 100)[-4:]
    'xxx…'
    """
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def opened(summary: str, content: Child) -> Markup:
    """A text that opens below a line, which needs no script."""
    return element("details", element("summary", summary), element("pre", content, dir="auto"))


@cache
def _style() -> Markup:
    return Markup(files("graders.pages").joinpath("notebook.css").read_text(encoding="utf-8"))
