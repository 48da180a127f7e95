"""What to change where a component can be gamed: one sentence a grader type."""

from __future__ import annotations

from graders.audit.audit_plan import type_of
from graders.audit.audit_result import ComponentAudit

_PAYING = 0.5
"""A grader that pays so much on average pays."""

_NOTHING = "nothing to change: no trick was paid beyond what it deserves"
_PAYS_ANYTHING = (
    "plain wrong answers are paid already, so no trick could show: see whether this grader is meant to do so"
)
_PAYS_NOTHING = "even the reference itself is not paid, so no trick could be: check the grader and the settings first"
_BOUNDED = (
    "use operation 'equals', or math_accuracy for values: an answer that names the reference among other things is "
    "paid, and StringSettings(whole_word=True, max_answer_chars={longest}) refuses long ones only"
)

_OF = {
    "string_check:contains": _BOUNDED,
    "string_check:case_insensitive_contains": _BOUNDED,
    "string_check:not_equals": "put a grader beside it that reads the answer: every answer but one is paid",
    "text_similarity": "where there is a right answer, check it with string_check or math_accuracy, or ask a judge "
    "(llm); likeness pays whatever shares words with the reference, so give it a small weight",
    "llm": "the judge can be persuaded: take a stronger model, say what counts in JudgeSettings(criteria=...), bound "
    "max_answer_chars, and put math_accuracy or string_check beside it where the answer can be checked",
    "format_check": "the layout check is wrong here: please report the example",
    "math_accuracy": "the comparison is wrong here: please report the example",
}
"""By component or by grader type."""


def advice(component: str, figures: ComponentAudit, longest: int) -> str:
    """What to change, one sentence.

    Args:
        component: Its name.
        figures: What was found.
        longest: Characters of the longest reference.
    """
    if figures.holes:
        general = f"make it refuse what the family {figures.holes[0]!r} does: see the examples"
        cure = _OF.get(component.partition("#")[0]) or _OF.get(type_of(component)) or general
        return cure.format(longest=longest)
    if figures.honest < _PAYING:
        return _PAYS_NOTHING
    if type_of(component) != "format_check" and figures.plain >= _PAYING:
        return _PAYS_ANYTHING
    return _NOTHING
