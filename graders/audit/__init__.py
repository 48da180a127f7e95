"""How far can a reward be gamed? Tricks make mutants of completions, and what is paid is held against what is due.

Every mutant starts from a plain wrong answer, or from none, and tries to buy the reward with a trick. What it deserves
is what the plain wrong answer earns from the same component: nothing from one that knows right and wrong, a likeness
from one that measures likeness, the format share where it keeps the layout. What is paid above that is a hole.
Other mutants rewrite the reference: right answers, which deserve what it earns, and are counted apart where refused.

    audit(load_reward("reward.json"), "scored.jsonl").exploitability

It imports the reward, the reader of rows, mathematics (to be sure that a wrong answer is wrong) and the kit of pages.
"""

from __future__ import annotations

from graders.audit.audit_plan import Extent
from graders.audit.audit_result import Audit, ComponentAudit, Example, FamilyFigures
from graders.audit.case import Case, Mutant
from graders.audit.family_registry import known_families, mutation
from graders.audit.run_audit import audit

__all__ = [
    "Audit",
    "Case",
    "ComponentAudit",
    "Example",
    "Extent",
    "FamilyFigures",
    "Mutant",
    "audit",
    "known_families",
    "mutation",
]
