"""llm: does a judge model say that the answer is right?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from pydantic import SecretStr

from graders.completion.parse import Completion
from graders.contract.batch import Batch, Pairs
from graders.contract.scorer import AnswerScorer
from graders.contract.scores import Scores
from graders.judge.config import Access, Endpoint, Sampling
from graders.judge.judge import Judge
from graders.judge.prompt import TEMPLATE_VERSION
from graders.settings.sections import JudgeSettings
from graders.settings.settings import Settings
from graders.vocabulary.errors import DefinitionError, Mistake
from graders.wire.schema import LLMGrader


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

    def expects(self) -> str | None:
        """The judge sees nothing else."""
        return "complete and clear by itself, since nothing but the answer is judged"

    def details(self, completion: Completion, reference: str | None, prompt: str | None) -> dict[str, Any]:
        """The exact messages that the judge gets, its verdict and what the call took."""
        return {} if completion.answer is None else self.judge.explain(prompt, completion.answer, reference)

    def metrics(self) -> dict[str, float]:
        """What the judge did so far, for a trainer's log or a progress line; see `graders.judge.asking.metrics`."""
        return self.judge.metrics()

    def signature(self) -> Mapping[str, object]:
        """The settings that change a verdict, and the version of the prompt."""
        config = self.judge.config
        return {
            "base_url": _public(config.endpoint.base_url),
            "model": config.endpoint.model,
            "structured": config.prompt.structured,
            "revision": config.storage.revision,
            "reasoning_effort": config.endpoint.reasoning_effort,
            "extra_body": dict(config.endpoint.extra_body),
            **asdict(config.prompt),
            "template": TEMPLATE_VERSION,
        }


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
        sampling=Sampling(**{one.name: getattr(grader, one.name) for one in fields(Sampling)}),
        prompt=settings.prompt,
        limits=settings.limits,
        storage=settings.storage,
    )


def endpoint_of(settings: JudgeSettings) -> Endpoint:
    """The endpoint that the settings name; URL and key come from ``OPENAI_*`` as the last resort.

    Raises:
        DefinitionError: the settings name no endpoint or no model; both mistakes at once.
    """
    base_url = settings.base_url or os.environ.get("OPENAI_BASE_URL")
    if base_url and settings.model:
        key = settings.api_key or os.environ.get("OPENAI_API_KEY")
        key = key.get_secret_value() if isinstance(key, SecretStr) else key
        more = {one.name: getattr(settings, one.name) for one in fields(Access)}
        return Endpoint(base_url=base_url, model=settings.model, api_key=key, **more)
    given = {"base_url": base_url, "model": settings.model}
    raise DefinitionError("the settings", [_missing(name) for name, value in given.items() if not value])


def _missing(name: str) -> Mistake:
    settings, variable = "Settings(judge=JudgeSettings(base_url=..., model=...))", f"GRADERS_JUDGE_{name.upper()}"
    remedy = f"the llm grader needs it: pass {settings}, or with the command line set {variable}"
    return Mistake(("judge", name), remedy, kind="missing")
