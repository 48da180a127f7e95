"""Rows graded by one of OpenAI's graders, each kind where it belongs; never by an address that a request names.

String checks are done here; similarities here too where they are small, else in a worker process; a grader of ours is a
reward of the service; a model grader goes to the judge of the server's settings.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Sequence
from typing import Any

from graders.service.openai_grading.grades import RowGrade, Space, flagged
from graders.service.openai_grading.model_grades import ModelGrades, flags_of_outcome
from graders.service.openai_grading.multi_grades import multi_grade
from graders.service.openai_grading.sample_space import filled, value_of
from graders.service.problems import Problem
from graders.service.scoring.reward_scores import RewardRows, RewardScores
from graders.service.served_rewards import ServedReward
from graders.service.service_context import Service
from graders.vocabulary.errors import GameableRewardWarning
from graders.wire.openai.grader_documents import (
    OpenAIGrader,
    OpenAIModelGrader,
    OpenAIMulti,
    OpenAIStringCheck,
    OpenAITextSimilarity,
    OwnGrader,
)
from graders.wire.openai.local_scores import local_scores
from graders.wire.openai.weighted_sum import WeightedSum, weighted_sum

SMALL = 4000
"""Characters of a batch whose similarities are computed at once: less work than the way to a worker."""

_TOO_LARGE = "the pair of texts is larger than this metric is computed for"


class Grading:
    """Grades rows for one service.

    Args:
        service: What computes.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._models = ModelGrades(service.settings.reward_settings.judge, service.settings.deadline)

    def check(self, grader: OpenAIGrader) -> None:
        """Refuse what this server can't grade, before anything is run.

        Raises:
            Problem: 422, it asks a model, and the server has no judge; or a grader of ours lacks a setting.
        """
        for part in grader.parts.values() if isinstance(grader, OpenAIMulti) else [grader]:
            if isinstance(part, OpenAIModelGrader):
                self._models.check(part)
            elif isinstance(part, OwnGrader):
                self._served(part)

    async def grades(self, grader: OpenAIGrader, spaces: Sequence[Space]) -> list[RowGrade]:
        """Grade rows, one grade each, in order.

        Raises:
            Problem: 422, the server has no judge; 503 or 504, no worker can be had.
        """
        if isinstance(grader, OpenAIMulti):
            return await self._multi(grader, spaces)
        if isinstance(grader, OpenAIStringCheck | OpenAITextSimilarity):
            return await self._local(grader, spaces)
        if isinstance(grader, OpenAIModelGrader):
            return await self._models.grades(grader, spaces)
        if isinstance(grader, OwnGrader):
            return await self._own(grader, spaces)
        raise TypeError(f"no such grader: {grader.type}")

    async def _multi(self, multi: OpenAIMulti, spaces: Sequence[Space]) -> list[RowGrade]:
        columns = await asyncio.gather(*(self.grades(part, spaces) for part in multi.parts.values()))
        combined = weighted_sum(multi)
        rows = (dict(zip(multi.parts, row, strict=True)) for row in zip(*columns, strict=True))
        known = combined if isinstance(combined, WeightedSum) else None
        return [multi_grade(multi, known, parts) for parts in rows]

    async def _local(self, grader: OpenAIStringCheck | OpenAITextSimilarity, spaces: Sequence[Space]) -> list[RowGrade]:
        sides = [(filled(grader.input, space), filled(grader.reference, space)) for space in spaces]
        pairs = {row: pair for row, side in enumerate(sides) if (pair := _both(*side)) is not None}
        scores = await self._local_scores(grader, list(pairs.values()))
        by_row = dict(zip(pairs, scores, strict=True))
        return [_graded(by_row[row]) if row in by_row else _first_fault(pair) for row, pair in enumerate(sides)]

    async def _local_scores(
        self, grader: OpenAIStringCheck | OpenAITextSimilarity, pairs: list[tuple[str, str]]
    ) -> list[float | None]:
        texts, references = [one for one, _ in pairs], [other for _, other in pairs]
        is_small = sum(map(len, texts)) + sum(map(len, references)) <= SMALL
        if is_small or isinstance(grader, OpenAIStringCheck):
            return local_scores(grader, texts, references)
        return await self._service.compute(local_scores, grader, texts, references)

    async def _own(self, own: OwnGrader, spaces: Sequence[Space]) -> list[RowGrade]:
        served = self._served(own)
        sides = [_own_side(own, space, needs_reference=served.reward.needs_reference) for space in spaces]
        whole = {row: side for row, side in enumerate(sides) if not any(isinstance(one, RowGrade) for one in side)}
        grades: dict[int, RowGrade] = {}
        if whole:
            scores = await self._service.score(served, _columns(list(whole.values())))
            grades = dict(zip(whole, _own_grades(scores), strict=True))
        return [grades[row] if row in grades else _first_fault(side) for row, side in enumerate(sides)]

    def _served(self, own: OwnGrader) -> ServedReward:
        with warnings.catch_warnings():  # how a grader can be gamed is for its author, not for this server's log
            warnings.simplefilter("ignore", GameableRewardWarning)
            return self._service.rewards.by_definition({"graders": [own.grader.model_dump(exclude_none=True)]})


OwnSide = tuple[Any, Any, Any]
"""Completion, reference and prompt of a row, the latter two None where there is none; a `RowGrade` where one lacks."""


def _own_side(own: OwnGrader, space: Space, *, needs_reference: bool) -> OwnSide:
    reference = value_of(own.reference, space) if needs_reference else None
    return filled(own.input, space), reference, None if own.prompt is None else filled(own.prompt, space)


def _both(one: str | RowGrade, other: str | RowGrade) -> tuple[str, str] | None:
    return (one, other) if isinstance(one, str) and isinstance(other, str) else None


def _first_fault(side: Sequence[Any]) -> RowGrade:
    """What kept a row from being scored; all flags of its templates."""
    faults = [one for one in side if isinstance(one, RowGrade)]
    flags = frozenset[str]().union(*(one.flags for one in faults))
    return RowGrade(flags=flags, reason="; ".join(dict.fromkeys(one.reason or "" for one in faults)))


def _graded(score: float | None) -> RowGrade:
    return flagged("other_error", _TOO_LARGE) if score is None else RowGrade(score=score)


def _columns(sides: list[OwnSide]) -> RewardRows:
    """The rows of a reward; what the first lacks, all lack."""
    completions, references, prompts = (list(column) for column in zip(*sides, strict=True))
    return RewardRows(
        completions, None if references[0] is None else references, None if prompts[0] is None else prompts
    )


def _own_grades(scores: RewardScores) -> list[RowGrade]:
    """The grades of the one component beside the format."""
    name = list(scores.components)[1]
    return [_own_grade(value, code) for value, code in zip(scores.components[name], scores.outcomes[name], strict=True)]


def _own_grade(value: float | None, code: str) -> RowGrade:
    if value is None and code != "bad_reference":
        return RowGrade(flags=frozenset({"other_error"}), reason=f"unscored: {code}", ours=True)
    if value is None:
        return flagged("other_error", "the reference is empty, a placeholder or unreadable (bad_reference)")
    return RowGrade(score=value, flags=flags_of_outcome(code), reason=code)


def problem_of(grade: RowGrade) -> Problem:
    """What a caller is told where a score is missing for no fault of the request: to come again."""
    return Problem(503, f"the row could not be graded, come again: {grade.reason}", headers={"Retry-After": "2"})
