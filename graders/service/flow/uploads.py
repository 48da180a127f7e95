"""Files as the client sends them: multipart, spooled to the disk, read once before they are kept."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from graders.service.flow.http_validation import UnprocessableProblem, fault, missing
from graders.service.jobs.fine_tuning import FineTuning
from graders.service.jobs.identity import shown_name
from graders.service.jobs.tables.file_table import StoredFile
from graders.service.jobs.training_data import OF_PURPOSE, SUFFIXES, examine
from graders.service.problems import Problem
from graders.service.service_context import Service
from graders.vocabulary.errors import GradersError

MOST_UPLOADS = 100
"""So many files at once."""

MOST_FIELD = 4096
"""The longest field, in bytes: a purpose, a name."""


@asynccontextmanager
async def upload_form(request: Request, service: Service) -> AsyncIterator[FormData]:
    """The multipart form of a request, within the limits of the service.

    Raises:
        Problem: 413, it is too large; 408, it stops arriving; 400, it is no multipart form; 415, it claims to be none.
        ClientDisconnect: the client has gone.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise Problem(415, f"the content type is {kind[:80]!r}, expected multipart/form-data")
    limited = _Limited(request, service.settings.upload_bytes, service.settings.body_seconds)
    bounded = Request(request.scope, limited.receive)
    try:
        form = await bounded.form(max_files=2 * MOST_UPLOADS, max_fields=20, max_part_size=MOST_FIELD)
    except (HTTPException, FormParserError) as error:  # the second passes through older versions of Starlette
        said = error.detail if isinstance(error, HTTPException) else error
        raise Problem(400, f"the multipart form can't be read: {said}") from None
    try:
        yield form
    finally:
        await form.close()


class _Limited:
    """Counts what arrives, and waits only so long for more."""

    def __init__(self, request: Request, most: int, seconds: float) -> None:
        claimed = request.headers.get("content-length", "")
        self._receive = request.receive
        self._most, self._seconds, self._size = most, seconds, 0
        if claimed.isdecimal() and (len(claimed) > 18 or int(claimed) > most):
            raise self._too_large()

    async def receive(self) -> Message:
        """The next part of the body."""
        try:
            async with asyncio.timeout(self._seconds):
                message = await self._receive()
        except TimeoutError:
            said = f"nothing of the upload arrived for {self._seconds:g} s"
            raise Problem(408, said, headers={"Connection": "close"}) from None
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        self._size += len(message.get("body", b""))
        if self._size > self._most:
            raise self._too_large()
        return message

    def _too_large(self) -> Problem:
        said = f"the upload is larger than {self._most} bytes, the most that is taken"
        return Problem(413, said, headers={"Connection": "close"})


def purpose_of(form: FormData) -> str:
    """What the files of a form are for.

    Raises:
        UnprocessableProblem: it doesn't say, or for nothing that is served.
    """
    purpose = form.get("purpose")
    if purpose is None:
        raise missing("body", "purpose")
    if purpose == "alignment":
        raise fault(("body", "purpose"), "documents are not aligned here, only models are trained", purpose)
    if not isinstance(purpose, str) or purpose not in OF_PURPOSE:
        *most, last = (repr(one) for one in OF_PURPOSE)
        expected = f"{', '.join(most)} or {last}"
        found = purpose if isinstance(purpose, str) else "a file"
        one = {"type": "enum", "loc": ["body", "purpose"], "msg": f"Input should be {expected}", "input": found}
        raise UnprocessableProblem([{**one, "ctx": {"expected": expected}}])
    return purpose


def files_of(form: FormData) -> list[UploadFile]:
    """The files of a form.

    Raises:
        UnprocessableProblem: there are none, or too many.
    """
    given = form.getlist("files")
    files = [one for one in given if isinstance(one, UploadFile)]
    if not files:
        raise missing("body", "files") if not given else fault(("body", "files"), "is a text, expected a file")
    if len(files) > MOST_UPLOADS:
        raise fault(("body", "files"), f"{len(files)} files at once, expected at most {MOST_UPLOADS}")
    return files


async def name_of(form: FormData, file: UploadFile) -> str:
    """A file's name: what the part ``filename`` holds, be it a text or, as the client sends it, a file."""
    given = form.get("filename")
    if isinstance(given, UploadFile):
        given = (await given.read(MOST_FIELD)).decode("utf-8", "replace")
    return shown_name(given or (file.filename or "").replace("%22", '"'))


async def keep_file(service: Service, jobs: FineTuning, file: UploadFile, name: str, purpose: str) -> StoredFile:
    """Read a file in a worker process, and keep it where it can train something.

    Raises:
        UnprocessableProblem: it can't, in words that name the line.
    """
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix not in SUFFIXES:
        sentence = f"{name!r} is called {'.' + suffix if suffix else 'nothing'} at its end, expected .jsonl or .parquet"
        raise fault(("body", "files"), sentence)
    file_id, unfinished = jobs.files.unfinished(suffix)
    try:
        await asyncio.to_thread(_written, file, unfinished)
        faults: dict[str, str] = await service.compute(examine, str(unfinished), jobs.settings.most_file_lines)
        possible = [needs for needs in OF_PURPOSE[purpose] if needs not in faults]
        if not possible:
            raise fault(("body", "files"), f"{name!r}, as a file for {purpose}: {faults[OF_PURPOSE[purpose][0]]}")
        return await asyncio.to_thread(
            jobs.files.keep, file_id, unfinished, filename=name, purpose=purpose, faults=faults
        )
    except Problem:
        raise
    except GradersError as error:
        said = str(error).replace(str(unfinished), "").strip(": ")
        raise fault(("body", "files"), f"{name!r} {said}") from None
    finally:
        await asyncio.to_thread(unfinished.unlink, missing_ok=True)


def _written(file: UploadFile, path: Path) -> None:
    file.file.seek(0)
    with path.open("wb") as stream:
        shutil.copyfileobj(file.file, stream, 1 << 20)
