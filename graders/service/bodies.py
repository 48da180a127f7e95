"""Request bodies: read within limits of size and time, decoded as the JSON that they claim to be."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from graders.service.admission import Place
from graders.service.json_text import decode_json, encode_json
from graders.service.problems import Problem
from graders.service.service_settings import ServiceSettings


async def read_body(request: Request, settings: ServiceSettings, most: int | None = None) -> bytes:
    """The whole body of a request; arguments and errors are those of `read_chunks`."""
    chunks = await read_chunks(request, settings, most)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def read_chunks(request: Request, settings: ServiceSettings, most: int | None = None) -> list[bytes]:
    """The body of a request as it came in; its bytes are counted in the request's place, where it has one.

    Args:
        request: The request.
        settings: Has the limits.
        most: A limit of bytes other than ``settings.body_bytes``.

    Raises:
        Problem: 413, it is too large; 408, it does not arrive in time; 429, too much is in hand.
        ClientDisconnect: the client has gone.
    """
    most = settings.body_bytes if most is None else most
    _refuse_claimed(request, most)
    place: Place | None = request.scope.get("graders.place")
    chunks: list[bytes] = []
    if not _add_chunk(await request.receive(), chunks, most, place):  # the usual case is one
        try:
            async with asyncio.timeout(settings.body_seconds):
                while not _add_chunk(await request.receive(), chunks, most - sum(map(len, chunks)), place):
                    pass
        except TimeoutError:
            message = f"the body did not arrive within {settings.body_seconds:g} s"
            raise Problem(408, message, headers={"Connection": "close"}) from None
    return chunks


def _refuse_claimed(request: Request, most: int) -> None:
    """Refuse a body that says itself that it is too large, before it is read."""
    claimed = dict(request.scope["headers"]).get(b"content-length", b"")
    if claimed.isdigit() and (len(claimed) > 18 or int(claimed) > most):
        raise _too_large(most)


def _add_chunk(message: Message, chunks: list[bytes], room: int, place: Place | None) -> bool:
    """Take what comes next of a body; whether that was the last."""
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    chunk = message.get("body", b"")
    if len(chunk) > room:
        raise _too_large(room + sum(map(len, chunks)))
    if place is not None:
        place.hold(len(chunk))
    chunks.append(chunk)
    return not message.get("more_body", False)


def _too_large(most: int) -> Problem:
    message = f"the body is larger than {most} bytes, the most that is taken: send fewer rows at once"
    return Problem(413, message, headers={"Connection": "close"})


async def json_body(request: Request, settings: ServiceSettings, most: int | None = None) -> Any:
    """The JSON value of a request's body; raises what `read_body` and `decode_json` raise."""
    return decode_json(await read_body(request, settings, most))


__all__ = ["decode_json", "encode_json", "json_body", "read_body", "read_chunks"]
