"""What the service costs beyond scoring, against the barest ASGI application; and whether it stays alive under load.

Servers are processes of their own; what is counted is their CPU time with that of their workers, over the same bytes
from one keep-alive connection, in turns. The bare application decodes the body, makes a list of numbers and encodes it.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graders import load_reward

ROUNDS = 5

BARE = """
import msgspec, uvicorn

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
    rows = msgspec.json.decode(body)["completions"]
    reply = msgspec.json.encode({"rewards": [1.0] * len(rows)})
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
def servers(workers: int = 1):
    ours, bare = ServedProcess(SERVED, str(workers)), ServedProcess(BARE)
    try:
        yield ours, bare
    finally:
        ours.stop()
        bare.stop()


def rows(count: int, length: int = 900) -> tuple[list[str], list[str]]:
    thought = "so we see that this holds " * (length // 26)
    completions = [f"<think>{thought}</think><answer>{number}</answer>" for number in range(count)]
    return completions, [str(number) for number in range(count)]


def body_of(reward: str, count: int) -> bytes:
    completions, references = rows(count)
    return json.dumps({"reward": reward, "completions": completions, "reference_answer": references}).encode()


def cost(server: ServedProcess, body: bytes, times: int) -> float:
    """CPU milliseconds of a request."""
    before = server.cpu()
    for _ in range(times):
        server.ask(body)
    return (server.cpu() - before) / times * 1e3


def scoring_cost(reward: Any, count: int, times: int) -> float:
    """CPU milliseconds of scoring alone, with texts that are new each time, as a server's are."""
    body = body_of("", count)
    spent = 0.0
    for _ in range(times):
        asked = json.loads(body)
        before = time.process_time()
        reward.evaluate(asked["completions"], reference_answer=asked["reference_answer"]).rewards.tolist()
        spent += time.process_time() - before
    return spent / times * 1e3


def ratios(reward: str, count: int, times: int) -> dict[str, float]:
    """Ours and the bare one's in turns; medians of the rounds."""
    function = load_reward(
        {"graders": [{"type": "math_accuracy"}]}
        if reward == "math"
        else {"graders": [{"type": "string_check", "operation": "equals"}]}
    )
    body = body_of(reward, count)
    with servers() as (ours, bare):
        for server in (ours, bare):
            cost(server, body, max(10, times // 10))
        scoring_cost(function, count, 10)
        found = [
            (cost(ours, body, times), cost(bare, body, times), scoring_cost(function, count, times))
            for _ in range(ROUNDS)
        ]
    total, least, scoring = (sorted(column)[ROUNDS // 2] for column in zip(*found, strict=True))
    best = sorted((one - score) / base for one, base, score in found)[ROUNDS // 2]
    return {"ours": total, "bare": least, "scoring": scoring, "ratio": best}


def liveness(seconds: float = 5.0) -> float:
    """The 99th percentile of /healthz in milliseconds while four clients send batches of 30 ms of CPU."""
    times: list[float] = []
    with servers() as (ours, _):
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


if __name__ == "__main__":
    print(os.getpid(), json.dumps(run(), indent=1))
