"""OpenAI's graders as frozen values, with their templates and formulas read. `grader_reading` makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from graders.contract.grader import NO_BOOLEAN, Grader
from graders.wire.openai.formula_parser import read_formula
from graders.wire.openai.score_formula import Formula
from graders.wire.openai.templates import Template, read_template
from graders.wire.schema import Number

_R = TypeVar("_R")

MOST_GRADERS = 64
"""Graders of one `multi`."""

MOST_MESSAGES = 64
"""Messages of one model grader."""


def broken(sentence: str) -> PydanticCustomError:
    """The error of a field, as a whole sentence."""
    return PydanticCustomError("rule", "{error}", {"error": sentence})


def _read_by(read: Callable[[str], _R], kind: type[_R]) -> BeforeValidator:
    """A validator that reads a text, and tells its own sentence where it can't."""

    def validate(value: object) -> _R:
        if isinstance(value, kind):
            return value
        if not isinstance(value, str):
            raise PydanticCustomError("string_type", "a string")
        try:
            return read(value)
        except ValueError as error:
            raise broken(str(error)) from None

    return BeforeValidator(validate)


TemplateText = Annotated[Template, _read_by(read_template, Template)]


class OpenAIDocument(BaseModel):
    """A part of one of OpenAI's documents; keys that it doesn't know are left alone, as that API leaves them."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)


class OpenAIGrader(OpenAIDocument):
    """What all graders have.

    Attributes:
        type: Its type.
        name: Its name, for people; that of the type where none is given.
        pass_threshold: From which score on it counts as passed; it never changes a score.
    """

    type: str
    name: str = ""
    pass_threshold: Number | None = None

    @property
    def shown_name(self) -> str:
        """The name for people."""
        return self.name or self.type


class OpenAIStringCheck(OpenAIGrader):
    """Compares two texts. ``like`` and ``ilike``: the input contains the reference, with and without regard to case."""

    type: Literal["string_check"]
    operation: Literal["eq", "ne", "neq", "like", "ilike"]
    input: TemplateText
    reference: TemplateText


Metric = Literal[
    "fuzzy_match", "bleu", "gleu", "meteor", "rouge_1", "rouge_2", "rouge_3", "rouge_4", "rouge_5", "rouge_l"
]

ROUGE_TYPES: dict[str, Literal["rouge1", "rouge2", "rouge3", "rouge4", "rouge5", "rougeL"]] = {
    "rouge_1": "rouge1",
    "rouge_2": "rouge2",
    "rouge_3": "rouge3",
    "rouge_4": "rouge4",
    "rouge_5": "rouge5",
    "rouge_l": "rougeL",
}
"""Our name of each ROUGE."""


class OpenAITextSimilarity(OpenAIGrader):
    """How alike two texts are, by one of ten metrics."""

    type: Literal["text_similarity"]
    evaluation_metric: Metric
    input: TemplateText
    reference: TemplateText


def _one_text(value: object) -> object:
    """The text of a message's content: a string, a part with a text, or a list of these, joined by line ends."""
    if isinstance(value, str):
        return value
    parts = value if isinstance(value, list | tuple) else [value]
    if not parts:
        raise broken("is empty, expected a string or parts with a text")
    return "\n".join(map(_text_of, parts))


def _text_of(part: object) -> str:
    if isinstance(part, str):
        return part
    kind = part.get("type") if isinstance(part, Mapping) else None
    if (
        isinstance(part, Mapping)
        and kind in {"input_text", "output_text", "text"}
        and isinstance(part.get("text"), str)
    ):
        return str(part["text"])
    found = f"a part of type {kind!r}" if isinstance(kind, str) else "something else"
    raise broken(f"holds {found[:80]}, expected a string or parts of type input_text: no image or audio is sent")


class OpenAIMessage(OpenAIDocument):
    """A message to a judge, with templates."""

    role: Literal["user", "assistant", "system", "developer"]
    content: Annotated[TemplateText, BeforeValidator(_one_text)]

    def filled(self, space: Mapping[str, Any]) -> dict[str, str]:
        """The message of a call; a ``developer`` is a ``system`` to most servers."""
        role = "system" if self.role == "developer" else self.role
        return {"role": role, "content": self.content.filled(space)}


class OpenAISampling(OpenAIDocument):
    """How a judge samples; what is None is left to the server."""

    seed: Annotated[int, NO_BOOLEAN] | None = None
    top_p: Annotated[Number, Field(ge=0, le=1)] | None = None
    temperature: Annotated[Number, Field(ge=0, le=2)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1, le=1 << 20), NO_BOOLEAN] | None = Field(
        None, validation_alias=AliasChoices("max_completions_tokens", "max_completion_tokens", "max_tokens")
    )


class OpenAIModelGrader(OpenAIGrader):
    """Asks a model; which one is a matter of the server's settings, whatever `model` says."""

    model: Annotated[str, Field(min_length=1)]
    input: Annotated[tuple[OpenAIMessage, ...], Field(min_length=1, max_length=MOST_MESSAGES)]
    sampling_params: OpenAISampling = OpenAISampling()

    def messages(self, space: Mapping[str, Any]) -> list[dict[str, str]]:
        """The messages of a call, filled in."""
        return [message.filled(space) for message in self.input]


class OpenAIScoreModel(OpenAIModelGrader):
    """A model gives a number, which is cut to `range`."""

    type: Literal["score_model"]
    range: tuple[Number, Number] = (0.0, 1.0)

    @field_validator("range")
    @classmethod
    def _rises(cls, value: tuple[float, float]) -> tuple[float, float]:
        if value[0] >= value[1]:
            raise broken(f"got {list(value)}, expected two numbers, the smaller one first")
        return value


Labels = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(min_length=1, max_length=64)]


class OpenAILabelModel(OpenAIModelGrader):
    """A model chooses one of the labels; a passing one scores 1, another one 0."""

    type: Literal["label_model"]
    labels: Labels
    passing_labels: Labels

    @field_validator("labels")
    @classmethod
    def _differ(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        if len({label.casefold().strip() for label in labels}) < max(2, len(labels)):
            raise broken("expected two or more labels that differ by more than case and white space")
        return labels


class OwnGrader(OpenAIGrader):
    """A grader of this library among OpenAI's: it reads a completion as it does in every reward.

    Attributes:
        grader: The grader itself.
        input: The completion.
        reference: Its reference; left out where the item has no ``reference_answer`` and none is given.
        prompt: Its prompt; None for none.
    """

    grader: Grader
    input: TemplateText = read_template("{{sample.output_text}}")
    reference: TemplateText = read_template("{{item.reference_answer}}")
    prompt: TemplateText | None = None


Single = OpenAIStringCheck | OpenAITextSimilarity | OpenAIScoreModel | OpenAILabelModel | OwnGrader
"""A grader that isn't made of others."""


class OpenAIMulti(OpenAIGrader):
    """Several graders, and a formula over their scores.

    Attributes:
        graders: Each by the key that the formula names it by.
        calculate_output: The formula.
    """

    type: Literal["multi"]
    graders: Mapping[str, Any] = Field(default_factory=dict)
    calculate_output: Annotated[Formula, _read_by(read_formula, Formula)]

    @property
    def parts(self) -> Mapping[str, Single]:
        """The graders, typed."""
        return self.graders


def columns_of(templates: Sequence[Template]) -> tuple[str, ...]:
    """The fields of the item that templates name, each once."""
    named = (one.steps[1] for template in templates for one in template.variables if one.steps[0] == "item")
    return tuple(dict.fromkeys(map(str, named)))
