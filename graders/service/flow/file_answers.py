"""What answers requests about files."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from graders.service.flow.flow_replies import file_reply, listed
from graders.service.flow.http_validation import fault, of_validation, one_line, posted
from graders.service.flow.uploads import files_of, keep_file, name_of, purpose_of, upload_form
from graders.service.jobs.fine_tuning import FineTuning
from graders.service.jobs.identity import shown_name
from graders.service.jobs.tables.file_table import StoredFile
from graders.service.problems import Problem
from graders.service.service_context import Service


class FileListQuery(BaseModel):
    """How a list of files is asked for."""

    limit: Annotated[int, Field(ge=1, le=100_000)] = 100_000
    offset: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    sort_by: Literal["created_at", "filename", "type", "size"] = "created_at"
    sort_order: Literal["asc", "desc"] = "desc"
    purpose: str | None = None


class RenameBody(BaseModel):
    """A file's new name."""

    new_filename: Annotated[str, Field(min_length=1, max_length=255)]


class FileAnswers:
    """Answers about the files of a service."""

    def __init__(self, service: Service, jobs: FineTuning) -> None:
        self._service = service
        self._jobs = jobs

    async def upload(self, request: Request) -> Response:
        """Keep one file."""
        async with upload_form(request, self._service) as form:
            purpose, files = purpose_of(form), files_of(form)
            if len(files) > 1:
                raise fault(("body", "files"), f"{len(files)} files, expected one: send several to bulk_files")
            name = await name_of(form, files[0])
            stored = await keep_file(self._service, self._jobs, files[0], name, purpose)
        return one_line(file_reply(stored))

    async def upload_many(self, request: Request) -> Response:
        """Keep several files, or none of them."""
        kept: list[StoredFile] = []
        try:
            async with upload_form(request, self._service) as form:
                purpose = purpose_of(form)
                for file in files_of(form):
                    name = shown_name((file.filename or "").replace("%22", '"'))
                    kept.append(await keep_file(self._service, self._jobs, file, name, purpose))
        except Problem:
            for stored in kept:
                await asyncio.to_thread(self._jobs.files.remove, stored)
            raise
        return one_line([file_reply(stored) for stored in kept])

    async def list(self, request: Request) -> Response:
        """Files, sorted."""
        try:
            query = FileListQuery.model_validate(dict(request.query_params))
        except ValidationError as error:
            raise of_validation(error, "query") from None
        found = await asyncio.to_thread(
            self._jobs.files.list,
            purpose=query.purpose,
            sort_by=query.sort_by,
            ascending=query.sort_order == "asc",
            limit=query.limit,
            offset=query.offset,
        )
        return one_line(listed([file_reply(stored) for stored in found]))

    async def _stored(self, request: Request) -> StoredFile:
        file_id = request.path_params["file_id"]
        stored = await asyncio.to_thread(self._jobs.files.get, file_id)
        if stored is None:
            raise Problem(404, f"there is no file {file_id[:80]!r}")
        return stored

    async def retrieve(self, request: Request) -> Response:
        """What is known of a file."""
        return one_line(file_reply(await self._stored(request)))

    async def rename(self, request: Request) -> Response:
        """Give a file another name to be shown."""
        stored = await self._stored(request)
        body, _ = await posted(RenameBody, request, self._service.settings)
        name = shown_name(body.new_filename)
        if not name:
            raise fault(("body", "new_filename"), "has nothing that can be shown", body.new_filename)
        await asyncio.to_thread(self._jobs.files.rename, stored.id, name)
        return one_line(file_reply(await self._stored(request)))

    async def delete(self, request: Request) -> Response:
        """Delete a file that no job needs any more."""
        stored = await self._stored(request)
        job = await asyncio.to_thread(self._jobs.book.jobs.is_used, stored.id)
        if job is not None:
            raise Problem(409, f"job {job.id} trains from this file: cancel it first, or wait for its end")
        await asyncio.to_thread(self._jobs.files.remove, stored)
        return one_line({"id": stored.id, "object": "file", "deleted": True})

    async def content(self, request: Request) -> Response:
        """A file's bytes, as many as its length says: the client takes neither compressed nor chunked ones."""
        stored = await self._stored(request)
        media = "application/x-tar" if stored.type == "tar" else "application/octet-stream"
        return FileResponse(self._jobs.files.path(stored), media_type=media, filename=stored.filename)
