"""graders jobs: in the folder, and at a server's address."""

import json
import threading

import pytest

from tests.service.jobs.conftest import KEY
from tests.service.jobs.test_runner import created, over, steps


@pytest.fixture
def service(fine_tuning):
    return fine_tuning(models={"bad": "/models/steps=6,fail=4", "slow": "/models/steps=4000,seconds=0.05"})


def test_in_the_folder(service, uploaded, asked, until, cli):
    file, folder = uploaded(service), service.settings.folder
    job = created(service, asked([file]))
    found = cli("jobs", "follow", job.id, "--folder", folder, "--every", 0.05)
    assert found.exit_code == 0, found.output
    lines = [line[20:] for line in found.stdout.splitlines()]
    told = [line for line in lines if line.startswith("step ")]
    assert (len(told), told[0]) == (6, "step 1: loss 1, reward 0.1667")
    assert (
        found.stdout.splitlines()[-1]
        == f"{job.id} is completed; its result is the file {job.id.replace('ft-', 'file-')}"
    )
    listed = cli("jobs", "list", "--folder", folder).stdout
    assert [word in listed for word in (job.id, "completed", "REINFORCEMENT", "quick")] == [True] * 4
    assert json.loads(cli("jobs", "list", "--folder", folder, "--json").stdout)[0]["id"] == job.id
    shown = cli("jobs", "show", job.id, "--folder", folder).stdout
    assert "learning_rate         0.001\n" in shown
    assert json.loads(cli("jobs", "show", job.id, "--folder", folder, "--json").stdout)["status"] == "completed"
    events = cli("jobs", "follow", job.id, "--folder", folder, "--json").stdout.splitlines()
    assert json.loads(events[0])["type"] == "JOB_PENDING"


def test_a_job_that_fails_or_is_cancelled(service, uploaded, asked, until, cli):
    file, folder = uploaded(service), service.settings.folder
    failing = created(service, asked([file], model="bad"))
    found = cli("jobs", "follow", failing.id, "--folder", folder, "--every", 0.05)
    assert found.exit_code == 1
    assert "error: the trainer ended with exit code 2: error: there is no memory left for step 4" in found.stderr
    slow, waiting = (created(service, asked([file], model="slow")) for _ in range(2))
    until(lambda: steps(service, slow))
    assert cli("jobs", "cancel", waiting.id, "--folder", folder).stdout == f"{waiting.id} is cancelled\n"
    found = cli("jobs", "cancel", slow.id, "--folder", folder).stdout
    assert found == f"{slow.id} is running; its server ends it when it looks next\n"
    until(lambda: over(service, slow))
    assert cli("jobs", "follow", slow.id, "--folder", folder).exit_code == 1


def test_at_an_address(shared, cli, asked, rows):
    from tests.service.jobs.test_kills import create, upload

    job = create(shared, asked([upload(shared, rows)]))["id"]
    env = {"GRADERS_URL": shared.url, "GRADERS_API_KEY": KEY}
    found = cli("jobs", "follow", job, "--every", 0.05, env=env)
    assert found.exit_code == 0, found.output
    assert found.stdout.count(" step 6: ") == 1
    assert job in cli("jobs", "list", env=env).stdout
    assert cli("jobs", "show", job, "--json", env=env).exit_code == 0
    assert "is over: it is completed" in cli("jobs", "cancel", job, env=env).stderr
    assert "404 there is no job 'a?b=c'" in cli("jobs", "show", "a?b=c", env=env).stderr
    assert "401 Not authenticated" in cli("jobs", "list", env={**env, "GRADERS_API_KEY": "x"}).stderr


def test_what_is_wrong_is_said(cli, tmp_path, service):
    for arguments, sentence in {
        (): "say where the jobs are",
        ("--folder", "x", "--url", "http://x"): "say where the jobs are",
        ("--folder", tmp_path): "is no folder of fine-tuning jobs",
        ("--url", "file:///etc/passwd"): "is not a URL",
        ("--url", "http://127.0.0.1:9"): "can't be reached",
    }.items():
        found = cli("jobs", "list", *arguments, env={"GRADERS_JOBS": None, "GRADERS_URL": None})
        assert found.exit_code == 2
        assert sentence in found.stderr
    found = cli("jobs", "show", "ft-1", "--folder", service.settings.folder)
    assert "there is no job 'ft-1'; graders jobs list shows all" in found.stderr


def test_a_key_goes_to_no_other_server(cli):
    """Another address that an answer names is not asked."""
    from http.server import BaseHTTPRequestHandler, HTTPServer

    asked = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/stolen")
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        found = cli("jobs", "list", "--url", f"http://127.0.0.1:{server.server_port}", env={"GRADERS_API_KEY": KEY})
        server.shutdown()
    assert found.exit_code == 2
    assert asked == ["/v1/flow/fine-tunes"]
