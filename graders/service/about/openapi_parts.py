"""How the dialects describe their paths: schemas and operations of OpenAPI 3.1, in few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
"""A JSON Schema."""

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
OBJECT: Schema = {"type": "object"}
REWARD_NAME = {
    "name": "reward",
    "in": "path",
    "required": True,
    "schema": TEXT,
    "description": "A reward that is served.",
}
"""The parameter of an address that names a reward."""
RUN_NAME = {**REWARD_NAME, "name": "name", "description": "A watched run that is shown."}
"""The parameter of an address that names a watched run."""


def texts(meaning: str) -> Schema:
    """A list of texts."""
    return {"type": "array", "items": TEXT, "description": meaning}


def anything(meaning: str) -> Schema:
    """A list of anything."""
    return {"type": "array", "items": {}, "description": meaning}


def record(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """An object with these fields, and others."""
    return {"type": "object", "required": list(required), "properties": dict(properties)}


def operation(
    summary: str, body: Schema | None = None, reply: Schema | None = None, parameters: tuple[Schema, ...] = ()
) -> dict[str, Any]:
    """An operation of a path: what it does, what it takes, what it gives; 4xx and 5xx are the dialect's envelope."""
    answers = {"200": _json("As asked.", reply or {}), "4XX": _json("What is wrong, in words.", OBJECT)}
    described: dict[str, Any] = {"summary": summary, "responses": answers}
    if body is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    if parameters:
        described["parameters"] = list(parameters)
    return described


def _json(meaning: str, schema: Schema) -> dict[str, Any]:
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}
