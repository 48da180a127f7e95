"""A `multi` whose formula is a weighted sum of its graders: the one kind that is a reward of ours."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from graders.vocabulary.documentation import docs_page
from graders.vocabulary.errors import Mistake
from graders.wire.openai.grader_documents import OpenAIMulti, OwnGrader, Single
from graders.wire.weight_rules import NO_SHARE, SUM_TOLERANCE, effective_weights

_LOC = ("calculate_output",)
_NO_SUM = (
    "is no weighted sum of the graders, and a reward is one: the service computes every formula as it is; to train, "
    f"write it as a sum, or make a scorer of it ({docs_page('write_your_own')})"
)


class WeightedSum(NamedTuple):
    """Graders in the order in which their shares are added, the format's first.

    Attributes:
        keys: Their keys.
        weights: Their weights, above 0; they sum to 1.
        format_weight: The share of the format, `NO_SHARE` where the formula names no format_check.
    """

    keys: tuple[str, ...]
    weights: tuple[float, ...]
    format_weight: float

    def value(self, scores: Mapping[str, float]) -> float:
        """The sum, bit for bit as a reward with these weights computes it."""
        is_format_first = self.format_weight > NO_SHARE
        shares = self.weights[1:] if is_format_first else self.weights
        weights = effective_weights(self.format_weight, shares)[0 if is_format_first else 1 :]
        total = 0.0
        for key, weight in zip(self.keys, weights, strict=True):
            total += weight * scores[key]
        return total


def weighted_sum(multi: OpenAIMulti) -> WeightedSum | list[Mistake]:
    """The formula of a multi as a weighted sum, or why it is none."""
    form = multi.calculate_output.linear()
    if form is None:
        return [Mistake(_LOC, _NO_SUM)]
    used = {key: factor for key, factor in form.factors.items() if factor != 0}
    mistakes = [_weightless(key, factor) for key, factor in used.items() if not factor > 0]
    if form.constant:
        sentence = f"adds the constant {form.constant:g}: a reward is a sum of graders alone, each with its weight"
        mistakes.append(Mistake(_LOC, sentence))
    total = math.fsum(used.values())
    if not mistakes and abs(total - 1.0) > SUM_TOLERANCE:
        mistakes.append(Mistake(_LOC, _no_one(multi.calculate_output.text, total)))
    return mistakes or _ordered(multi, used)


def _weightless(key: str, factor: float) -> Mistake:
    return Mistake(_LOC, f"gives {key} the factor {factor:g}: in a reward every grader has a weight above 0")


def _no_one(text: str, total: float) -> str:
    shown = text if len(text) <= 60 else "..."
    return f"gives weights that sum to {total:.12g}, and those of a reward sum to 1: write ({shown}) / {total:.12g}"


def _ordered(multi: OpenAIMulti, used: dict[str, float]) -> WeightedSum:
    formats = [key for key in multi.parts if key in used and is_format(multi.parts[key])]
    others = [key for key in multi.parts if key in used and key not in formats]
    if len(formats) == 1 and others:
        keys = (*formats, *others)
        return WeightedSum(keys, tuple(used[key] for key in keys), used[formats[0]])
    keys = tuple(key for key in multi.parts if key in used)
    return WeightedSum(keys, tuple(used[key] for key in keys), NO_SHARE)


def is_format(grader: Single) -> bool:
    """Whether a grader is our format_check, whose weight is the format's share of a reward."""
    return isinstance(grader, OwnGrader) and grader.type == "format_check"
