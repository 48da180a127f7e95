"""A create whose reply was lost, sent again: one job; and never one job for two creates that were answered."""

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.service.jobs.conftest import KEY, OPEN
from tests.service.jobs.test_kills import create, upload


@pytest.fixture
def server(shared):
    """The shared server; what a test started there is cancelled."""
    yield shared
    with shared.http() as client:
        for job in client.get("fine-tunes").json()["data"]:
            if job["status"] in OPEN:
                client.put(f"fine-tunes/{job['id']}/cancel")


@pytest.fixture
def document(server, rows, asked):
    return asked([upload(server, rows)], model="slow")  # a new file each: no two tests send the same bytes


def raw_create(server, document, *, wait):
    """Send a create, and close the connection without reading its reply."""
    body = json.dumps(document).encode()
    head = (
        f"POST /v1/flow/fine-tune HTTP/1.1\r\nHost: x\r\nAuthorization: {KEY}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head + body)
        time.sleep(wait)


def jobs_of(server, document):
    """The jobs of a test's own file."""
    with server.http() as client:
        jobs = client.get("fine-tunes").json()["data"]
    return [job["id"] for job in jobs if job["training_files"] == document["training_config"]["training_files"]]


@pytest.mark.parametrize("wait", [0.0, 0.001])
def test_a_create_whose_reply_was_lost_makes_one_job(server, document, until, wait):
    raw_create(server, document, wait=wait)
    until(lambda: jobs_of(server, document))
    text = json.dumps(document)  # the same bytes
    with server.http() as client:
        again = client.post("fine-tune", content=text, headers={"content-type": "application/json"}).json()
        assert jobs_of(server, document) == [again["id"]]
        third = client.post("fine-tune", content=text, headers={"content-type": "application/json"}).json()
    assert sorted(jobs_of(server, document)) == sorted([again["id"], third["id"]])  # the second reply arrived


def test_the_client_tries_again_behind_a_proxy_that_breaks(server, document):
    """Its own retry, after a connection that was closed under it: one job."""
    seekrai = pytest.importorskip("seekrai")
    from seekrai.types import InfrastructureConfig, TrainingConfig

    [file] = document["training_config"]["training_files"]
    with (
        BreakingProxy(int(server.url.rpartition(":")[2])) as proxy,
        seekrai.SeekrFlow(api_key=KEY, base_url=f"http://127.0.0.1:{proxy.port}", max_retries=3) as client,
    ):
        config = TrainingConfig(
            training_files=[file],
            model="slow",
            n_epochs=1,
            learning_rate=1e-3,
            batch_size=8,
            fine_tune_type="REINFORCEMENT",
        )
        job = client.fine_tuning.create(
            project_id=1,
            training_config=config,
            infrastructure_config=InfrastructureConfig(accel_type="A100", n_accel=1),
        )
    assert proxy.broken == 1
    assert jobs_of(server, document) == [job.id]


class BreakingProxy:
    """Hands on connections; of the first, the request alone, and closes both of its ends."""

    def __init__(self, port):
        self._to, self.broken = port, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _serve(self):
        while True:
            try:
                inward, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._hand_on, args=(inward,), daemon=True).start()

    def _hand_on(self, inward):
        with inward, socket.create_connection(("127.0.0.1", self._to)) as outward:
            request = inward.recv(1 << 20)
            while b"\r\n\r\n" not in request or len(request.split(b"\r\n\r\n", 1)[1]) < length_of(request):
                request += inward.recv(1 << 20)
            outward.sendall(request)
            if not self.broken:
                self.broken += 1
                return
            outward.settimeout(20)
            while part := outward.recv(1 << 20):
                inward.sendall(part)


def length_of(request):
    head = request.split(b"\r\n\r\n", 1)[0].lower()
    return int(head.split(b"content-length: ")[1].split(b"\r\n")[0])


def test_a_reply_that_arrived_is_never_given_twice(server, document):
    """Two jobs of equal requests are two jobs, from one connection or from two."""
    ids = [create(server, document)["id"] for _ in range(3)]
    with server.http() as client:
        ids += [client.post("fine-tune", json=document).json()["id"] for _ in range(3)]
    assert len(set(ids)) == 6


def test_equal_creates_at_the_same_time(server, document):
    """Each of eight is answered with a job of its own."""
    with ThreadPoolExecutor(8) as pool:
        ids = [found["id"] for found in pool.map(lambda _: create(server, document), range(8))]
    assert len(set(ids)) == 8
