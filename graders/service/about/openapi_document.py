"""`/openapi.json`: the paths of all dialects, as each describes its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graders import __version__
from graders.service.about.openapi_parts import RUN_NAME, operation, record, texts
from graders.service.dialect import ServedDialect

_STATUS = record(("status",), status={"type": "string"})

_OF_PROBES = {
    "/healthz": {"get": {**operation("Whether the process is alive", reply=_STATUS), "security": []}},
    "/readyz": {"get": {**operation("Whether requests may be sent: 503 while it starts or leaves"), "security": []}},
    "/metrics": {
        "get": {
            "summary": "Figures in the format of Prometheus",
            "responses": {"200": {"description": "Figures.", "content": {"text/plain": {}}}},
        }
    },
    "/watch": {
        "get": operation("The watched runs that are shown", reply=record(("runs",), runs=texts("Their names.")))
    },
    "/watch/{name}": {
        "get": {
            "summary": "The page of a watched run",
            "parameters": [RUN_NAME],
            "responses": {
                "200": {"description": "As it stands.", "content": {"text/html": {}}},
                "4XX": {"description": "No such run, or nothing recorded of it yet."},
            },
        }
    },
}


def openapi_document(dialects: Sequence[ServedDialect]) -> dict[str, Any]:
    """The description of a service that speaks these dialects."""
    paths: dict[str, Any] = dict(_OF_PROBES)
    for dialect in dialects:
        for path, operations in dialect.described.items():
            tagged = {method: {"tags": [dialect.name], **one} for method, one in operations.items()}
            paths[path] = {**paths.get(path, {}), **tagged}
    return {
        "openapi": "3.1.0",
        "info": {"title": "graders", "version": __version__, "summary": "Rewards over HTTP."},
        "security": [{"key": []}],
        "paths": paths,
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }
