"""A request as a plan: every field has a fate, what can't run is refused, and nothing is dropped silently."""

import json

import pytest

import graders
from graders.training.training_options import Options, read_options
from graders.training.training_plan import LOSSES, TRAINERS, plan
from graders.wire.documents import read_definition
from graders.wire.schema import FineTuneType, InfrastructureConfig, LoRAConfig, RequestConfig, TrainingConfig

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def request(infrastructure=None, top=None, **job):
    training = {"training_files": ["a.jsonl"], "model": "m", "n_epochs": 2, "learning_rate": 1e-5, "batch_size": 16,
                **job}  # fmt: skip
    return read_definition(
        {
            **(top or {}),
            "training_config": training,
            "infrastructure_config": {"accel_type": "H100", "n_accel": 1, **(infrastructure or {})},
        }
    )


def fates(planned):
    return {fate.field: fate for fate in planned.fates}


@pytest.mark.parametrize("kind", list(FineTuneType))
def test_every_field_has_one_fate(kind):
    planned = plan(request(fine_tune_type=kind.value, lora_config={}))
    fields = [fate.field for fate in planned.fates]
    assert len(fields) == len(set(fields))
    wanted = set(RequestConfig.model_fields) - {"training_config", "infrastructure_config"}
    wanted |= {f"training_config.{name}" for name in TrainingConfig.model_fields if name != "lora_config"}
    wanted |= {f"training_config.lora_config.{name}" for name in LoRAConfig.model_fields}
    wanted |= {f"infrastructure_config.{name}" for name in InfrastructureConfig.model_fields}
    wanted |= {f"options.{name}" for name in Options.model_fields}
    assert set(fields) == wanted
    assert planned.trainer == TRAINERS[kind]


def test_unknown_fields_are_named_not_dropped():
    planned = plan(request(zebra=1, infrastructure={"colour": "red"}, fine_tune_type="REINFORCEMENT",
                           lora_config={"use_dora": True, "extras": {"use_rslora": True}}))  # fmt: skip
    found = fates(planned)
    assert found["training_config.zebra"].verdict == "ignored"
    assert found["infrastructure_config.colour"].verdict == "ignored"
    assert found["training_config.lora_config.use_dora"].verdict == "used"
    assert planned.lora["use_rslora"] is planned.lora["use_dora"] is True


def test_what_is_adjusted_says_how():
    planned = plan(request(batch_size=30, fine_tune_type="REINFORCEMENT"), Options(files={"a.jsonl": "/b.jsonl"}))
    found = fates(planned)
    assert found["training_config.batch_size"].verdict == "adjusted"
    assert "rounded up to 32" in found["training_config.batch_size"].reason
    assert planned.files == ("/b.jsonl",)
    assert found["training_config.training_files"].verdict == "adjusted"
    assert all(fate.reason for fate in planned.fates if fate.verdict in {"adjusted", "ignored"})


@pytest.mark.parametrize("world", [1, 2, 4])
@pytest.mark.parametrize("size", [1, 7, 8, 30, 64, 1024])
def test_the_batch_is_a_multiple_of_group_and_processes(size, world):
    planned = plan(
        request(batch_size=size, fine_tune_type="REINFORCEMENT"), Options(gradient_accumulation_steps=2), world
    )
    total = planned.config["per_device_train_batch_size"] * 2 * world
    assert total >= size
    assert total % 8 == 0


def test_lora_values_are_always_passed():
    assert plan(request(lora_config={})).lora == {"target_modules": "all-linear", "task_type": "CAUSAL_LM", "r": 8,
                                                  "lora_alpha": 32, "lora_dropout": 0.1, "bias": "none"}  # fmt: skip
    assert plan(request()).lora is None


def test_kto_pair_is_refused_with_the_reason():
    with pytest.raises(graders.DefinitionError, match="KTO_PAIR can't be run") as caught:
        plan(request(fine_tune_type="PREFERENCE", loss_type="KTO_PAIR"))
    assert caught.value.mistakes[0].path == "training_config.loss_type"


@pytest.mark.parametrize("loss", LOSSES)
def test_preference_losses(loss):
    planned = plan(request(fine_tune_type="PREFERENCE", loss_type=loss, beta=0.3))
    assert (planned.config["loss_type"], planned.config["beta"]) == (LOSSES[loss], 0.3)


def test_pre_training_is_packed_raw_text():
    planned = plan(request(pre_train=True))
    assert planned.raw_text
    assert planned.config["packing"]


def test_checkpoints_at_equal_distances():
    assert plan(request(n_checkpoints=4)).config["save_steps"] == 0.25
    assert plan(request(n_checkpoints=1)).config["save_steps"] < 1  # 1 would mean a checkpoint every step
    assert plan(request()).config["save_total_limit"] == 2


def test_the_launch_command():
    command = plan(request(infrastructure={"n_accel": 8, "n_node": 2})).launch("r.json", ("--set=a=b c",))
    assert command == (
        "accelerate launch --num_processes 16 --num_machines 2 --machine_rank $RANK --main_process_ip "
        "$MAIN_IP --main_process_port 29500 --module graders train r.json '--set=a=b c'"
    )


class TestOptions:
    def test_pairs_win_over_the_file(self, tmp_path):
        (tmp_path / "o.toml").write_text("num_generations = 4\ntemperature = 0.5\n[files]\na = 'b'\n")
        options = read_options(tmp_path / "o.toml", ["num_generations=2", "files.c=d.jsonl", "trl.warmup_steps=3"])
        assert (options.num_generations, options.temperature) == (2, 0.5)
        assert (options.files, options.trl) == ({"a": "b", "c": "d.jsonl"}, {"warmup_steps": 3})

    def test_mistakes_are_named(self):
        with pytest.raises(graders.DefinitionError, match="num_generations"):
            read_options(None, ["num_generation=2"])
        with pytest.raises(graders.DefinitionError, match="batch_size: is a field of the request: change it there"):
            read_options(None, ["batch_size=2"])
        with pytest.raises(graders.DefinitionError, match="expected name=value"):
            read_options(None, ["num_generations"])
        with pytest.raises(graders.DefinitionError, match="num_generations"):
            read_options(None, ["num_generations=1"])


USABLE = [{"prompt": "2 + 2?", "reference_answer": "4"}]


class TestDryRun:
    def run(self, write, *args, files=None):
        from click.testing import CliRunner

        from graders.cli.commands.train import train

        path = write("r.json", {
            "project_id": 7,
            "training_config": {"training_files": files or [str(write("a.jsonl", USABLE))], "model": "m", "n_epochs": 1,
                                "learning_rate": 1e-6, "batch_size": 8, "fine_tune_type": "REINFORCEMENT"},
            "infrastructure_config": {"accel_type": "A100", "n_accel": 4},
        })  # fmt: skip
        return CliRunner().invoke(train, [str(path), "--dry-run", *args], catch_exceptions=False)

    def test_it_prints_every_fate_and_the_command(self, write):
        done = self.run(write, "--set", "num_generations=4")
        assert done.exit_code == 0
        assert "ignored  project_id = 7 (a field of the service's own books)" in done.output
        assert "used     options.num_generations = 4" in done.output
        assert "accelerate launch --num_processes 4" in done.output
        assert "-> reward_funcs: format 0.1, math_accuracy 0.9" in done.output

    def test_the_command_carries_every_option(self, write):
        options = write("o.toml", "temperature = 0.5\n")
        given = ["--set", "num_generations=4", "--set", "seed=1", "--options", str(options), "--no-resume",
                 "--tags", "t,a", "--think-prefilled"]  # fmt: skip
        command = self.run(write, *given).output.splitlines()[-1]
        assert command.endswith(f"--set=num_generations=4 --set=seed=1 --options={options} --no-resume --tags=t,a "
                                "--think-prefilled")  # fmt: skip

    def test_a_reward_that_can_not_be_built_here(self, write):
        from click.testing import CliRunner

        from graders.cli.commands.train import train

        asked = {
            "training_config": {"training_files": [str(write("a.jsonl", USABLE))], "model": "m", "n_epochs": 1,
                                "learning_rate": 1e-6, "batch_size": 8, "fine_tune_type": "REINFORCEMENT",
                                "reward_components": {"graders": [{"type": "llm"}]}},
            "infrastructure_config": {"accel_type": "A100", "n_accel": 1},
        }  # fmt: skip
        done = CliRunner().invoke(train, [str(write("r.json", asked)), "--dry-run"], catch_exceptions=False)
        assert done.exit_code == 0
        assert "warning: the run would not start here: " in done.stderr
        assert "llm" in done.stderr
        assert "options.num_generations" in done.stdout

    def test_a_file_that_is_not_here_is_named(self, write):
        with pytest.raises(
            graders.DataError, match=r"there is no file 'a' here; where that is a file id, give its path"
        ):
            self.run(write, files=["a"])

    def test_a_misspelt_path_or_id(self, write, monkeypatch, tmp_path):
        """Of the file beside it and of the id in the request; an id of another request is told."""
        monkeypatch.chdir(tmp_path)
        write("train.jsonl", USABLE)
        with pytest.raises(graders.DataError, match=r"there is no file 'trian.jsonl' here; did you mean 'train.jsonl'"):
            self.run(write, "--set", "files.file-1=trian.jsonl", files=["file-1"])
        with pytest.raises(graders.DefinitionError, match=r"files.file1: is no id .*did you mean 'file-1'"):
            self.run(write, "--set", "files.file1=train.jsonl", files=["file-1"])
        also = ["--set", "files.file-1=train.jsonl", "--set", "files.file-2=x"]
        assert 'ignored  options.files.file-2 = "x" (no id' in self.run(write, *also, files=["file-1"]).output

    @pytest.mark.parametrize(
        ("rows", "words", "fault"),
        [
            ([{"question": "2?"}], [], "line 1 has no prompt"),
            (USABLE, ["--prompt-column", "question"], "line 1 has no column 'question'"),
            ([{"prompt": "2?"}], ["--set", "on_bad_rows=drop"], "no column 'reference_answer'"),
            ([], [], "has no rows"),
        ],
        ids=["no prompt", "no such column", "all dropped", "empty"],
    )
    def test_rows_that_can_not_be_used(self, write, rows, words, fault):
        with pytest.raises(graders.DataError, match=f"would not start here: .*{fault}"):
            self.run(write, *words, files=[str(write("b.jsonl", rows or ""))])

    def test_a_model_that_is_no_folder_here_is_told(self, write, tmp_path):
        """Nobody looks on a hub for a dry run; a folder is found."""
        assert "looks for it on the hub" in self.run(write, "--set", "model=models/qwen").output
        assert "the hub" not in self.run(write, "--set", f"model={tmp_path}").output

    def test_misspelt_names_of_the_packages(self, write):
        pytest.importorskip("trl", reason="TRL isn't installed")
        with pytest.raises(graders.DefinitionError, match=r"options.trl.warmup_step: .*did you mean 'warmup_steps'"):
            self.run(write, "--set", "trl.warmup_step=1")

    def test_json(self, write):
        document = json.loads(self.run(write, "--json").output)
        assert document["config"]["num_generations"] == 8
        assert document["launch"].startswith("accelerate launch")
        assert {fate["verdict"] for fate in document["fates"]} == {"used", "adjusted", "ignored", "default"}


@pytest.mark.parametrize("secret", ["secret123", {"key": "secret123"}, ["secret123"]])
def test_no_value_of_an_unknown_field_is_shown(secret):
    """It may be a key: its name and kind are enough."""
    fates = plan(request(wandb_api_key=secret), Options()).fates
    shown = next(fate for fate in fates if fate.field.endswith("wandb_api_key"))
    assert "secret123" not in str(fates)
    assert shown.value == f"<{type(secret).__name__}, not shown>"


@pytest.mark.parametrize("secret", ["secret123", {"key": "secret123"}, ["secret123"]])
@pytest.mark.parametrize("where", ["lora_config", "extras"])
def test_nor_of_an_adaptation(secret, where):
    """In the table or as JSON; fields of peft's are shown."""
    given = {"token": secret, "use_dora": True, "target_modules": ["q_proj"]}
    planned = plan(request(lora_config=given if where == "lora_config" else {"extras": given}), Options())
    public = json.dumps(planned.public(), default=str)
    assert "secret123" not in public
    assert planned.public()["lora"]["target_modules"] == ["q_proj"]
    assert planned.public()["lora"]["token"] == f"<{type(secret).__name__}, not shown>"
    assert planned.lora["token"] == secret


def test_a_reward_that_is_given_is_not_said_to_be_missing():
    """Where it is equal to the default it is called that; another one is called nothing."""
    default = {"format_reward_weight": 0.1, "graders": [{"type": "math_accuracy", "weight": 0.9}]}
    other = {"graders": [{"type": "string_check", "operation": "equals"}]}
    jobs = [{}, {"reward_components": default}, {"reward_components": other}]
    told = [fates(plan(request(fine_tune_type="REINFORCEMENT", **job))) for job in jobs]
    reasons = [one["training_config.reward_components"].reason for one in told]
    assert reasons == ["the default reward", "the default reward", ""]
