"""The whole report as one page: its top, which says what to make of it, and its sections."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from graders.offline.results.headline import headline
from graders.pages.document import document, page_header
from graders.pages.formatting import count, counted, figure, percent
from graders.pages.html import Markup, element, together
from graders.pages.page_blocks import PageSection, Tile, note, tiles
from graders.report.facts import Facts
from graders.report.sections.accuracy import accuracy
from graders.report.sections.alarm_list import alarm_count, alarms
from graders.report.sections.component_figures import components, correlations
from graders.report.sections.groups import groups
from graders.report.sections.length import length
from graders.report.sections.outcomes import outcomes, unscored
from graders.report.sections.provenance import provenance
from graders.report.sections.sampled_rows import fitting, rows

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


def page(facts: Facts) -> str:
    """The report as HTML."""
    facts = fitting(facts)
    sections = [built for make in SECTIONS if (built := make(facts)) is not None]
    return document(f"{facts.title}: reward report", _header(facts), sections, scripted=True)


def _header(facts: Facts) -> Markup:
    """What was scored, in one sentence what to make of it, and the few figures that matter most."""
    return page_header(
        "reward report",
        facts.title,
        element("p", _subject(facts), class_="subject"),
        element("p", verdict(facts), class_="verdict"),
        tiles(_tiles(facts)),
        note(facts.reward.why_not_explained) if facts.reward.why_not_explained else None,
    )


def _subject(facts: Facts) -> Markup:
    scored, groups = facts.scored, facts.diagnostics.groups
    several = f" in {counted(groups.count, 'group')}" if groups and facts.has_groups else ""
    weights = facts.reward.weights or {}
    made_of = ", ".join(f"{name} {weight:.4g}" for name, weight in weights.items())
    return together(
        f"{counted(len(scored), 'completion')}{several}, from ",
        facts.source,
        f". Weights: {made_of}." if made_of else ".",
    )


def verdict(facts: Facts) -> str:
    """What to make of it, in one sentence."""
    if not len(facts.scored):
        return "No row could be scored."
    accuracy = facts.agreement.accuracy if facts.agreement else None
    news = " ".join(headline(facts.diagnostics, accuracy))
    if facts.reward.weaknesses and not (accuracy and accuracy.false_positives):
        news = f"{news} This reward is gameable by design.".strip()
    listed = alarm_count(facts)
    raised = f"{counted(listed, 'alarm')} to look at." if listed else "" if news else "No alarm was raised."
    return f"{news} {raised}".strip()


def _tiles(facts: Facts) -> Iterator[Tile]:
    said = facts.diagnostics
    yield "mean reward", figure(said.mean), f"± {figure(said.std)}; {percent(said.saturated)} at 1", None
    yield from _label_tiles(facts)
    if said.groups and facts.has_groups:
        flat, groups = said.groups.zero_variance, said.groups.count
        yield "zero-variance groups", percent(flat / groups), f"{count(flat)} of {count(groups)} give no gradient", None
    yield _unscored_tile(facts)


def _unscored_tile(facts: Facts) -> Tile:
    """Completions without a reward, and rows that could not be read."""
    share, errors = facts.diagnostics.unscored, facts.scored.error_count
    read = f"{counted(errors, 'more row')} could not be read" if errors else "every row was read"
    beside = f"of {counted(len(facts.scored), 'completion')}; {read}"
    return "unscored", percent(share), beside, "warn" if share or errors else None


def _label_tiles(facts: Facts) -> Iterator[Tile]:
    if facts.agreement is None:
        return
    counts = facts.agreement.accuracy
    yield "accuracy", percent(counts.accuracy), f"against {counted(counts.rows, 'label')}", None
    wrong, refused = counts.false_positives, counts.false_negatives
    yield "precision", figure(counts.precision), f"{count(wrong)} paid although wrong", "danger" if wrong else None
    yield "recall", figure(counts.recall), f"{count(refused)} refused although right", "warn" if refused else None
