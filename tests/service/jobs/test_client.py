"""The client `seekrai`, unmodified: a whole job as its users run it, synchronously and not."""

import asyncio
import io
import json
import tarfile
import time

import pytest

from tests.service.jobs.conftest import KEY

seekrai = pytest.importorskip("seekrai")
from seekrai.error import APIError, AuthenticationError, ConflictError, InvalidRequestError  # noqa: E402
from seekrai.types import InfrastructureConfig, TrainingConfig  # noqa: E402
from seekrai.types.finetune import FinetuneEventLevels, FinetuneEventType, Grader, LoRAConfig  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def client(shared):
    with seekrai.SeekrFlow(api_key=KEY, base_url=shared.url, max_retries=0) as client:
        yield client


@pytest.fixture
def file(tmp_path, rows):
    path = tmp_path / 'sums "äö".jsonl'
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def training(file_id, model="quick", **more):
    values = {
        "training_files": [file_id],
        "model": model,
        "n_epochs": 1,
        "learning_rate": 1e-3,
        "batch_size": 8,
        "fine_tune_type": "GRPO",
        "lora_config": LoRAConfig(r=4, alpha=8),
        "experiment_name": "sums",
    }
    return TrainingConfig(**{**values, **more})


MACHINE = InfrastructureConfig(accel_type="A100", n_accel=1)


def test_a_job_from_the_upload_to_the_download(client, shared, file, tmp_path):
    uploaded = client.files.upload(file, purpose="reinforcement-fine-tune")
    assert (uploaded.filename, uploaded.bytes, uploaded.type.value) == (file.name, file.stat().st_size, "jsonl")
    assert uploaded.id in [one.id for one in client.files.list(limit=50, sort_by="size", sort_order="asc").data]
    models = {model.name: model for model in client.models.list().data}
    assert {"quick", "slow"} <= models.keys()
    graders = [
        Grader(type="math_accuracy"),
        Grader(type="string_check", operation="equals"),
        Grader(type="text_similarity", operation="rouge"),
    ]
    job = client.fine_tuning.create(
        project_id=7,
        training_config=training(uploaded.id, reward_components={"graders": graders}),
        infrastructure_config=MACHINE,
    )
    assert job.status.value in {"queued", "running"}
    assert (job.project_id, job.lora_config.r, job.fine_tune_type.value) == (7, 4, "GRPO")
    seen = followed(client, job.id)
    done = client.fine_tuning.retrieve(job.id)
    assert done.status.value == "completed"
    steps = [event for event in seen if event.loss is not None]
    assert [event.step for event in steps] == [1, 2, 3, 4, 5, 6]
    assert [event.reward for event in steps] == [step / 6 for step in range(1, 7)]
    assert {event.type for event in seen if hasattr(event, "type")} <= {one.value for one in FinetuneEventType}
    assert {event.level for event in seen} <= {one.value for one in FinetuneEventLevels}
    [result] = done.output_files
    found = client.files.retrieve_content(result, output=tmp_path / "result.tar")
    with tarfile.open(found.filename) as tar:
        assert tar.getnames() == ["adapter_model.safetensors"]
    with shared.http() as http:
        later = http.get(f"fine-tunes/{job.id}/events", params={"after": 3}).json()["data"]
        assert http.get(f"fine-tunes/{job.id}/events", params={"after": "-1"}).status_code == 422
    assert [event["number"] for event in later] == [event.number for event in seen[3:]]
    assert job.id in [one.id for one in client.fine_tuning.list().data]
    assert client.fine_tuning.promote(job.id).data
    assert client.fine_tuning.retrieve(job.id).inference_available
    client.fine_tuning.demote(job.id)
    assert not client.fine_tuning.retrieve(job.id).inference_available
    with pytest.raises(ConflictError, match="is over: it is completed"):
        client.fine_tuning.cancel(job.id)


def followed(client, job_id):
    """A job's events as its follower sees them: each look has all that the one before had."""
    seen, deadline = [], time.monotonic() + 60
    while True:
        status = client.fine_tuning.retrieve(job_id).status.value
        events = client.fine_tuning.list_events(job_id).data
        assert [event.number for event in events[: len(seen)]] == [event.number for event in seen]
        seen = events
        if status in {"completed", "failed", "cancelled"}:
            return seen
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_job_is_cancelled(client, file):
    uploaded = client.files.upload(file)
    job = client.fine_tuning.create(
        project_id=1, training_config=training(uploaded.id, "slow"), infrastructure_config=MACHINE
    )
    waiting = client.fine_tuning.create(
        project_id=1, training_config=training(uploaded.id, "slow", n_epochs=2), infrastructure_config=MACHINE
    )
    assert client.fine_tuning.cancel(waiting.id).status.value == "cancelled"
    with pytest.raises(ConflictError, match="trains from this file"):
        client.files.delete(uploaded.id)
    assert client.fine_tuning.cancel(job.id).status.value in {"queued", "running", "cancelled"}
    followed(client, job.id)
    assert client.fine_tuning.retrieve(job.id).status.value == "cancelled"
    assert client.files.delete(uploaded.id).deleted


def test_files(client, file, tmp_path, rows):
    second = tmp_path / "b.jsonl"
    second.write_bytes(file.read_bytes())
    several = client.files.bulk_upload([file, second], purpose="fine-tune")
    assert [one.filename for one in several] == [file.name, "b.jsonl"]
    first = several[0].id
    assert client.files.rename(first, "../../etc/new name.jsonl").filename == "new name.jsonl"
    got = client.files.retrieve_content(first, output=tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == file.read_bytes()
    assert got.size == file.stat().st_size
    assert client.files.retrieve(first).filename == "new name.jsonl"
    assert client.files.delete(first).deleted
    with pytest.raises(InvalidRequestError, match="there is no file"):
        client.files.retrieve(first)
    with pytest.raises(InvalidRequestError, match="there is no file"):
        client.files.retrieve("a?b=c")


def test_what_is_wrong_is_said_in_words(client, shared, file, tmp_path):
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"prompt": "x", "reference_answer": "1"}\nno json\n')
    with pytest.raises(APIError, match=r"'bad\.jsonl' 1 of 2 rows can't be used: line 2 is not valid JSON"):
        client.files.upload(bad)
    with pytest.raises(InvalidRequestError, match="not found; cannot enable LoRA"):
        client.fine_tuning.create(
            project_id=1, training_config=training("file-1", "nobody"), infrastructure_config=MACHINE
        )
    with pytest.raises(InvalidRequestError, match="does not support LoRA"):
        client.fine_tuning.create(
            project_id=1, training_config=training("file-1", "plain"), infrastructure_config=MACHINE
        )
    with pytest.raises(APIError, match="there is no file 'file-1' here: upload it first"):
        client.fine_tuning.create(project_id=1, training_config=training("file-1"), infrastructure_config=MACHINE)
    with pytest.raises(APIError, match=r'"missing".*"learning_rate"'):
        client.fine_tuning.create(
            project_id=1, training_config=training("file-1", learning_rate=None), infrastructure_config=MACHINE
        )
    stranger = seekrai.SeekrFlow(api_key="somebody else's key", base_url=shared.url, max_retries=0)
    with stranger, pytest.raises(AuthenticationError, match="Not authenticated"):
        stranger.fine_tuning.list()


def test_projects(client):
    made = client.projects.create(name="sums of all", description="all about sums")
    assert client.projects.retrieve(made.id).name == "sums of all"
    assert [one.id for one in client.projects.list().data if one.id == made.id] == [made.id]


@pytest.mark.parametrize("count", range(3, 14))
def test_equal_weights_make_the_round_trip(client, file, count):
    """The client refuses a list whose weights miss 1 by more than 1e-10."""
    uploaded = client.files.upload(file)
    graders = [Grader(type="math_accuracy") for _ in range(count)]
    job = client.fine_tuning.create(
        project_id=1,
        training_config=training(uploaded.id, reward_components={"graders": graders}),
        infrastructure_config=MACHINE,
    )
    assert len(job.reward_components.graders) == count
    client.fine_tuning.cancel(job.id)
    assert client.fine_tuning.list().data


def test_the_asynchronous_client(shared, client, file, tmp_path):
    uploaded = client.files.upload(file)  # it has no upload of its own but of several
    asyncio.run(a_job(shared, uploaded.id, file, tmp_path))


async def a_job(shared, file_id, file, tmp_path):
    async with seekrai.AsyncSeekrFlow(api_key=KEY, base_url=shared.url, max_retries=0) as client:
        assert (await client.files.bulk_upload([file]))[0].filename == file.name
        assert "quick" in [model.name for model in (await client.models.list()).data]
        job = await client.fine_tuning.create(
            project_id=1, training_config=training(file_id), infrastructure_config=MACHINE
        )
        second = await client.fine_tuning.create(
            project_id=1, training_config=training(file_id, "slow"), infrastructure_config=MACHINE
        )
        deadline = time.monotonic() + 60
        while (done := await client.fine_tuning.retrieve(job.id)).status.value != "completed":
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        steps = [event.step for event in (await client.fine_tuning.list_events(job.id)).data if event.loss is not None]
        assert steps == [1, 2, 3, 4, 5, 6]
        got = await client.files.retrieve_content(done.output_files[0], output=tmp_path / "result.tar")
        with tarfile.open(fileobj=io.BytesIO((tmp_path / "result.tar").read_bytes())) as tar:
            assert tar.getnames()
        assert got.size == (tmp_path / "result.tar").stat().st_size
        await client.fine_tuning.cancel(second.id)
        while (await client.fine_tuning.retrieve(second.id)).status.value != "cancelled":
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        assert {job.id, second.id} <= {one.id for one in (await client.fine_tuning.list()).data}
