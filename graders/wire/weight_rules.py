"""The rules that the API description leaves to prose: how weights share the reward, which keys go together.

They read the raw document, so that a broken rule is reported beside broken fields and not after them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from graders.contract.grader import BrokenRule

FORMAT_WEIGHT = 0.1
"""The weight of the format score where a definition gives none."""

SUM_TOLERANCE = 1e-10
"""How far given weights may be from a sum of 1, as the service's own client has it."""

NO_SHARE = 1e-300
"""The format weight that stands for none: the wire wants one above 0, and other APIs' graders have no format score."""

DEFAULT_REWARD = {"format_reward_weight": 0.1, "graders": [{"type": "math_accuracy", "weight": 0.9}]}
"""What reinforcement fine-tuning uses where a job gives no reward."""


def weight_rules(data: Mapping[str, Any]) -> list[BrokenRule]:
    """Which weight rules a raw reward definition breaks."""
    graders = data.get("graders")
    if not isinstance(graders, list | tuple) or not graders:
        return []
    raw = [_field(grader, "weight") for grader in graders]
    missing = [position for position, weight in enumerate(raw) if weight is None]
    if missing and len(missing) < len(raw):
        return [_some_weights(missing, raw)]
    weights = [_weight(value) for value in raw]
    if missing or None in weights:
        return []
    given = [weight for weight in weights if weight is not None]
    if "format_reward_weight" not in data:
        return _scaling_rule(given, raw)
    format_weight = _weight(data["format_reward_weight"])
    return [] if format_weight is None else _sum_rule(format_weight, given)


def effective_weights(format_weight: float | None, weights: Sequence[float | None]) -> tuple[float, ...]:
    """The weights that the reward is made with: the format's first, then one a grader; they sum to exactly 1.

    No grader weighted: they share what the format leaves equally. All weighted and no format weight: they
    are scaled to what the default format weight leaves. All weighted and a format weight: as they are. In
    each case the last weight takes the rounding residual, so that adding up in this order gives 1.0.

    Args:
        format_weight: ``format_reward_weight`` as given, None where it is not; up to `NO_SHARE` it is 0.
        weights: Each grader's weight as given.

    >>> effective_weights(None, [None])
    (0.1, 0.9)
    """
    first = FORMAT_WEIGHT if format_weight is None else format_weight if format_weight > NO_SHARE else 0.0
    shares = [1.0 if weight is None else weight for weight in weights]
    total = math.fsum(shares)
    return _summing_to_one([first, *(share * (1.0 - first) / total for share in shares)])


def _summing_to_one(weights: Sequence[float]) -> tuple[float, ...]:
    """Weights with the last one replaced by what is left of 1 when the others are added up in order."""
    total, kept = 0.0, []
    for weight in weights[:-1]:
        kept.append(min(weight, 1.0 - total))
        total += kept[-1]
    return (*kept, 1.0 - total)


def job_rules(data: Mapping[str, Any]) -> list[BrokenRule]:
    """Which keys of a raw training configuration don't go with its ``fine_tune_type``."""
    kind = str(data.get("fine_tune_type", "STANDARD"))
    broken = []
    if data.get("reward_components") is not None and kind in {"STANDARD", "PREFERENCE"}:
        wrong = f"a reward goes with fine_tune_type 'REINFORCEMENT' only, and this job is {kind!r}"
        remedy = "remove the reward or change fine_tune_type"
        broken.append(BrokenRule(("reward_components",), f"{wrong}: {remedy}", kind))
    if data.get("beta") is not None and kind != "PREFERENCE":
        sentence = f"beta goes with fine_tune_type 'PREFERENCE' only, and this job is {kind!r}: remove it"
        broken.append(BrokenRule(("beta",), sentence, data["beta"]))
    return broken


def _some_weights(missing: list[int], raw: list[Any]) -> BrokenRule:
    names = ", ".join(f"graders[{position}]" for position in missing)
    counts = f"{len(raw) - len(missing)} of {len(raw)} have one, {names} not"
    return BrokenRule(("graders",), f"either every grader has a weight or none has: {counts}", raw)


def _scaling_rule(weights: list[float], raw: list[Any]) -> list[BrokenRule]:
    """The weights must survive being scaled to what the format leaves."""
    total = sum(weights)
    if total > 0 and all(math.isfinite(w * ((1 - FORMAT_WEIGHT) / total)) for w in weights):
        return []
    return [BrokenRule(("graders",), f"the weights are too small to be scaled to {1 - FORMAT_WEIGHT}", raw)]


def _sum_rule(format_weight: float, weights: list[float]) -> list[BrokenRule]:
    total = format_weight + sum(weights)
    if abs(total - 1.0) <= SUM_TOLERANCE:
        return []
    parts = " + ".join(f"{weight:.12g}" for weight in [format_weight, *weights])
    wrong = f"format_reward_weight and the weights of the graders must sum to 1, and {parts} = {total:.12g}"
    remedy = "leave out format_reward_weight to have the graders' weights scaled"
    return [BrokenRule(("graders",), f"{wrong}; {remedy}", total)]


def _field(grader: Any, name: str) -> Any:
    return grader.get(name) if isinstance(grader, Mapping) else getattr(grader, name, None)


def _weight(value: Any) -> float | None:
    """A raw weight as a number in (0, 1], None where the field check refuses it anyway."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 < number <= 1 else None
