"""An audit in sentences, as the page and a terminal say them."""

from __future__ import annotations

from graders.audit.audit_result import Audit, ComponentAudit, Example


def verdict(audit: Audit) -> str:
    """The result in one sentence."""
    holed = [name for name, one in audit.components.items() if one.holes]
    if not holed:
        return f"No trick was paid beyond what it deserves: {audit.mutants:,} mutants of {audit.cases:,} completions."
    worst = audit.components[audit.worst]
    trick = worst.families[worst.holes[0]].trick
    return (
        f"{audit.worst} can be gamed: the trick “{trick}” ({worst.holes[0]}) earns {audit.exploitability:.2f} a row "
        f"for wrong answers. {audit.mutants:,} mutants of {audit.cases:,} completions were tried."
    )


def worst_first(audit: Audit) -> list[tuple[str, ComponentAudit]]:
    """The components by name, the most exploitable first."""
    return sorted(audit.components.items(), key=lambda item: -item[1].exploitability)


def outcome(example: Example) -> str:
    """Why a component paid an example what it did, in its own words."""
    return f"{example.why.get('outcome')} ({example.why.get('meaning')})"
