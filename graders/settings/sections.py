"""The sections of the settings: what each grader type reads, frozen and checked, flat in documents and variables."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from graders.judge.config import Access, Fields, Limits, Storage, Voting
from graders.judge.prompt import JudgeTask, Prompt, Words
from graders.vocabulary.errors import DefinitionError, Mistake
from graders.vocabulary.validation import closest, mistakes_of

G = TypeVar("G", bound=Limits | Storage | Prompt | Voting)


class SettingsSection(BaseModel):
    """A frozen group of settings; every mistake in one is reported at once, with the closest name.

    Raises:
        DefinitionError: from the constructor, for unknown names and values that are not allowed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            found = [self._nearest(mistake) for mistake in mistakes_of(error, values)]
            raise DefinitionError(type(self).__name__, found) from None

    @classmethod
    def _nearest(cls, mistake: Mistake) -> Mistake:
        if mistake.kind != "extra_forbidden" or len(mistake.loc) > 1:  # an inner section has looked already
            return mistake
        name = str(mistake.loc[-1]).rpartition(".")[2]
        return replace(mistake, suggestion=closest(name, cls.model_fields))

    def replace(self, **values: Any) -> Self:
        """The same settings with some values replaced, validated again."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self)(**{**given, **values})


class MathSettings(SettingsSection):
    """Settings of `math_accuracy`.

    Attributes:
        echo_guard: Where prompts are at hand, an answer that only repeats an unevaluated expression of
            the prompt scores 0.
        symbolic: Pairs that stay undecided go to SymPy in a worker process.
        rounding: ``reference``: a reference that is a decimal of two significant digits or more is met by a value
            that rounds to it at its last digit (0.849 for 0.85, never the other way round); ``strict``: it is not.
        rel_tol: For measured quantities: the share of the reference that an answer may be off by, from 0 to 1.
        abs_tol: The same as an amount, at least 0.
        sentences: Whether a value is read out of a sentence around it. With ``False`` an answer with any word that is
            no part of a value (a unit, a number in words, a name) or of the reference scores 0, but for an opening
            such as ``The answer is``: what a sentence says can't be misread where none is read.
    """

    echo_guard: bool = True
    symbolic: bool = True
    rounding: Literal["reference", "strict"] = "reference"
    rel_tol: Annotated[float, Field(ge=0, le=1)] = 0.0
    abs_tol: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    sentences: bool = True


class TextSettings(SettingsSection):
    """Settings of `text_similarity`.

    Attributes:
        bleu_tokenizer: A sacreBLEU tokenizer: ``13a``, ``intl``, ``zh``, ``char``, ...
        rouge_type: Which ROUGE: ``rouge1`` to ``rouge5``, ``rougeL`` or ``rougeLsum``.
        measure: Which of its three numbers.
        stemmer: Whether words are stemmed (Porter, English).
        rouge_tokenizer: ``auto`` reads a reference with letters outside ASCII by the Unicode tokenizer,
            ``rouge_score`` is strict parity with that library, ``unicode`` is always the Unicode one.
    """

    bleu_tokenizer: Literal["13a", "intl", "zh", "char", "none"] = "13a"
    rouge_type: Literal["rouge1", "rouge2", "rouge3", "rouge4", "rouge5", "rougeL", "rougeLsum"] = "rougeL"
    measure: Literal["fmeasure", "precision", "recall"] = "fmeasure"
    stemmer: bool = False
    rouge_tokenizer: Literal["auto", "rouge_score", "unicode"] = "auto"


class StringSettings(SettingsSection):
    """Settings of `string_check`.

    Attributes:
        normalize: Compare in Unicode normalization form NFC, so that composed and decomposed letters are one.
        strip: Ignore white space around answer and reference.
        whole_word: `contains` counts only where no letter, digit or underscore touches the found text.
        max_answer_chars: `contains` pays nothing for a longer answer; None for no limit.
    """

    normalize: bool = True
    strip: bool = True
    whole_word: bool = False
    max_answer_chars: Annotated[int, Field(ge=1)] | None = None


_GROUPS: dict[str, type[Limits | Storage | Prompt]] = {"limits": Limits, "storage": Storage, "prompt": Prompt}


_HIDDEN: Any = Field(default=Fields(), repr=False, exclude=True)
"""A field that may hold a key: never shown."""


class EndpointSettings(SettingsSection, Access):
    """Where a model of a judge is.

    Attributes:
        base_url: An OpenAI-compatible endpoint, e.g. ``http://localhost:8000/v1``.
        model: The model's name there.
        api_key: Its key, or from Python a function that gives it and is called again when the server takes the key no
            more (401); masked wherever settings are shown.
    """

    model_config = ConfigDict(allow_inf_nan=False)

    base_url: str | None = None
    model: Words | None = None
    api_key: SecretStr | Callable[[], str] | None = None
    extra_headers: Mapping[str, str] = _HIDDEN

    @field_validator("base_url")
    @classmethod
    def _is_url(cls, value: str | None) -> str | None:
        """An endpoint's address must say how it is spoken to."""
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("an http:// or https:// URL, e.g. 'http://localhost:8000/v1'")
        return value

    @field_validator("more_base_urls")
    @classmethod
    def _are_urls(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for url in value:
            cls._is_url(url)
        return value

    @field_validator("extra_headers", "extra_query", "extra_body")
    @classmethod
    def _as_value(cls, value: Mapping[str, Any]) -> Fields:
        return Fields(value)

    @field_validator("extra_headers", "extra_query", "extra_body", mode="before")
    @classmethod
    def _as_object(cls, value: object) -> object:
        """A JSON object as one string, as an environment variable gives it."""
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ValueError('a JSON object, e.g. \'{"api-version": "2024-10-21"}\'') from None

    @field_validator("api_key_file", "ca_file", mode="before")
    @classmethod
    def _as_path(cls, value: object) -> object:
        return os.fspath(value) if isinstance(value, os.PathLike) else value

    @field_validator("more_base_urls", mode="before")
    @classmethod
    def _as_several(cls, value: object) -> object:
        return _several(value)


def _several(value: object) -> object:
    """Several values as one string, as an environment variable gives them: separated by semicolons."""
    return tuple(part.strip() for part in value.split(";")) if isinstance(value, str) else value


class JurorSettings(EndpointSettings):
    """One more model of a jury.

    Without a ``base_url`` it stands at the judge's own endpoint and is asked as the judge is. With one, nothing is
    taken over, so that no key goes to another server.
    """

    model: Words
    extra_headers: Mapping[str, str] = _HIDDEN


class JudgeSettings(EndpointSettings, Limits, Storage, JudgeTask, Voting):
    """Where the judge of an `llm` grader is, what it is asked, and how much it may take. Times are seconds.

    The settings are those below and those of `Limits`, `Storage`, `JudgeTask`, `Access` and `Voting`, which say what
    each one means. A document gives them by their own names or in groups (``limits = {concurrency = 8}``).

    Attributes:
        base_url: The OpenAI-compatible endpoint, e.g. ``http://localhost:8000/v1``. Where it isn't given,
            ``OPENAI_BASE_URL`` is read when the judge is built.
        model: The model's name at that endpoint.
        api_key: Its key, or from Python a function that gives it and is called again when the server takes the key
            no more (401); masked wherever settings are shown. Where it isn't given, ``OPENAI_API_KEY`` is read when
            the judge is built.
        jury: Further models that are asked about each row, each a name at the same endpoint or a `JurorSettings`.
            From the environment: names separated by semicolons.
        criteria_column: The column of the data with the criteria of each row, and their points; see
            `graders.judge.criteria.criteria_of`.
        needs_reference: Whether a row without a reference can't be judged; None: it can't, unless there is a
            `criteria_column` or a `scale` with a `rubric`.
    """

    extra_headers: Mapping[str, str] = _HIDDEN  # again: pydantic takes it from `Access` else
    jury: tuple[JurorSettings, ...] = ()
    criteria_column: Words | None = None
    needs_reference: bool | None = None

    def __init__(self, **values: Any) -> None:
        super().__init__(**ungrouped(values))

    @property
    def limits(self) -> Limits:
        """How much, how long, how often."""
        return self._group(Limits)

    @property
    def storage(self) -> Storage:
        """What is kept on disk."""
        return self._group(Storage)

    @property
    def prompt(self) -> Prompt:
        """What the judge is asked."""
        return self._group(Prompt)

    @property
    def voting_rules(self) -> Voting:
        """How often each model is asked, and what its verdicts come to."""
        return self._group(Voting)

    def _group(self, group: type[G]) -> G:
        return group(**{one.name: getattr(self, one.name) for one in fields(group)})

    @property
    def wants_reference(self) -> bool:
        """Whether a row without a reference can't be judged."""
        if self.needs_reference is not None:
            return self.needs_reference
        return self.criteria_column is None and not (self.scale and self.rubric)

    @field_validator("jury", mode="before")
    @classmethod
    def _as_jurors(cls, value: object) -> object:
        """A juror that is only a name is a model at the judge's endpoint."""
        several = _several(value)
        if not isinstance(several, list | tuple):
            return several
        return tuple({"model": one} if isinstance(one, str) else one for one in several)

    @field_validator("cache_path", "records_path", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> object:
        return os.fspath(value) if isinstance(value, os.PathLike) else value

    @field_validator("criteria", "criteria_weights", "labels", "scale", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return _several(value)

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        for group in _GROUPS.values():
            self._group(group)
        if self.jury or self.votes > 1:
            self.voting_rules.check_for(1 + len(self.jury))
        if self.criteria_column and (self.criteria or self.scale or self.labels != ("fail", "pass")):
            raise ValueError("criteria_column: each row has criteria of its own; leave criteria, scale and labels out")
        return self


def ungrouped(section: Mapping[str, Any]) -> dict[str, Any]:
    """A judge's raw section with its groups taken apart, so that documents merge name by name.

    What doesn't belong into its group, or is given outside of it too, keeps a dotted name and is refused later.
    """
    flat: dict[str, Any] = {}
    for name, value in section.items():
        if name in _GROUPS and isinstance(value, Mapping):
            own = {one.name for one in fields(_GROUPS[name])} - section.keys()
            flat |= {one if one in own else f"{name}.{one}": given for one, given in value.items()}
        else:
            flat[name] = value
    return flat
