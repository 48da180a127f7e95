"""The whole report: its headline and its sections, as one page."""

from __future__ import annotations

from graders.pages.document import document
from graders.report.facts import Facts
from graders.report.headline import headline
from graders.report.sections import SECTIONS
from graders.report.sections.sampled_rows import fitting


def page(facts: Facts) -> str:
    """The report as HTML."""
    facts = fitting(facts)
    sections = [built for make in SECTIONS if (built := make(facts)) is not None]
    return document(f"{facts.title}: reward report", headline(facts), sections, scripted=True)
