"""A request to create a job, as the API's own service reads it: lax, every mistake told as pydantic tells it.

The same fields, defaults, bounds and enums as `graders.wire.schema` (a test compares their JSON Schemas). The wire's
models word mistakes for people and are stricter; what stands here is what an API client expects in a 422.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from graders.wire import weight_rules as rules
from graders.wire.schema import AcceleratorType, FineTuneType

Finite = Annotated[float, Field(allow_inf_nan=False)]
PostedWeight = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
PostedShare = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class PostedStringOperation(StrEnum):
    """How `string_check` compares; case matters."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    CONTAINS = "contains"
    CASE_INSENSITIVE_CONTAINS = "case_insensitive_contains"


class PostedTextOperation(StrEnum):
    """The metric of `text_similarity`; case matters."""

    BLEU = "bleu"
    ROUGE = "rouge"


class PostedLoRA(BaseModel):
    """``lora_config``."""

    model_config = ConfigDict(extra="allow")
    r: Annotated[int, Field(gt=0)] = 8
    alpha: Annotated[int, Field(gt=0)] = 32
    dropout: PostedShare = 0.1
    bias: Literal["none", "all", "lora_only"] = "none"
    extras: dict[str, Any] = Field(default_factory=dict)


class PostedFormatCheck(BaseModel):
    """A grader of ``type`` ``format_check``."""

    type: Literal["format_check"] = "format_check"
    weight: PostedWeight | None = None


class PostedMathAccuracy(BaseModel):
    """A grader of ``type`` ``math_accuracy``."""

    type: Literal["math_accuracy"] = "math_accuracy"
    weight: PostedWeight | None = None


class PostedStringCheck(BaseModel):
    """A grader of ``type`` ``string_check``."""

    type: Literal["string_check"] = "string_check"
    weight: PostedWeight | None = None
    operation: PostedStringOperation


class PostedTextSimilarity(BaseModel):
    """A grader of ``type`` ``text_similarity``."""

    type: Literal["text_similarity"] = "text_similarity"
    weight: PostedWeight | None = None
    operation: PostedTextOperation


class PostedLLM(BaseModel):
    """A grader of ``type`` ``llm``; whatever else it says, such as a model or an endpoint, means nothing."""

    type: Literal["llm"] = "llm"
    weight: PostedWeight | None = None
    seed: Annotated[int, Field(ge=0)] | None = None
    top_p: PostedShare | None = None
    temperature: Annotated[float, Field(ge=0, le=1.5, allow_inf_nan=False)] = 0
    max_completion_tokens: Annotated[int, Field(ge=1)] = 512


PostedGrader = Annotated[
    PostedFormatCheck | PostedMathAccuracy | PostedStringCheck | PostedTextSimilarity | PostedLLM,
    Field(discriminator="type"),
]


class PostedReward(BaseModel):
    """``reward_components``."""

    model_config = ConfigDict(extra="allow")
    format_reward_weight: PostedWeight = rules.FORMAT_WEIGHT
    graders: Annotated[list[PostedGrader], Field(min_length=1)]

    @model_validator(mode="after")
    def _weights_go_together(self) -> Self:
        weights = [grader.weight for grader in self.graders]
        given = self.format_reward_weight if "format_reward_weight" in self.model_fields_set else None
        raw = {} if given is None else {"format_reward_weight": given}
        _refuse(rules.weight_rules({**raw, "graders": [{"weight": weight} for weight in weights]}))
        if min(rules.effective_weights(given, weights)) <= 0:
            raise ValueError("format_reward_weight leaves nothing for the graders: lower it")
        return self


class PostedTraining(BaseModel):
    """``training_config``."""

    model_config = ConfigDict(extra="allow")
    training_files: list[str]
    model: str
    n_epochs: int
    learning_rate: Finite
    n_checkpoints: int | None = None
    batch_size: Annotated[int, Field(ge=1, le=1024)]
    experiment_name: str | None = None
    max_length: int = 2500
    pre_train: bool = False
    fine_tune_type: FineTuneType = FineTuneType.STANDARD
    lora_config: PostedLoRA | None = None
    reward_components: PostedReward | None = None
    beta: Finite | None = None
    loss_type: Literal["SIGMOID", "HINGE", "IPO", "KTO_PAIR"] | None = None
    gradient_checkpointing: bool | None = None

    @model_validator(mode="after")
    def _keys_go_together(self) -> Self:
        names = ("reward_components", "beta")
        given = {name: value for name in names if (value := getattr(self, name)) is not None}
        _refuse(rules.job_rules({"fine_tune_type": self.fine_tune_type.value, **given}))
        return self


class PostedInfrastructure(BaseModel):
    """``infrastructure_config``."""

    model_config = ConfigDict(extra="allow")
    accel_type: AcceleratorType
    n_accel: int
    n_node: int = 1


class PostedRequest(BaseModel):
    """A whole request."""

    project_id: int | None = None
    description: str | None = None
    training_config: PostedTraining
    infrastructure_config: PostedInfrastructure

    def document(self) -> dict[str, Any]:
        """The request of the API's fields alone, as it was given: numbers are numbers now, defaults are left out."""
        written = self.model_dump(mode="json", exclude_unset=True)
        for name, section in (("training_config", PostedTraining), ("infrastructure_config", PostedInfrastructure)):
            written[name] = {key: value for key, value in written[name].items() if key in section.model_fields}
        return written


def _refuse(broken: list[Any]) -> None:
    """Refuse what breaks a rule.

    Raises:
        ValueError: with every sentence.
    """
    if broken:
        raise ValueError("; ".join(rule.message for rule in broken))
