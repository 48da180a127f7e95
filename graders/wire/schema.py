"""The wire: the schemas of the fine-tuning API, from `RequestConfig` down, as frozen values.

Names, fields, defaults, bounds and enums are the API description's. What the description leaves to prose
(how weights share the reward, which keys go together) is in `graders.wire.weight_rules`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializeAsAny,
    SerializerFunctionWrapHandler,
    WrapValidator,
    model_serializer,
)
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import PydanticCustomError

from graders.contract import registry
from graders.contract.grader import NO_BOOLEAN, PLACES, Grader, Weight, WireModel
from graders.vocabulary.documentation import docs_page
from graders.vocabulary.validation import caller_level, closest
from graders.wire import weight_rules as rules


def _is_list(value: object) -> object:
    """Refuse what is no list, sets and iterators too: the weight rules have to read it too."""
    if not isinstance(value, list | tuple):
        raise PydanticCustomError("list_type", "a list")
    return value


Number = Annotated[float, Field(allow_inf_nan=False), NO_BOOLEAN]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), NO_BOOLEAN]
Integer = Annotated[int, NO_BOOLEAN]


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


class LoRAConfig(WireModel):
    """Low-rank adaptation: train two small matrices beside each weight matrix."""

    model_config = ConfigDict(extra="allow")
    r: Annotated[int, Field(gt=0, description="Rank of the update matrices."), NO_BOOLEAN] = 8
    alpha: Annotated[int, Field(gt=0, description="Scaling factor applied to LoRA updates."), NO_BOOLEAN] = 32
    dropout: Share = Field(0.1, description="Fraction of LoRA neurons dropped during training.")
    bias: Literal["none", "all", "lora_only"] = Field(
        "none", description="Bias terms to train; choose from 'none', 'all', or 'lora_only'."
    )
    extras: dict[str, Any] = Field(default_factory=dict)


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
    seed: Annotated[int, Field(ge=0), NO_BOOLEAN] | None = None
    top_p: Share | None = None
    temperature: Annotated[float, Field(ge=0, le=1.5, allow_inf_nan=False), NO_BOOLEAN] = 0
    max_completion_tokens: Annotated[int, Field(ge=1), NO_BOOLEAN] = 512


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
        allowed = ", ".join(map(repr, registry.known_types()))
        error = f"is missing and has no default, expected one of {allowed}"
        raise PydanticCustomError("union_tag_not_found", "{error}", {"error": error})
    grader_type = str(data["type"]).casefold()
    named = {**data, "type": grader_type}
    if id(data) in (places := PLACES.get()):
        places[id(named)] = places[id(data)]
    if grader_type in registry.BUILT_IN:
        return built_in(named)  # type: ignore[no-any-return]
    scorer = registry.scorer_class(grader_type)
    if scorer is None:
        known, nearest = registry.known_types(), closest(grader_type, registry.known_types())
        hint = "" if nearest else _hint(grader_type)
        error = f"got {data['type']!r}, expected one of {', '.join(map(repr, known))}{hint}"
        context = {"error": error, "closest": nearest}
        raise PydanticCustomError("unknown_grader", "{error}", context)
    return scorer.grader_model.model_validate(named)


def _hint(grader_type: str) -> str:
    """What to make of a type that is like none of those here."""
    if grader_type in {"exact", "exact_match", "equals"}:  # as other libraries call it
        return "; an exact match is 'string_check' with 'operation': 'equals'"
    return f"; a type of your own must be registered, or installed: {docs_page('write_your_own')}"


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

    _broken_rules = staticmethod(rules.weight_rules)


class TrainingConfig(WireModel):
    """What a job trains: files, model, hyperparameters, and for reinforcement the reward."""

    model_config = ConfigDict(extra="allow")
    training_files: tuple[str, ...]
    model: str
    n_epochs: Integer
    learning_rate: Number
    n_checkpoints: Integer | None = None
    batch_size: Annotated[int, Field(ge=1, le=1024), NO_BOOLEAN]
    experiment_name: str | None = None
    max_length: Integer = 2500
    pre_train: bool = False
    fine_tune_type: FineTuneType = FineTuneType.STANDARD
    lora_config: LoRAConfig | None = None
    reward_components: RewardComponents | None = None
    beta: Number | None = None
    loss_type: Literal["SIGMOID", "HINGE", "IPO", "KTO_PAIR"] | None = None
    gradient_checkpointing: bool | None = None

    _broken_rules = staticmethod(rules.job_rules)

    @classmethod
    def _completed(cls, data: Mapping[str, Any]) -> Mapping[str, Any]:
        kind = data.get("fine_tune_type")
        if kind == "GRPO":
            sentence = "fine_tune_type 'GRPO' is deprecated: write 'REINFORCEMENT'"
            warnings.warn(sentence, DeprecationWarning, stacklevel=caller_level())
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


def json_schema(model: type[BaseModel] = RequestConfig, more: Iterable[type[Grader]] = ()) -> dict[str, Any]:
    """The JSON Schema of a wire model, the models it holds under ``$defs``.

    Args:
        model: The model.
        more: Graders beside the built-in ones that may stand in it.

    >>> sorted(json_schema(RewardComponents)["required"])
    ['graders']
    """
    schema = model.model_json_schema(schema_generator=_DescribedSchema)
    holder = schema if model is RewardComponents else schema["$defs"]["RewardComponents"]
    choice = holder["properties"]["graders"]["items"]
    for grader in more:
        kind, reference = grader.model_fields["type"].default, f"#/$defs/{grader.__name__}"
        schema["$defs"][grader.__name__] = grader.model_json_schema(schema_generator=_DescribedSchema)
        choice["oneOf"].append({"$ref": reference})
        choice["discriminator"]["mapping"][kind] = reference
    return schema
