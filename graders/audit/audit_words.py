"""An audit in sentences, as the page and a terminal say them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graders.audit.audit_result import Audit, ComponentAudit, Example
from graders.pages.formatting import counted, percent


def verdict(audit: Audit) -> str:
    """The result in a sentence, behind what could not be looked at."""
    return " ".join([*_untried(audit), _tried(audit)])


def _untried(audit: Audit) -> Iterator[str]:
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
        f"{audit.worst} can be gamed: the trick “{trick}” ({worst.holes[0]}) earns {audit.exploitability:.2f} a row "
        f"for wrong answers. {_extent(audit)} were tried."
    )


def _extent(audit: Audit) -> str:
    return f"{audit.mutants:,} mutants of {counted(audit.cases, 'completion')}"


def worst_first(audit: Audit) -> list[tuple[str, ComponentAudit]]:
    """The components by name: those that could not be tried, then the most exploitable."""
    return sorted(audit.components.items(), key=lambda item: -np.nan_to_num(item[1].exploitability, nan=2.0))


def outcome(example: Example) -> str:
    """Why a component paid an example what it did, in its own words."""
    return f"{example.why.get('outcome')} ({example.why.get('meaning')})"
