"""score_model and label_model, asked of the judge in the server's settings: no request names an address or a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from graders.judge.config import Endpoint, Limits, Sampling
from graders.judge.grade_prompt import GradePrompt
from graders.judge.judgement import Judgement
from graders.judge.message_judge import MessageJudge, Messages
from graders.scorers.llm import endpoint_of
from graders.service.openai_grading.grades import RowGrade, Space
from graders.service.problems import Problem
from graders.settings.sections import JudgeSettings
from graders.vocabulary.errors import DefinitionError
from graders.wire.openai.grader_documents import OpenAILabelModel, OpenAIModelGrader, OpenAIScoreModel
from graders.wire.openai.templates import VariableError

LONGEST_REPLY = 2048
"""Tokens of a reply where the grader doesn't say: steps take more than a verdict."""

_FLAGS: Mapping[str, str] = {
    "judge_refused": "model_grader_refusal_error",
    "judge_overran": "model_grader_parse_error",
    "judge_invalid": "model_grader_parse_error",
}

_NO_JUDGE = (
    "asks a model, and this server has no judge: start it with GRADERS_JUDGE_BASE_URL and GRADERS_JUDGE_MODEL set, or "
    "with a settings file that has [judge]; an address or a key in a request is never used"
)


def flags_of_outcome(code: str) -> frozenset[str]:
    """The flag of an outcome of a judge; none for a verdict."""
    return frozenset({_FLAGS[code]}) if code in _FLAGS else frozenset()


@lru_cache(maxsize=8)
def _judge(endpoint: Endpoint, limits: Limits) -> MessageJudge:
    """The one judge of an endpoint in this process: graders and evals spend one budget."""
    return MessageJudge(endpoint, limits)


class ModelGrades:
    """Grades by the one judge of a server.

    Args:
        settings: Where it is, and how much it may take.
        seconds: The longest time that a batch may take.
    """

    def __init__(self, settings: JudgeSettings, seconds: float) -> None:
        self._settings = settings
        self._seconds = seconds

    def check(self, grader: OpenAIModelGrader) -> MessageJudge:
        """The judge that is asked.

        Raises:
            Problem: 422, there is none.
        """
        try:
            return _judge(endpoint_of(self._settings), self._settings.limits)
        except DefinitionError:
            raise Problem(422, f"{grader.type} {_NO_JUDGE}", param="grader.type", code="no_judge") from None

    async def grades(self, grader: OpenAIModelGrader, spaces: Sequence[Space]) -> list[RowGrade]:
        """Grade rows; what a server does is a grade, never an exception.

        Raises:
            Problem: 422, there is no judge.
        """
        judge = self.check(grader)
        asked = [_messages(grader, space) for space in spaces]
        open_rows = {row: one for row, one in enumerate(asked) if not isinstance(one, RowGrade)}
        judgements = await judge.ask(list(open_rows.values()), _prompt(grader), _sampling(grader), self._seconds)
        model = judge.endpoint.model
        found = {row: _grade(grader, one, model) for row, one in zip(open_rows, judgements, strict=True)}
        return [found[row] if isinstance(one, list) else one for row, one in enumerate(asked)]


def _messages(grader: OpenAIModelGrader, space: Space) -> Messages | RowGrade:
    try:
        return grader.messages(space)
    except VariableError as error:
        return RowGrade(flags=frozenset({"invalid_variable_error"}), reason=str(error))


def _prompt(grader: OpenAIModelGrader) -> GradePrompt:
    return GradePrompt(labels=grader.labels) if isinstance(grader, OpenAILabelModel) else GradePrompt(numeric=True)


def _sampling(grader: OpenAIModelGrader) -> Sampling:
    """How the judge samples: as the grader says, else without chance."""
    given = grader.sampling_params
    return Sampling(
        seed=given.seed,
        top_p=given.top_p,
        temperature=0.0 if given.temperature is None else given.temperature,
        max_completion_tokens=given.max_completion_tokens or LONGEST_REPLY,
    )


def _grade(grader: OpenAIModelGrader, judgement: Judgement, model: str) -> RowGrade:
    if judgement.outcome.unscored:
        flags = frozenset({"model_grader_server_error"})
        return RowGrade(flags=flags, reason=judgement.reason, ours=True, tokens=judgement.tokens, model=model)
    flags = flags_of_outcome(str(judgement.outcome))
    score = 0.0 if flags else _score(grader, judgement.labels[0])
    return RowGrade(score=score, flags=flags, reason=judgement.reason or None, tokens=judgement.tokens, model=model)


def _score(grader: OpenAIModelGrader, label: str) -> float:
    if isinstance(grader, OpenAIScoreModel):
        low, high = grader.range
        return min(max(float(label), low), high)
    return float(isinstance(grader, OpenAILabelModel) and label in grader.passing_labels)
