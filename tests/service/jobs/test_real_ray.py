"""Jobs on a Ray of this machine, by its own command; `make test-ray` has one."""

import shutil
import subprocess

import pytest

from tests.service.jobs.test_runner import created, over, steps

pytestmark = pytest.mark.skipif(shutil.which("ray") is None, reason="the command ray isn't installed (make test-ray)")


@pytest.fixture(scope="module")
def address():
    """A cluster of one machine, for these tests alone."""
    port = 28_265
    started = subprocess.run(
        [
            "ray",
            "start",
            "--head",
            "--port=26379",
            f"--dashboard-port={port}",
            "--num-cpus=1",
            "--num-gpus=0",
            "--disable-usage-stats",
            "--include-dashboard=true",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if started.returncode or "dashboard" not in started.stdout.lower():
        pytest.skip(f"no cluster can be started here: {started.stderr[-500:]}")
    yield f"http://127.0.0.1:{port}"
    subprocess.run(["ray", "stop", "--force"], capture_output=True, check=True)


def test_jobs_on_ray(address, fine_tuning, uploaded, asked, until, monkeypatch):
    monkeypatch.setenv("RAY_ADDRESS", address)
    service = fine_tuning(run_on="ray", ray_address=address, accelerators=False, stop_seconds=60)
    file = uploaded(service)
    job = created(service, asked([file]))
    ended = until(lambda: over(service, job), 180)
    assert (ended.status, steps(service, job)) == ("completed", [1, 2, 3, 4, 5, 6])
    slow = created(service, asked([file], model="slow"))
    until(lambda: steps(service, slow), 120)
    assert service.book.jobs.get(slow.id).status == "running"
    service.cancel(slow.id)
    assert until(lambda: over(service, slow), 120).status == "cancelled"
    assert service.book.folder(slow).group() is None
    assert service.files.path(service.files.get(ended.output_file)).exists()
