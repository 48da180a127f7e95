"""A fine-tuning request as a plan: TRL's configuration, and the fate of every field."""

from __future__ import annotations

import math
import os
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from graders.offline.reading.sources import SUFFIXES
from graders.reward.components import component_names
from graders.training.fates import Fate, Fates, hidden
from graders.training.training_options import Options
from graders.vocabulary.errors import DefinitionError, Mistake
from graders.vocabulary.validation import closest, near_file
from graders.wire.documents import reward_components
from graders.wire.schema import FineTuneType, LoRAConfig, RequestConfig, RewardComponents, TrainingConfig
from graders.wire.weight_rules import DEFAULT_REWARD

Trainer = Literal["grpo", "sft", "dpo"]

TRAINERS: Mapping[FineTuneType, Trainer] = {
    FineTuneType.STANDARD: "sft",
    FineTuneType.PREFERENCE: "dpo",
    FineTuneType.GRPO: "grpo",
    FineTuneType.REINFORCEMENT: "grpo",
}
"""Which of TRL's trainers runs which kind of job."""

LOSSES = {"SIGMOID": "sigmoid", "HINGE": "hinge", "IPO": "ipo"}
"""TRL's name of each preference loss that it has."""

DEFAULT_COMPLETION = 1024

LORA_FIELDS = frozenset(
    (
        "alpha_pattern",
        "bias",
        "exclude_modules",
        "fan_in_fan_out",
        "init_lora_weights",
        "layers_pattern",
        "layers_to_transform",
        "lora_alpha",
        "lora_bias",
        "lora_dropout",
        "modules_to_save",
        "r",
        "rank_pattern",
        "target_modules",
        "target_parameters",
        "task_type",
        "trainable_token_indices",
        "use_dora",
        "use_qalora",
        "use_rslora",
    )
)
"""Fields of peft's configuration whose values a plan shows; of any other, which may be a slip, its name alone."""

BOUNDED = (
    "GRPO bounds the completion alone; rows whose prompt leaves no room for it in max_length are left out and counted"
)


@dataclass(frozen=True)
class TrainingPlan:
    """What a run will do.

    Attributes:
        trainer: Which of TRL's trainers.
        model: The model to start from.
        files: The training files, as paths.
        output_dir: Where everything goes.
        config: The trainer's configuration, by field.
        lora: The configuration of low-rank adaptation; None for full fine-tuning.
        fates: What becomes of each field of the request, and of the options.
        processes, machines: What the request wants to run on.
        max_length: Tokens that prompt and completion may have together.
        raw_text: Whether rows hold raw ``text`` (continued pre-training).
    """

    trainer: Trainer
    model: str
    files: tuple[str, ...]
    output_dir: str
    config: dict[str, Any]
    lora: dict[str, Any] | None
    fates: list[Fate] = field(repr=False)
    processes: int = 1
    machines: int = 1
    max_length: int = 2500
    raw_text: bool = False

    def public(self) -> dict[str, Any]:
        """The plan as a document, without the values of fields that nobody knows: one may be a secret."""
        lora = self.lora and {name: _shown_extra(name, value) for name, value in self.lora.items()}
        return {**asdict(self), "lora": lora}

    def launch(self, request: str, arguments: tuple[str, ...] = ()) -> str:
        """The command that runs it on what the request asks for.

        Args:
            request: The request's path.
            arguments: Further arguments of `graders train`.
        """
        words = ["accelerate", "launch", "--num_processes", str(self.processes), "--num_machines", str(self.machines)]
        if self.machines > 1:
            words += ["--machine_rank", "$RANK", "--main_process_ip", "$MAIN_IP", "--main_process_port", "29500"]
        words += ["--module", "graders", "train", request, *arguments]
        return " ".join(word if word.startswith("$") else shlex.quote(word) for word in words)


def plan(request: RequestConfig, options: Options | None = None, world: int | None = None) -> TrainingPlan:
    """Plan a request.

    Args:
        request: The request.
        options: What it has no field for.
        world: How many processes run it; where None, what the launcher says (``WORLD_SIZE``), else one.

    Raises:
        DefinitionError: the request asks for what can't be run here, with the reason.
    """
    options = options or Options()
    job, everything = request.training_config, Fates()
    fates = everything.within("training_config")
    _refuse(job)
    trainer = TRAINERS[job.fine_tune_type]
    kind, becomes = job.fine_tune_type.value, f"trl {trainer.upper()}Trainer"
    fates.add("fine_tune_type", kind, becomes, given=_given(job, "fine_tune_type"))
    processes, machines = _infrastructure(request, everything.within("infrastructure_config"))
    files = _files(job, options, fates)
    model = _model(job, options, fates)
    output = options.output_dir or os.path.join("runs", job.experiment_name or "run")  # noqa: PTH118 - text for TRL
    config = _common(job, options, fates, output)
    config |= _batch(job, options, fates, trainer, world or int(os.environ.get("WORLD_SIZE", "1")))
    config |= {"grpo": _grpo, "sft": _sft, "dpo": _dpo}[trainer](job, options, fates)
    lora = _lora(job.lora_config, fates.within("lora_config"), fates)
    _rest(request, options, everything)
    config |= dict(options.trl)
    return TrainingPlan(
        trainer, model, files, output, config, lora, everything.all, processes, machines, job.max_length, job.pre_train
    )


def _refuse(job: TrainingConfig) -> None:
    """What can't be run, said before anything is loaded."""
    mistakes = []
    if job.loss_type == "KTO_PAIR":
        reason = (
            "KTO_PAIR can't be run: TRL's preference trainer takes the name and fails at its first loss, and its KTO "
            "trainer wants unpaired rows; use SIGMOID, HINGE or IPO"
        )
        mistakes.append(Mistake(("training_config", "loss_type"), reason, found="KTO_PAIR"))
    if job.n_epochs < 1:
        mistakes.append(Mistake(("training_config", "n_epochs"), f"got {job.n_epochs}, expected at least 1"))
    if not job.training_files:
        mistakes.append(Mistake(("training_config", "training_files"), "is empty, expected at least one entry"))
    if mistakes:
        raise DefinitionError("the request", mistakes)


def _given(model: Any, name: str) -> bool:
    return name in model.model_fields_set


def _infrastructure(request: RequestConfig, fates: Fates) -> tuple[int, int]:
    asked = request.infrastructure_config
    fates.ignored("accel_type", asked.accel_type.value, "a run uses the accelerators that this machine has, or its CPU")
    processes, machines = max(1, asked.n_accel) * max(1, asked.n_node), max(1, asked.n_node)
    becomes = "accelerate launch --num_processes --num_machines"
    reason = "one process where it is started without the launcher; the command is below"
    fates.adjusted("n_accel", asked.n_accel, becomes, reason)
    fates.adjusted("n_node", asked.n_node, becomes, reason)
    for name, value in (asked.model_extra or {}).items():
        fates.unknown(name, value)
    return processes, machines


def _files(job: TrainingConfig, options: Options, fates: Fates) -> tuple[str, ...]:
    paths = tuple(options.files.get(name, name) for name in job.training_files)
    _refuse_near_ids(job, options)
    missing = "; ".join(filter(None, map(missing_file, paths)))
    if paths == job.training_files:
        fates.add("training_files", list(paths), "train_dataset", remark=missing)
    else:
        reason = f"read from {', '.join(paths)}, as options.files says{missing and '; ' + missing}"
        fates.adjusted("training_files", list(job.training_files), "train_dataset", reason)
    return paths


def _refuse_near_ids(job: TrainingConfig, options: Options) -> None:
    """Refuse a path for an id that is none of the request's, where one of these has no path and is near.

    Any other is told as ignored: one file of options may serve several requests.

    Raises:
        DefinitionError: naming each.
    """
    open_ids = [name for name in job.training_files if name not in options.files and not Path(name).exists()]
    near = {name: closest(name, open_ids) for name in options.files if name not in job.training_files}
    mistakes = [Mistake(("files", name), "is no id in training_files", meant) for name, meant in near.items() if meant]
    if mistakes:
        raise DefinitionError("the options", mistakes)


def missing_file(path: str) -> str | None:
    """What to say of a training file that isn't there; None where it is."""
    if Path(path).exists():
        return None
    if (near := near_file(path)) or "/" in path or Path(path).suffix in SUFFIXES:
        return f"there is no file {path!r} here{near}"
    return f"there is no file {path!r} here; where that is a file id, give its path with --set files.{path}=PATH"


def missing_model(name: str) -> str | None:
    """What to say of a model's folder that isn't there; None where it is, or where it may be a name on a hub."""
    path = Path(name).expanduser()
    beside_others = path.parent != Path() and path.parent.is_dir()
    is_local = name.startswith((".", "/", "~")) or name.count("/") > 1 or beside_others
    if path.exists() or not is_local:
        return None
    return f"there is no model in {name!r} here; name its folder with --set model=PATH, or a name of two parts on a hub"


def _model(job: TrainingConfig, options: Options, fates: Fates) -> str:
    if options.model is None:
        fates.add("model", job.model, "model", remark=_whereabouts(job.model))
    else:
        where = _whereabouts(options.model)
        fates.adjusted("model", job.model, "model", f"{options.model}, as options.model says{where and '; ' + where}")
    return options.model or job.model


def _whereabouts(model: str) -> str:
    """What a person should know of a model's name: that nothing here looked for it."""
    return "" if Path(model).expanduser().exists() else "no folder here: the run looks for it on the hub"


def _common(job: TrainingConfig, options: Options, fates: Fates, output: str) -> dict[str, Any]:
    """What all trainers share."""
    config: dict[str, Any] = {
        "output_dir": output,
        "num_train_epochs": job.n_epochs,
        "seed": options.seed,
        "learning_rate": job.learning_rate,
        "logging_steps": 1,
    }
    fates.add("n_epochs", job.n_epochs, f"num_train_epochs={job.n_epochs}")
    fates.add("learning_rate", job.learning_rate, f"learning_rate={job.learning_rate:g}")
    name = job.experiment_name
    fates.add("experiment_name", name, f"run_name, output_dir={output}", given=name is not None)
    config["run_name"] = name or "run"
    config |= _checkpoints(job, fates)
    if options.max_steps is not None:
        config["max_steps"] = options.max_steps
    saving = job.gradient_checkpointing
    if saving is not None:
        config["gradient_checkpointing"] = saving
    becomes = "gradient_checkpointing (TRL's default is True)"
    fates.add("gradient_checkpointing", saving, becomes, given=saving is not None)
    return config


def _checkpoints(job: TrainingConfig, fates: Fates) -> dict[str, Any]:
    """So many checkpoints at equal distances; the last one at the end."""
    count = job.n_checkpoints or job.n_epochs
    if count < 1:
        mistake = Mistake(("training_config", "n_checkpoints"), f"got {job.n_checkpoints}, expected at least 1")
        raise DefinitionError("the request", [mistake])
    ratio = 1 / count if count > 1 else math.nextafter(1, 0)  # a ratio of the steps; 1 would mean every step
    becomes = f"save_strategy=steps, save_steps={ratio:.4g} of all steps, save_total_limit={count}"
    reason = "at equal distances" if job.n_checkpoints else "not given: one an epoch"
    fates.adjusted("n_checkpoints", job.n_checkpoints, becomes, reason)
    return {"save_strategy": "steps", "save_steps": ratio, "save_total_limit": count}


def _batch(job: TrainingConfig, options: Options, fates: Fates, trainer: Trainer, world: int) -> dict[str, Any]:
    """The batch over processes and accumulation steps, rounded up to what divides it."""
    parts = world * options.gradient_accumulation_steps
    unit = math.lcm(parts, options.num_generations) if trainer == "grpo" else parts
    size = -(-job.batch_size // unit) * unit
    each, accumulated = size // parts, options.gradient_accumulation_steps
    becomes = f"per_device_train_batch_size={each} x {accumulated} accumulation steps x {world} processes"
    if size != job.batch_size:
        reason = f"rounded up to {size}, a multiple of {unit} (group size, processes, accumulation)"
        fates.adjusted("batch_size", job.batch_size, becomes, reason)
    else:
        fates.add("batch_size", job.batch_size, becomes)
    return {"per_device_train_batch_size": each, "gradient_accumulation_steps": accumulated}


def _grpo(job: TrainingConfig, options: Options, fates: Fates) -> dict[str, Any]:
    completion = options.max_completion_length or max(1, min(DEFAULT_COMPLETION, job.max_length // 2))
    fates.adjusted("max_length", job.max_length, f"max_completion_length={completion}", BOUNDED)
    components = reward_components(job)
    named = zip(component_names(components.graders), components.effective_weights, strict=True)
    becomes = "reward_funcs: " + ", ".join(f"{name} {weight:.3g}" for name, weight in named)
    remark = "the default reward" if components == RewardComponents(**DEFAULT_REWARD) else ""
    fates.add("reward_components", components.model_dump(mode="json"), becomes, remark=remark)
    fates.unset("beta")
    _ignored(fates, "loss_type", job.loss_type, "a loss of preference jobs")
    _no_pre_training(job, fates)
    return {
        "max_completion_length": completion,
        "num_generations": options.num_generations,
        "temperature": options.temperature,
        "epsilon": options.epsilon,
        "beta": options.kl_beta,
        "multi_objective_aggregation": options.aggregation,
        "scale_rewards": options.scale_rewards,
        "log_completions": options.log_completions,
    }


def _sft(job: TrainingConfig, _options: Options, fates: Fates) -> dict[str, Any]:
    fates.add("max_length", job.max_length, f"max_length={job.max_length}", given=_given(job, "max_length"))
    raw, plain = "rows of raw text, packed, no chat template", "rows of messages or prompt and completion"
    fates.add("pre_train", job.pre_train, raw if job.pre_train else plain, given=_given(job, "pre_train"))
    fates.unset("reward_components", "beta")
    _ignored(fates, "loss_type", job.loss_type, "a loss of preference jobs")
    packed = {"packing": True, "dataset_text_field": "text"} if job.pre_train else {}
    return {"max_length": job.max_length, **packed}


def _dpo(job: TrainingConfig, _options: Options, fates: Fates) -> dict[str, Any]:
    fates.add("max_length", job.max_length, f"max_length={job.max_length}", given=_given(job, "max_length"))
    fates.add("beta", job.beta, "beta (TRL's default is 0.1)", given=job.beta is not None)
    loss = LOSSES[job.loss_type or "SIGMOID"]
    fates.add("loss_type", job.loss_type, f"loss_type={loss}", given=job.loss_type is not None)
    fates.unset("reward_components")
    _no_pre_training(job, fates)
    return {"max_length": job.max_length, "loss_type": loss, **({} if job.beta is None else {"beta": job.beta})}


def _ignored(fates: Fates, name: str, value: Any, reason: str) -> None:
    """A field without a counterpart here, which matters only where it was given."""
    if value is None:
        fates.unset(name)
    else:
        fates.ignored(name, value, reason)


def _no_pre_training(job: TrainingConfig, fates: Fates) -> None:
    if job.pre_train:
        fates.ignored("pre_train", True, "continued pre-training is a kind of STANDARD job")
    else:
        fates.add("pre_train", False, given=_given(job, "pre_train"))


def _lora(asked: LoRAConfig | None, fates: Fates, job: Fates) -> dict[str, Any] | None:
    if asked is None:
        job.add("lora_config", None, "full fine-tuning", given=False)
        return None
    lora = {"r": asked.r, "lora_alpha": asked.alpha, "lora_dropout": asked.dropout, "bias": asked.bias}
    for (name, value), source in zip(lora.items(), ("r", "alpha", "dropout", "bias"), strict=True):
        fates.add(source, value, f"LoraConfig {name}={value}", given=_given(asked, source))
    more = {**asked.extras, **(asked.model_extra or {})}
    for name, value in more.items():
        place, known = (f"extras.{name}" if name in asked.extras else name), name in LORA_FIELDS
        fates.add(place, _shown_extra(name, value), f"LoraConfig {name}={value}" if known else f"LoraConfig {name}")
    if not asked.extras:
        fates.add("extras", {}, "target_modules=all-linear", given=False)
    return {"target_modules": "all-linear", "task_type": "CAUSAL_LM", **lora, **more}


def _shown_extra(name: str, value: Any) -> Any:
    """The value of a field of peft's; only what kind of value it is where the name is none that is known."""
    return value if name in LORA_FIELDS else hidden(value)


def _rest(request: RequestConfig, options: Options, fates: Fates) -> None:
    """What has no counterpart, and what the request has no field for."""
    for name in ("project_id", "description"):
        _ignored(fates, name, getattr(request, name), "a field of the service's own books")
    for name, value in (request.training_config.model_extra or {}).items():
        fates.within("training_config").unknown(name, value)
    for name in options.files.keys() - set(request.training_config.training_files):
        fates.within("options").ignored(f"files.{name}", options.files[name], "no id in training_files")
    for name in type(options).model_fields:
        fates.within("options").add(name, getattr(options, name), given=_given(options, name))
