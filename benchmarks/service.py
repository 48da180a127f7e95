"""What the service costs beyond scoring, against the barest ASGI application; and whether it stays alive under load.

Servers are processes of their own; what is counted is their CPU time with that of their workers, over the same bytes
from one keep-alive connection, in turns. The bare application decodes the body, makes a list of numbers and encodes it;
what scoring costs is what the same application costs more when it scores, since in a tight loop it would cost less.

``python -m benchmarks.service memory [MINUTES]`` is another run: ten minutes of load, and what it does to the memory.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROUNDS = 5

BARE = """
import msgspec, sys, uvicorn
from graders import load_reward


rewards = {"math": {"graders": [{"type": "math_accuracy"}]},
           "string": {"graders": [{"type": "string_check", "operation": "equals"}]}}
reward = load_reward(rewards[sys.argv[1]]) if len(sys.argv) > 1 else None

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive(); await send({"type": "lifespan.startup.complete"}); await receive()
        return await send({"type": "lifespan.shutdown.complete"})
    body = b""
    while True:
        message = await receive()
        body += message["body"]
        if not message.get("more_body"):
            break
    asked = msgspec.json.decode(body)
    rewards = [1.0] * len(asked["completions"])
    if reward is not None:
        rewards = reward.evaluate(asked["completions"], reference_answer=asked["reference_answer"]).rewards.tolist()
    reply = msgspec.json.encode({"rewards": rewards})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(reply)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": reply})

config = uvicorn.Config(app, port=0, loop="uvloop", http="httptools", ws="none", log_level="warning", access_log=False,
                        timeout_keep_alive=600, date_header=False, server_header=False)

class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)

Server(config).run()
"""

SERVED = """
import sys
from graders.service.server import serve
from graders.service.service_settings import ServiceSettings

rewards = {"math": {"graders": [{"type": "math_accuracy"}]},
           "string": {"graders": [{"type": "string_check", "operation": "equals"}]}}
workers = int(sys.argv[1])
settings = ServiceSettings(port=0, keys=("0123456789abcdef",), workers=workers, drain_seconds=0, rewards=rewards)
serve(settings, lambda port: print(port, flush=True))
"""

KEY = {"Authorization": "Bearer 0123456789abcdef", "Content-Type": "application/json"}


class ServedProcess:
    """A server in a process, and its CPU time with that of its children."""

    def __init__(self, code: str, *args: str) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", code, *args], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)

    def ask(self, body: bytes, path: str = "/v1/score") -> Any:
        self.connection.request("POST", path, body, KEY)
        response = self.connection.getresponse()
        text = response.read()
        assert response.status == 200, text
        return json.loads(text)

    def cpu(self) -> float:
        """Seconds of the process and of those that it started."""
        return sum(_cpu_of(pid) for pid in [self.process.pid, *_children(self.process.pid)])

    def stop(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait()


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _cpu_of(pid: int) -> float:
    """Seconds, by the scheduler's own count in nanoseconds: ticks of /proc/stat are too coarse for a short round."""
    return sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


@contextmanager
def servers(reward: str) -> Iterator[tuple[ServedProcess, ServedProcess, ServedProcess]]:
    """Ours, the bare one, and the bare one that scores."""
    running = ServedProcess(SERVED, "1"), ServedProcess(BARE), ServedProcess(BARE, reward)
    try:
        yield running
    finally:
        for one in running:
            one.stop()


def rows(count: int, length: int = 900, first: int = 0) -> tuple[list[str], list[str]]:
    thought = "so we see that this holds " * (length // 26)
    numbers = range(first, first + count)
    completions = [f"<think>{thought}</think><answer>{number}</answer>" for number in numbers]
    return completions, [str(number) for number in numbers]


def body_of(reward: str, count: int, first: int = 0) -> bytes:
    completions, references = rows(count, first=first)
    return json.dumps({"reward": reward, "completions": completions, "reference_answer": references}).encode()


def cost(server: ServedProcess, body: bytes, times: int) -> float:
    """CPU milliseconds of a request."""
    before = server.cpu()
    for _ in range(times):
        server.ask(body)
    return (server.cpu() - before) / times * 1e3


def ratios(reward: str, count: int, times: int) -> dict[str, float]:
    """Ours, the bare one and the bare one that scores, in turns; medians of the rounds."""
    body = body_of(reward, count)
    with servers(reward) as running:
        for server in running:
            cost(server, body, max(10, times // 10))
        found = [tuple(cost(server, body, times) for server in running) for _ in range(ROUNDS)]
    ours, bare, scoring = (sorted(column)[ROUNDS // 2] for column in zip(*found, strict=True))
    ratio = sorted((one - (scores - base)) / base for one, base, scores in found)[ROUNDS // 2]
    return {"ours": ours, "bare": bare, "scoring": scoring - bare, "ratio": ratio}


def liveness(seconds: float = 5.0) -> float:
    """The 99th percentile of /healthz in milliseconds while four clients send batches of 30 ms of CPU."""
    times: list[float] = []
    with servers("math") as (ours, *_):
        count = 512 * 4
        body, ends = body_of("math", count), time.monotonic() + seconds

        def load() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", ours.port)
            while time.monotonic() < ends:
                connection.request("POST", "/v1/score", body, KEY)
                connection.getresponse().read()

        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        probe = http.client.HTTPConnection("127.0.0.1", ours.port)
        while time.monotonic() < ends:
            before = time.perf_counter()
            probe.request("GET", "/healthz")
            probe.getresponse().read()
            times.append((time.perf_counter() - before) * 1e3)
            time.sleep(0.02)
        for thread in threads:
            thread.join()
    return sorted(times)[int(len(times) * 0.99)]


def run() -> list[dict[str, Any]]:
    """All figures, with their bars."""
    plan = (("string", 512, 60, 2.0), ("math", 512, 60, 2.0), ("string", 1, 1500, 1.5), ("math", 1, 1500, 1.5))
    found = []
    for reward, count, times, bar in plan:
        got = ratios(reward, count, times)
        what = "a batch of 512" if count > 1 else "a single"
        name = f"{what}, {reward}: beyond scoring {got['ours'] - got['scoring']:.3g} ms, bare ASGI {got['bare']:.3g} ms"
        found.append({"name": name, "figure": got["ratio"], "bar": bar, "unit": "times bare ASGI (at most)"})
        print(got, flush=True)
    p99 = liveness()
    found.append(
        {"name": "/healthz while four clients send batches, p99", "figure": p99, "bar": 50, "unit": "ms (at most)"}
    )
    return found


def memory(minutes: float = 10.0) -> list[dict[str, Any]]:
    """The memory of each process at the end of a load, beside a fifth of the way, when its caches are full."""
    served = ServedProcess(SERVED, "1")
    ends = time.monotonic() + minutes * 60
    clients = [threading.Thread(target=_varied_load, args=(served.port, number, ends)) for number in range(4)]
    for client in clients:
        client.start()
    samples: list[list[int]] = []
    while time.monotonic() < ends:
        samples.append([resident(pid) for pid in [served.process.pid, *_children(served.process.pid)]])
        time.sleep(minutes / 2)
    for client in clients:
        client.join()
    served.stop()
    return [_growth(name, column) for name, column in zip(("front", "worker"), zip(*samples, strict=True), strict=True)]


def _varied_load(port: int, client: int, ends: float) -> None:
    """One client: singles and batches of all sizes, no text twice, now and then one that can't be read or is left."""
    draw = random.Random(client)
    first = client * 10**7
    while time.monotonic() < ends:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(50):
            count = draw.choice((1, 1, 1, 4, 16, 64, 256, 512, 1024))
            body = body_of(draw.choice(("math", "string")), count, first)
            first += count
            connection.request("POST", "/v1/score", body if draw.random() > 0.05 else body[:-2], KEY)
            connection.getresponse().read()
        connection.request("POST", "/v1/score", body, KEY)
        connection.close()


def resident(pid: int) -> int:
    """Bytes of a process in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmRSS"))


def _growth(name: str, sizes: Sequence[int]) -> dict[str, Any]:
    """Of the samples of a process, the median of the last fifth beside that of the second."""
    fifth = len(sizes) // 5
    before, behind = median(sizes[fifth : 2 * fifth]), median(sizes[-fifth:])
    what = f"memory of the {name} process under load: {before / 1e6:.1f} MB, at the end {behind / 1e6:.1f} MB"
    return {"name": what, "figure": behind / before, "bar": 1.05, "unit": "times (at most)"}


if __name__ == "__main__":
    chosen = memory(*map(float, sys.argv[2:])) if sys.argv[1:2] == ["memory"] else run()
    print(os.getpid(), json.dumps(chosen, indent=1))
