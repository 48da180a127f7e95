"""The wire: the schemas of the fine-tuning API, from `RequestConfig` down, as frozen values.

Names, fields, defaults, bounds and enums are the API description's. What the description leaves to prose
(how weights share the reward, which keys go together) is in `graders.rules`.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    SerializeAsAny,
    SerializerFunctionWrapHandler,
    ValidationError,
    WrapValidator,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from graders import registry, rules
from graders.blame import caller_level
from graders.errors import DefinitionWarning
from graders.mistakes import closest


def _not_boolean(value: object) -> object:
    """Refuse True and False where a number is meant: lax validation would read them as 1 and 0."""
    if isinstance(value, bool):
        raise PydanticCustomError("bool_as_number", "a number, not a boolean")
    return value


def _is_list(value: object) -> object:
    """Refuse what is no list, sets and iterators too: the weight rules have to read it before."""
    if not isinstance(value, list | tuple):
        raise PydanticCustomError("list_type", "a list")
    return value


_NO_BOOLEAN = BeforeValidator(_not_boolean)
Number = Annotated[float, Field(allow_inf_nan=False), _NO_BOOLEAN]
Integer = Annotated[int, _NO_BOOLEAN]
Weight = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False), _NO_BOOLEAN]


class _Insensitive(StrEnum):
    """Values that are read whatever their case."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        folded = str(value).casefold()
        return next((member for member in cls if member.value == folded), None)


class StringOperation(_Insensitive):
    """How `string_check` compares."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    CONTAINS = "contains"
    CASE_INSENSITIVE_CONTAINS = "case_insensitive_contains"


class TextSimilarityOperation(_Insensitive):
    """The metric of `text_similarity`."""

    BLEU = "bleu"
    ROUGE = "rouge"


class FineTuneType(StrEnum):
    """What kind of training a job does; ``GRPO`` is a deprecated name of ``REINFORCEMENT``."""

    STANDARD = "STANDARD"
    PREFERENCE = "PREFERENCE"
    GRPO = "GRPO"
    REINFORCEMENT = "REINFORCEMENT"


class AcceleratorType(StrEnum):
    """The accelerators a job may ask for."""

    GAUDI2 = "GAUDI2"
    GAUDI3 = "GAUDI3"
    A100 = "A100"
    A10 = "A10"
    H100 = "H100"
    MI300X = "MI300X"


class WireModel(BaseModel):
    """A frozen value of the wire; unknown keys are ignored with a warning that names the nearest known one."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="wrap")
    @classmethod
    def _report_everything(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Warn of unknown keys, and report broken rules together with broken fields."""
        if not isinstance(data, Mapping):
            return handler(data)
        _warn_of_unknown_keys(cls, data)
        broken = [_as_error(rule) for rule in cls._broken_rules(data)]
        try:
            value = handler(cls._completed(data))
        except ValidationError as error:
            fields = [_relayed(cls, details) for details in error.errors(include_url=False)]
            raise ValidationError.from_exception_data(cls.__name__, [*fields, *broken]) from None
        if broken:
            raise ValidationError.from_exception_data(cls.__name__, broken)
        return value

    @classmethod
    def _broken_rules(cls, data: Mapping[str, Any]) -> list[rules.BrokenRule]:
        """What the raw document breaks beyond its fields."""
        del data
        return []

    @classmethod
    def _completed(cls, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The raw document with what a rule fills in."""
        return data


class LoRAConfig(WireModel):
    """Low-rank adaptation: train two small matrices beside each weight matrix."""

    model_config = ConfigDict(extra="allow")
    r: Annotated[int, Field(gt=0, description="Rank of the update matrices."), _NO_BOOLEAN] = 8
    alpha: Annotated[int, Field(gt=0, description="Scaling factor applied to LoRA updates."), _NO_BOOLEAN] = 32
    dropout: Annotated[
        float,
        Field(ge=0, le=1, allow_inf_nan=False, description="Fraction of LoRA neurons dropped during training."),
        _NO_BOOLEAN,
    ] = 0.1
    bias: Annotated[
        Literal["none", "all", "lora_only"],
        Field(description="Bias terms to train; choose from 'none', 'all', or 'lora_only'."),
    ] = "none"
    extras: dict[str, Any] = Field(default_factory=dict)


class Grader(WireModel):
    """One entry of `RewardComponents.graders`. Subclass it for a grader of your own."""

    type: str
    weight: Weight | None = None


class FormatCheckGrader(Grader):
    """Format-compliance grader. Carries no operation or config."""

    type: Literal["format_check"] = "format_check"


class MathAccuracyGrader(Grader):
    """Math-correctness grader. Carries no operation or config."""

    type: Literal["math_accuracy"] = "math_accuracy"


class StringCheckGrader(Grader):
    """String-comparison grader. Requires a StringOperation."""

    type: Literal["string_check"] = "string_check"
    operation: StringOperation


class TextSimilarityGrader(Grader):
    """Text-similarity grader. Requires a TextSimilarityOperation."""

    type: Literal["text_similarity"] = "text_similarity"
    operation: TextSimilarityOperation


class LLMGrader(Grader):
    """LLM-as-a-judge grader. Where the judge is and how it is called is a matter of settings."""

    type: Literal["llm"] = "llm"
    seed: Annotated[int, Field(ge=0), _NO_BOOLEAN] | None = None
    top_p: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), _NO_BOOLEAN] | None = None
    temperature: Annotated[float, Field(ge=0, le=1.5, allow_inf_nan=False), _NO_BOOLEAN] = 0
    max_completion_tokens: Annotated[int, Field(ge=1), _NO_BOOLEAN] = 512


_BuiltIn = Annotated[
    FormatCheckGrader | MathAccuracyGrader | StringCheckGrader | TextSimilarityGrader | LLMGrader,
    Field(discriminator="type"),
]


_A_GRADER = 'an object such as {"type": "math_accuracy"}'


def _read_grader(data: Any, built_in: Any) -> Grader:
    """A grader by its type, whatever the case, built-in or registered."""
    if isinstance(data, Grader):
        return data
    if not isinstance(data, Mapping):
        raise PydanticCustomError("grader_type", "{error}", {"error": _A_GRADER})
    if "type" not in data:
        raise PydanticCustomError("union_tag_not_found", "{error}", {
            "error": f"is missing and has no default, expected one of {', '.join(map(repr, registry.known_types()))}",
        })  # fmt: skip
    grader_type = str(data["type"]).casefold()
    if grader_type in registry.BUILT_IN:
        return built_in({**data, "type": grader_type})  # type: ignore[no-any-return]
    scorer = registry.scorer_class(grader_type)
    if scorer is None:
        known = registry.known_types()
        raise PydanticCustomError("unknown_grader", "{error}", {
            "error": f"got {data['type']!r}, expected one of {', '.join(map(repr, known))}",
            "closest": closest(grader_type, known)})  # fmt: skip
    return scorer.grader_model.model_validate({**data, "type": grader_type})


AnyGrader = Annotated[_BuiltIn, WrapValidator(_read_grader)]


class RewardComponents(WireModel):
    """A declarative reward: a weight for the format, and graders."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": True})
    format_reward_weight: Weight = rules.FORMAT_WEIGHT
    graders: Annotated[tuple[SerializeAsAny[AnyGrader], ...], Field(min_length=1), BeforeValidator(_is_list)]

    @property
    def effective_weights(self) -> tuple[float, ...]:
        """The weights the reward is made with, the format's first; they sum to exactly 1 in this order."""
        given = "format_reward_weight" in self.model_fields_set
        weights = [grader.weight for grader in self.graders]
        return rules.effective_weights(self.format_reward_weight if given else None, weights)

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out a format weight that was not given: given, it would change how weights are read."""
        written: dict[str, Any] = handler(self)
        if "format_reward_weight" not in self.model_fields_set:
            written.pop("format_reward_weight", None)
        return written

    @classmethod
    def _broken_rules(cls, data: Mapping[str, Any]) -> list[rules.BrokenRule]:
        return rules.weight_rules(data)


class TrainingConfig(WireModel):
    """What a job trains: files, model, hyperparameters, and for reinforcement the reward."""

    model_config = ConfigDict(extra="allow")
    training_files: tuple[str, ...]
    model: str
    n_epochs: Integer
    learning_rate: Number
    n_checkpoints: Integer | None = None
    batch_size: Annotated[int, Field(ge=1, le=1024), _NO_BOOLEAN]
    experiment_name: str | None = None
    max_length: Integer = 2500
    pre_train: bool = False
    fine_tune_type: FineTuneType = FineTuneType.STANDARD
    lora_config: LoRAConfig | None = None
    reward_components: RewardComponents | None = None
    beta: Number | None = None
    loss_type: Literal["SIGMOID", "HINGE", "IPO", "KTO_PAIR"] | None = None
    gradient_checkpointing: bool | None = None

    @classmethod
    def _broken_rules(cls, data: Mapping[str, Any]) -> list[rules.BrokenRule]:
        return rules.job_rules(data)

    @classmethod
    def _completed(cls, data: Mapping[str, Any]) -> Mapping[str, Any]:
        kind = data.get("fine_tune_type")
        if kind == "GRPO":
            warnings.warn("fine_tune_type 'GRPO' is deprecated: write 'REINFORCEMENT'", DeprecationWarning,
                          stacklevel=caller_level())  # fmt: skip
        if kind in ("GRPO", "REINFORCEMENT") and data.get("reward_components") is None:
            return {**data, "reward_components": rules.DEFAULT_REWARD}
        return data


class InfrastructureConfig(WireModel):
    """What a job runs on."""

    model_config = ConfigDict(extra="allow")
    accel_type: AcceleratorType
    n_accel: Integer
    n_node: Integer = 1


class RequestConfig(WireModel):
    """A whole request to create a fine-tuning job."""

    project_id: Integer | None = None
    description: str | None = None
    training_config: TrainingConfig
    infrastructure_config: InfrastructureConfig


class _DescribedSchema(GenerateJsonSchema):
    """JSON Schema the way the API description writes it: a null default goes without saying."""

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        written = super().default_schema(schema)
        return {key: value for key, value in written.items() if (key, value) != ("default", None)}


def json_schema(model: type[BaseModel] = RequestConfig) -> dict[str, Any]:
    """The JSON Schema of a wire model, the models it holds under ``$defs``.

    >>> sorted(json_schema(RewardComponents)["required"])
    ['graders']
    """
    return model.model_json_schema(schema_generator=_DescribedSchema)


def _warn_of_unknown_keys(model: type[WireModel], data: Mapping[str, Any]) -> None:
    """Warn of keys that mean nothing; where the API allows more than it describes, only of likely typos."""
    for key in [key for key in data if key not in model.model_fields]:
        more_allowed = model.model_config.get("extra") == "allow"
        nearest = closest(key, model.model_fields, 0.8 if more_allowed else 0.6)
        if more_allowed and nearest is None:
            continue
        hint = f"did you mean {nearest!r}?" if nearest else f"known are {', '.join(model.model_fields)}"
        warnings.warn(f"{model.__name__}: the key {key!r} means nothing and is ignored; {hint}", DefinitionWarning,
                      stacklevel=caller_level())  # fmt: skip


def _as_error(rule: rules.BrokenRule) -> InitErrorDetails:
    kind = PydanticCustomError("rule", "{error}", {"error": rule.message})
    return InitErrorDetails(type=kind, loc=rule.loc, input=rule.found)


def _relayed(model: type[WireModel], details: ErrorDetails) -> InitErrorDetails:
    """A field's error in a form that can be raised again, with what the model knows of the field."""
    context = {**details.get("ctx", {}), "message": details["msg"]}
    if details["type"] == "missing":
        context.setdefault("allowed", _allowed(model, details["loc"]))
    if details["type"] in _OUT_OF_BOUNDS and details["loc"] in {("weight",), ("format_reward_weight",)}:
        context["message"] = "a number above 0 and at most 1"
    kind = PydanticCustomError(details["type"], "{message}", context)
    return InitErrorDetails(type=kind, loc=details["loc"], input=details["input"])


_OUT_OF_BOUNDS = {"greater_than", "less_than_equal"}


def _allowed(model: type[WireModel], loc: tuple[str | int, ...]) -> str:
    """The values that a missing field may have, where they are a closed set."""
    field = model.model_fields.get(str(loc[0])) if len(loc) == 1 else None
    kind = field.annotation if field is not None else None
    if not (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return ""
    return f", expected one of {', '.join(repr(one.value) for one in kind)}"
