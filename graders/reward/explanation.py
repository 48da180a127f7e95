"""One reward taken apart: what was parsed, what each scorer compared, and how the sum comes about."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from graders.completion.layout_faults import meaning_in
from graders.completion.parse import Completion, Layout, parse, thought_of
from graders.completion.unread_layouts import other_layout
from graders.contract.scorer import Scorer
from graders.reward.reward_batch import RewardBatch

_SHOWN = 8
"""What was compared is printed for so many acceptable references; the dict has all."""


class Explanation(dict[str, Any]):
    """Why a completion has its reward: a dict of plain values that prints as text.

    Keys: ``reward`` (None where unscored), ``parsed`` (``thought``, ``answer``, ``found_by``, ``fault``,
    ``elsewhere``, ``well_formed``), ``reference_answer``, ``components`` (a list with ``name``, ``weight``, ``score``,
    ``outcome``, ``meaning``, ``compared``) and ``sum`` (the final addition as text).
    """

    def __str__(self) -> str:
        return "\n".join([*self._parsed_lines(), "", *self._component_lines(), "", self["sum"]])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from graders.reward.notebook_cards import explanation_card

        return explanation_card(self)

    def _parsed_lines(self) -> list[str]:
        parsed = self["parsed"]
        shown = {"thought": parsed["thought"], "answer": parsed["answer"], "reference": self["reference_answer"]}
        lines = [f"{name:<10}{_short(value)}" for name, value in shown.items()]
        if parsed["found_by"]:
            lines.insert(2, f"{'found by':<10}{_short(parsed['found_by'])}")
        if parsed["fault"]:
            lines.append(f"{'no answer':<10}{parsed['fault']}")
        return [*lines, f"{'but':<10}{parsed['elsewhere']}"] if parsed["elsewhere"] else lines

    def _component_lines(self) -> list[str]:
        lines = []
        for component in self["components"]:
            score = "unscored" if component["score"] is None else f"{component['score']:g}"
            why = f"{component['outcome']} ({component['meaning']})"
            lines.append(f"{component['name']} = {score}, weight {component['weight']:.6g}: {why}")
            compared = component["compared"]
            lines += [
                f"    {name}: {_short(value, 400)}"
                for comparison in compared[:_SHOWN]
                for name, value in self._news(component, comparison).items()
            ]
            if len(compared) > _SHOWN:
                lines.append(f"    ... and {len(compared) - _SHOWN:,} more references")
        return lines

    def _news(self, component: dict[str, Any], comparison: dict[str, Any]) -> dict[str, Any]:
        """What was compared, without what stands above it already."""
        above = {
            "answer": self["parsed"]["answer"],
            "reference": self["reference_answer"],
            "equal": component["score"] == 1,
            "outcome": component["outcome"],
        }
        return {name: value for name, value in comparison.items() if name not in above or above[name] != value}


def explain_row(result: RewardBatch, scorers: Mapping[str, Scorer[Any]], layout: Layout) -> Explanation:
    """The explanation of a result of one row; its numbers are the result's."""
    completion = result.batch.completions[0]
    references = (result.batch.references or [()])[0]
    several = (references,) if isinstance(references, str) else references
    reward = float(result.rewards[0])
    return Explanation(
        reward=_number(reward),
        parsed=_parsed(completion, layout),
        reference_answer=several[0] if len(several) == 1 else list(several) or None,
        prompt=_prompt(result),
        components=[_component(name, scorer, result, several, layout) for name, scorer in scorers.items()],
        sum=_addition(result, reward),
    )


def _parsed(completion: Completion, layout: Layout) -> dict[str, Any]:
    return {
        "thought": thought_of(completion, layout),
        "answer": completion.answer,
        "found_by": completion.rule,
        "fault": completion.fault and f"{completion.fault} ({meaning_in(layout, completion.fault)})",
        "elsewhere": _elsewhere(completion, layout),
        "well_formed": completion.well_formed,
    }


def _elsewhere(completion: Completion, layout: Layout) -> str | None:
    """What another setting would read in a completion without an answer."""
    source = other_layout(completion, layout)
    if source is None:
        return None
    answer = parse(completion.text, layout._replace(answer_source=source, think_prefilled=False)).answer
    return f"--answer-source {source} would read {_short(answer)!r}"


def _component(
    name: str, scorer: Scorer[Any], result: RewardBatch, references: tuple[str, ...], layout: Layout
) -> dict[str, Any]:
    """One component of a row: the score, why, and what was compared for each acceptable reference."""
    outcome = result.scores[name].outcomes[0]
    wanted: tuple[str | None, ...] = (
        (references or (None,)) if scorer.needs_reference or scorer.reads_reference else (None,)
    )
    return {
        "name": name,
        "weight": result.weights[name],
        "score": _number(float(result.scores[name].values[0])),
        "outcome": str(outcome),
        "meaning": meaning_in(layout, outcome),
        "compared": [scorer.row_details(result.batch, reference) for reference in wanted],
    }


def _prompt(result: RewardBatch) -> str | None:
    return result.batch.prompts[0] if result.batch.prompts else None


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _addition(result: RewardBatch, reward: float) -> str:
    """The final sum as text, e.g. ``reward = 0.1 x 1 (format) + 0.9 x 0 (math_accuracy) = 0.1``."""
    scores = {name: float(part.values[0]) for name, part in result.scores.items()}
    shown = {name: "?" if math.isnan(score) else f"{score:g}" for name, score in scores.items()}
    terms = [f"{result.weights[name]:.6g} x {score} ({name})" for name, score in shown.items()]
    return f"reward = {' + '.join(terms)} = {'unscored' if math.isnan(reward) else repr(reward)}"


def _short(value: Any, limit: int = 200) -> str:
    """A value on one line, cut in the middle; lone surrogates and control characters escaped."""
    text = "-" if value is None else value if isinstance(value, str) else json.dumps(value, default=str)
    text = text if len(text) <= limit else f"{text[: limit // 2]} ... {text[-limit // 2 :]}"
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
