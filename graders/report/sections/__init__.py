"""The sections of the report: the facts come in, HTML goes out; None where there is nothing to say.

A section words and lays out what `report.facts` holds and reads no file. It imports the kit of pages, the facts and
the links to rows, and of the figures only what they are called; `report_page` alone imports it.
"""

from __future__ import annotations

from collections.abc import Callable

from graders.pages.page_blocks import PageSection
from graders.report.facts import Facts
from graders.report.sections.accuracy import accuracy
from graders.report.sections.alarm_list import alarms
from graders.report.sections.component_figures import components, correlations
from graders.report.sections.groups import groups
from graders.report.sections.length import length
from graders.report.sections.outcomes import outcomes, unscored
from graders.report.sections.provenance import provenance
from graders.report.sections.sampled_rows import rows

SECTIONS: tuple[Callable[[Facts], PageSection | None], ...] = (
    alarms,
    accuracy,
    components,
    outcomes,
    groups,
    correlations,
    length,
    unscored,
    rows,
    provenance,
)
"""In the order of the page."""
