"""A reply reaches the socket in one piece, and nothing that is held is lost."""

import asyncio

import pytest

from graders.service.whole_replies import HeldTransport, JsonReply


class Written:
    """A transport that notes each write."""

    def __init__(self):
        self.pieces = []
        self.is_closed = False

    def write(self, data):
        self.pieces.append(data)

    def writelines(self, pieces):
        self.pieces.append(b"".join(pieces))

    def close(self):
        self.is_closed = True


def test_what_is_written_within_leaves_at_the_end():
    inner = Written()
    transport = HeldTransport(inner)
    transport.write(b"before")
    with transport:
        transport.write(b"head, ")
        transport.write(b"body")
        assert inner.pieces == [b"before"]
    transport.write(b"behind")
    assert inner.pieces == [b"before", b"head, body", b"behind"]


def test_closing_loses_nothing():
    inner = Written()
    with HeldTransport(inner), pytest.raises(ValueError, match="of the sender"):
        raise ValueError("of the sender")
    transport = HeldTransport(inner)
    with transport:
        transport.write(b"last words")
        transport.close()
        assert (inner.pieces, inner.is_closed) == ([b"last words"], True)
    assert inner.pieces == [b"last words"]


@pytest.mark.parametrize("holds", [True, False])
def test_a_reply_of_json(holds):
    inner, sent = Written(), []
    transport = HeldTransport(inner)

    async def send(message):
        sent.append(message)
        transport.write(message["type"].encode() + b";")

    scope = {"graders.transport": transport} if holds else {}
    for reply in (JsonReply(b"[1]"), JsonReply.of_text(b"[1]")):
        asyncio.run(reply(scope, None, send))
    start, body = sent[:2]
    assert sent[2:] == [start, body]
    assert (start["status"], body["body"]) == (200, b"[1]")
    assert sorted(start["headers"]) == [(b"content-length", b"3"), (b"content-type", b"application/json")]
    assert len(inner.pieces) == (2 if holds else 4)
