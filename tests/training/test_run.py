"""Real runs through TRL on a CPU: ten steps of each kind, and one that is killed and resumed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import graders
from graders.reward.load import load_reward
from graders.training.curve import read_metrics
from graders.training.training_options import Options
from graders.training.training_plan import plan
from graders.wire.documents import read_definition
from tests.training.conftest import EXAMPLES

pytestmark = pytest.mark.filterwarnings("ignore")

REWARD = {"format_reward_weight": 0.1, "graders": [{"type": "math_accuracy", "weight": 0.9}]}


def request(policy, **job):
    return {
        "training_config": {"training_files": [str(policy / "train.jsonl")], "model": str(policy / "policy"),
                            "n_epochs": 1, "learning_rate": 1e-3, "batch_size": 32, "max_length": 100,
                            "gradient_checkpointing": False, **job},
        "infrastructure_config": {"accel_type": "A100", "n_accel": 1},
    }  # fmt: skip


def trained(policy, folder, *, settings=None, document=None, **options):
    from graders.training.train_run import run

    asked = read_definition(document or request(policy, fine_tune_type="REINFORCEMENT", reward_components=REWARD))
    given = Options(
        output_dir=str(folder), **{"max_completion_length": 20, "max_steps": 10, "num_generations": 4, **options}
    )
    planned = plan(asked, given)
    reward = load_reward(asked, settings) if planned.trainer == "grpo" else None
    return run(planned, reward, given), read_metrics(folder / "metrics.jsonl")


@pytest.mark.parametrize("aggregation", ["sum_then_normalize", "normalize_then_sum"])
def test_ten_steps_of_grpo(policy, tmp_path, aggregation):
    result, logs = trained(policy, tmp_path, aggregation=aggregation)
    steps = [row for row in logs if "reward" in row]
    assert (result["steps"], [row["step"] for row in steps]) == (10, list(range(1, 11)))
    parts = ["reward"] if aggregation == "sum_then_normalize" else ["format", "math_accuracy"]
    names = {f"rewards/{part}/mean" for part in parts}
    for row in steps:
        assert names <= row.keys()
        assert row["reward"] == pytest.approx(row["graders/mean"], abs=1e-6)
        assert {"graders/format/std", "graders/math_accuracy/unscored", "graders/seconds/p99"} <= row.keys()
    if aggregation == "sum_then_normalize":
        theirs, ours = (
            [row[name] for row in steps] for name in ("frac_reward_zero_std", "graders/groups/zero_variance")
        )
        assert ours == pytest.approx(theirs, abs=0.13)  # at the turn of an epoch two groups of one prompt may be one
    assert any(row["graders/groups/zero_variance"] < 1 for row in steps)
    assert (tmp_path / "final" / "model.safetensors").exists()


@pytest.mark.usefixtures("policy")
@pytest.mark.parametrize("form", [[], ["--lora"], ["--split", "--aggregation", "normalize_then_sum"]], ids=" ".join)
def test_ten_steps_of_the_demo(form, tmp_path, monkeypatch):
    """`make demo-grpo`, cut short: from nothing to a curve and a summary."""
    monkeypatch.syspath_prepend(EXAMPLES)
    import grpo_cpu

    found = grpo_cpu.train(grpo_cpu.options(["--steps", "10", "--warm-up", "30", "--out", str(tmp_path), *form]))
    assert found == json.loads((tmp_path / "summary.json").read_text())
    assert found["steps"] == 10
    assert 0 <= found["first"] <= 1
    assert found["rise"] == pytest.approx(found["last"] - found["first"], abs=2e-3)
    assert 0 < found["reward_share_of_cpu"] < 1
    assert (tmp_path / "curve.svg").read_text().count("<polyline") == 6
    names = {"graders/format/mean", "graders/math_accuracy/unscored", "graders/groups/zero_variance"}
    logs = [row for row in read_metrics(tmp_path / "metrics.jsonl") if "reward" in row]
    assert all(names <= row.keys() for row in logs)


def test_the_asynchronous_form_in_a_run(policy, tmp_path):
    from transformers import AutoTokenizer
    from trl import GRPOConfig, GRPOTrainer

    from graders.integrations.trl import asynchronous, dataset, preflight
    from graders.training.callbacks import MetricsFile

    reward = load_reward(REWARD)
    rows = dataset(reward, str(policy / "train.jsonl"))
    config = GRPOConfig(output_dir=str(tmp_path), use_cpu=True, bf16=False, per_device_train_batch_size=8,
                        num_generations=4, max_completion_length=20, max_steps=2, logging_steps=1, report_to="none",
                        save_strategy="no", disable_tqdm=True, log_completions=True)  # fmt: skip
    tokenizer = AutoTokenizer.from_pretrained(policy / "policy")
    found = preflight(reward, rows, tokenizer=tokenizer, args=config)
    assert [finding.kind for finding in found] == ["unasked_layout"]  # this policy was taught the layout beforehand
    trainer = GRPOTrainer(str(policy / "policy"), reward_funcs=asynchronous(reward), args=config, train_dataset=rows,
                          processing_class=tokenizer, callbacks=[MetricsFile(tmp_path / "metrics.jsonl")])  # fmt: skip
    trainer.train()
    steps = [row for row in read_metrics(tmp_path / "metrics.jsonl") if "reward" in row]
    assert [row["reward"] for row in steps] == pytest.approx([row["graders/mean"] for row in steps], abs=1e-6)


def test_faults_in_mid_run_leave_rows_unscored(policy, tmp_path, own_registry, caplog):
    class MoodyScorer(graders.Scorer[graders.Grader]):
        grader_model = graders.Grader

        def score(self, batch):
            if any(prompt.startswith("what is 1") for prompt in batch.prompts):
                raise RuntimeError("not in the mood")
            return graders.Scores.of([1.0] * len(batch))

    graders.register("moody")(MoodyScorer)
    rows = [json.loads(line) for line in (policy / "train.jsonl").read_text().splitlines()]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    document = request(policy, fine_tune_type="REINFORCEMENT", training_files=[str(tmp_path / "train.jsonl")],
                       reward_components={"graders": [{"type": "math_accuracy"}, {"type": "moody"}]})  # fmt: skip
    result, logs = trained(policy, tmp_path / "out", document=document)
    assert result["steps"] == 10
    assert any(row.get("graders/moody/outcome/scorer_error", 0) > 0 for row in logs)
    assert any(row.get("graders/groups/unscored", 0) > 0 for row in logs)
    assert "not in the mood" in caplog.text


def test_a_judge_that_is_down_in_a_run(policy, tmp_path, caplog):
    pytest.importorskip("openai", reason="the judge's client isn't installed")
    judge = graders.JudgeSettings(base_url="http://127.0.0.1:9/v1", model="m", api_key="k", max_attempts=1,
                                  connect_timeout=0.5, attempt_timeout=1.0, backoff_base=0.0)  # fmt: skip
    document = request(policy, fine_tune_type="REINFORCEMENT", batch_size=8,
                       reward_components={"graders": [{"type": "llm"}]})  # fmt: skip
    result, logs = trained(policy, tmp_path, settings=graders.Settings(judge=judge), document=document, max_steps=3)
    assert result["steps"] == 3
    assert any(row.get("graders/llm/unscored", 0) > 0 for row in logs)
    assert "rows unscored" in caplog.text


def test_a_tokenizer_that_drops_the_tags_stops_the_run_before_it_starts(policy, tmp_path):
    import shutil

    from transformers import AutoTokenizer

    broken = tmp_path / "policy"
    shutil.copytree(policy / "policy", broken)
    tokens = AutoTokenizer.from_pretrained(broken)
    tokens.add_special_tokens({"additional_special_tokens": ["<think>", "</think>"]})
    tokens.save_pretrained(broken)
    document = request(policy, fine_tune_type="REINFORCEMENT", model=str(broken))
    with pytest.raises(graders.DataError, match="special_tokens: the tokenizer drops <think>, </think>"):
        trained(policy, tmp_path / "out", document=document)


def test_standard_pre_training_and_preference_jobs(policy, tmp_path, write):
    talk = [{"role": "user", "content": "what is 1 + 1 ?"}]
    good, bad = ([{"role": "assistant", "content": f"<answer> {n} </answer>"}] for n in (2, 3))
    kinds = {
        "chat": ([{"messages": talk + good}] * 8, {"fine_tune_type": "STANDARD"}),
        "text": ([{"text": "what is 1 + 1 ? it is 2"}] * 64, {"fine_tune_type": "STANDARD", "pre_train": True}),
        "pairs": ([{"prompt": talk, "chosen": good, "rejected": bad}] * 8,
                  {"fine_tune_type": "PREFERENCE", "loss_type": "IPO", "beta": 0.2, "lora_config": {}}),
    }  # fmt: skip
    for name, (rows, job) in kinds.items():
        document = request(policy, **{"batch_size": 4, "training_files": [str(write(f"{name}.jsonl", rows))], **job})
        result, logs = trained(policy, tmp_path / name, document=document, max_steps=2)
        assert result["steps"] == 2
        assert any("loss" in row for row in logs)


def test_rows_that_can_not_be_used_are_named(policy, tmp_path, write):
    document = request(policy, training_files=[str(write("a.jsonl", [{"prompt": "x"}]))])
    with pytest.raises(graders.DataError, match=r"line 1 has no 'messages' or 'prompt' and 'completion'"):
        trained(policy, tmp_path / "out", document=document)


def test_prompts_without_room_are_left_out_and_counted(policy, tmp_path, write, caplog):
    rows = [{"prompt": "what is 1 + 1 ?", "reference_answer": "2"}] * 4 + [
        {"prompt": "x " * 200, "reference_answer": "2"}
    ]
    document = request(policy, fine_tune_type="REINFORCEMENT", training_files=[str(write("a.jsonl", rows))])
    trained(policy, tmp_path / "out", document=document, max_steps=1)
    assert "1 of 5 rows are left out: their prompts have more than 80 tokens" in caplog.text


def test_unknown_names_are_mistakes(policy, tmp_path):
    with pytest.raises(graders.DefinitionError, match=r"options.trl.warmup_step: .*did you mean 'warmup_steps'"):
        trained(policy, tmp_path, trl={"warmup_step": 1})
    document = request(policy, fine_tune_type="REINFORCEMENT", lora_config={"extras": {"rang": 3}})
    with pytest.raises(graders.DefinitionError, match=r"extras\.rang"):
        trained(policy, tmp_path, document=document)


def test_killed_and_resumed_it_ends_with_the_same_steps(policy, tmp_path, write):
    asked = write("request.json", request(policy, fine_tune_type="REINFORCEMENT", n_checkpoints=6,
                                          reward_components=REWARD, lora_config={"r": 4, "dropout": 0.0}))  # fmt: skip
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        "from graders.cli.commands.train import train; train()",
        str(asked),
    ]
    command += [part for pair in (f"output_dir={out}", "max_completion_length=20", "num_generations=4", "max_steps=12")
                for part in ("--set", pair)]  # fmt: skip
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 240
    while not whole(out) and first.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    _, err = first.communicate()
    assert first.returncode == -signal.SIGKILL, err.decode()[-2000:]
    half = out / "checkpoint-11"  # as a kill in the middle of writing one leaves it
    half.mkdir(exist_ok=True)
    second = subprocess.run([*command, "--json"], capture_output=True, check=False)
    assert second.returncode == 0, second.stderr.decode()[-2000:]
    result = json.loads(second.stdout.decode().splitlines()[-1])
    assert result["steps"] == 12
    assert result["resumed_from"].startswith("checkpoint-")
    assert result["resumed_from"] != "checkpoint-11"
    steps = [row["step"] for row in read_metrics(out / "metrics.jsonl") if "reward" in row]
    assert steps == list(range(1, 13))
    assert (out / "final" / "adapter_model.safetensors").exists()


def whole(folder: Path) -> list[Path]:
    from graders.training.train_run import whole_checkpoints

    return whole_checkpoints(folder) if folder.exists() else []


def test_checkpoints_of_another_request_are_not_taken_over(policy, tmp_path):
    trained(policy, tmp_path, max_steps=1)
    with pytest.raises(
        graders.DataError, match=r"of another request .* differ in config\.max_steps, config\.seed; see"
    ):
        trained(policy, tmp_path, max_steps=2, seed=1)
    other = request(policy, fine_tune_type="REINFORCEMENT", reward_components={"graders": [{"type": "math_accuracy"}]})
    with pytest.raises(graders.DataError, match="they differ in reward; see"):
        trained(policy, tmp_path, max_steps=1, document=other)


def test_what_is_missing_is_said_before_anything_is_loaded(policy, tmp_path):
    document = request(policy, fine_tune_type="REINFORCEMENT", training_files=["file-9"], model="nobody/nothing")
    with pytest.raises(graders.DataError, match=r"no file 'file-9' here; .* --set files\.file-9=PATH"):
        trained(policy, tmp_path, document=document)
    document = request(policy, fine_tune_type="REINFORCEMENT", model=str(tmp_path / "nothing"))
    with pytest.raises(graders.DataError, match=r"the model '.*nothing' can't be loaded: .*\n.*--set model=PATH"):
        trained(policy, tmp_path, document=document)
