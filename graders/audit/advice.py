"""What to change where a component can be gamed: one sentence a grader type, in `advice.json`."""

from __future__ import annotations

import json
import math
from importlib.resources import files

from graders.audit.audit_plan import type_of
from graders.audit.audit_result import ComponentAudit

_PAYING = 0.5
"""A grader that pays so much on average pays."""


def advice(component: str, figures: ComponentAudit, longest: int) -> str:
    """What to change, one sentence.

    Args:
        component: Its name.
        figures: What was found.
        longest: Characters of the longest reference.
    """
    sentences = json.loads(files("graders.audit").joinpath("advice.json").read_text(encoding="utf-8"))
    if math.isnan(figures.exploitability):
        return str(sentences["untried"])
    if figures.holes:
        known = sentences["by component or grader type"]
        cure: str = known.get(component.partition("#")[0]) or known.get(type_of(component)) or sentences["general"]
        return cure.format(longest=longest, family=figures.holes[0])
    kind = "nothing"
    if figures.honest < _PAYING:
        kind = "pays nothing"
    elif type_of(component) != "format_check" and figures.plain >= _PAYING:
        kind = "pays anything"
    return str(sentences[kind])
