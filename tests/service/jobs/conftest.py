"""A folder of jobs, a trainer that takes milliseconds, and a way to wait that has a deadline."""

import json
import sys
import time
import warnings
from pathlib import Path

import pytest

from graders.service.job_settings import JobSettings
from graders.service.jobs.fine_tuning import FineTuning

FAKE = (sys.executable, str(Path(__file__).with_name("fake_trainer.py")))


@pytest.fixture
def until():
    """Wait until something holds; its value, or an error after a while."""

    def until(holds, seconds=30.0):
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
        training = {"training_files": files, "model": model, "n_epochs": 1, "learning_rate": 1e-3, "batch_size": 8,
                    "fine_tune_type": "REINFORCEMENT", **job}  # fmt: skip
        return {"training_config": training, "infrastructure_config": {"accel_type": "A100", "n_accel": 1}}

    return asked


@pytest.fixture
def job_settings(tmp_path):
    """Settings with the fake trainer; its models say what it does."""

    def job_settings(**given):
        models = {"quick": "/models/steps=6", "slow": "/models/steps=400,seconds=0.05", **given.pop("models", {})}
        values = {"folder": tmp_path / "jobs", "models": models, "trainer": FAKE, "poll_seconds": 0.02,
                  "stop_seconds": 5.0}  # fmt: skip
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
