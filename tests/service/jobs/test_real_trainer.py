"""The unmodified client and the real trainer: GRPO with low-rank adaptation on a CPU, killed on its way.

FAULT_MOMENTS=20 kills ten times, the trainer and the server in turn (`make test-faults`); by default once each.
"""

import json
import os
import signal
import tarfile
import time

import pytest

from tests.service.jobs.conftest import KEY
from tests.service.jobs.test_client import training
from tests.service.jobs.test_kills import signal_job, steps_of
from tests.training.conftest import policy  # noqa: F401 - a fixture

seekrai = pytest.importorskip("seekrai")
from seekrai.types import InfrastructureConfig  # noqa: E402

from graders.service.jobs.job_settings import TRAINER  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")

KILLS = max(2, int(os.environ.get("FAULT_MOMENTS", "4")) // 2)
STEPS = 6 * KILLS + 6
REWARD = {"format_reward_weight": 0.1, "graders": [{"type": "math_accuracy", "weight": 0.9}]}
MACHINE = InfrastructureConfig(accel_type="A100", n_accel=1)


@pytest.fixture
def server(served, tmp_path, policy):  # noqa: F811
    options = tmp_path / "options.toml"
    options.write_text(f"num_generations = 4\nmax_completion_length = 20\nmax_steps = {STEPS}\n")
    return served(models={"tiny": str(policy / "policy")}, trainer=TRAINER, training_options=options, poll_seconds=0.1)


def test_a_real_job_that_is_killed_on_its_way(server, policy, until, tmp_path):  # noqa: F811
    with seekrai.SeekrFlow(api_key=KEY, base_url=server.url) as client:
        file = client.files.upload(policy / "train.jsonl", purpose="reinforcement-fine-tune")
        [size] = [model.bytes for model in client.models.list().data if model.name == "tiny"]
        assert size == (policy / "policy" / "model.safetensors").stat().st_size
        lora = {"r": 4, "alpha": 8, "dropout": 0.0}
        config = training(
            file.id,
            "tiny",
            lora_config=lora,
            reward_components=REWARD,
            batch_size=8,
            max_length=100,
            n_checkpoints=STEPS // 2,
            gradient_checkpointing=False,
        )
        job = client.fine_tuning.create(project_id=1, training_config=config, infrastructure_config=MACHINE)
        second = client.fine_tuning.create(project_id=1, training_config=config, infrastructure_config=MACHINE)
        reached = 0
        for kill in range(KILLS):
            until(lambda reached=reached: len(steps_of(server, job.id)) > reached + 2, 300)
            if kill % 2:
                signal_job(server, job.id, signal.SIGSTOP)  # or the short job is over before the server is back
                server.kill()
                server.start()
                signal_job(server, job.id, signal.SIGCONT)
            else:
                assert signal_job(server, job.id, signal.SIGKILL)
            reached = len(steps_of(server, job.id))
            assert reached < STEPS
        assert client.fine_tuning.cancel(second.id).status.value == "cancelled"
        done = ended(client, job.id)
        assert (done.status.value, done.error_analysis) == ("completed", None)
        assert done.attempts == 1 + (KILLS + 1) // 2
        events = [event for event in client.fine_tuning.list_events(job.id).data if event.reward is not None]
        assert [event.step for event in events] == list(range(1, STEPS + 1))
        assert all(0 <= event.reward <= 1 and event.epoch > 0 for event in events)
        lines = (server.folder / "jobs" / job.id / "output" / "metrics.jsonl").read_text().splitlines()
        logged = [row for row in map(json.loads, lines) if "reward" in row]
        assert [(row["step"], row["reward"], row["loss"]) for row in logged] == [
            (event.step, event.reward, event.loss) for event in events
        ]
        found = client.files.retrieve_content(done.output_files[0], output=tmp_path / "adapter.tar")
        assert {one.id for one in client.fine_tuning.list().data} == {job.id, second.id}
    with tarfile.open(found.filename) as tar:
        tar.extractall(tmp_path / "adapter", filter="data")
    assert "training_args.bin" not in {path.name for path in (tmp_path / "adapter").iterdir()}
    loads(tmp_path / "adapter", policy / "policy")


def ended(client, job_id):
    deadline = time.monotonic() + 600
    while (job := client.fine_tuning.retrieve(job_id)).status.value in {"queued", "running"}:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return job


def loads(adapter, base):
    """What was downloaded is an adapter of the model."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), adapter)
    assert any("lora_" in name for name, _ in model.named_parameters())
