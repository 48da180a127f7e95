"""Settings: what a run injects and the wire never carries. Frozen values, secrets masked.

They come from arguments; `Settings.from_file` and `Settings.from_env` read only when called.
"""

from __future__ import annotations

import os
import typing
import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from graders.completion.parse import Layout
from graders.errors import DefinitionError, DefinitionWarning, Mistake
from graders.settings.setting_sources import ENV_PREFIX, Layer, as_variable, merged, placed, read_toml
from graders.settings.setting_values import FilePath, Positive, Several, Tags, Url, Words
from graders.validation import caller_level, closest, hidden, mistakes_of

__all__ = [
    "ENV_PREFIX",
    "SECTION_OF",
    "JudgeSettings",
    "MathSettings",
    "Section",
    "Settings",
    "StringSettings",
    "TextSettings",
    "read_env",
    "read_toml",
]


class Section(BaseModel):
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
        if mistake.kind != "extra_forbidden" or mistake.suggestion:
            return mistake
        nearest = closest(mistake.loc[-1], _names(cls, mistake.loc[:-1]))
        return replace(mistake, suggestion=nearest)

    def replace(self, **values: Any) -> Self:
        """The same settings with some values replaced, validated again."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self)(**{**given, **values})


class MathSettings(Section):
    """Settings of `math_accuracy`.

    Attributes:
        echo_guard: Where prompts are at hand, an answer that only repeats an unevaluated expression of
            the prompt scores 0.
        symbolic: Pairs that stay undecided go to SymPy in a worker process.
    """

    echo_guard: bool = True
    symbolic: bool = True


class TextSettings(Section):
    """Settings of `text_similarity`.

    Attributes:
        bleu_tokenizer: A sacreBLEU tokenizer: ``13a``, ``intl``, ``zh``, ``char``, ...
        rouge_type: Which ROUGE: ``rouge1``, ``rouge2``, ``rougeL`` or ``rougeLsum``.
        measure: Which of its three numbers.
        stemmer: Whether words are stemmed (Porter, English).
        rouge_tokenizer: ``auto`` reads a reference with letters outside ASCII by the Unicode tokenizer,
            ``rouge_score`` is strict parity with that library, ``unicode`` is always the Unicode one.
    """

    bleu_tokenizer: Literal["13a", "intl", "zh", "char", "none"] = "13a"
    rouge_type: Literal["rouge1", "rouge2", "rougeL", "rougeLsum"] = "rougeL"
    measure: Literal["fmeasure", "precision", "recall"] = "fmeasure"
    stemmer: bool = False
    rouge_tokenizer: Literal["auto", "rouge_score", "unicode"] = "auto"


class StringSettings(Section):
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


class JudgeSettings(Section):
    """Where the judge of an `llm` grader is, what it is asked, and how much it may take. Times are seconds.

    Attributes:
        base_url: The OpenAI-compatible endpoint, e.g. ``http://localhost:8000/v1``. Where it isn't given,
            ``OPENAI_BASE_URL`` is read when the judge is built.
        model: The model's name at that endpoint.
        api_key: Its key; masked wherever settings are shown. Where it isn't given, ``OPENAI_API_KEY`` is read
            when the judge is built.
        concurrency: The most calls under way at once; fewer while the server says that it is overloaded.
        max_attempts: The most attempts for a row that meets transport faults; then it is unscored.
        content_attempts: The most asks for a row whose replies are refused, cut or invalid; then it is 0,
            where a known-right probe passes on the same server.
        connect_timeout: The longest time to connect.
        attempt_timeout: The longest time of one attempt from start to end; a dripping server can't stretch it.
        batch_deadline: The longest time of a batch; rows that are open then are unscored. None for no limit.
        backoff_base: The bound of the first pause before a retry; it doubles from retry to retry.
        backoff_max: The bound of any such pause.
        retry_after_max: A server that asks to wait longer is asked again after this time.
        breaker_faults: So many transport faults in a row open the circuit breaker,
        breaker_patience: where the run of faults has lasted so long.
        breaker_cooldown: How long it stays open before one call may try; rows meanwhile are unscored at once.
        cache_path: An SQLite file that keeps verdicts; processes can share it. None for no cache.
        records_path: A JSONL file that gets a line a decided row. None for none.
        revision: Anything that tells two states of one served model apart; part of the cache key.
        max_calls: The most calls in this process, retries and probes included. None for no limit.
        max_tokens: The most tokens of prompts and replies in this process. None for no limit.
        max_cost: The most money, by the two prices below. None for no limit.
        input_price: The price of a million prompt tokens.
        output_price: The price of a million tokens of replies.
        max_unscored: A batch with a larger share of unscored rows raises `JudgeError`; None never raises.
        probe_every: A known-right and a known-wrong probe are sent every so many calls; 0 for none.
        on_alarm: A known-wrong probe that passes warns (``warn``) or raises `JudgeError` (``raise``).
        structured: How the form of the reply is asked for; ``auto`` takes the strongest that the server accepts.
        rubric: A task in your own words, in place of the default: does the answer say what the reference says?
        criteria: Each is decided on its own in one call, pass or fail; the score is their weighted mean.
            From the environment: separated by semicolons.
        criteria_weights: The weight of each criterion; equal where None.
        labels: The closed set of verdicts, worst first; the k-th of n scores k / (n - 1), k from 0.
        max_answer_chars: A longer answer is cut or refused.
        long_answer: ``clip`` shows the judge head and tail with a mark between, ``zero`` scores 0 without a call.
        accept_equal: An answer that is the reference scores 1 without a call (with the default task alone).
        refuse_contentless: An opening phrase with nothing behind it ("Solution:") scores 0 without a call.
    """

    base_url: Url | None = None
    model: Annotated[str, Field(min_length=1)] | None = None
    api_key: SecretStr | None = None
    concurrency: Annotated[int, Field(ge=1, le=4096)] = 64
    max_attempts: Annotated[int, Field(ge=1, le=100)] = 8
    content_attempts: Annotated[int, Field(ge=1, le=100)] = 6
    connect_timeout: Positive = 5.0
    attempt_timeout: Positive = 60.0
    batch_deadline: Positive | None = None
    backoff_base: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.5
    backoff_max: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 8.0
    retry_after_max: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 120.0
    breaker_faults: Annotated[int, Field(ge=1)] = 50
    breaker_patience: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 10.0
    breaker_cooldown: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 30.0
    cache_path: FilePath | None = None
    records_path: FilePath | None = None
    revision: str = ""
    max_calls: Annotated[int, Field(ge=0)] | None = None
    max_tokens: Annotated[int, Field(ge=0)] | None = None
    max_cost: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    input_price: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    output_price: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    max_unscored: Annotated[float, Field(ge=0, le=1)] | None = 0.5
    probe_every: Annotated[int, Field(ge=0)] = 1000
    on_alarm: Literal["warn", "raise"] = "warn"
    structured: Literal["auto", "json_schema", "json_schema_loose", "tool", "json_object", "none"] = "auto"
    rubric: Annotated[str, Field(min_length=1)] | None = None
    criteria: Annotated[tuple[Words, ...], Several] = ()
    criteria_weights: Annotated[tuple[Positive, ...], Several] | None = None
    labels: Annotated[tuple[Words, ...], Several, Field(min_length=2)] = ("fail", "pass")
    max_answer_chars: Annotated[int, Field(ge=64)] = 8000
    long_answer: Literal["clip", "zero"] = "clip"
    accept_equal: bool = True
    refuse_contentless: bool = True

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.max_cost is not None and not (self.input_price or self.output_price):
            raise ValueError("max_cost needs a price: give input_price and output_price, a million tokens each")
        if self.criteria_weights is not None and len(self.criteria_weights) != len(self.criteria):
            raise ValueError("criteria_weights: expected one weight for each of the criteria")
        if len({label.casefold().strip() for label in self.labels}) < len(self.labels):
            raise ValueError("labels: expected labels that differ by more than case and white space")
        if self.criteria and self.labels != ("fail", "pass"):
            raise ValueError("labels: each of the criteria is decided by pass or fail; leave labels out")
        return self


SECTION_OF = {
    "math_accuracy": "math",
    "text_similarity": "text",
    "string_check": "string",
    "llm": "judge",
}
"""Which section of the settings is a grader type's own."""


class Settings(Section):
    r"""What a run injects: how completions are laid out, what to do with rows that can't be scored, and more.

    Attributes:
        answer_source: Where the answer stands: ``answer`` (the answer block), ``boxed`` (the last
            ``\boxed{}`` after the thought), ``lenient`` (a completion without an answer tag is its own answer).
        tags: The names of the two blocks.
        think_prefilled: The chat template has opened the thought.
        allow_empty_think: An empty thought is well formed.
        reference_column: The dataset column that a trainer passes as reference.
        on_bad_reference: A row whose reference is empty, a placeholder or unreadable is unscored
            (``nan``), scores 0 (``zero``), or raises (``error``).
        on_unscored: What a trainer gets for an unscored row: None (``none``), the mean of the scored
            rows of its group (``group_mean``), 0 (``zero``), or an exception (``error``).
        judge, math, text, string: The sections of the graders.
        components: Other sections for single components by their name, e.g. ``{"llm#2": JudgeSettings(...)}``.
    """

    answer_source: Literal["answer", "boxed", "lenient"] = "answer"
    tags: Tags = ("think", "answer")
    think_prefilled: bool = False
    allow_empty_think: bool = False
    reference_column: Annotated[str, Field(min_length=1)] = "reference_answer"
    on_bad_reference: Literal["nan", "error", "zero"] = "nan"
    on_unscored: Literal["none", "group_mean", "zero", "error"] = "none"
    judge: JudgeSettings = JudgeSettings()
    math: MathSettings = MathSettings()
    text: TextSettings = TextSettings()
    string: StringSettings = StringSettings()
    components: Mapping[str, Any] = Field(default_factory=dict)

    @field_validator("components")
    @classmethod
    def _typed_components(cls, sections: Mapping[str, Any]) -> Mapping[str, Section]:
        return _typed(sections)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Self:
        """Read settings from a TOML file.

        Raises:
            DefinitionError: the file can't be read, is no TOML, or has mistakes; all of them at once.
        """
        return cls._read(read_toml(path), str(path))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read settings from variables such as ``GRADERS_ANSWER_SOURCE`` or ``GRADERS_JUDGE_MODEL``.

        Args:
            environ: The variables; the process's own where None.
        """
        layer = read_env(os.environ if environ is None else environ)
        return cls._read(layer, "the environment", layer)

    @classmethod
    def layered(cls, *layers: Mapping[str, Any]) -> Self:
        """Settings from several raw documents; the first that gives a value has it. Sections merge key by key.

        Where a document is a `setting_sources.Layer`, as `read_toml` and `read_env` give it, its mistakes name it.
        """
        return cls._read(merged(layers), "the settings", *layers)

    @classmethod
    def _read(cls, values: Mapping[str, Any], source: str, *layers: Mapping[str, Any]) -> Self:
        try:
            return cls(**values)
        except DefinitionError as error:
            raise DefinitionError(source, [placed(mistake, layers) for mistake in error.mistakes]) from None

    def __hash__(self) -> int:
        components = frozenset(self.components.items())
        return hash((components, *(value for name, value in self if name != "components")))

    def for_component(self, name: str) -> Settings:
        """These settings as one component sees them: its own section in place of the common one."""
        section = self.components.get(name)
        return self if section is None else self.replace(**{SECTION_OF[_type_in(name)]: section})

    @property
    def layout(self) -> Layout:
        """How completions are laid out, for the parser."""
        return Layout.of(self.tags, self.answer_source, self.think_prefilled, self.allow_empty_think)


def read_env(environ: Mapping[str, str]) -> Layer:
    """The raw settings in environment variables; a name that means nothing is warned of."""
    values: dict[str, Any] = {}
    names = {variable: path for path in _paths(Settings) for variable in [as_variable(path)]}
    for variable in sorted(name for name in environ if name.startswith(ENV_PREFIX)):
        if variable not in names:
            nearest = closest(variable, names)
            hint = f"; did you mean {nearest}?" if nearest else ""
            warnings.warn(
                f"{variable} means nothing and is ignored{hint}", DefinitionWarning, stacklevel=caller_level()
            )
            continue
        *sections, name = names[variable]
        target = values
        for section in sections:
            target = target.setdefault(section, {})
        target[name] = environ[variable]
    return Layer(values, as_variable)


def _paths(section: type[Section], above: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The path of every setting but the free-form ones."""
    paths = []
    for name, field in section.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Section):
            paths += _paths(inner, (*above, name))
        elif name != "components":
            paths.append((*above, name))
    return paths


def _names(section: type[Section], path: tuple[str | int, ...]) -> list[str]:
    """The names that a section at a path below another may hold."""
    for step in path:
        inner = section.model_fields[str(step)].annotation if str(step) in section.model_fields else None
        if not (isinstance(inner, type) and issubclass(inner, Section)):
            return []
        section = inner
    return list(section.model_fields)


def _type_in(component: str) -> str:
    """The grader type in a component's name: ``string_check`` in ``string_check:equals#2``."""
    return component.partition("#")[0].partition(":")[0]


def _typed(sections: Mapping[str, Any]) -> Mapping[str, Section]:
    """Each component's section as the class that its grader type reads, or every mistake in them."""
    read: dict[str, Section] = {}
    mistakes: list[Mistake] = []
    for component, section in sections.items():
        try:
            read[component] = _section(component, section)
        except DefinitionError as error:
            mistakes += [replace(one, loc=(component, *one.loc)) for one in error.mistakes]
    if mistakes:
        raise DefinitionError("components", mistakes)
    return read


def _section(component: str, section: Any) -> Section:
    field = SECTION_OF.get(_type_in(component))
    if field is None:
        nearest = closest(_type_in(component), SECTION_OF)
        allowed = f"is no grader type with settings; these are {', '.join(SECTION_OF)}"
        raise DefinitionError("components", [Mistake((), allowed, nearest, "unknown_component", component)])
    expected = typing.cast("type[Section]", Settings.model_fields[field].annotation)
    if isinstance(section, Mapping):
        return expected(**section)
    if not isinstance(section, expected):
        message = f"{hidden(section)}, expected {expected.__name__}"
        raise DefinitionError("components", [Mistake((), message)])
    return section
