"""The page for people at `/`: what is served, a box to try a completion, the jobs, the watched runs.

It holds nothing that a key guards: its script asks the server for that, with the key that is typed in. Nothing is
loaded from elsewhere, and the content policy allows this script and this server alone.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from graders.pages.document import OwnParts, document, page_header
from graders.pages.html import Markup, element
from graders.pages.page_blocks import PageSection, lead, note

HEADERS = {"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
"""What goes with the page: no other page may frame it."""


@cache
def people_page() -> str:
    """The page as HTML; the same for every service."""
    own = OwnParts(_file("people_page.css"), _file("people_page.js"))
    header = page_header("service", "Rewards over HTTP", element("p", _WHAT, class_="verdict"))
    return document(
        "graders: rewards over HTTP", header, [_served(), _trial(), _jobs(), _runs(), _addresses()], own=own
    )


_WHAT = "This server scores completions with reward definitions, for trainers, evaluators and people."


def _file(name: str) -> Markup:
    return Markup(files("graders.service.about").joinpath(name).read_text(encoding="utf-8"))


def _field(name: str, label: str, control: Markup, *, wide: bool = False) -> Markup:
    return element("div", element("label", label, control, for_=name), class_="wide" if wide else None)


def _served() -> PageSection:
    key = element("input", id="key", type="password", autocomplete="off", spellcheck="false")
    button = element("button", "Show what is served", type="button", id="open")
    form = element("form", _field("key", "Key", key), element("div", button), class_="try")
    shown = element("div", id="rewards", aria_live="polite")
    return PageSection("served", "Rewards", "What is served", [lead(_KEY), form, shown])


_KEY = "Enter a key of this server. It stays in this page and is only sent to this server."


def _trial() -> PageSection:
    example = "<think>Half of one.</think><answer>0.5</answer>"
    form = element(
        "form",
        _field("reward", "Reward", element("select", id="reward")),
        _field("reference", "Reference answer", element("input", id="reference", value="1/2")),
        _field("completion", "Completion", element("textarea", example, id="completion"), wide=True),
        _field("prompt", "Prompt, if the reward reads it", element("textarea", id="prompt"), wide=True),
        element("button", "Score and explain", type="submit"),
        id="try-form",
        class_="try",
    )
    shown = element("div", id="result", aria_live="polite")
    return PageSection("try", "Try it", "Try a completion", [lead("It is scored exactly as in training."), form, shown])


def _jobs() -> PageSection:
    waiting = element("p", "Enter a key to see them.")
    return PageSection("jobs", "Jobs", "Fine-tuning jobs", element("div", waiting, id="job-list", aria_live="polite"))


def _runs() -> PageSection:
    waiting = element("p", "Enter a key to see them; the browser asks for it once more for each page.")
    return PageSection("runs", "Runs", "Watched runs", element("div", waiting, id="run-list", aria_live="polite"))


def _addresses() -> PageSection:
    description = element("a", "/openapi.json", href="openapi.json")
    probes = element("code", "/healthz"), ", ", element("code", "/readyz"), " and ", element("code", "/metrics")
    said = note("For programs: ", description, " describes every address (with a key); probes ask ", *probes, ".")
    return PageSection("addresses", "Addresses", "Addresses", said)
