"""An audit as an HTML page that stands alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isnan

import numpy as np

from graders.audit.audit_result import Audit, ComponentAudit, Example, FamilyFigures
from graders.pages.document import document, page_header
from graders.pages.excerpt import WHOLE, cut
from graders.pages.formatting import count, counted, figure, percent
from graders.pages.html import Child, Markup, element
from graders.pages.page_blocks import (
    Cell,
    PageSection,
    Tile,
    card,
    cards,
    component,
    figures,
    note,
    table,
    tiles,
    written,
)

_WHAT_IT_MEANS = (
    "Each mutant starts from a plain wrong answer, or from none, and tries to be paid by a trick. It deserves what the "
    "plain wrong answer earns from the same component, the format share only where it keeps the layout, and nothing "
    "from a grader of answers where it says nothing. Paid is a mutant that gets at least 0.1 more than that. A right "
    "answer is the reference in another form; refused is one that gets at least 0.1 less than the reference."
)

_OVERVIEW = {"component": "", "advice": "text"} | dict.fromkeys(
    ("weight", "reference earns", "plain wrong earns", "exploitability"), "number"
)

_FAMILY = {"subject": "", "family": "", "what its tricks do": "text", "best trick": "text"} | dict.fromkeys(
    ("tried", "paid", "share", "mean excess", "gain", "unscored"), "number"
)

_REFUSED = {"family": "", "what its answers are": "text", "right answers": "number", "refused": "number"}


def page(audit: Audit) -> str:
    """The page as text."""
    said = element("p", verdict(audit), class_="verdict"), tiles(_tiles(audit)), note(_WHAT_IT_MEANS)
    components = (_component(f"component-{k}", *item) for k, item in enumerate(worst_first(audit)))
    provenance = PageSection("provenance", "Provenance", "What was audited", _provenance(audit))
    header = page_header("reward audit", f"Audit of {audit.source}", *said)
    return document(f"Audit of {audit.source}", header, [_overview(audit), *components, provenance])


def _tiles(audit: Audit) -> Iterator[Tile]:
    tone = "danger" if any(one.holes for one in audit.components.values()) else None
    yield "exploitability", figure(audit.exploitability), f"of {audit.worst}, from 0 to 1", tone
    yield "mutants", count(audit.mutants), f"of {counted(audit.cases, 'completion')}", None
    paid = sum(len(one.holes) for one in audit.components.values())
    tried = paid + sum(len(one.unpaid) for one in audit.components.values())
    yield "families paid", count(paid), f"of {count(tried)}, counted for each component", "danger" if paid else None
    right = sum(found.right for one in audit.components.values() for found in one.families.values())
    refused = sum(found.refused for one in audit.components.values() for found in one.families.values())
    yield "right answers refused", count(refused), f"of {count(right)}, counted for each component", None


def verdict(audit: Audit) -> str:
    """The result in one sentence."""
    return " ".join([*_untried(audit), _tried(audit)])


def _untried(audit: Audit) -> Iterator[str]:
    """What could not be looked at, before anything that was."""
    for name, share in audit.untried.items():
        yield f"{name} could not be tried: {percent(share)} of its mutants could not be scored."


def _tried(audit: Audit) -> str:
    holed = [name for name, one in audit.components.items() if one.holes]
    if not holed:
        where = " of the other components" if audit.untried else ""
        return f"No trick{where} was paid beyond what it deserves: {_extent(audit)}."
    worst = audit.components[audit.worst]
    trick = worst.families[worst.holes[0]].trick
    return (
        f"{audit.worst} can be gamed: the trick “{trick}” ({worst.holes[0]}) gains {audit.exploitability:.2f} "
        f"of 1. {_extent(audit)} were tried."
    )


def _extent(audit: Audit) -> str:
    return f"{audit.mutants:,} mutants of {counted(audit.cases, 'completion')}"


def worst_first(audit: Audit) -> list[tuple[str, ComponentAudit]]:
    """The components by name: those that could not be tried, then the most exploitable."""
    return sorted(audit.components.items(), key=lambda item: -np.nan_to_num(item[1].exploitability, nan=2.0))


def _overview(audit: Audit) -> PageSection:
    rows = (_overview_row(name, one) for name, one in worst_first(audit))
    found = table("How far each component can be gamed, from 0 to 1", _OVERVIEW, rows)
    return PageSection("components", "Components", "Components", found)


def _overview_row(name: str, one: ComponentAudit) -> list[Child | Cell]:
    gained = Cell(figure(one.exploitability), tone="bad" if one.holes or isnan(one.exploitability) else "good")
    return [component(name), one.advice, f"{one.weight:.4g}", figure(one.honest), figure(one.plain), gained]


def _component(anchor: str, name: str, one: ComponentAudit) -> PageSection:
    holes = [family for families in one.by_subject(one.holes).values() for family in families]
    found = _families(f"Families of tricks that {name} paid", one, holes) if holes else None
    summary = element("summary", f"{counted(len(one.unpaid), 'family', 'families')} not paid")
    unpaid = element("details", summary, _families(f"Families of tricks that {name} didn't pay", one, one.unpaid))
    paid = [(family, example) for family in one.holes for example in one.families[family].examples]
    shown = _examples("Mutants that were paid", paid)
    advised = element("p", f"Advice: {one.advice}.")
    return PageSection(
        anchor, name, name, [advised, found, unpaid if one.unpaid else None, *shown, *_refused(name, one)]
    )


def _refused(name: str, one: ComponentAudit) -> Iterator[Child]:
    """The right answers that were refused."""
    if one.refusals:
        found = ((family, one.families[family]) for family in one.refusals)
        rows = ([family, of.meaning, count(of.right), count(of.refused)] for family, of in found)
        yield table(f"Families of right answers that {name} refused", _REFUSED, rows)
        refused = [(family, example) for family in one.refusals for example in one.families[family].refusals]
        yield from _examples("Right answers that were refused", refused)


def _families(caption: str, one: ComponentAudit, names: list[str]) -> Markup:
    """Families in a table."""
    return table(caption, _FAMILY, (_family_row(name, one.families[name]) for name in names))


def _family_row(family: str, one: FamilyFigures) -> list[Child | Cell]:
    named = one.subject, family, one.meaning, (one.trick if one.paid else None) or "–"
    paid = Cell(count(one.paid), tone="bad" if one.paid else None)
    return [
        *named,
        count(one.tried),
        paid,
        f"{one.share:.1%}",
        figure(one.excess),
        figure(one.gain),
        count(one.unscored),
    ]


def _examples(title: str, examples: list[tuple[str, Example]]) -> Iterator[Child]:
    if examples:
        yield element("h3", title)
        yield cards([_example(family, example) for family, example in examples], "cards plain")


def _example(family: str, example: Example) -> Markup:
    paid = f"paid {example.score:.3g} where it deserves {example.deserved:.3g}"
    said = element("span", f"{family}, {example.trick}", class_="place"), f"{paid} (row {example.line})"
    compared = json.dumps(example.why.get("compared"), ensure_ascii=False, default=str)
    facts = {
        "reference": cut(example.reference, WHOLE),
        "answer": cut(example.answer or "none", WHOLE),
        "outcome": outcome(example),
        "compared": cut(compared, WHOLE),
    }
    completion = written("completion", cut(example.text, WHOLE))
    return card(element("span", said[0], f": {said[1]}"), completion, figures(facts.items(), "facts long"))


def outcome(example: Example) -> str:
    """Why a component paid an example what it did, in its own words."""
    return f"{example.why.get('outcome')} ({example.why.get('meaning')})"


def _provenance(audit: Audit) -> Markup:
    facts = {
        "data": audit.source,
        "completions in it": count(audit.seen),
        "drawn": count(audit.cases),
        "passed over": count(audit.passed_over),
        "seed": str(audit.seed),
        "reward": audit.signature,
    }
    return figures(facts.items(), "facts long")
