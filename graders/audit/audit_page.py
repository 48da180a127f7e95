"""An audit as an HTML page that stands alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isnan

from graders.audit.audit_result import Audit, ComponentAudit, Example, FamilyFigures
from graders.pages.html import Child, Markup, element
from graders.pages.simple_page import cut, document, section, table

_WHAT_IT_MEANS = (
    "Each mutant starts from a plain wrong answer, or from none, and tries to be paid by a trick. It deserves what the "
    "plain wrong answer earns from the same component, the format share only where it keeps the layout, and nothing "
    "from a grader of answers where it says nothing. Paid is a mutant that gets at least 0.1 more than that."
)

_FAMILY_COLUMNS = (
    "family",
    "what its tricks do",
    "best trick",
    "tried",
    "paid",
    "share",
    "mean excess",
    "gain",
    "unscored",
)


def page(audit: Audit) -> str:
    """The page as text."""
    return document(
        f"Audit of {audit.source}",
        element("p", verdict(audit), class_="lead"),
        element("p", _WHAT_IT_MEANS),
        _overview(audit),
        [_component(name, one) for name, one in worst_first(audit)],
        section("What was audited", _provenance(audit)),
    )


def verdict(audit: Audit) -> str:
    """The result in one sentence."""
    holed = [name for name, one in audit.components.items() if one.holes]
    if not holed:
        return f"No trick was paid beyond what it deserves: {audit.mutants:,} mutants of {audit.cases:,} completions."
    worst = audit.components[audit.worst]
    trick = worst.families[worst.holes[0]].trick
    return (
        f"{audit.worst} can be gamed: the trick “{trick}” ({worst.holes[0]}) gains {audit.exploitability:.2f} "
        f"of 1. {audit.mutants:,} mutants of {audit.cases:,} completions were tried."
    )


def worst_first(audit: Audit) -> list[tuple[str, ComponentAudit]]:
    """The components by name, the most exploitable first."""
    return sorted(audit.components.items(), key=lambda item: -item[1].exploitability)


def _overview(audit: Audit) -> Markup:
    columns = ("component", "advice", "weight", "reference earns", "plain wrong earns", "exploitability")
    rows = (
        [
            name,
            one.advice,
            f"{one.weight:.4g}",
            figure(one.honest),
            figure(one.plain),
            element("span", f"{one.exploitability:.3f}", class_="bad" if one.holes else "good"),
        ]
        for name, one in worst_first(audit)
    )
    return section("Components", table("How far each component can be gamed, from 0 to 1", columns, rows, texts=2))


def _component(name: str, one: ComponentAudit) -> Markup:
    rows = (_family_row(family, figures) for family, figures in _by_gain(one))
    found = table(f"Families of tricks against {name}", _FAMILY_COLUMNS, rows, texts=3)
    if not one.holes:
        found = element("details", element("summary", f"{len(one.families)} families, none of them paid"), found)
    return section(name, element("p", f"Advice: {one.advice}."), found, list(_examples(one)))


def _by_gain(one: ComponentAudit) -> list[tuple[str, FamilyFigures]]:
    return sorted(one.families.items(), key=lambda item: -item[1].gain)


def _family_row(family: str, figures: FamilyFigures) -> list[Child]:
    trick = figures.trick if figures.paid else None
    return [
        family,
        figures.meaning,
        trick or "–",
        f"{figures.tried:,}",
        element("span", f"{figures.paid:,}", class_="bad" if figures.paid else None),
        f"{figures.share:.1%}",
        f"{figures.excess:.3f}",
        f"{figures.gain:.3f}",
        f"{figures.unscored:,}",
    ]


def _examples(one: ComponentAudit) -> Iterator[Markup]:
    for family in one.holes:
        for example in one.families[family].examples:
            yield _example(family, example)


def _example(family: str, example: Example) -> Markup:
    said = (
        f"{family}, {example.trick}: paid {example.score:.3g} where it deserves {example.deserved:.3g} "
        f"(row {example.line})"
    )
    facts = {"reference": example.reference, "answer": cut(example.answer or "none"), "outcome": outcome(example)}
    pairs = [(element("dt", name), element("dd", value)) for name, value in facts.items()]
    compared = json.dumps(example.why.get("compared"), ensure_ascii=False, default=str)
    return element(
        "details",
        element("summary", said),
        element("dl", pairs),
        element("pre", cut(example.text, 1200)),
        element("p", "compared: ", cut(compared), class_="soft"),
    )


def outcome(example: Example) -> str:
    """Why a component paid an example, in its own words."""
    return f"{example.why.get('outcome')} ({example.why.get('meaning')})"


def figure(value: float) -> str:
    """A mean; a dash where there is none."""
    return "–" if isnan(value) else f"{value:.3f}"


def _provenance(audit: Audit) -> Markup:
    facts = {
        "data": audit.source,
        "completions in it": f"{audit.seen:,}",
        "drawn": f"{audit.cases:,}",
        "passed over": f"{audit.passed_over:,}",
        "seed": str(audit.seed),
        "reward": audit.signature,
    }
    return element("dl", [(element("dt", name), element("dd", value)) for name, value in facts.items()])
