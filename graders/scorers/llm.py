"""llm: does a judge model say that the answer is right?"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from pydantic import SecretStr

from graders.completion.conversation import Conversation, conversation_of
from graders.contract.batch import Batch, Pairs, missing_reference
from graders.contract.scorer import AnswerScorer
from graders.contract.scores import Scores
from graders.judge.config import Access, Endpoint, Sampling
from graders.judge.criteria import Criterion, criteria_of
from graders.judge.judge import Judge
from graders.judge.judgement import Judgement, unscored
from graders.judge.prompt import TEMPLATE_VERSION
from graders.settings.sections import EndpointSettings, JudgeSettings, JurorSettings
from graders.settings.settings import Settings
from graders.vocabulary.errors import DefinitionError, Mistake
from graders.vocabulary.outcome import Outcome
from graders.wire.schema import LLMGrader

Rubric = tuple[Criterion, ...]
"""The criteria of a row."""


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
    reads_reference = True

    def __init__(self, grader: LLMGrader, settings: Settings) -> None:
        super().__init__(grader, settings)
        asked = settings.judge
        self.judge = judge_of(grader, asked)
        self.needs_reference = asked.wants_reference
        self.columns = (asked.criteria_column,) if asked.criteria_column else ()
        self.reads_conversations = asked.conversation or asked.images

    def score(self, batch: Batch) -> Scores:
        """Score each row; one without a reference too, where its criteria or the rubric say what is right."""
        return super().score(batch if self.needs_reference else _with_references(batch))

    def compare(self, pairs: Pairs, batch: Batch) -> Scores:
        """Score pairs of answer and reference; a row whose criteria can't be read is unscored.

        Raises:
            JudgeError: more of the batch is unscored than ``max_unscored`` allows.
        """
        verdicts = self.judgements(pairs, batch)
        values = np.array([verdict.value for verdict in verdicts], dtype=np.float64)
        return Scores(values, np.array([verdict.outcome.code for verdict in verdicts], dtype=np.int8))

    def expects(self) -> str | None:
        """The judge sees nothing else."""
        return "complete and clear by itself, since nothing but the answer is judged"

    def judgements(self, pairs: Pairs, batch: Batch) -> list[Judgement]:
        """The judge's word on pairs of answer and reference.

        Raises:
            JudgeError: as `compare`.
        """
        rows = pairs.rows.tolist()
        rubrics = self._rubrics(batch)
        faults = {row: one for row in set(rows) if isinstance(one := rubrics.get(row), str)}
        asked = [k for k, row in enumerate(rows) if row not in faults]
        judged = iter(self._verdicts([(rows[k], pairs.answers[k], pairs.references[k]) for k in asked], batch, rubrics))
        return [unscored(Outcome.BAD_REFERENCE, faults[row]) if row in faults else next(judged) for row in rows]

    def _verdicts(
        self, asked: list[tuple[int, str, str]], batch: Batch, rubrics: Mapping[int, Rubric | str]
    ) -> list[Judgement]:
        shown = self._conversations(batch)
        return self.judge.verdicts(
            None if batch.prompts is None else [batch.prompts[row] for row, _, _ in asked],
            [answer for _, answer, _ in asked],
            [reference or None for _, _, reference in asked],
            criteria=[_readable(rubrics[row]) for row, _, _ in asked] if rubrics else None,
            conversations=[shown[row] for row, _, _ in asked] if shown else None,
        )

    def _rubrics(self, batch: Batch) -> dict[int, Rubric | str]:
        """The criteria of each row, or why they can't be read; empty where the judge's own task is asked."""
        if not self.columns:
            return {}
        return {row: _rubric(value) for row, value in enumerate(batch.columns[self.columns[0]])}

    def row_fault(self, row: Batch) -> str | None:
        """Why the criteria of a row can't be read."""
        rubric = self._rubrics(row).get(0)
        return f"no criteria in the column {self.columns[0]!r}: {rubric}" if isinstance(rubric, str) else None

    def _conversations(self, batch: Batch) -> list[Conversation]:
        """What is shown of each row's prompt; empty where the question alone is."""
        if not self.reads_conversations or not batch.conversations:
            return []
        told = [conversation_of(prompt, row) for row, prompt in enumerate(batch.conversations)]
        asked = self.settings.judge
        return [Conversation(one.turns * asked.conversation, one.images * asked.images) for one in told]

    def row_details(self, row: Batch, reference: str | None) -> dict[str, Any]:
        """The exact messages that the judge gets, its verdict and what the call took."""
        answer, rubric = row.completions[0].answer, self._rubrics(row).get(0, ())
        if answer is None:
            return {}
        if isinstance(rubric, str):
            return {"criteria": rubric}
        question = row.prompts[0] if row.prompts else None
        shown = (self._conversations(row) or [Conversation()])[0]
        return self.judge.explain(question, answer, reference or None, criteria=rubric, conversation=shown)

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
            **self._voters(),
            "template": TEMPLATE_VERSION,
        }

    def _voters(self) -> dict[str, object]:
        """What is said of votes, a jury and a column of criteria; nothing where there are none."""
        config = self.judge.config
        jury = [f"{one.model} at {_public(one.base_url)}" for one in config.jury]
        said = {"jury": jury, "criteria_column": self.settings.judge.criteria_column}
        votes = asdict(config.voting) if config.voting.votes > 1 or jury else {}
        return {**votes, **{name: value for name, value in said.items() if value}}


def _public(base_url: str) -> str:
    """A URL without the name and password that it may carry."""
    parts = urlsplit(base_url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _rubric(value: Any) -> Rubric | str:
    """The criteria of a row, or why they can't be read."""
    try:
        return criteria_of(value)
    except ValueError as error:
        return str(error)


def _readable(rubric: Rubric | str) -> Rubric:
    return () if isinstance(rubric, str) else rubric


def _with_references(batch: Batch) -> Batch:
    """A batch whose rows without a reference that says anything have an empty one."""
    given = batch.references or [""] * len(batch)
    return replace(batch, references=[_usable(one) for one in given])


def _usable(reference: str | tuple[str, ...]) -> str | tuple[str, ...]:
    several = (reference,) if isinstance(reference, str) else reference
    usable = tuple(one for one in several if missing_reference(one) is None)
    return usable if len(usable) > 1 else usable[0] if usable else ""


def judge_of(grader: LLMGrader, settings: JudgeSettings) -> Judge:
    """The judge of a grader, as the settings want it.

    Raises:
        DefinitionError: the settings name no endpoint or no model, or votes that would all be the same.
    """
    endpoint = endpoint_of(settings)
    try:
        return Judge(
            endpoint,
            sampling=Sampling(**{one.name: getattr(grader, one.name) for one in fields(Sampling)}),
            prompt=settings.prompt,
            limits=settings.limits,
            storage=settings.storage,
            voting=settings.voting_rules,
            jury=[_juror(one, endpoint) for one in settings.jury],
        )
    except ValueError as error:
        raise DefinitionError("the settings", [Mistake(("judge", "votes"), str(error))]) from None


def _juror(settings: JurorSettings, own: Endpoint) -> Endpoint:
    """A juror's endpoint: the judge's own with another model, or one of its own with nothing of the judge's."""
    if settings.base_url is None:
        given: dict[str, Any] = {name: getattr(settings, name) for name in settings.model_fields_set - {"base_url"}}
        return replace(own, **{**given, "api_key": _plain(settings.api_key) or own.api_key})
    return _endpoint(settings, settings.base_url, settings.model, _plain(settings.api_key))


def _plain(key: SecretStr | Callable[[], str] | None) -> str | Callable[[], str] | None:
    return key.get_secret_value() if isinstance(key, SecretStr) else key


def _endpoint(settings: EndpointSettings, base_url: str, model: str, key: str | Callable[[], str] | None) -> Endpoint:
    more = {one.name: getattr(settings, one.name) for one in fields(Access)}
    return Endpoint(base_url=base_url, model=model, api_key=key, **more)


def endpoint_of(settings: JudgeSettings) -> Endpoint:
    """The endpoint that the settings name; URL and key come from ``OPENAI_*`` as the last resort.

    Raises:
        DefinitionError: the settings name no endpoint or no model; both mistakes at once.
    """
    base_url = settings.base_url or os.environ.get("OPENAI_BASE_URL")
    if base_url and settings.model:
        key = _plain(settings.api_key) or os.environ.get("OPENAI_API_KEY")
        return _endpoint(settings, base_url, settings.model, key)
    given = {"base_url": base_url, "model": settings.model}
    raise DefinitionError("the settings", [_missing(name) for name, value in given.items() if not value])


def _missing(name: str) -> Mistake:
    settings, variable = "Settings(judge=JudgeSettings(base_url=..., model=...))", f"GRADERS_JUDGE_{name.upper()}"
    remedy = f"the llm grader needs it: pass {settings}, on the command line --judge {name}=..., or set {variable}"
    return Mistake(("judge", name), remedy, kind="missing")
