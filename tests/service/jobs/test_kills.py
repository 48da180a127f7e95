"""Server and trainer killed in mid-job: each job ends with all its steps, none lost, none doubled.

FAULT_MOMENTS=20 kills as often in one job (`make test-faults`); by default one of each.
"""

import json
import os
import random
import signal
import time

from tests.service.jobs.conftest import OPEN
from tests.service.jobs.test_runner import members

KILLS = max(3, int(os.environ.get("FAULT_MOMENTS", "3")))
KINDS = ("trainer", "server", "both")


def upload(server, rows, name="train.jsonl"):
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    with server.http() as client:
        files = {"files": (name, content), "filename": ("upload", name.encode())}
        found = client.put("files", files=files, data={"purpose": "fine-tune"})
        assert found.status_code == 200, found.text
        return found.json()["id"]


def create(server, document):
    with server.http() as client:
        found = client.post("fine-tune", json=document)
        assert found.status_code == 200, found.text
        return found.json()


def job_of(server, job_id):
    with server.http() as client:
        return client.get(f"fine-tunes/{job_id}").json()


def steps_of(server, job_id):
    with server.http() as client:
        told = client.get(f"fine-tunes/{job_id}/events").json()["data"]
    return [event["step"] for event in told if "loss" in event]


def group_of_job(server, job_id):
    lock = server.folder / "jobs" / job_id / "lock"
    text = lock.read_text() if lock.exists() else ""
    return int(text) if text.isdigit() else None


def signal_job(server, job_id, number=signal.SIGKILL):
    """A signal to every process of a job; False where there is none."""
    group = group_of_job(server, job_id)
    found = members(group) if group else []
    for pid in found:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
    return bool(found)


def test_killed_again_and_again(served, rows, asked, until, tmp_path):
    """In turn the trainer, the server, both at once; the trainer goes on a few steps between two kills."""
    steps, gate = 8 * KILLS + 20, tmp_path / "gate"
    gate.write_text("8")
    server = served(models={"long": f"{tmp_path}/steps={steps},seconds=0.02,every=3"})
    job = create(server, asked([upload(server, rows)], model="long"))["id"]
    chance, reached = random.Random(2), 0
    for kill in range(KILLS):
        until(lambda reached=reached: len(steps_of(server, job)) > reached + 4)
        time.sleep(chance.random() * 0.1)
        kind = KINDS[kill % 3]
        if kind != "trainer":
            server.kill()
        if kind != "server":
            assert signal_job(server, job)
        if kind != "trainer":
            time.sleep(chance.random() * 0.2)
            server.start()
        reached = len(steps_of(server, job))
        gate.write_text(str(reached + 8))
    gate.unlink()
    ended = until(lambda: (found := job_of(server, job))["status"] not in OPEN and found)
    assert (ended["status"], ended["error_analysis"]) == ("completed", None)
    assert steps_of(server, job) == list(range(1, steps + 1))
    lines = (server.folder / "jobs" / job / "output" / "metrics.jsonl").read_text().splitlines()
    assert [row["step"] for row in map(json.loads, lines) if "loss" in row] == list(range(1, steps + 1))
    assert ended["attempts"] >= 1 + sum(KINDS[kill % 3] != "server" for kill in range(KILLS))
    with server.http() as client:
        assert client.get(f"files/{ended['output_files'][0]}/content").headers["content-length"] == str(
            client.get(f"files/{ended['output_files'][0]}").json()["bytes"]
        )


def test_a_server_killed_at_any_moment_of_a_short_job(served, rows, asked, until):
    """The start, the end, the packing: whatever it is doing, the next one does it once."""
    server = served(models={"quick": "/models/steps=3,seconds=0.01"})
    file, chance = upload(server, rows), random.Random(3)
    for _ in range(KILLS):
        job = create(server, asked([file]))["id"]
        time.sleep(chance.random() * 0.8)
        server.kill()
        server.start()
        ended = until(lambda job=job: (found := job_of(server, job))["status"] not in OPEN and found)
        assert (ended["status"], steps_of(server, job)) == ("completed", [1, 2, 3])
        with server.http() as client:
            kinds = [event.get("type") for event in client.get(f"fine-tunes/{job}/events").json()["data"]]
            assert client.get(f"files/{ended['output_files'][0]}/content").status_code == 200
        assert [kinds.count(one) for one in ("JOB_PENDING", "JOB_START", "JOB_COMPLETE")] == [1, 1, 1]


def test_what_was_answered_is_not_lost(served, rows, asked):
    server = served()
    file = upload(server, rows)
    job = create(server, asked([file], model="slow"))["id"]
    waiting = create(server, asked([file], model="slow", n_epochs=2))["id"]
    with server.http() as client:
        client.put(f"files/{file}/rename", json={"new_filename": "other.jsonl"})
        client.put(f"fine-tunes/{waiting}/cancel")
    server.kill()
    server.start()
    assert job_of(server, job)["status"] == "running"
    assert job_of(server, waiting)["status"] == "cancelled"
    with server.http() as client:
        assert client.get(f"files/{file}").json()["filename"] == "other.jsonl"


def test_a_server_that_leaves_in_good_order_leaves_its_jobs_to_the_next(served, rows, asked, until):
    server = served()
    job = create(server, asked([upload(server, rows)], model="slow"))["id"]
    until(lambda: steps_of(server, job))
    group = group_of_job(server, job)
    assert server.kill(signal.SIGTERM) == 0
    assert members(group)
    server.start()
    found = job_of(server, job)
    assert (found["status"], found["attempts"], group_of_job(server, job)) == ("running", 1, group)


def test_a_cancel_that_was_asked_of_a_server_before_is_done_by_the_next(served, rows, asked, until):
    server = served()
    job = create(server, asked([upload(server, rows)], model="slow"))["id"]
    until(lambda: steps_of(server, job))
    with server.http() as client:
        client.put(f"fine-tunes/{job}/cancel")
    server.kill()
    server.start()
    until(lambda: job_of(server, job)["status"] == "cancelled")
    until(lambda: not members(group_of_job(server, job)))
