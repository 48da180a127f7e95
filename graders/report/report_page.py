"""The whole page: one file that loads nothing, runs nothing but its own script, and needs neither to be read."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from graders.pages.html import Markup, element
from graders.report.blocks import Section
from graders.report.facts import Facts
from graders.report.headline import headline
from graders.report.sections import SECTIONS
from graders.report.sections.rows import fitting
from graders.version import __version__


def page(facts: Facts) -> str:
    """The report as HTML."""
    facts = fitting(facts)
    sections = [built for make in SECTIONS if (built := make(facts)) is not None]
    body = element(
        "body",
        element("a", "Skip to the figures", href="#main", class_="skip"),
        element(
            "div",
            headline(facts),
            _contents(sections),
            element("main", [one.html for one in sections], id="main", tabindex="-1"),
            _footer(),
            class_="page",
        ),
        _script(),
    )
    return "<!DOCTYPE html>\n" + element("html", _head(facts.title), body, lang="en") + "\n"


def _contents(sections: list[Section]) -> Markup:
    links = [element("li", element("a", one.name, href=f"#{one.anchor}")) for one in sections]
    return element("nav", element("ul", links), class_="contents", aria_label="Sections")


def _head(title: str) -> Markup:
    style = _own("page.css")
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style, _own("page.js"))),
        element("meta", name="generator", content=f"graders {__version__}"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{title}: reward report"),
        element("style", style),
    )


def _script() -> Markup:
    return element("script", _own("page.js"))


def _footer() -> Markup:
    return element("footer", element("p", f"Made by graders {__version__}. This page is one file and loads nothing."))


def _own(name: str) -> Markup:
    """A file of this package that goes into the page as it is."""
    return Markup(files("graders.report").joinpath(name).read_text(encoding="utf-8"))


def _policy(style: str, script: str) -> str:
    """What a browser may do: this style, this script, and no connection anywhere."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; "
        "form-action 'none'"
    )


def _digest(content: str) -> str:
    return "sha256-" + b64encode(sha256(content.encode()).digest()).decode()
