"""One of OpenAI's graders as a reward of ours, where it means the same; else the reasons, all at once.

What is the same: a string check or a similarity of the whole output with one field of the item, a grader of ours, and
a weighted sum of these. What reads a part of the output, compares with a constant, asks a model in its own words or
combines by another formula is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from graders.vocabulary.documentation import docs_page
from graders.vocabulary.errors import DefinitionError, Mistake
from graders.wire.openai.grader_documents import (
    ROUGE_TYPES,
    OpenAIGrader,
    OpenAIModelGrader,
    OpenAIMulti,
    OpenAIStringCheck,
    OpenAITextSimilarity,
    OwnGrader,
    Single,
)
from graders.wire.openai.grader_reading import read_grader
from graders.wire.openai.templates import Template, Variable
from graders.wire.openai.weighted_sum import WeightedSum, is_format, weighted_sum
from graders.wire.schema import RewardComponents
from graders.wire.weight_rules import NO_SHARE

_OPERATIONS = {
    "eq": "equals",
    "ne": "not_equals",
    "neq": "not_equals",
    "like": "contains",
    "ilike": "case_insensitive_contains",
}
_EITHER_WAY = {"eq", "ne", "neq"}
_WRITE_YOUR_OWN = f"a scorer of your own ({docs_page('write_your_own')})"


class Translation(NamedTuple):
    """A reward, and what it takes to mean the same.

    Attributes:
        reward: The definition.
        column: The field of the item that holds the references; None where nothing compares with one.
        reads_whole_text: Whether a grader of OpenAI's is in it, which reads the whole output.
        rouge_types: The ROUGE of each grader of the definition; None where it is none.
        ignored: Keys that change no reward.
    """

    reward: RewardComponents
    column: str | None
    reads_whole_text: bool
    rouge_types: tuple[str | None, ...]
    ignored: tuple[str, ...]


def translate(document: Mapping[str, Any], source: str = "the grader") -> Translation:
    """Translate a grader.

    Args:
        document: The grader as JSON.
        source: What errors call it.

    Raises:
        DefinitionError: its mistakes, or everything in it that has no counterpart, with what to do.

    >>> found = translate({"type": "string_check", "operation": "eq",
    ...                    "input": "{{sample.output_text}}", "reference": "{{item.answer}}"})
    >>> found.reward.graders[0].type, found.column
    ('string_check', 'answer')
    """
    grader = read_grader(document, source)
    mistakes: list[Mistake] = []
    combined, parts = _parts(grader, mistakes)
    read = {key: _counterpart(part, _loc(grader, key), mistakes) for key, part in parts.items()}
    column = _one_column(grader, parts, mistakes)
    if mistakes:
        raise DefinitionError(source, mistakes)
    return _assembled(grader, combined, parts, {key: one for key, one in read.items() if one is not None}, column)


def _parts(grader: OpenAIGrader, mistakes: list[Mistake]) -> tuple[WeightedSum, Mapping[str, Single]]:
    """The graders that count, and their weights."""
    if not isinstance(grader, OpenAIMulti):
        return WeightedSum(("",), (1.0,), NO_SHARE), {"": grader}  # type: ignore[dict-item]  # no multi: a single one
    combined = weighted_sum(grader)
    if isinstance(combined, WeightedSum):
        return combined, {key: grader.parts[key] for key in combined.keys}
    mistakes += combined
    return WeightedSum((), (), NO_SHARE), grader.parts


def _loc(grader: OpenAIGrader, key: str) -> tuple[str, ...]:
    return ("graders", key) if isinstance(grader, OpenAIMulti) else ()


def _counterpart(part: Single, loc: tuple[str, ...], mistakes: list[Mistake]) -> dict[str, Any] | None:
    """The grader of ours for one of theirs, without its weight; None where there is none."""
    found, own = _translated(part)
    mistakes += [replace(one, loc=(*loc, *one.loc)) for one in found]
    return own


def _translated(part: Single) -> tuple[list[Mistake], dict[str, Any] | None]:
    if isinstance(part, OpenAIModelGrader):
        return [Mistake(("type",), _asks(part))], None
    if isinstance(part, OwnGrader):
        return _sides(part), part.grader.model_dump(exclude_none=True)
    if isinstance(part, OpenAIStringCheck):
        sides = _sides(part, swapped=_is_swapped(part) and part.operation in _EITHER_WAY)
        return sides, {"type": "string_check", "operation": _OPERATIONS[part.operation]}
    metric = part.evaluation_metric
    if metric != "bleu" and metric not in ROUGE_TYPES:
        sentence = f"{metric!r} has no counterpart in a reward: take bleu or rouge_l, or {_WRITE_YOUR_OWN}"
        return [Mistake(("evaluation_metric",), sentence), *_sides(part)], None
    return _sides(part), {"type": "text_similarity", "operation": "bleu" if metric == "bleu" else "rouge"}


def _asks(part: OpenAIModelGrader) -> str:
    return (
        f"{part.type!r} asks a model in words of its own: the service runs it as it stands; to train, write "
        '{"type": "llm"} in its place, and its words as JudgeSettings(rubric=...)'
    )


def _is_swapped(part: OpenAIStringCheck) -> bool:
    return _is_output(part.reference) and _column(part.input) is not None


def _sides(part: OpenAIStringCheck | OpenAITextSimilarity | OwnGrader, *, swapped: bool = False) -> list[Mistake]:
    """Why a grader doesn't compare the output with a field of the item; empty where it does."""
    sides = {"input": part.input, "reference": part.reference}
    output, reference = ("reference", "input") if swapped else ("input", "reference")
    found = []
    if not _is_output(sides[output]):
        sentence = f"{_what(sides[output])}: a reward reads the answer of the completion, {{{{sample.output_text}}}}"
        found.append(Mistake((output,), sentence))
    if not is_format(part) and _column(sides[reference]) is None:
        sentence = f"{_what(sides[reference])}: a reward compares with a column of the data, {{{{item.name}}}}"
        found.append(Mistake((reference,), sentence))
    return found


def _what(template: Template) -> str:
    """What a template is, in words."""
    variable = template.alone
    if variable is not None:
        return f"is {{{{{variable.written[:80]}}}}}"
    return "puts several parts together" if template.variables else "is a constant"


def _is_output(template: Template) -> bool:
    return template.alone is not None and template.alone.steps == ("sample", "output_text")


def _column(template: Template) -> str | None:
    variable: Variable | None = template.alone
    return variable.column if variable else None


def _column_of(part: Single) -> str | None:
    """The field of the item that a grader compares with."""
    if isinstance(part, OpenAIModelGrader) or is_format(part):
        return None
    return _column(part.reference) or _column(part.input)


def _one_column(grader: OpenAIGrader, parts: Mapping[str, Single], mistakes: list[Mistake]) -> str | None:
    """The one field with references, or a mistake for each further one."""
    first: tuple[str, str] | None = None
    for key, part in parts.items():
        column = _column_of(part)
        if column is None:
            continue
        first = first or (key, column)
        if column != first[1]:
            sentence = f"compares with item.{column}, and {first[0]} with item.{first[1]}: a reward has one column"
            mistakes.append(Mistake((*_loc(grader, key), "reference"), f"{sentence} of references"))
    return first[1] if first else None


def _assembled(
    grader: OpenAIGrader,
    combined: WeightedSum,
    parts: Mapping[str, Single],
    read: dict[str, dict[str, Any]],
    column: str | None,
) -> Translation:
    weights = dict(zip(combined.keys, combined.weights, strict=True))
    has_format = combined.format_weight > NO_SHARE
    kept = combined.keys[1:] if has_format else combined.keys
    graders = [{**read[key], "weight": weights[key]} for key in kept]
    reward = RewardComponents.model_validate({"format_reward_weight": combined.format_weight, "graders": graders})
    theirs = [part for part in parts.values() if not isinstance(part, OwnGrader)]
    threshold = any(one.pass_threshold is not None for one in (grader, *parts.values()))
    rouges = tuple(_rouge_type(parts[key]) for key in kept)
    return Translation(reward, column, bool(theirs), rouges, ("pass_threshold",) if threshold else ())


def _rouge_type(part: Single) -> str | None:
    return ROUGE_TYPES.get(part.evaluation_metric) if isinstance(part, OpenAITextSimilarity) else None
