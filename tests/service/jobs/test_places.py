"""Jobs on clusters, whose commands are stood in for: submitted, found again, cancelled."""

import os
import sys
from pathlib import Path

import pytest

import graders
from graders.service.jobs.fine_tuning import FineTuning
from graders.service.jobs.job_folder import JobFolder
from graders.service.jobs.places import place_choice
from graders.service.jobs.places.place import Run
from graders.service.jobs.places.ray_jobs import RayJobs
from graders.service.jobs.places.slurm_queue import SlurmQueue
from tests.service.jobs.test_runner import created, events, over, steps


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A folder of a cluster's commands on the PATH."""
    tools = tmp_path / "tools"
    tools.mkdir()
    source = Path(__file__).with_name("fake_cluster.py").read_text()
    for name in ("sbatch", "squeue", "scancel", "ray"):
        (tools / name).write_text(f"#!{sys.executable}\n{source}")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_CLUSTER", str(tools))
    monkeypatch.setattr(place_choice, "CLUSTER_POLL_SECONDS", 0.05)
    monkeypatch.setattr(SlurmQueue, "settle_seconds", 0.2)
    monkeypatch.setattr(RayJobs, "settle_seconds", 0.2)
    return tools


def calls(cluster, tool):
    return [line for line in (cluster / "calls").read_text().splitlines() if line.startswith(tool)]


PLACES = pytest.mark.parametrize("run_on", ["slurm", "ray"])


@PLACES
def test_a_job_to_its_end(cluster, fine_tuning, uploaded, asked, until, run_on):
    service = fine_tuning(run_on=run_on, sbatch_options=("--partition=gpu",), ray_address="http://127.0.0.1:8265")
    job = created(service, asked([uploaded(service)]))
    ended = until(lambda: over(service, job))
    assert (ended.status, steps(service, job)) == ("completed", [1, 2, 3, 4, 5, 6])
    if run_on == "slurm":
        script = (service.book.folder(job).path / "job.sbatch").read_text()
        for line in (f"--job-name={job.id}.1", "--nodes=1", "--gpus-per-node=1", "--no-requeue", "--partition=gpu"):
            assert f"#SBATCH {line}\n" in script
    else:
        [line] = calls(cluster, "ray job submit")
        assert (
            f"--address=http://127.0.0.1:8265 --no-wait --submission-id={job.id}-1 --entrypoint-num-gpus=1 --" in line
        )


@PLACES
def test_a_job_waits_in_the_clusters_queue(cluster, fine_tuning, uploaded, asked, until, run_on):
    (cluster / "hold").touch()
    service = fine_tuning(run_on=run_on)
    job = created(service, asked([uploaded(service)]))
    until(lambda: (cluster / "calls").exists() and len(calls(cluster, "squeue" if run_on == "slurm" else "ray")) > 3)
    assert service.book.jobs.get(job.id).status == "pending"
    (cluster / "hold").unlink()
    assert until(lambda: over(service, job)).status == "completed"


@PLACES
def test_a_cancel(cluster, fine_tuning, uploaded, asked, until, run_on):
    service = fine_tuning(run_on=run_on)
    job = created(service, asked([uploaded(service)], model="slow"))
    until(lambda: steps(service, job))
    assert service.cancel(job.id).status in {"running", "pending"}
    assert until(lambda: over(service, job)).status == "cancelled"
    assert service.book.folder(job).group() is None


@PLACES
def test_a_server_that_comes_after_finds_it(cluster, job_settings, uploaded, asked, until, run_on):
    settings = job_settings(run_on=run_on, models={"quick": "/models/steps=20,seconds=0.1"})
    first = FineTuning(settings)
    first.start()
    job = created(first, asked([uploaded(first)]))
    until(lambda: len(steps(first, job)) > 2)
    first.stop()
    second = FineTuning(settings)
    second.start()
    ended = until(lambda: over(second, job))
    assert (ended.status, ended.attempts, steps(second, job)) == ("completed", 1, list(range(1, 21)))
    second.stop()


@PLACES
def test_a_job_that_the_cluster_kills_is_submitted_again(cluster, fine_tuning, uploaded, asked, until, run_on):
    service = fine_tuning(run_on=run_on, models={"doomed": "/models/steps=9,die=5"})
    job = created(service, asked([uploaded(service)], model="doomed"))
    ended = until(lambda: over(service, job))
    assert (ended.status, ended.attempts) == ("failed", 3)
    assert len(calls(cluster, "sbatch" if run_on == "slurm" else "ray job submit")) == 3


@PLACES
def test_a_cluster_that_does_not_answer(cluster, fine_tuning, uploaded, asked, until, run_on):
    """A job that runs is left alone until it does; one that can't be submitted fails in the cluster's words."""
    service = fine_tuning(run_on=run_on, models={"quick": "/models/steps=15,seconds=0.1"})
    file = uploaded(service)
    job = created(service, asked([file]))
    until(lambda: steps(service, job))
    (cluster / "down").touch()
    ended = until(lambda: over(service, job))
    assert (ended.status, ended.attempts) == ("completed", 1)
    second = created(service, asked([file]))
    ended = until(lambda: over(service, second))
    assert ended.status == "failed"
    assert "failed with exit code 1: slurm_load_jobs error: Unable to contact" in ended.error_analysis
    assert events(service, second)[-1]["type"] == "JOB_ERROR"


def test_a_command_that_is_not_there(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    run = Run("ft-1", 1, JobFolder(tmp_path))
    for place, name in ((SlurmQueue(), "sbatch"), (RayJobs(), "ray")):
        with pytest.raises(graders.DataError, match=f"the command '{name}' isn't on this machine's PATH"):
            place.start(run)


def test_a_folder_with_spaces_in_a_script(tmp_path):
    run = Run("ft-1", 2, JobFolder(tmp_path / "a b$(x)"), accelerators=4, machines=2)
    script = SlurmQueue(accelerators=True).script(run)
    assert f"#SBATCH --output='{tmp_path}/a b$(x)/slurm-%j.txt'\n" in script
    assert script.endswith(f"exec {sys.executable} -m graders.service.jobs.job_process '{tmp_path}/a b$(x)' 2\n")
    assert "--gpus-per-node=4" in script
    assert "--gpus" not in SlurmQueue(accelerators=False).script(run)
