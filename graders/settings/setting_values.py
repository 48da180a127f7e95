"""How single settings are read: paths, addresses, several values in one text."""

from __future__ import annotations

import os
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field


def _path(value: object) -> object:
    """A path as its text."""
    return os.fspath(value) if isinstance(value, os.PathLike) else value


def _url(value: str) -> str:
    """An endpoint's address must say how it is spoken to."""
    if not value.startswith(("http://", "https://")):
        raise ValueError("an http:// or https:// URL, e.g. 'http://localhost:8000/v1'")
    return value


def _split(value: object) -> object:
    """Several values as one string, as an environment variable gives them: separated by semicolons."""
    return tuple(part.strip() for part in value.split(";")) if isinstance(value, str) else value


def _two(value: object) -> object:
    """Two names as one string, as a flag or a variable gives them: separated by a comma."""
    names = tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value
    if isinstance(names, list | tuple) and len(names) != 2:
        raise ValueError("two names, e.g. 'think,answer'")
    return names


def _tag_names(tags: tuple[str, str]) -> tuple[str, str]:
    """Tag names must be able to stand in a tag and differ from one another."""
    for name in tags:
        if not name or any(character in "<>/" or character.isspace() for character in name):
            raise ValueError(f"two names without '<', '>', '/' and white space, e.g. ('think', 'answer'); got {name!r}")
    if tags[0] == tags[1]:
        raise ValueError("two different names, e.g. ('think', 'answer')")
    return tags


Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Words = Annotated[str, Field(min_length=1)]
FilePath = Annotated[Words, BeforeValidator(_path)]
Url = Annotated[str, AfterValidator(_url)]
Several = BeforeValidator(_split)
Tags = Annotated[tuple[str, str], BeforeValidator(_two), AfterValidator(_tag_names)]
