"""An audit as tables for people."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

from rich.table import Table

from graders.audit.audit_result import Audit, ComponentAudit, Example
from graders.audit.audit_words import outcome, verdict, worst_first
from graders.audit.family_registry import RIGHT
from graders.cli.plain_table import plain_table, print_lines, quoted, wide_console
from graders.pages.formatting import DASH, count, counted, figure


def print_audit(audit: Audit) -> None:
    """Print what was found: components, the families that were paid, an example of each."""
    console = wide_console()
    rows = (_component_row(name, one) for name, one in worst_first(audit))
    console.print(plain_table("component|weight|reference|plain wrong|exploitability|families paid", rows))
    for name, one in worst_first(audit):
        if one.holes:
            console.print(f"\n{name}", style="bold", markup=False)
            console.print(_families(one))
            print_lines(console, [_others(one), *_examples(one)])
        if one.refusals:
            console.print(f"\n{name}: right answers refused", style="bold", markup=False)
            console.print(_refusals(one))
            print_lines(console, _refused_examples(one))
        console.print(f"{name}: {one.advice}", markup=False)
    print_lines(console, _last_lines(audit))


def _component_row(name: str, one: ComponentAudit) -> list[str]:
    means = figure(one.honest), figure(one.plain), figure(one.exploitability)
    return [name, f"{one.weight:.4g}", *means, _share_paid(one)]


def _share_paid(one: ComponentAudit) -> str:
    """How many of the families that were tried were paid."""
    return DASH if isnan(one.exploitability) else f"{len(one.holes)} of {len(one.holes) + len(one.unpaid)}"


def _families(one: ComponentAudit) -> Table:
    """The families that were paid, below their subjects."""
    columns = "family|tried|paid|share|mean excess|gain|unscored"
    return plain_table(columns, _rows_by_subject(one), last="best trick")


def _rows_by_subject(one: ComponentAudit) -> Iterator[list[str]]:
    for subject, families in one.by_subject(one.holes).items():
        yield [f"{subject}:"]
        yield from (_family_row(family, one) for family in families)


def _family_row(family: str, one: ComponentAudit) -> list[str]:
    found = one.families[family]
    shares = f"{found.share:.1%}", figure(found.excess), figure(found.gain)
    return [f"  {family}", str(found.tried), str(found.paid), *shares, str(found.unscored), found.trick or ""]


def _others(one: ComponentAudit) -> str:
    """The families that were not paid, in one line."""
    untried = sum(not found.is_tried and found.subject != RIGHT for found in one.families.values())
    unpaid = ", ".join(one.unpaid) or "none"
    return f"not paid: {unpaid}" + (f"; {untried} more have no reference here to be tried on" if untried else "")


def _refusals(one: ComponentAudit) -> Table:
    rows = ([name, str(one.families[name].right), str(one.families[name].refused)] for name in one.refusals)
    return plain_table("family|right answers|refused", rows)


def _examples(one: ComponentAudit) -> Iterator[str]:
    for family in one.holes[:5]:
        for example in one.families[family].examples[:1]:
            yield f"  {family}: {_example(example)}"


def _refused_examples(one: ComponentAudit) -> Iterator[str]:
    for family in one.refusals[:5]:
        for example in one.families[family].refusals[:1]:
            yield f"  {family}: {_example(example)}"


def _example(example: Example) -> str:
    answer = quoted(example.answer if example.answer is not None else example.text)
    paid = f"row {example.line} paid {example.score:.3g}, deserves {example.deserved:.3g}"
    return f"{paid}: {answer} for {quoted(example.reference)}, {outcome(example)}"


def _last_lines(audit: Audit) -> Iterator[str]:
    yield f"\n{verdict(audit)}"
    for name, one in audit.components.items():
        unscored = {family: figures.unscored for family, figures in one.families.items() if figures.unscored}
        if unscored:
            worst = ", ".join(sorted(unscored, key=lambda family: -unscored[family])[:5])
            yield f"{name}: {count(sum(unscored.values()))} mutants could not be scored and are left out ({worst})"
    passed = f", {count(audit.passed_over)} could not be used" if audit.passed_over else ""
    yield f"drawn from {counted(audit.seen, 'completion')}{passed}; seed {audit.seed}"
