"""Jobs from their creation to their end, with a trainer that takes milliseconds."""

import json
import os
import signal
import tarfile
from itertools import pairwise
from pathlib import Path

import pytest

import graders
from graders.service.jobs.fine_tuning import FineTuning


def created(service, document, caller="me", digest=None):
    return service.create(service.check(document), caller=caller, digest=digest or os.urandom(8).hex())


def over(service, job):
    found = service.book.jobs.get(job.id)
    return found if found.status in {"completed", "failed", "cancelled"} else None


def events(service, job):
    return service.book.events.of(job.number)


def steps(service, job):
    return [event["step"] for event in events(service, job) if event["place"].startswith("step:")]


def test_a_job_to_its_end(fine_tuning, uploaded, asked, until):
    service = fine_tuning()
    job = created(service, asked([uploaded(service)], experiment_name="sums/../x", lora_config={"r": 4}))
    assert job.status in {"queued", "running"}
    ended = until(lambda: over(service, job))
    assert (ended.status, ended.error_analysis, ended.attempts) == ("completed", None, 1)
    told = events(service, job)
    assert [event["number"] for event in told] == list(range(1, len(told) + 1))
    assert steps(service, job) == [1, 2, 3, 4, 5, 6]
    types = [event["type"] for event in told if event["type"] and event["type"] != "CHECKPOINT_SAVE"]
    assert types == [
        "JOB_PENDING",
        "JOB_START",
        "TRAINING_START",
        "EPOCH_COMPLETE",
        "TRAINING_COMPLETE",
        "COMPRESSING_MODEL",
        "MODEL_COMPRESSION_COMPLETE",
        "JOB_COMPLETE",
    ]
    assert [event["step"] for event in told if event["type"] == "CHECKPOINT_SAVE"] == [3, 6]
    third = next(event for event in told if event["place"] == "step:3")
    assert (third["loss"], third["reward"], third["epoch"]) == (1 / 3, 0.5, 0.5)
    result = service.files.get(ended.output_file)
    assert (result.filename, result.type) == ("x.tar", "tar")
    with tarfile.open(service.files.path(result)) as tar:
        assert tar.getnames() == ["adapter_model.safetensors"]


def test_one_at_a_time_in_order(fine_tuning, uploaded, asked, until):
    service = fine_tuning(models={"quick": "/models/steps=5,seconds=0.05"})
    file = uploaded(service)
    jobs = [created(service, asked([file])) for _ in range(3)]
    most = 0
    while not all(over(service, job) for job in jobs):
        most = max(most, len(service.book.jobs.with_status("running")))
    ended = [over(service, job) for job in jobs]
    assert most == 1
    assert [job.status for job in ended] == ["completed"] * 3
    for first, second in pairwise(ended):
        assert first.completed_at <= second.started_at


def test_a_job_that_runs_is_cancelled_and_is_running_until_it_is(fine_tuning, uploaded, asked, until):
    service = fine_tuning()
    job = created(service, asked([uploaded(service)], model="slow"))
    until(lambda: steps(service, job))
    group = service.book.folder(job).group()
    assert service.cancel(job.id).status in {"running", "cancelled"}
    assert until(lambda: over(service, job)).status == "cancelled"
    until(lambda: not members(group))
    assert [event["type"] for event in events(service, job)][-2:] == ["CANCEL_REQUESTED", "JOB_STOPPED"]
    assert service.cancel(job.id).status == "cancelled"


def test_a_trainer_that_does_not_end_is_killed(fine_tuning, uploaded, asked, until, tmp_path):
    import sys

    deaf = tmp_path / "deaf.py"
    deaf.write_text(
        "import signal, time, pathlib, sys\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"pathlib.Path({str(tmp_path / 'deaf')!r}).touch()\ntime.sleep(60)\n"
    )
    service = fine_tuning(trainer=(sys.executable, str(deaf)), stop_seconds=0.2)
    job = created(service, asked([uploaded(service)]))
    until((tmp_path / "deaf").exists)
    service.cancel(job.id)
    assert until(lambda: over(service, job)).status == "cancelled"
    assert service.book.folder(job).group() is None


def test_a_job_that_waits_is_cancelled_at_once(fine_tuning, uploaded, asked):
    service = fine_tuning()
    file = uploaded(service)
    created(service, asked([file], model="slow"))
    waiting = created(service, asked([file]))
    assert service.cancel(waiting.id).status == "cancelled"
    assert service.cancel("ft-0000000000000000") is None


def test_why_a_job_failed(fine_tuning, uploaded, asked, until):
    service = fine_tuning(models={"bad": "/models/steps=6,fail=4"})
    job = created(service, asked([uploaded(service)], model="bad"))
    ended = until(lambda: over(service, job))
    assert ended.status == "failed"
    assert ended.error_analysis == "the trainer ended with exit code 2: error: there is no memory left for step 4"
    assert events(service, job)[-1]["type"] == "JOB_ERROR"
    assert steps(service, job) == [1, 2, 3]


def test_a_trainer_that_can_not_be_started(fine_tuning, uploaded, asked, until):
    service = fine_tuning(trainer=("/nowhere/python",))
    job = created(service, asked([uploaded(service)]))
    assert "the trainer can't be started: " in until(lambda: over(service, job)).error_analysis


def test_a_trainer_that_is_killed_at_the_same_step_again_and_again(fine_tuning, uploaded, asked, until):
    """It is started again from its checkpoint, and in the end given up."""
    service = fine_tuning(models={"doomed": "/models/steps=9,die=5"})
    job = created(service, asked([uploaded(service)], model="doomed"))
    ended = until(lambda: over(service, job))
    assert (ended.status, ended.attempts) == ("failed", 3)
    assert ended.error_analysis.startswith("the trainer was killed 3 times in a row at step 4 (SIGKILL)")
    assert steps(service, job) == [1, 2, 3, 4]


def test_what_a_killed_trainer_leaves_behind_is_killed_too(fine_tuning, uploaded, asked, until):
    """It holds the job's lock, and the job could not be started again."""
    service = fine_tuning(models={"parent": "/models/steps=9,orphan=5"})
    job = created(service, asked([uploaded(service)], model="parent"))
    until(lambda: service.book.jobs.get(job.id).attempts == 2)
    ended = until(lambda: over(service, job))
    assert (ended.status, steps(service, job)) == ("completed", list(range(1, 10)))


def test_what_a_server_was_writing_when_it_was_killed_is_deleted(job_settings, uploaded):
    first = FineTuning(job_settings())
    first.start()
    kept = uploaded(first)
    _, unfinished = first.files.unfinished("jsonl")
    unfinished.write_text("half a li")
    (first.files.folder / "file-0000000000000000.tar").write_text("a result that no row knows")
    first.stop()
    second = FineTuning(job_settings())
    assert [path.name for path in second.files.folder.iterdir()] == [f"{kept}.jsonl"]
    second.start()
    second.stop()


def test_the_same_create_again_is_the_same_job_only_while_its_reply_is_not_taken(fine_tuning, uploaded, asked):
    service = fine_tuning()
    document = asked([uploaded(service)], model="slow")
    first = created(service, document, digest="a")
    assert created(service, document, digest="a").id == first.id
    assert created(service, document, digest="b").id != first.id
    assert created(service, document, caller="you", digest="a").id != first.id
    service.book.delivered(first)
    assert created(service, document, digest="a").id != first.id


def test_only_so_many_may_wait(fine_tuning, uploaded, asked):
    service = fine_tuning(most_jobs_waiting=1, at_once=1)
    file = uploaded(service)
    found = [created(service, asked([file], model="slow")) for _ in range(4)]
    assert found[0] is not None
    assert found.count(None) >= 2  # one runs, one waits; the second waits only once the first runs


def test_a_folder_has_one_server(fine_tuning, job_settings):
    fine_tuning()
    with pytest.raises(graders.DataError, match="another server looks after the jobs in"):
        FineTuning(job_settings())


def test_a_server_that_comes_after_goes_on_with_what_runs(job_settings, uploaded, asked, until):
    """The trainer is the same process; its steps are told once."""
    first = FineTuning(job_settings(models={"quick": "/models/steps=30,seconds=0.03"}))
    first.start()
    job = created(first, asked([uploaded(first)]))
    until(lambda: len(steps(first, job)) > 3)
    group = first.book.folder(job).group()
    first.stop()
    second = FineTuning(job_settings(models={"quick": "/models/steps=30,seconds=0.03"}))
    assert second.book.folder(job).group() == group
    second.start()
    ended = until(lambda: over(second, job))
    assert (ended.status, ended.attempts) == ("completed", 1)
    assert steps(second, job) == list(range(1, 31))
    second.stop()


@pytest.mark.parametrize("whom", ["trainer", "process", "group"])
def test_whoever_is_killed_the_job_ends_with_all_its_steps(fine_tuning, uploaded, asked, until, whom):
    service = fine_tuning(models={"quick": "/models/steps=20,seconds=0.02"})
    job = created(service, asked([uploaded(service)]))
    folder = service.book.folder(job)
    until(lambda: len(steps(service, job)) > 4)
    group = folder.group()
    children = [pid for pid in members(group) if pid != group]
    targets = {"trainer": children, "process": [group], "group": [group, *children]}[whom]
    assert targets
    for pid in targets:
        os.kill(pid, signal.SIGKILL)
    ended = until(lambda: over(service, job))
    assert ended.status == "completed"
    assert steps(service, job) == list(range(1, 21))
    rows = [json.loads(line) for line in folder.metrics.read_text().splitlines()]
    assert [row["step"] for row in rows if "loss" in row] == list(range(1, 21))


def members(group):
    """The processes of a group, zombies included."""
    return [
        pid
        for pid in (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
        if group_of(pid) == group
    ]


def group_of(pid):
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None
