"""llm: does a judge model say that the answer is right?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from graders.completion.parse import Completion
from graders.contract.batch import Batch, Pairs
from graders.contract.scorer import AnswerScorer
from graders.contract.scores import Scores
from graders.errors import DefinitionError, Mistake
from graders.judge.config import Endpoint, Limits, Sampling, Storage
from graders.judge.judge import Judge
from graders.judge.prompt import TEMPLATE_VERSION, Prompt
from graders.settings.settings import JudgeSettings, Settings
from graders.wire.schema import LLMGrader

_LIMITS = tuple(Limits.__dataclass_fields__)
_STORAGE = tuple(Storage.__dataclass_fields__)
_CHANGES_A_VERDICT = (
    "base_url",
    "model",
    "structured",
    "revision",
    "rubric",
    "criteria",
    "criteria_weights",
    "labels",
    "max_answer_chars",
    "long_answer",
    "accept_equal",
    "refuse_contentless",
)


class LLMScorer(AnswerScorer[LLMGrader]):
    """Asks a judge model behind an OpenAI-compatible endpoint. Settings: `JudgeSettings`.

    The judge sees question, reference and answer, never the thought. Where it can't be reached, the row is
    unscored; where the answer itself drives it to refuse, overrun or break its form, the row is 0.

    Attributes:
        judge: The judge, shared by all batches of this scorer.

    Raises:
        DefinitionError: the settings name no endpoint or no model.
        MissingExtraError: the `openai` client isn't installed.
    """

    grader_model = LLMGrader

    def __init__(self, grader: LLMGrader, settings: Settings) -> None:
        super().__init__(grader, settings)
        self.judge = judge_of(grader, settings.judge)

    def compare(self, pairs: Pairs, batch: Batch) -> Scores:
        """Score pairs of answer and reference.

        Raises:
            JudgeError: more of the batch is unscored than ``max_unscored`` allows.
        """
        questions = None if batch.prompts is None else [batch.prompts[row] for row in pairs.rows]
        verdicts = self.judge.verdicts(questions, pairs.answers, pairs.references)
        values = np.array([verdict.value for verdict in verdicts], dtype=np.float64)
        return Scores(values, np.array([verdict.outcome.code for verdict in verdicts], dtype=np.int8))

    def details(self, completion: Completion, reference: str | None, prompt: str | None) -> dict[str, Any]:
        """The exact messages that the judge gets, its verdict and what the call took."""
        return {} if completion.answer is None else self.judge.explain(prompt, completion.answer, reference)

    def metrics(self) -> dict[str, float]:
        """What the judge did so far, for a trainer's log or a progress line; see `graders.judge.asking.metrics`."""
        return self.judge.metrics()

    def signature(self) -> Mapping[str, object]:
        """The settings that change a verdict, and the version of the prompt."""
        chosen = self.settings.judge
        settings = {name: getattr(chosen, name) for name in _CHANGES_A_VERDICT}
        return {**settings, "base_url": _public(self.judge.config.endpoint.base_url), "template": TEMPLATE_VERSION}


def _public(base_url: str) -> str:
    """A URL without the name and password that it may carry."""
    parts = urlsplit(base_url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def judge_of(grader: LLMGrader, settings: JudgeSettings) -> Judge:
    """The judge of a grader, as the settings want it.

    Raises:
        DefinitionError: the settings name no endpoint or no model.
    """
    return Judge(
        endpoint_of(settings),
        sampling=Sampling(
            seed=grader.seed,
            top_p=grader.top_p,
            temperature=grader.temperature,
            max_completion_tokens=grader.max_completion_tokens,
        ),
        prompt=prompt_of(settings),
        limits=Limits(**{name: getattr(settings, name) for name in _LIMITS}),
        storage=Storage(**{name: getattr(settings, name) for name in _STORAGE}),
        structured=settings.structured,
    )


def endpoint_of(settings: JudgeSettings) -> Endpoint:
    """The endpoint that the settings name; URL and key come from ``OPENAI_*`` as the last resort.

    Raises:
        DefinitionError: the settings name no endpoint or no model; both mistakes at once.
    """
    base_url = settings.base_url or os.environ.get("OPENAI_BASE_URL")
    if base_url and settings.model:
        key = settings.api_key.get_secret_value() if settings.api_key else os.environ.get("OPENAI_API_KEY")
        return Endpoint(base_url=base_url, model=settings.model, api_key=key)
    missing = [name for name, value in (("base_url", base_url), ("model", settings.model)) if not value]
    raise DefinitionError("the settings", [_missing(name) for name in missing])


def _missing(name: str) -> Mistake:
    remedy = (
        f"the llm grader needs it: pass Settings(judge=JudgeSettings(base_url=..., model=...)), "
        f"or with the command line set GRADERS_JUDGE_{name.upper()}"
    )
    return Mistake(("judge", name), remedy, kind="missing")


def prompt_of(settings: JudgeSettings) -> Prompt:
    """What the judge is asked, as the settings say."""
    return Prompt(
        rubric=settings.rubric,
        criteria=settings.criteria,
        weights=settings.criteria_weights,
        labels=settings.labels,
        max_answer_chars=settings.max_answer_chars,
        long_answer=settings.long_answer,
        accept_equal=settings.accept_equal,
        refuse_contentless=settings.refuse_contentless,
    )
