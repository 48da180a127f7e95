"""A whole page: one file that loads nothing, runs nothing but its own script if any, and needs neither to be read."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from graders import __version__
from graders.pages.html import Child, Markup, element, plain
from graders.pages.page_blocks import PageSection


def page_header(kind: str, title: str, *children: Child) -> Markup:
    """The top of a page: what it is, its heading, and what is to be read first."""
    eyebrow = element("p", f"graders · {kind}", class_="eyebrow")
    return element("header", eyebrow, element("h1", title), children, class_="top")


class OwnParts(NamedTuple):
    """What a page has of its own, where a server gives it out.

    Attributes:
        style: More style sheet.
        script: A script in place of the one of all pages; it may speak with the server that the page came from.
    """

    style: Markup
    script: Markup


def document(
    title: str, header: Markup, sections: Sequence[PageSection], *, scripted: bool = False, own: OwnParts | None = None
) -> str:
    """The page as text.

    Args:
        title: What the browser calls it.
        header: Its top, see `page_header`.
        sections: Its parts, in their order.
        scripted: Whether it has the script that sorts tables and searches rows.
        own: Its own style and script, where a server gives it out.
    """
    style, script = _own("page.css"), _own("page.js") if scripted else None
    if own is not None:
        style, script = Markup(style + own.style), own.script
    loads = "loads nothing" if own is None else "asks nobody but the server that it came from"
    made = f"Made by graders {__version__}. This page is one file and {loads}."
    main = element("main", [one.html for one in sections], id="main", tabindex="-1")
    body = element(
        "body",
        element("a", "Skip to the figures", href="#main", class_="skip"),
        element("div", header, _contents(sections), main, element("footer", element("p", made)), class_="page"),
        script and element("script", script),
    )
    return (
        f"<!DOCTYPE html>\n{element('html', _head(title, style, script, connects=own is not None), body, lang='en')}\n"
    )


def _contents(sections: Sequence[PageSection]) -> Markup:
    links = [element("li", element("a", one.name, href=f"#{one.anchor}")) for one in sections]
    return element("nav", element("ul", links), class_="contents", aria_label="Sections")


def _head(title: str, style: Markup, script: Markup | None, *, connects: bool) -> Markup:
    named = {
        "generator": f"graders {__version__}",
        "viewport": "width=device-width, initial-scale=1",
        "color-scheme": "light dark",
        "referrer": "no-referrer",
    }
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style, script, connects=connects)),
        [element("meta", name=name, content=content) for name, content in named.items()],
        element("title", plain(title)),
        element("style", style),
    )


def _own(name: str) -> Markup:
    """A file of this package that goes into the page as it is."""
    return Markup(files("graders.pages").joinpath(name).read_text(encoding="utf-8"))


def _policy(style: str, script: str | None, *, connects: bool) -> str:
    """What a browser may do: this style, this script, and no connection anywhere, or to the page's own server alone."""
    scripts = f"script-src '{_digest(script)}'; " if script else ""
    own = "connect-src 'self'; " if connects else ""
    return f"default-src 'none'; style-src '{_digest(style)}'; {scripts}{own}base-uri 'none'; form-action 'none'"


def _digest(content: str) -> str:
    return "sha256-" + b64encode(sha256(content.encode()).digest()).decode()
