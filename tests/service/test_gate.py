"""Who is let in, how much, and what becomes of secrets and of paths that aren't meant."""

import base64
import json
import socket

import httpx
import pytest

from graders.service.admission import Admission
from graders.service.api_keys import ApiKeys, bare_key
from graders.service.problems import Problem
from graders.service.service_settings import ServiceSettings
from graders.vocabulary.errors import DefinitionError
from tests.service.conftest import KEY, until

BASIC = base64.b64encode(f"any:{KEY}".encode()).decode()
ALONE = base64.b64encode(f"{KEY}:".encode()).decode()

LET_IN = [KEY, f"Bearer {KEY}", f"bearer  {KEY}", f"Basic {BASIC}", f"Basic {ALONE}"]
KEPT_OUT = [None, "", "Bearer", f"Bearer {KEY}x", KEY[:-1], f"Basic {KEY}", "Basic !!!", f"Digest {KEY}", "é" * 9]


@pytest.mark.parametrize("header", LET_IN)
def test_let_in(service, header):
    assert httpx.get(f"{service.url}/v1/rewards", headers={"Authorization": header}).status_code == 200


@pytest.mark.parametrize("header", KEPT_OUT)
@pytest.mark.parametrize("path", ["/v1/rewards", "/metrics", "/openapi.json", "/nothing", "/slime", "/verify"])
def test_kept_out(service, header, path):
    headers = {} if header is None else {"Authorization": header.encode()}
    reply = httpx.get(f"{service.url}{path}", headers=headers)
    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == "Bearer"
    assert KEY not in reply.text


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz"])
def test_probes_need_no_key(service, path):
    assert httpx.get(f"{service.url}{path}").status_code == 200


def test_a_key_in_the_address(service):
    """What callers do that can send no header of their own."""
    with_key = service.url.replace("http://", f"http://any:{KEY}@")
    assert httpx.get(f"{with_key}/v1/rewards").status_code == 200


def test_every_key_is_compared_and_none_is_kept():
    keys = ApiKeys(["first-key-of-three", "second-key-of-three"])
    assert keys.let_in(b"second-key-of-three")
    assert not keys.let_in(b"second-key-of-thre")
    assert "second" not in repr(vars(keys))
    assert bare_key(b"  Bearer   one ") == b"one"


def test_callers_are_told_apart_without_their_keys():
    assert ApiKeys.caller(b"Bearer one") == ApiKeys.caller(b"one") != ApiKeys.caller(b"two")


WRONG = {
    "no key": ({}, "at least one key"),
    "off beyond loopback": ({"no_auth": True, "host": "0.0.0.0"}, "loopback alone"),
    "both": ({"no_auth": True, "keys": ["a-key-of-sixteen"]}, "exclude each other"),
    "a short key": ({"keys": ["geheim"]}, "16 or more"),
    "a key with a space": ({"keys": ["a key of sixteen characters"]}, "without spaces"),
    "grace within drain": ({"no_auth": True, "drain_seconds": 9, "grace_seconds": 3}, "contains drain_seconds"),
}


@pytest.mark.parametrize(("settings", "words"), WRONG.values(), ids=WRONG)
def test_settings_that_are_refused(settings, words):
    """And no key is quoted."""
    with pytest.raises(DefinitionError) as caught:
        ServiceSettings(**settings)
    assert words in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_no_key_in_what_settings_say_of_themselves():
    assert KEY not in repr(ServiceSettings(keys=(KEY,)))


def test_no_key_in_the_log(start):
    """Not of a request that is refused, that fails, that scores."""
    running = start()
    for path in ("/v1/score", "/nothing", "/slime/math"):
        running.client.post(path, content=b'{"reward": "math"', headers={"X-Api-Key": KEY})
    httpx.get(f"{running.url}/v1/rewards", headers={"Authorization": "Bearer wrong-key-wrong-key"})
    with socket.create_connection(("127.0.0.1", running.port)) as raw:
        raw.sendall(f"GET / HTTP/1.1\r\nAuthorization: {KEY}\r\nbroken\r\n\r\n".encode())
        raw.recv(1000)
    said = running.stop()
    assert KEY not in said
    assert "wrong-key" not in said


HOSTILE = {
    "a path that climbs": "/v1/rewards/../../etc/passwd",
    "climbing, escaped": "/slime/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "a query in a name": "/slime/math%3Fcomponents=true",
    "a null byte": "/slime/%00",
    "a line feed": "/slime/a%0d%0aSet-Cookie:%20x=1",
    "sql": "/slime/'%20OR%201=1;--",
    "no utf-8": "/slime/%ff%fe",
    "a long name": "/slime/" + "a" * 5000,
    "a double slash": "//v1/score",
}


@pytest.mark.parametrize("path", HOSTILE.values(), ids=HOSTILE)
def test_hostile_paths(service, path):
    """A 4xx in JSON of one line, with no header that the path has written."""
    request = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {KEY}\r\nContent-Length: 15\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", service.port)) as raw:
        raw.sendall(request.encode() + b'{"response":""}')
        reply = b"".join(iter(lambda: raw.recv(65536), b""))
    head, _, body = reply.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 4"), head
    assert b"set-cookie" not in head.lower()
    assert b"root:" not in body
    assert isinstance(json.loads(body), dict)


def test_too_many_bytes_of_headers(service):
    reply = service.client.get("/v1/rewards", headers={"X-Much": "a" * 60_000, "X-More": "a" * 9000})
    assert reply.status_code == 431


def test_an_address_in_a_definition_is_never_called(service):
    """Neither as a judge nor as a reward: a listener hears nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        judge = {"type": "llm", "prompt": "good?", "base_url": url, "endpoint": url, "model": url}
        rewards = [url, f"file://{__file__}", {"graders": [judge]}, {"$ref": url}, {"graders": url}]
        for reward in rewards:
            fields = {"reward": reward, "completions": ["<answer>1</answer>"], "reference_answer": ["1"]}
            assert service.client.post("/v1/score", json=fields).status_code in {404, 422}
        with pytest.raises(TimeoutError):
            listener.accept()


def test_places_and_bytes_are_counted_and_given_back():
    admission = Admission(2, 10)
    with admission.place() as first, admission.place() as second:
        first.hold(6)
        second.hold(4)
        with pytest.raises(Problem) as many, admission.place():
            pass
        with pytest.raises(Problem) as much:
            second.hold(1)
        assert (many.value.status, much.value.status) == (429, 429)
        assert many.value.headers == {"Retry-After": "1"}
    assert (admission.in_flight, admission.bytes_held, admission.refused) == (0, 0, 2)


def test_a_full_queue_is_a_429(start):
    """And what is in hand is answered all the same."""
    running = start(queue=1)
    body = b'{"reward": "format", "completions": ["x"]}'
    head = f"POST /v1/score HTTP/1.1\r\nHost: x\r\nAuthorization: {KEY}\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", running.port)) as slow:
        slow.sendall(head.encode() + body[:9])
        until(lambda: running.metric("graders_requests_in_flight") == 1)
        reply = running.client.post("/v1/score", content=body)
        assert reply.status_code == 429
        assert reply.headers["retry-after"] == "1"
        assert running.client.get("/healthz").status_code == 200  # probes need no place
        slow.sendall(body[9:])
        reply = b""
        while b"}" not in reply and (part := slow.recv(1000)):
            reply += part
        assert b'"rewards":[0.0]' in reply
    assert running.metric("graders_requests_refused_total") == 1


def test_without_keys_only_this_machine_is_answered(start):
    """No page of elsewhere, which a browser on this machine may have open, and no name that was bound to loopback."""
    running = start(no_auth=True, keys=[])
    ask = {"Host": f"localhost:{running.port}"}
    assert running.client.get("/v1/rewards", headers=ask).status_code == 200
    for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
        assert running.client.get("/v1/rewards", headers=headers).status_code == 403
    assert running.client.get("/v1/rewards", headers={"Origin": running.url}).status_code == 200
