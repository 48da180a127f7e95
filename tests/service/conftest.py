"""Services as processes of their own, on free ports of loopback."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

KEY = "a-key-for-the-tests"
REWARDS = {
    "math": {"graders": [{"type": "math_accuracy"}]},
    "string": {"graders": [{"type": "string_check", "operation": "equals"}]},
    "text": {"graders": [{"type": "text_similarity", "operation": "rouge"}]},
    "format": {"graders": [{"type": "format_check"}]},
    "mixed": {
        "format_reward_weight": 0.2,
        "graders": [
            {"type": "math_accuracy", "weight": 0.5},
            {"type": "string_check", "operation": "contains", "weight": 0.3},
        ],
    },
}
PROGRAM = """
import json, sys
from graders.service.server import serve
from graders.service.service_settings import ServiceSettings
serve(ServiceSettings(**json.loads(sys.argv[1])), lambda port: print(port, flush=True))
"""


class RunningService:
    """A service in a process; its client sends a key that is let in."""

    def __init__(self, **settings):
        given = {"port": 0, "keys": [KEY], "workers": 1, "drain_seconds": 0, "rewards": REWARDS, **settings}
        command = [sys.executable, "-c", PROGRAM, json.dumps(given)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(self.process.communicate()[1])
        self.port = int(line)
        self.url = f"http://127.0.0.1:{self.port}"
        headers = {"Authorization": f"Bearer {KEY}"} if not given.get("no_auth") else {}
        self.client = httpx.Client(base_url=self.url, headers=headers, timeout=60)

    def score(self, **fields):
        reply = self.client.post("/v1/score", json=fields)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def metric(self, name):
        """The value of a figure by its name with labels."""
        lines = self.client.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    def workers(self):
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def terminate(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def stop(self):
        """End it; what it wrote to standard error."""
        self.client.close()
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.communicate(timeout=40)[1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@pytest.fixture
def start():
    """Starts services of the test's own; they are ended behind it."""
    running = []

    def start(**settings):
        running.append(RunningService(**settings))
        return running[-1]

    yield start
    for one in running:
        if not one.process.stderr.closed:
            one.stop()


@pytest.fixture(scope="module")
def service():
    """One for all tests of a file that leave it as it is."""
    running = RunningService()
    yield running
    said = running.stop()
    assert "Traceback" not in said, said


def until(condition, seconds=20.0):
    """Wait for a condition, with a deadline."""
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "the deadline has passed"
        time.sleep(0.02)
