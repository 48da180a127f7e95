"""Raw settings documents that know where their values stand, so that a mistake names the place to mend."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.vocabulary.errors import DefinitionError, Mistake
from graders.vocabulary.validation import near_file

ENV_PREFIX = "GRADERS_"
"""Environment variables: ``GRADERS_ANSWER_SOURCE``, ``GRADERS_JUDGE_MODEL``, ``GRADERS_STRING_STRIP``, ..."""

Loc = tuple[str | int, ...]


class Layer(dict[str, Any]):
    """A raw settings document, and how a place in it is written.

    Args:
        values: The document.
        place: From a location to words: ``s.toml: judge.model``, ``GRADERS_JUDGE_MODEL``, ``--tags``.
    """

    def __init__(self, values: Mapping[str, Any], place: Callable[[Loc], str]) -> None:
        super().__init__(values)
        self.place = place


@dataclass(frozen=True, slots=True)
class PlacedMistake(Mistake):
    """A mistake that is told by the place to mend: a file and key, a variable, a flag."""

    place: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


def as_flag(loc: Loc) -> str:
    """The command-line option of a setting: ``--think-prefilled``."""
    names = [step for step in loc if isinstance(step, str)]
    if names[0] == "judge" and len(names) > 1:
        return f"--judge {names[1]}"
    return "--" + names[-1].replace("_", "-")


def as_variable(loc: Loc) -> str:
    """The environment variable of a setting: ``GRADERS_STRING_STRIP``."""
    return ENV_PREFIX + "_".join(step for step in loc if isinstance(step, str)).upper()


def flags(values: Mapping[str, Any]) -> Layer:
    """Settings that were given as options of a command."""
    return Layer(values, as_flag)


def read_toml(path: str | os.PathLike[str]) -> Layer:
    """The raw content of a TOML file.

    Raises:
        DefinitionError: it can't be read, or is no TOML.
    """
    try:
        values = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DefinitionError(
            str(path), [Mistake((), f"can't be read: {error.strerror or error}{near_file(path)}")]
        ) from None
    except ValueError as error:
        raise DefinitionError(str(path), [Mistake((), f"can't be read as TOML: {error}")]) from None
    return Layer(values, lambda loc: f"{path}: {Mistake(loc, '').path}")


def placed(mistake: Mistake, layers: Sequence[Mapping[str, Any]]) -> Mistake:
    """A mistake in merged documents, with the place where its value was given, if one can be told."""
    holders = [(layer, value) for layer in layers for value in _given(layer, mistake.loc)]
    layer, value = holders[0] if holders else ({}, None)
    is_mixed = len(holders) > 1 and isinstance(value, Mapping)  # a rule about a section that several documents give
    if is_mixed or not isinstance(layer, Layer):
        return mistake
    place = layer.place(mistake.loc)
    return PlacedMistake(mistake.loc, mistake.message, mistake.suggestion, mistake.kind, mistake.found, place)


def _given(layer: Mapping[str, Any], loc: Loc) -> list[Any]:
    """The value that a document gives at a location, or the list or text that it is a part of, if it gives one."""
    inner: Any = layer
    for step in loc:
        if not isinstance(inner, Mapping):
            break
        if step not in inner:
            return []
        inner = inner[step]
    return [inner] if loc else []
