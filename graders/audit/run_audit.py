"""The audit itself: mutants are scored, and what they are paid is held against what they deserve."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from graders.audit.advice import advice
from graders.audit.audit_plan import EXAMPLES, AuditPlan, Extent, plan
from graders.audit.audit_result import Audit, ComponentAudit, Example, FamilyFigures
from graders.audit.case import Case
from graders.audit.family_registry import Family
from graders.audit.misjudged import ComponentTally, FamilyTally, Judged, Tally
from graders.offline.reading.rows import Columns
from graders.reward.reward_function import RewardFunction
from graders.vocabulary.errors import GradersWarning

CHUNK = 2048
"""Mutants that are scored at once."""

Progress = Callable[[int], object]
"""Is called with each number of mutants that are done."""


def audit(
    reward: RewardFunction,
    path: str,
    extent: Extent | None = None,
    columns: Columns | None = None,
    progress: Progress | None = None,
) -> Audit:
    """How far a reward can be gamed.

    Args:
        reward: The reward.
        path: Rows, scored or not, or a run's directory; rows need no completion.
        extent: How much to try; `Extent()` where None.
        columns: Which column holds what.
        progress: Called with each number of mutants that are done.

    Raises:
        DataError: no row can be used.
        RegistrationError: there is no such family, or one can't be loaded.
        JudgeError: the judge leaves too much of a batch open.
    """
    return carry_out(plan(reward, path, extent, columns), progress)


def carry_out(planned: AuditPlan, progress: Progress | None = None) -> Audit:
    """Run an audit that was planned.

    Raises:
        JudgeError: the judge leaves too much of a batch open.
    """
    sample, reward = planned.sample, planned.reward
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GradersWarning)  # a batch of tricks is odd by intent
        honest = _scores(reward, [(case, case.honest) for case in sample.cases])
        plain = _scores(reward, [(case, case.plain) for case in sample.cases])
        tallies = {name: ComponentTally(name, plain[name].tolist(), honest[name].tolist()) for name in reward.weights}
        tried = _try_all(planned, tallies, progress or (lambda done: done))
        components = {name: _component(name, tally, planned, honest[name]) for name, tally in tallies.items()}
    return Audit(
        planned.path,
        reward.signature(),
        planned.extent.seed,
        len(sample.cases),
        sample.seen,
        sample.passed_over,
        tried,
        components,
    )


def _scores(reward: RewardFunction, texts: list[tuple[Case, str]]) -> dict[str, NDArray[np.float64]]:
    """The scores of completions by component."""
    references = [list(case.acceptable) for case, _ in texts] if reward.needs_reference else None
    prompts = [case.prompt for case, _ in texts]
    return reward.evaluate([text for _, text in texts], references, prompts, range(len(texts))).components


def _try_all(planned: AuditPlan, tallies: dict[str, ComponentTally], progress: Progress) -> int:
    """Score every mutant, chunk by chunk, and count them."""
    tried, cases, count = planned.tried(), planned.sample.cases, 0
    while chunk := list(islice(tried, CHUNK)):
        scores = _scores(planned.reward, [(cases[one.case], one.mutant.text) for one in chunk])
        for name, tally in tallies.items():
            for one, score in zip(chunk, scores[name].tolist(), strict=True):
                tally.add(one, score)
        count += len(chunk)
        progress(len(chunk))
    return count


def _component(name: str, tally: ComponentTally, planned: AuditPlan, honest: NDArray[np.float64]) -> ComponentAudit:
    families = {one.name: _family(name, one, tally.families[one.name], planned) for one in planned.families}
    highest = _exploitability(families.values())
    figures = ComponentAudit(planned.reward.weights[name], _mean(honest), _mean(tally.plain), highest, families)
    longest = max(len(reference) for case in planned.sample.cases for reference in case.acceptable)
    return replace(figures, advice=advice(name, figures, longest))


def _exploitability(families: Collection[FamilyFigures]) -> float:
    """What the best trick of all gains; NaN where there were tricks and none of them was scored."""
    if not any(one.tried for one in families) and any(one.unscored for one in families):
        return math.nan
    return max((one.gain for one in families), default=0.0)


def _family(name: str, family: Family, tally: FamilyTally, planned: AuditPlan) -> FamilyFigures:
    tricks, right = tally.tricks, tally.right
    best = tricks.ranking[:1]
    gain = tricks.excess[best[0]] / len(planned.sample.cases) if best else 0.0
    return FamilyFigures(
        family.meaning,
        tricks.scored,
        tricks.unscored + right.unscored,
        tricks.misjudged,
        sum(tricks.excess.values()) / tricks.scored if tricks.scored else 0.0,
        gain,
        best[0] if gain else None,
        _examples(name, tricks, planned),
        family.subject,
        right.scored,
        right.misjudged,
        _examples(name, right, planned),
    )


def _examples(name: str, tally: Tally, planned: AuditPlan) -> tuple[Example, ...]:
    """The worst mutants, of different tricks."""
    worst = [tally.worst[trick] for trick in tally.ranking if trick in tally.worst]
    return tuple(_example(name, judged, planned) for judged in worst[:EXAMPLES])


def _example(name: str, judged: Judged, planned: AuditPlan) -> Example:
    """A mutant with the component's reasons for what it paid."""
    one, reward = judged.tried, planned.reward
    case = planned.sample.cases[one.case]
    reference = list(case.acceptable) if reward.needs_reference else None
    explained = reward.explain(one.mutant.text, reference, case.prompt)
    why = next(part for part in explained["components"] if part["name"] == name)
    return Example(
        planned.sample.lines[one.case],
        one.mutant.trick,
        one.mutant.text,
        explained["parsed"]["answer"],
        case.reference,
        judged.score,
        judged.deserved,
        why,
    )


def _mean(values: Iterable[float]) -> float:
    """The mean of what is scored; NaN where nothing is."""
    scored = [value for value in values if value == value]  # noqa: PLR0124 - not NaN
    return sum(scored) / len(scored) if scored else float("nan")
