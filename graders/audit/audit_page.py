"""An audit as an HTML page that loads nothing: how far each component can be gamed, by what, and examples to browse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan

from graders.audit.audit_examples import PAID, REFUSED, Anchors, anchors, examples, family_link
from graders.audit.audit_result import Audit, ComponentAudit, FamilyFigures
from graders.audit.audit_words import verdict, worst_first
from graders.pages.document import document, page_header
from graders.pages.excerpt import cut
from graders.pages.formatting import DASH, count, counted, figure, percent
from graders.pages.html import Child, Markup, element, together
from graders.pages.page_blocks import Cell, PageSection, Tile, component, figures, lead, note, table, tiles

_HOW = (
    "Every mutant starts from a wrong answer, or from none, and tries to be paid by a trick. It deserves what the "
    "plain wrong answer earns; it counts as paid if it gets at least 0.1 more. A right answer is the reference in "
    "another form; it counts as refused if it gets at least 0.1 less than the reference. Exploitability is what the "
    "best trick earns on average over all rows, from 0 to 1."
)

_OVERVIEW = {"component": ""} | dict.fromkeys(
    ("exploitability", "families paid", "weight", "reference earns", "plain wrong earns"), "number"
)

_FAMILY = {"family": ""} | dict.fromkeys(("gain", "share paid", "tried", "unscored"), "number")

_REFUSED = {"family": "", "refused": "number", "right answers": "number", "what its answers are": "text"}


def page(audit: Audit) -> str:
    """The page as text."""
    links = anchors(audit)
    components = [_component(f"component-{k}", *item, links) for k, item in enumerate(worst_first(audit))]
    provenance = PageSection("provenance", "Provenance", "What was audited", _provenance(audit))
    sections = [_overview(audit), *components, examples(audit), provenance]
    there = [section for section in sections if section is not None]
    return document(f"{title(audit)}: reward audit", _header(audit), there, scripted=True)


def title(audit: Audit) -> str:
    """The reward's graders, the heaviest first; the format alone where there is no other."""
    weights = {name: one.weight for name, one in audit.components.items()}
    graders = sorted((name for name in weights if name != "format"), key=lambda name: -weights[name])
    return " + ".join(graders or weights)


def _header(audit: Audit) -> Markup:
    weights = ", ".join(f"{name} {one.weight:.4g}" for name, one in audit.components.items())
    subject = f"Tried on {counted(audit.cases, 'completion')} from {audit.source}. Weights: {weights}."
    return page_header(
        "reward audit",
        title(audit),
        element("p", subject, class_="subject"),
        element("p", verdict(audit), class_="verdict"),
        tiles(_tiles(audit)),
        note(_HOW),
    )


def _tiles(audit: Audit) -> Iterator[Tile]:
    worst = audit.components[audit.worst]
    tone = "danger" if any(one.holes for one in audit.components.values()) else None
    yield "exploitability", figure(audit.exploitability), f"of {audit.worst}, from 0 to 1", tone
    tried = len(worst.holes) + len(worst.unpaid)
    yield "families paid", f"{len(worst.holes)} of {tried}", f"by {audit.worst}", "danger" if worst.holes else None
    families = [found for one in audit.components.values() for found in one.families.values()]
    right, refused = sum(one.right for one in families), sum(one.refused for one in families)
    share = percent(refused / right) if right else DASH
    yield "right answers refused", share, f"{count(refused)} of {count(right)}", "warn" if refused else None
    unscored = sum(one.unscored for one in families)
    beside = f"{count(unscored)} could not be scored" if unscored else "every one was scored"
    yield "mutants", count(audit.mutants), beside, "warn" if unscored else None


def _overview(audit: Audit) -> PageSection:
    rows = (_overview_row(name, one) for name, one in worst_first(audit))
    found = table("How far each component can be gamed, from 0 to 1", _OVERVIEW, rows)
    said = note(
        "The reference should earn 1 and a plain wrong answer 0. If both earn the same, no trick can be detected, and "
        "the audit says nothing about that component."
    )
    return PageSection("components", "Components", "Components", together(found, said))


def _overview_row(name: str, one: ComponentAudit) -> list[Child | Cell]:
    return [
        component(name),
        Cell(figure(one.exploitability), tone="bad" if one.holes or isnan(one.exploitability) else "good"),
        f"{len(one.holes)} of {len(one.holes) + len(one.unpaid)}",
        f"{one.weight:.4g}",
        figure(one.honest),
        figure(one.plain),
    ]


def _component(anchor: str, name: str, one: ComponentAudit, links: Anchors) -> PageSection:
    return PageSection(
        anchor,
        name,
        name,
        together(
            lead("Advice: ", one.advice, "."),
            _paid(name, one, links) if one.holes else None,
            _unpaid(name, one) if one.unpaid else None,
            _refused(name, one, links) if one.refusals else None,
        ),
    )


def _paid(name: str, one: ComponentAudit, links: Anchors) -> Markup:
    names = {family: family_link(links, name, family, PAID) for family in one.holes}
    return _families(f"Families of tricks that {name} paid", one, names)


def _unpaid(name: str, one: ComponentAudit) -> Markup:
    names = {family: element("code", family) for family in one.unpaid}
    summary = element("summary", f"{counted(len(names), 'family', 'families')} not paid")
    return element("details", summary, _families(f"Families of tricks that {name} didn't pay", one, names))


def _refused(name: str, one: ComponentAudit, links: Anchors) -> Markup:
    """The right answers that were refused."""
    found = ((family_link(links, name, family, REFUSED), one.families[family]) for family in one.refusals)
    rows = ([family, count(of.refused), count(of.right), of.meaning] for family, of in found)
    heading = element("h3", "Right answers that were refused")
    return together(heading, table(f"Families of right answers that {name} refused", _REFUSED, rows))


def _families(caption: str, one: ComponentAudit, names: Mapping[str, Markup]) -> Markup:
    columns = _FAMILY | {"best trick": "", "what its tricks do": "text"}
    rows = (_family_row(shown, one.families[name]) for name, shown in names.items())
    return table(caption, columns, rows, kind="wide sortable")


def _family_row(family: Markup, one: FamilyFigures) -> list[Child | Cell]:
    return [
        family,
        Cell(figure(one.gain), tone="bad" if one.paid else None),
        Cell(percent(one.share), one.share),
        Cell(count(one.tried), one.tried),
        Cell(count(one.unscored), one.unscored),
        (one.trick if one.paid else None) or DASH,
        one.meaning,
    ]


def _provenance(audit: Audit) -> Markup:
    facts: dict[str, Child] = {
        "data": element("code", audit.source),
        "completions in it": count(audit.seen),
        "drawn": count(audit.cases),
        "could not be used": count(audit.passed_over),
        "seed": str(audit.seed),
    }
    signature = element("pre", cut(audit.signature, (6000, 0)), class_="signature")
    return together(figures(facts.items(), "facts long"), element("h3", "Signature"), signature)
