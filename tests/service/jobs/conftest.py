"""A folder of jobs, a trainer that takes milliseconds, and a way to wait that has a deadline."""

import json
import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest

from graders.service.jobs.fine_tuning import FineTuning
from graders.service.jobs.job_settings import JobSettings

FAKE = (sys.executable, str(Path(__file__).with_name("fake_trainer.py")))


@pytest.fixture
def until():
    """Wait until something holds; its value, or an error after a while."""

    def until(holds, seconds=120.0):
        deadline = time.monotonic() + seconds
        while not (found := holds()):
            assert time.monotonic() < deadline, f"not within {seconds} s"
            time.sleep(0.01)
        return found

    return until


@pytest.fixture
def asked():
    """The document of a request for a reinforcement job."""

    def asked(files, model="quick", **job):
        training = {
            "training_files": files,
            "model": model,
            "n_epochs": 1,
            "learning_rate": 1e-3,
            "batch_size": 8,
            "fine_tune_type": "REINFORCEMENT",
            **job,
        }
        return {"training_config": training, "infrastructure_config": {"accel_type": "A100", "n_accel": 1}}

    return asked


@pytest.fixture
def job_settings(tmp_path):
    """Settings with the fake trainer; its models say what it does."""

    def job_settings(**given):
        models = {"quick": "/models/steps=6", "slow": "/models/steps=4000,seconds=0.05", **given.pop("models", {})}
        values = {
            "folder": tmp_path / "jobs",
            "models": models,
            "trainer": FAKE,
            "poll_seconds": 0.02,
            "stop_seconds": 5.0,
        }
        return JobSettings(**{**values, **given})

    return job_settings


@pytest.fixture
def fine_tuning(job_settings):
    """Start what looks after jobs, here in this process; what is left of their processes is killed at the end."""
    started = []

    def fine_tuning(**given):
        service = FineTuning(job_settings(**given))
        service.start()
        started.append(service)
        return service

    yield fine_tuning
    for service in started:
        try:
            for job in service.book.jobs.with_status("queued", "pending", "running"):
                service.cancel(job.id)
            deadline = time.monotonic() + 20
            while service.book.jobs.with_status("queued", "pending", "running") and time.monotonic() < deadline:
                time.sleep(0.02)
        finally:
            service.stop()


KEY = "key-of-the-tests-0123456789"


class Served:
    """A server in a process of its own."""

    def __init__(self, folder, jobs, service):
        self.folder = folder
        self._given = {
            "port": 0,
            "keys": [KEY],
            "workers": 1,
            "drain_seconds": 0,
            "grace_seconds": 5,
            **service,
            "jobs": jobs,
        }
        self.process = None
        self.start()

    def start(self):
        here = Path(__file__)
        environment = {**os.environ, "PYTHONPATH": str(here.parents[3])}
        command = [sys.executable, str(here.with_name("serve_jobs.py")), json.dumps(self._given, default=str)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment)
        port = self.process.stdout.readline().strip().decode()
        assert port, self.log.read_text()
        self.url = f"http://127.0.0.1:{port}"
        self._given["port"] = int(port)  # where it is found again

    @property
    def log(self):
        return self.folder.parent / "server.log"

    def kill(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        self.process.stdout.close()
        return self.process.wait(30)

    def http(self, key=KEY):
        import httpx

        return httpx.Client(base_url=f"{self.url}/v1/flow/", headers={"Authorization": key} if key else {}, timeout=60)


@pytest.fixture
def served(tmp_path, job_settings):
    """Start a server; at its end its jobs are cancelled."""
    started = []

    def served(service=None, **given):
        settings = job_settings(**given)
        server = Served(settings.folder, json.loads(settings.model_dump_json()), service or {})
        started.append(server)
        return server

    yield served
    for server in started:
        end(server)


def end(server):
    """Cancel what runs, and end a server."""
    if server.process.poll() is None:
        with server.http() as client:
            open_jobs = [job["id"] for job in client.get("fine-tunes").json()["data"] if job["status"] in OPEN]
            for job in open_jobs:
                client.put(f"fine-tunes/{job}/cancel")
            deadline = time.monotonic() + 20
            while open_jobs and time.monotonic() < deadline:
                found = [client.get(f"fine-tunes/{job}").json() for job in open_jobs]
                open_jobs = [job["id"] for job in found if job["status"] in OPEN]
        server.kill(signal.SIGTERM)


OPEN = {"queued", "pending", "running"}


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A server for all tests of a module that leave nothing behind that another would notice."""
    folder = tmp_path_factory.mktemp("shared") / "jobs"
    models = {"quick": "/models/steps=6", "slow": "/models/steps=4000,seconds=0.05", "plain": "/models/steps=3"}
    jobs = {"folder": str(folder), "models": models, "without_lora": ["plain"], "trainer": FAKE, "poll_seconds": 0.02}
    server = Served(folder, jobs, {"upload_bytes": 1 << 20})
    yield server
    end(server)


@pytest.fixture
def rows():
    return [{"prompt": f"what is {n} + 1 ?", "reference_answer": str(n + 1)} for n in range(4)]


@pytest.fixture
def uploaded(rows):
    """A training file in a folder of jobs; its id."""

    def uploaded(service, content=rows):
        file_id, path = service.files.unfinished("jsonl")
        path.write_text("".join(json.dumps(row) + "\n" for row in content))
        return service.files.keep(file_id, path, filename="train.jsonl", purpose="fine-tune", faults={}).id

    return uploaded


@pytest.fixture(autouse=True)
def _no_warnings_of_definitions():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield
