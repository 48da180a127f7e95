"""A whole page: one file that loads nothing, runs nothing but its own script if any, and needs neither to be read."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files

from graders import __version__
from graders.pages.html import Child, Markup, element, plain
from graders.pages.page_blocks import PageSection


def page_header(kind: str, title: str, *children: Child) -> Markup:
    """The top of a page: what it is, its heading, and what is to be read first."""
    eyebrow = element("p", f"graders · {kind}", class_="eyebrow")
    return element("header", eyebrow, element("h1", title), children, class_="top")


def document(title: str, header: Markup, sections: Sequence[PageSection], *, scripted: bool = False) -> str:
    """The page as text.

    Args:
        title: What the browser calls it.
        header: Its top, see `page_header`.
        sections: Its parts, in their order.
        scripted: Whether it has the script that sorts tables and searches rows.
    """
    style, script = _own("page.css"), _own("page.js") if scripted else None
    footer = element("footer", element("p", f"Made by graders {__version__}. This page is one file and loads nothing."))
    main = element("main", [one.html for one in sections], id="main", tabindex="-1")
    body = element(
        "body",
        element("a", "Skip to the figures", href="#main", class_="skip"),
        element("div", header, _contents(sections), main, footer, class_="page"),
        script and element("script", script),
    )
    return f"<!DOCTYPE html>\n{element('html', _head(title, style, script), body, lang='en')}\n"


def _contents(sections: Sequence[PageSection]) -> Markup:
    links = [element("li", element("a", one.name, href=f"#{one.anchor}")) for one in sections]
    return element("nav", element("ul", links), class_="contents", aria_label="Sections")


def _head(title: str, style: Markup, script: Markup | None) -> Markup:
    named = {
        "generator": f"graders {__version__}",
        "viewport": "width=device-width, initial-scale=1",
        "color-scheme": "light dark",
        "referrer": "no-referrer",
    }
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        [element("meta", name=name, content=content) for name, content in named.items()],
        element("title", plain(title)),
        element("style", style),
    )


def _own(name: str) -> Markup:
    """A file of this package that goes into the page as it is."""
    return Markup(files("graders.pages").joinpath(name).read_text(encoding="utf-8"))


def _policy(style: str, script: str | None) -> str:
    """What a browser may do: this style, this script, and no connection anywhere."""
    scripts = f"script-src '{_digest(script)}'; " if script else ""
    return f"default-src 'none'; style-src '{_digest(style)}'; {scripts}base-uri 'none'; form-action 'none'"


def _digest(content: str) -> str:
    return "sha256-" + b64encode(sha256(content.encode()).digest()).decode()
