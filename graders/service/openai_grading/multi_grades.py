"""The grade of a multi from those of its parts.

A part that is missing leaves no score. A zero that the sample forced on a judge counts as a zero in a weighted sum,
where it can only cost, as in our rewards; under another formula it might pay, and the whole is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from graders.service.openai_grading.grades import RowGrade
from graders.wire.openai.grader_documents import OpenAIMulti
from graders.wire.openai.score_formula import FormulaError
from graders.wire.openai.weighted_sum import WeightedSum


def multi_grade(multi: OpenAIMulti, combined: WeightedSum | None, parts: dict[str, RowGrade]) -> RowGrade:
    """Combine the grades of one row.

    Args:
        multi: The grader.
        combined: Its formula as a weighted sum; None where it is another.
        parts: The grade of each of its graders, by key.
    """
    whole = _without_score(parts)
    if any(part.is_missing for part in parts.values()) or (whole.flags and combined is None):
        return whole
    scores = {key: part.score for key, part in parts.items()}
    if combined is not None:
        return replace(whole, score=combined.value(scores))
    try:
        return replace(whole, score=multi.calculate_output.value(scores))
    except FormulaError as error:
        return replace(whole, flags=frozenset({"formula_parse_error"}), reason=f"calculate_output: {error}")


def _without_score(parts: dict[str, RowGrade]) -> RowGrade:
    """What the parts came to, but for the score."""
    grades = list(parts.values())
    return RowGrade(
        flags=frozenset[str]().union(*(part.flags for part in grades)),
        reason=_reasons(parts) or None,
        ours=any(part.ours for part in grades),
        tokens=(sum(part.tokens[0] for part in grades), sum(part.tokens[1] for part in grades)),
        model=next((part.model for part in grades if part.model), None),
        parts=parts,
    )


def _reasons(parts: Mapping[str, RowGrade]) -> str:
    """What went wrong, part by part."""
    return "; ".join(
        f"{key}: {part.reason}" for key, part in parts.items() if part.reason and (part.flags or part.ours)
    )
