"""The alarms: what a person should look at before anything else."""

from __future__ import annotations

from collections.abc import Iterator

from graders.figures.alarms import Alarm
from graders.pages.formatting import counted, percent
from graders.pages.html import Child, Markup, element
from graders.pages.page_blocks import PageSection, lead
from graders.report.facts import Facts
from graders.report.row_links import row_links

TITLES = {
    "refused_right": "Right answers are refused",
    "no_answer": "No answer is found",
    "truncated": "Completions are cut off",
    "zero_variance": "Most groups have zero variance",
    "format_decides": "The format alone decides",
    "overpull": "A component pulls beyond its weight",
    "constant": "A component never changes",
    "unscored": "Rows without a reward",
    "length": "Length pays",
}
"""What each kind of alarm is called."""


def alarms(facts: Facts) -> PageSection:
    """Every alarm with the rows that raised it, the mistaken payments and the gameable graders first."""
    shown = [*_listed(facts)]
    if not shown:
        return PageSection("alarms", "Alarms", "Alarms", element("p", "No alarm was raised.", class_="all-clear"))
    said = lead(counted(len(shown), "alarm"), " to look at before this reward trains anything.")
    return PageSection("alarms", "Alarms", "Alarms", Markup(said + element("ol", shown, class_="alarms")))


def alarm_count(facts: Facts) -> int:
    """How many alarms the section lists, which the top of the page says too."""
    return sum(1 for _ in _listed(facts))


def _listed(facts: Facts) -> Iterator[Markup]:
    yield from _of_labels(facts)
    yield from _of_reward(facts)
    yield from _of_errors(facts)
    for alarm in facts.diagnostics.alarms:
        yield _of_figures(facts, alarm)


def _alarm(title: str, sentence: Child, rows: Child = None, tone: str = "warn") -> Markup:
    where = rows and element("p", rows, class_="where")
    return element("li", element("h3", title), element("p", sentence), where, class_=f"alarm {tone}")


def _of_labels(facts: Facts) -> Iterator[Markup]:
    agreement = facts.agreement
    if agreement is None or not len(agreement.paid_wrongly):
        return
    wrong, paid = agreement.accuracy.false_positives, agreement.accuracy.true_positives
    sentence = (
        f"{counted(wrong, 'completion is', 'completions are')} paid although labelled wrong, "
        f"{percent(wrong / (wrong + paid))} of all that are paid. A policy finds what pays."
    )
    rows = row_links(facts, agreement.paid_wrongly.tolist(), wrong)
    yield _alarm("Wrong answers are paid", sentence, rows, "danger")


def _of_reward(facts: Facts) -> Iterator[Markup]:
    for weakness in facts.reward.weaknesses:
        yield _alarm("Gameable by design", weakness, tone="danger")


def _of_errors(facts: Facts) -> Iterator[Markup]:
    errors = facts.scored.error_count
    if errors:
        sentence = f"{counted(errors, 'row')} could not be read, and no figure below counts them."
        yield _alarm("Rows that can't be read", sentence, element("a", "See what is wrong with them", href="#unscored"))


def _of_figures(facts: Facts, alarm: Alarm) -> Markup:
    is_name = alarm.sentence.partition(" ")[0] in facts.scored.scores
    sentence = (alarm.sentence if is_name else alarm.sentence[:1].upper() + alarm.sentence[1:]) + "."
    return _alarm(TITLES.get(alarm.kind, alarm.kind), sentence, row_links(facts, alarm.rows, alarm.count))
