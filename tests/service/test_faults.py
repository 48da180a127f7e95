"""Clients that misbehave, workers that are killed, a server that is told to leave: no request is lost or mixed up."""

import asyncio
import json
import math
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.service.conftest import KEY, until

BATCH = 400


def completion(answer):
    return f"<think>so</think><answer>{answer}</answer>"


def body_of(number, reward="math", rows=1):
    """A request whose reply tells which it was: row i is right where i is the number."""
    completions = [completion(row) for row in range(rows)] if rows > 1 else [completion(number)]
    fields = {"reward": reward, "completions": completions, "reference_answer": [str(number)] * len(completions)}
    return json.dumps(fields).encode()


def head_of(length):
    return f"POST /v1/score HTTP/1.1\r\nHost: x\r\nAuthorization: {KEY}\r\nContent-Length: {length}\r\n\r\n".encode()


async def posted(port, fields):
    """One request on a connection of its own; status and body. httpx looks through all connections for each request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps(fields).encode()
    writer.write(head_of(len(body)) + body)
    head = await reader.readuntil(b"\r\n\r\n")
    text = await reader.readexactly(int(re.search(rb"content-length: (\d+)", head)[1]))
    writer.close()
    return int(head.split()[1]), text


async def singles(port, count, wrong_every=2):
    """So many singles at once; each reply's reward beside the one that is right."""

    async def one(number):
        right = number % wrong_every == 0
        reference = str(number) if right else str(number + 1)
        fields = {"reward": "math", "completions": [completion(number)], "reference_answer": [reference]}
        status, text = await posted(port, fields)
        return status, json.loads(text).get("rewards"), [1.0 if right else 0.1]

    async with asyncio.timeout(120):
        return await asyncio.gather(*map(one, range(count)))


def test_a_thousand_at_once_are_each_answered_rightly(start):
    running = start(workers=2)
    answers = asyncio.run(singles(running.port, 1000))
    assert len(answers) == 1000
    assert all(status == 200 and got == expected for status, got, expected in answers)
    assert running.metric("graders_rows_total") == 1000


def test_a_worker_killed_in_mid_batch(start):
    """Its batch is scored by another; the pool is whole again behind it."""
    running = start()
    (worker,) = running.workers()
    rows = 4000

    async def asked():
        async with httpx.AsyncClient(headers={"Authorization": KEY}, timeout=60) as client:
            batch = asyncio.create_task(client.post(f"{running.url}/v1/score", content=body_of(7, rows=rows)))
            await asyncio.sleep(0)
            while running.metric("graders_requests_in_flight") < 1:
                await asyncio.sleep(0.001)
            os.kill(worker, signal.SIGKILL)
            return await batch

    reply = asyncio.run(asked())
    assert reply.status_code == 200
    assert reply.json()["rewards"] == [1.0 if row == 7 else 0.1 for row in range(rows)]
    until(lambda: running.metric('graders_workers_ready{crew="computing"}') == 1)
    assert running.metric('graders_worker_restarts_total{crew="computing"}') == 1
    assert running.workers() != [worker]


def test_singles_go_on_while_workers_are_killed(start):
    running = start(workers=2)

    async def both():
        asked = asyncio.create_task(singles(running.port, 150))
        for _ in range(3):
            await asyncio.sleep(0.3)
            for worker in running.workers()[:1]:
                os.kill(worker, signal.SIGKILL)
        return await asked

    wrong = [each for each in asyncio.run(both()) if (each[0], each[1]) != (200, each[2])]
    assert not wrong


BODIES = {
    "no utf-8": b'{"reward": "\xff"}',
    "a bomb of brackets": b"[" * 200_000,
    "a bomb of objects": b'{"a":' * 100_000,
    "a key twice": b'{"reward": "math", "reward": "string", "completions": []}',
    "NaN": b'{"reward": "math", "completions": [NaN]}',
    "nothing": b"",
    "cut": b'{"reward": "ma',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("padding", [b"", b" " * 70_000], ids=["small", "large"])
def test_bodies_that_are_none(service, body, padding):
    reply = service.client.post("/v1/score", content=body + padding)
    assert reply.status_code == 400
    assert reply.json()["error"]["code"] == "json_invalid"


def test_bodies_that_are_none_are_let_go(service):
    """An error and the call that ends with it hold each other and the body, and the collector seldom comes."""

    def ask(times):
        for _ in range(times):
            assert service.client.post("/v1/score", content=BODIES["cut"] + b" " * (1 << 20)).status_code == 400
        return _peak(service.process.pid)

    before = ask(5)
    assert ask(40) - before < 20 << 20


@pytest.mark.parametrize("chunked", [False, True], ids=["said before", "in chunks"])
def test_a_hundred_megabytes(start, chunked):
    """Refused without being held: the peak of the process grows by little more than the limit."""
    running = start(body_bytes=1 << 20)

    def chunks():
        for _ in range(100):
            yield b" " * (1 << 20)

    before = _peak(running.process.pid)
    try:
        status = running.client.post("/v1/score", content=chunks() if chunked else b" " * (100 << 20)).status_code
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        status = 413  # it was told, and the connection closed, while it was still sending
    assert status == 413
    assert _peak(running.process.pid) - before < 24 << 20
    assert running.client.get("/healthz").status_code == 200


def _peak(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM"))


def test_clients_that_go_away(start):
    """Before, within and behind their body: nothing is left in hand, and others get their own answers."""
    running = start()
    body = body_of(3, rows=BATCH)
    for cut in (0, 5, len(body) // 2, len(body)):
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", running.port)) as gone:
                gone.sendall(head_of(len(body)) + body[:cut])
    reply = running.client.post("/v1/score", content=body_of(5, rows=BATCH))
    assert reply.json()["rewards"][5] == 1.0
    assert reply.json()["rewards"].count(1.0) == 1
    until(lambda: running.metric("graders_requests_in_flight") == 0)
    assert running.metric("graders_body_bytes_held") == 0


def test_a_body_that_never_ends_is_given_up(start):
    running = start(body_seconds=0.5)
    with socket.create_connection(("127.0.0.1", running.port)) as half:
        half.settimeout(10)
        half.sendall(head_of(100) + b'{"reward":')
        assert half.recv(1000).startswith(b"HTTP/1.1 408 ")
    until(lambda: running.metric("graders_requests_in_flight") == 0)


def test_slow_readers_hold_nobody_up(start):
    """Clients that send requests with long replies and read none of them."""
    running = start()
    body = json.dumps({"reward": "format", "completions": ["x"] * 200, "explain": True}).encode()
    slow = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(10)]
    for one in slow:
        one.sendall(head_of(len(body)) + body)
    started = time.monotonic()
    assert running.client.post("/v1/score", content=body_of(1)).json()["rewards"] == [1.0]
    assert time.monotonic() - started < 10
    for one in slow:
        one.close()


def test_nothing_of_one_request_is_in_another(start):
    """Requests side by side on many connections, their words told apart in their explanations."""
    running = start(workers=2)

    async def asked():
        async def one(number):
            word = f"secret{number}"
            fields = {"reward": "string", "completions": [completion(word)], "reference_answer": [word]}
            return word, (await posted(running.port, {**fields, "explain": True}))[1].decode()

        return await asyncio.gather(*map(one, range(200)))

    for word, text in asyncio.run(asked()):
        assert {part for part in text.split('"') if part.startswith("secret")} == {word}


async def _load(url, stop, outcomes, listens_until):
    """One client that asks again and again until the server is gone; what became of each request.

    What it begins once the server listens no more may still have met a socket that was about to close.
    """
    async with httpx.AsyncClient(headers={"Authorization": KEY}, timeout=30) as client:
        while not stop.is_set():
            began = time.monotonic()
            try:
                reply = await client.post(f"{url}/v1/score", content=body_of(1, rows=50))
            except httpx.ConnectError:
                return
            except httpx.TransportError as error:  # taken off the socket and never answered would be this
                if began < listens_until[0]:
                    outcomes.append(error)
                return
            outcomes.append((reply.status_code, reply.json().get("rewards")))


@pytest.mark.parametrize("grace", [3.0])
def test_sigterm_under_load_with_a_half_sent_body_open(start, grace):
    running = start(workers=2, drain_seconds=1.0, grace_seconds=grace)
    half = socket.create_connection(("127.0.0.1", running.port))
    half.sendall(head_of(100) + b'{"reward":')

    async def scenario():
        stop, outcomes = asyncio.Event(), []
        listens_until = [math.inf]
        clients = [asyncio.create_task(_load(running.url, stop, outcomes, listens_until)) for _ in range(6)]
        while len(outcomes) < 30:
            await asyncio.sleep(0.02)
        running.terminate()
        began = time.monotonic()
        listens_until[0] = began + 0.9  # it drains for a second
        readiness = httpx.get(f"{running.url}/readyz")
        liveness = httpx.get(f"{running.url}/healthz")
        await asyncio.wait_for(asyncio.gather(*clients), 30)
        while running.process.poll() is None:
            assert time.monotonic() - began < grace + 10
            await asyncio.sleep(0.02)
        return time.monotonic() - began, readiness, liveness, outcomes

    took, readiness, liveness, outcomes = asyncio.run(scenario())
    half.close()
    assert took <= grace + 1
    assert (readiness.status_code, readiness.json()) == (503, {"status": "draining"})
    assert readiness.headers["connection"] == "close"
    assert liveness.status_code == 200
    expected = [1.0 if row == 1 else 0.1 for row in range(50)]
    lost = [one for one in outcomes if one != (200, expected)]
    assert not lost or took >= grace  # a machine so busy that scoring outlasts the grace period is told to cut off
    assert running.process.returncode == 0


def test_a_second_signal_ends_at_once(start):
    running = start(drain_seconds=30, grace_seconds=60)
    running.terminate()
    until(lambda: running.client.get("/readyz").status_code == 503)
    running.terminate(signal.SIGINT)
    running.process.wait(3)


def test_workers_end_with_a_server_that_is_killed(start):
    running = start(workers=2)
    workers = running.workers()
    running.process.kill()
    running.process.wait()
    until(lambda: not any(_is_alive(pid) for pid in workers))


def _is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_port_that_is_taken_is_said_in_a_line():
    """Before anything is loaded, with the code that the page lists for what can't begin."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "graders", "serve", "--demo", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"error: port {port} is in use on 127.0.0.1; name another with --port, or 0 for a free one\n"
