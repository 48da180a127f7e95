"""The fine-tuning API's paths as `/openapi.json` has them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from graders.service.flow.posted_request import PostedRequest
from graders.service.jobs.training_data import OF_PURPOSE

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}


def flow_description() -> dict[str, dict[str, Any]]:
    """Each path below ``/v1/flow`` with its operations."""
    create = _operation("Create a job", body=_json(inlined(PostedRequest)), refuses=("400", "413", "422", "429"))
    cancel = _operation("Cancel a job", ("job_id",), refuses=("404", "409"))
    paths = {
        "fine-tune": {"post": create},
        "fine-tunes": {"post": create, "get": _operation("All jobs, the latest first")},
        "fine-tunes/{job_id}": {"get": _operation("A job", ("job_id",))},
        "fine-tunes/{job_id}/cancel": {"put": cancel, "post": cancel},
        "fine-tunes/{job_id}/events": {"get": _operation("A job's events", ("job_id",), {"after": COUNT})},
        "models": {"get": _operation("What may be trained")},
        "projects": {
            "get": _operation("Projects", query={"skip": COUNT, "limit": {"type": "integer", "minimum": 1}}),
            "post": _operation("Create a project", body=_json(_PROJECT), refuses=("400", "413", "422")),
        },
        "projects/{project_id}": {"get": _operation("A project", ("project_id",))},
        **_of_files(),
    }
    for verb in ("promote", "demote"):
        marked = _operation(f"{verb.title()} a job's model", ("job_id",), refuses=("404", "409"))
        paths[f"fine-tunes/{{job_id}}/{verb}-model"] = {"get": marked}
    return {f"/v1/flow/{path}": operations for path, operations in paths.items()}


def _of_files() -> dict[str, dict[str, Any]]:
    rename = {"type": "object", "required": ["new_filename"], "properties": {"new_filename": TEXT}}
    refused = ("400", "408", "413", "415", "422", "429")
    return {
        "files": {
            "get": _operation("Files", query=_FILES_QUERY, refuses=("422",)),
            "put": _operation("Upload a training file", body=_upload({**TEXT, "format": "binary"}), refuses=refused),
        },
        "bulk_files": {
            "put": _operation("Upload several", body=_upload({"type": "array", "items": _FILE}), refuses=refused)
        },
        "files/{file_id}": {
            "get": _operation("What is known of a file", ("file_id",)),
            "delete": _operation("Delete a file", ("file_id",), refuses=("404", "409")),
        },
        "files/{file_id}/rename": {
            "put": _operation("Rename a file", ("file_id",), body=_json(rename), refuses=("400", "404", "413", "422"))
        },
        "files/{file_id}/content": {"get": _operation("A file's bytes", ("file_id",))},
    }


_FILE = {**TEXT, "format": "binary"}
_FILES_QUERY = {
    "limit": {"type": "integer", "minimum": 1},
    "offset": COUNT,
    "sort_by": {"enum": ["created_at", "filename", "type", "size"]},
    "sort_order": {"enum": ["asc", "desc"]},
    "purpose": TEXT,
}
_PROJECT = {
    "type": "object",
    "required": ["name", "description"],
    "properties": {
        "name": {**TEXT, "minLength": 5, "maxLength": 100},
        "description": {**TEXT, "minLength": 5, "maxLength": 1000},
    },
}


def _upload(files: dict[str, Any]) -> dict[str, Any]:
    fields = {"purpose": {"enum": list(OF_PURPOSE)}, "files": files, "filename": TEXT}
    schema = {"type": "object", "required": ["purpose", "files"], "properties": fields}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _operation(
    summary: str,
    ids: tuple[str, ...] = (),
    query: dict[str, Any] | None = None,
    body: dict[str, Any] | None = None,
    refuses: tuple[str, ...] = (),
) -> dict[str, Any]:
    """One operation; whatever refuses says why in ``detail``."""
    named = [{"name": one, "in": "path", "required": True, "schema": TEXT} for one in ids]
    named += [{"name": name, "in": "query", "schema": schema} for name, schema in (query or {}).items()]
    codes = dict.fromkeys((*refuses, *(("404",) if ids else ()), *(("422",) if query else ()), "401"))
    replies = {"200": {"description": "Successful Response"}}
    replies |= {code: {"description": "What is wrong, in `detail`"} for code in sorted(codes)}
    described = {"summary": summary, "parameters": named, "responses": replies}
    return {**described, **({"requestBody": body} if body is not None else {})}


def inlined(model: type[BaseModel]) -> dict[str, Any]:
    """A model's JSON Schema with what it refers to in place."""
    schema = model.model_json_schema()
    whole: dict[str, Any] = _inlined(schema, schema.get("$defs", {}))
    return whole


def _inlined(value: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_inlined(one, definitions) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return _inlined(definitions[value["$ref"].rpartition("/")[2]], definitions)
    left_out = {"$defs", "discriminator"}  # its mapping refers to what is in place now
    return {key: _inlined(one, definitions) for key, one in value.items() if key not in left_out}
