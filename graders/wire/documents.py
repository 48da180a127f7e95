"""From a file, JSON text or a value to a validated definition."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from graders.contract.grader import PLACES, Place, WireModel
from graders.vocabulary.errors import DefinitionError, Mistake
from graders.vocabulary.validation import RepeatedKeyError, closest, mistakes_of, near_file, shown, without_repeats
from graders.wire.openai.grader_reading import grader_within
from graders.wire.openai.translation import Translation, translate
from graders.wire.schema import RequestConfig, RewardComponents, TrainingConfig

Source = str | os.PathLike[str] | Mapping[str, Any] | RewardComponents | TrainingConfig | RequestConfig
"""What a reward can be loaded from."""

_SOURCES = "a path, JSON text, a dict or a RewardComponents"
_A_REWARD = '{"graders": [{"type": "math_accuracy"}]}'
_MARK = "\ufeff"  # a byte order mark, left over from a file
_LONGEST_PATH = 200
"""A longer path is cut where an error names it: it is most likely a text that was meant to be JSON."""

_DEEPEST_GRADER = 4
"""Steps from the root of a request to one of its graders: training_config, reward_components, graders, its number."""

_REQUEST_KEYS = {"training_config", "infrastructure_config"}
_TRAINING_KEYS = {"training_files", "fine_tune_type", "reward_components", "n_epochs"}


def read_definition(source: Source) -> RewardComponents | TrainingConfig | RequestConfig:
    """Read and validate a reward, training or request document, whichever it is; a grader of OpenAI's is translated.

    Raises:
        DefinitionError: with every mistake in it.
    """
    read = read_document(source)
    return read.reward if isinstance(read, Translation) else read


def read_document(source: Source) -> RewardComponents | TrainingConfig | RequestConfig | Translation:
    """As `read_definition`; of a grader of OpenAI's also what it takes to mean the same.

    Raises:
        DefinitionError: with every mistake in it.
    """
    if isinstance(source, RewardComponents | TrainingConfig | RequestConfig):
        return source
    if isinstance(source, Mapping):
        return _validated(source, "the definition")
    if isinstance(source, str) and source.removeprefix(_MARK).lstrip()[:1] in {"{", "["}:
        return _validated(parse_json(source.removeprefix(_MARK), "the definition"), "the definition")
    if not isinstance(source, str | os.PathLike):
        raise TypeError(f"load_reward: got {shown(source)}, expected {_SOURCES}{_hint(source)}")
    return _from_path(source)


def _hint(source: object) -> str:
    return f"; a list of graders goes under 'graders': {_A_REWARD}" if isinstance(source, list | tuple) else ""


def _from_path(source: str | os.PathLike[str]) -> RewardComponents | TrainingConfig | RequestConfig | Translation:
    path = os.fspath(source)
    if not path.strip():
        raise DefinitionError("the definition", [Mistake((), f"can't be read: it is empty, expected {_SOURCES}")])
    name = path if len(path) <= _LONGEST_PATH and path.isprintable() else shown(path)
    return _validated(parse_json(_text_of(path, name), name), name)


def reward_components(definition: RewardComponents | TrainingConfig | RequestConfig) -> RewardComponents:
    """The reward in a document.

    Raises:
        DefinitionError: the document is a job without a reward.
    """
    if isinstance(definition, RequestConfig):
        return reward_components(definition.training_config)
    if isinstance(definition, RewardComponents):
        return definition
    if definition.reward_components is None:
        kind = definition.fine_tune_type
        message = f"a job of type {kind.value!r} has no reward; rewards go with 'REINFORCEMENT'"
        raise DefinitionError("the training configuration", [Mistake(("fine_tune_type",), message, found=kind)])
    return definition.reward_components


def parse_json(text: str, source: str) -> Any:
    """JSON text as values; a key given twice is a mistake, not the last one's.

    Raises:
        DefinitionError: it is not valid JSON; the message has line and column.
    """
    try:
        return json.loads(text, object_pairs_hook=without_repeats)
    except json.JSONDecodeError as error:
        message = f"is not valid JSON: {error.msg.removesuffix(' at')} at line {error.lineno}, column {error.colno}"
    except RecursionError:
        message = "is nested too deeply"
    except RepeatedKeyError as error:
        message = f"the key {error.args[0]!r} is given twice in one object"
    except ValueError as error:  # an integer of thousands of digits
        message = f"can't be read: {error}"
    raise DefinitionError(source, [Mistake((), message, kind="json_invalid")])


def _text_of(path: str, name: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        hint = f"; it was taken as a path, since JSON text begins with '{{': expected {_SOURCES}"
        message = f"can't be read: {reason}{hint if name != path else near_file(path)}"
        raise DefinitionError(name, [Mistake((), message, kind="unreadable")]) from None


def _validated(document: Any, source: str) -> RewardComponents | TrainingConfig | RequestConfig | Translation:
    if not isinstance(document, Mapping):
        message = f"got {shown(document)}, expected a JSON object with 'graders': {_A_REWARD}"
        raise DefinitionError(source, [Mistake((), message, found=document)])
    if "graders" not in document or "type" in document:  # a multi has both
        grader = grader_within(document)
        if grader is not None:
            return translate(grader, source)
    model = _model_for(document, source)
    before = PLACES.set(dict(_places(document)))
    try:
        return model.model_validate(document)  # type: ignore[return-value]
    except ValidationError as error:
        raise DefinitionError(source, mistakes_of(error, document)) from None
    finally:
        PLACES.reset(before)


def _places(value: object, place: Place = ()) -> Iterator[tuple[int, Place]]:
    """Where each object of a document stands, as deep as a grader does."""
    if len(place) > _DEEPEST_GRADER:
        return
    if isinstance(value, Mapping):
        yield id(value), place
        for key, inner in value.items():
            yield from _places(inner, (*place, key))
    elif isinstance(value, list | tuple):
        for position, inner in enumerate(value):
            yield from _places(inner, (*place, position))


def _model_for(document: Mapping[str, Any], source: str) -> type[WireModel]:
    """Which document this is, by its keys."""
    if document.keys() & _REQUEST_KEYS:
        return RequestConfig
    if "graders" in document:
        return RewardComponents
    _refuse_parts(document, source)
    if document.keys() & _TRAINING_KEYS:
        return TrainingConfig
    near = next(filter(None, (closest(key, ["graders", *_REQUEST_KEYS]) for key in document)), None)
    keys = ", ".join(map(repr, document)) or "none"
    message = (
        "is neither a reward (with 'graders'), nor a training configuration (with 'training_files'), nor a request "
        f"(with 'training_config'); its keys are {keys}"
    )
    raise DefinitionError(source, [Mistake((), message, near, "unknown_document", dict(document))])


def _refuse_parts(document: Mapping[str, Any], source: str) -> None:
    """Say what is lacking around a lone grader, or that the object around a reward is too much."""
    if "type" in document:
        message = f"is a single grader; a reward has a list of them under 'graders': {_A_REWARD}"
    elif document.keys() == {"reward_components"}:
        message = "holds a reward and no training configuration: load the object under 'reward_components' itself"
    else:
        return
    raise DefinitionError(source, [Mistake((), message, kind="unknown_document")])
