"""A grader as a definition writes it: a frozen wire value, and how its mistakes are told all at once."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from contextvars import ContextVar
from enum import StrEnum
from typing import Annotated, Any, NamedTuple, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from graders.vocabulary.errors import DefinitionWarning, Mistake
from graders.vocabulary.validation import caller_level, closest


def _not_boolean(value: object) -> object:
    """Refuse True and False where a number is meant: lax validation would read them as 1 and 0."""
    if isinstance(value, bool):
        raise PydanticCustomError("bool_as_number", "a number, not a boolean")
    return value


NO_BOOLEAN = BeforeValidator(_not_boolean)
"""Makes a field refuse True and False where a number is meant."""


Place = tuple[str | int, ...]
"""Where something stands in a document: keys and list positions from its root."""

PLACES: ContextVar[dict[int, Place]] = ContextVar("graders_places", default={})  # noqa: B039 - never written to
"""Where each object of the document that is being read stands, by its identity, for the warnings about it."""


class BrokenRule(NamedTuple):
    """A rule that a document breaks: where, a whole sentence, and what was found."""

    loc: tuple[str | int, ...]
    message: str
    found: object


Weight = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False), NO_BOOLEAN]


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
        mistakes: list[InitErrorDetails] = []
        try:
            value = handler(cls._completed(data))
        except ValidationError as error:
            mistakes += [_relayed(cls, details) for details in error.errors(include_url=False)]
        mistakes += map(_as_error, cls._broken_rules(data))
        if mistakes:
            raise ValidationError.from_exception_data(cls.__name__, mistakes) from None
        return value

    @classmethod
    def _broken_rules(cls, data: Mapping[str, Any]) -> list[BrokenRule]:
        """What the raw document breaks beyond its fields."""
        del data
        return []

    @classmethod
    def _completed(cls, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The raw document with what a rule fills in."""
        return data


class Grader(WireModel):
    """One entry of `RewardComponents.graders`. Subclass it for a grader of your own."""

    type: str
    weight: Weight | None = None


def _warn_of_unknown_keys(model: type[WireModel], data: Mapping[str, Any]) -> None:
    """Warn of unknown keys; where the API allows more than it describes, only of likely typos."""
    place = PLACES.get().get(id(data))
    for key in [key for key in data if key not in model.model_fields]:
        more_allowed = model.model_config.get("extra") == "allow"
        nearest = closest(key, model.model_fields, 0.8 if more_allowed else 0.6)
        if more_allowed and nearest is None:
            continue
        known = "" if nearest else f", expected one of {', '.join(map(repr, model.model_fields))}"
        mistake = Mistake((*(place or ()), key), f"unknown key{known}", nearest, "unknown_key", data[key])
        where = model.__name__ if place is None else Mistake(place, "").path
        hint = f"did you mean {nearest!r}?" if nearest else f"known are {', '.join(model.model_fields)}"
        sentence = f"{where}: unknown key {key!r}, ignored; {hint}".removeprefix(": ")
        warnings.warn(DefinitionWarning(sentence, mistake), stacklevel=caller_level())


def _as_error(rule: BrokenRule) -> InitErrorDetails:
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
