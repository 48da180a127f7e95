"""Runs a plan: loads the rows, makes TRL's trainer, trains, checkpoints, resumes."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from graders.integrations.exact_dataset import exact_dataset
from graders.integrations.preflight import preflight
from graders.integrations.split import split
from graders.integrations.training_rows import records
from graders.monitor.watched_reward import WatchedReward
from graders.offline.reading.rows import Columns, open_rows
from graders.reward.reward_function import RewardFunction
from graders.training.training_options import Options
from graders.training.training_plan import TrainingPlan, missing_file
from graders.vocabulary.errors import DataError, DefinitionError, MissingExtraError, Mistake
from graders.vocabulary.validation import closest

log = logging.getLogger("graders")

COLUMNS = {
    "sft": (("messages",), ("prompt", "completion")),
    "pre_train": (("text",),),
    "dpo": (("chosen", "rejected"),),
}
"""What a row must hold, any of these sets, for each kind of job that has no reward."""

WHOLE = ("trainer_state.json", "optimizer.pt", "scheduler.pt")
"""Files of a checkpoint that was written to its end."""

FINGERPRINT = "request.json"
"""The file in the output folder that says whose checkpoints are in it."""


def run(
    plan: TrainingPlan,
    reward: RewardFunction | None,
    options: Options,
    *,
    resume: bool = True,
    columns: Columns | None = None,
) -> dict[str, Any]:
    """Train, from the last whole checkpoint where there is one.

    Args:
        plan: What to do.
        reward: The reward of a reinforcement job.
        options: What the request has no field for.
        resume: Go on from the last checkpoint; else an output folder that has some is an error.
        columns: Which column of a reinforcement job's rows holds what.

    Returns:
        ``steps``, ``resumed_from`` and the final metrics.

    Raises:
        MissingExtraError: trl, peft or torch isn't installed.
        DefinitionError: a field that the configuration has no such name for.
        DataError: rows that can't be used, or checkpoints of another run in the output folder.
    """
    check_installed(lora=plan.lora is not None)
    folder = Path(plan.output_dir)
    checkpoint = _checkpoint(fingerprint(plan, reward), folder, resume=resume)
    trainer = make_trainer(plan, reward, options, columns)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FINGERPRINT).write_text(fingerprint(plan, reward), encoding="utf-8")
    result = trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
    trainer.save_model(str(folder / "final"))
    return {"steps": trainer.state.global_step, "resumed_from": checkpoint and checkpoint.name, **result.metrics}


def check_installed(*, lora: bool) -> None:
    """Refuse to start without the packages that a run needs.

    Raises:
        MissingExtraError: one of them is missing.
    """
    for name in ("torch", "trl", "datasets", *(["peft"] if lora else [])):
        if find_spec(name) is None:
            raise MissingExtraError(f"graders train ({name} is missing)", "trl")


def make_trainer(
    plan: TrainingPlan, reward: RewardFunction | None, options: Options, columns: Columns | None = None
) -> Any:
    """TRL's trainer for a plan, with its rows, callbacks and adapters."""
    import trl
    from transformers import PrinterCallback

    from graders.training.callbacks import MetricsFile, Progress

    config, lora = _config(plan, reward), _lora(plan)
    rows = training_rows(plan, reward, options, columns)
    tokenizer = _tokenizer(plan.model)
    if plan.trainer == "grpo":
        rows = fitting(rows, plan, tokenizer)
    if reward is not None:
        _preflight(reward, rows, tokenizer, config, options)
    shared = {
        "model": plan.model,
        "args": config,
        "train_dataset": exact_dataset(rows),
        "processing_class": tokenizer,
        "peft_config": lora,
        "callbacks": [*_watching(reward), MetricsFile(Path(plan.output_dir) / "metrics.jsonl"), Progress()],
    }
    if plan.trainer == "grpo":
        trainer = trl.GRPOTrainer(reward_funcs=_functions(plan, reward)[0], **shared)
    else:
        trainer = (trl.SFTTrainer if plan.trainer == "sft" else trl.DPOTrainer)(**shared)
    trainer.remove_callback(PrinterCallback)
    return trainer


def _preflight(
    reward: RewardFunction, rows: list[dict[str, Any]], tokenizer: Any, config: Any, options: Options
) -> None:
    """Stop with every finding where the run would fail or learn nothing, or warn where the options ask for that."""
    names = ("generation_batch_size", "num_generations", "remove_unused_columns")
    found = preflight(reward, rows, tokenizer=tokenizer, args={name: getattr(config, name) for name in names})
    if options.preflight == "error" and any(finding.severity == "error" for finding in found):
        lines = "".join(f"\n  {finding}" for finding in found)
        raise DataError(f"this run would be spoilt (--set preflight=warn starts it all the same):{lines}")
    for finding in found:
        log.warning("%s", finding)


def _tokenizer(model: str) -> Any:
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(model)
    except (OSError, ValueError) as error:
        remedy = "where it is in a local folder, name that with --set model=PATH"
        raise DataError(f"the model {model!r} can't be loaded: {str(error).strip()}\n{remedy}") from None


def training_rows(
    plan: TrainingPlan, reward: RewardFunction | None, options: Options, columns: Columns | None = None
) -> list[dict[str, Any]]:
    """The rows of all files as the trainer takes them.

    Raises:
        DataError: a file is missing, or has rows that can't be used where the options don't say to leave them out.
    """
    missing = list(filter(None, map(missing_file, plan.files)))
    if missing:
        raise DataError("training_files: " + "\n".join(missing))
    rows: list[dict[str, Any]] = []
    for path in plan.files:
        if reward is not None:
            rows += records(reward, path, options.on_bad_rows, columns)
        else:
            rows += plain_rows(path, COLUMNS["pre_train" if plan.raw_text else plan.trainer], options.on_bad_rows)
    return rows


def plain_rows(path: str, wanted: tuple[tuple[str, ...], ...], on_bad: str) -> list[dict[str, Any]]:
    """The rows of a file that have one of the wanted sets of columns, with these and an optional prompt alone.

    Raises:
        DataError: a row has none, or can't be read; the message lists the first ones.
    """
    good, bad = [], []
    either = " or ".join(" and ".join(map(repr, names)) for names in wanted)
    with open_rows(path) as rows:
        for row in rows:
            found = next((names for names in wanted if all(row.document.get(name) for name in names)), None)
            if row.error or found is None:
                columns = ", ".join(map(repr, row.document)) or "none"
                bad.append(f"line {row.line} " + (row.error or f"has no {either}; its columns are {columns}"))
                continue
            names = (*found, *(["prompt"] if "prompt" in row.document and "prompt" not in found else []))
            good.append({name: row.document[name] for name in names})
    if bad and (on_bad == "error" or not good):
        raise DataError(f"{path}: {len(bad):,} rows can't be used:" + "".join(f"\n  {line}" for line in bad[:10]))
    if bad:
        log.warning("%s: %d rows are left out; the first: %s", path, len(bad), bad[0])
    return good


def fitting(rows: list[dict[str, Any]], plan: TrainingPlan, tokenizer: Any) -> list[dict[str, Any]]:
    """The rows whose prompt leaves room for a completion within ``max_length``; TRL cuts no prompt.

    Raises:
        DataError: no row does.
    """
    completion = plan.config["max_completion_length"]
    room = plan.max_length - completion
    short = [row for row in rows if _tokens(tokenizer, row["prompt"]) <= room]
    if len(short) < len(rows):
        log.warning(
            f"{len(rows) - len(short):,} of {len(rows):,} rows are left out: their prompts have more than {room} "
            f"tokens (max_length {plan.max_length} less max_completion_length {completion})"
        )
    if not short:
        raise DataError(f"no prompt has at most {room} tokens; raise max_length or lower max_completion_length")
    return short


def _tokens(tokenizer: Any, prompt: Any) -> int:
    if isinstance(prompt, str):
        return len(tokenizer(prompt)["input_ids"])
    text = tokenizer.apply_chat_template(prompt, add_generation_prompt=True, tokenize=False)
    return len(tokenizer(text, add_special_tokens=False)["input_ids"])


def _functions(plan: TrainingPlan, reward: RewardFunction | None) -> tuple[list[Any], list[float] | None]:
    """The reward functions and their weights: one a component where each is normalised for itself."""
    if reward is None:
        raise DataError("a reinforcement job needs a reward")
    if plan.config.get("multi_objective_aggregation") == "normalize_then_sum":
        return split(reward)
    return [reward], None


def _watching(reward: RewardFunction | None) -> list[Any]:
    """The callback that tells a watched reward the trainer's steps; before what writes the log, which it adds to."""
    return [reward.callback()] if isinstance(reward, WatchedReward) else []


def _config(plan: TrainingPlan, reward: RewardFunction | None) -> Any:
    """TRL's configuration object; a name that it doesn't have is a mistake of the options."""
    import torch

    values = {"report_to": ["tensorboard"] if find_spec("tensorboard") else "none", "disable_tqdm": True, **plan.config}
    if plan.trainer == "grpo":
        values.setdefault("reward_weights", _functions(plan, reward)[1])
    if not (torch.cuda.is_available() or torch.backends.mps.is_available()):
        values = {"use_cpu": True, "bf16": False, **values}
    _check_names(values, _kind(plan), "options.trl")
    return _kind(plan)(**values)


def _kind(plan: TrainingPlan) -> type[Any]:
    """The class of TRL's configuration."""
    import trl

    kinds: dict[str, type[Any]] = {"grpo": trl.GRPOConfig, "sft": trl.SFTConfig, "dpo": trl.DPOConfig}
    return kinds[plan.trainer]


def _lora(plan: TrainingPlan) -> Any:
    if plan.lora is None:
        return None
    from peft import LoraConfig

    _check_names(plan.lora, LoraConfig, "training_config.lora_config.extras")
    return LoraConfig(**plan.lora)


def check_names(plan: TrainingPlan) -> None:
    """Refuse names of `options.trl` and of lora_config.extras that the installed packages have no field for.

    Raises:
        DefinitionError: with every such name and the closest known one.
        MissingExtraError: these packages aren't installed.
    """
    check_installed(lora=plan.lora is not None)
    _lora(plan)
    _check_names(plan.config, _kind(plan), "options.trl")


def _check_names(values: Mapping[str, Any], kind: type[Any], where: str) -> None:
    """Refuse what a configuration has no field for, every such name with the closest known one."""
    known = {one.name for one in fields(kind)}
    sentence = "is unknown to the installed version"
    unknown = [Mistake((where, name), sentence, closest(name, known)) for name in values if name not in known]
    if unknown:
        raise DefinitionError("the request", unknown)


def fingerprint(plan: TrainingPlan, reward: RewardFunction | None = None) -> str:
    """What makes two runs the same: everything that training depends on, as JSON."""
    found = {name: getattr(plan, name) for name in ("trainer", "model", "files", "config", "lora")}
    components = reward and {"components": reward.definition.model_dump(mode="json"), "layout": reward.settings.layout}
    return json.dumps({**found, "reward": components}, indent=2, sort_keys=True, default=str) + "\n"


def _checkpoint(own: str, folder: Path, *, resume: bool) -> Path | None:
    """The last whole checkpoint of this very run; None where it starts anew. Another run's are an error."""
    found = whole_checkpoints(folder)
    if not found:
        return None
    if not resume:
        raise DataError(f"{folder} has checkpoints already ({found[-1].name}); resume, or choose another output_dir")
    known = folder / FINGERPRINT
    if known.exists() and (changed := _changed(json.loads(known.read_text(encoding="utf-8")), json.loads(own))):
        raise DataError(
            f"the checkpoints in {folder} are of another request or other options (they differ in "
            f"{', '.join(changed)}; see {known}); choose another output_dir, or remove them"
        )
    return found[-1]


def _changed(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The names of what differs between two fingerprints."""
    changed = [name for name in new if old.get(name) != new[name]]
    if "config" in changed:
        at, before, now = changed.index("config"), old["config"], new["config"]
        inner = [f"config.{name}" for name in {**before, **now} if before.get(name) != now.get(name)]
        changed[at : at + 1] = inner
    return changed


def whole_checkpoints(folder: Path) -> list[Path]:
    """The checkpoints that were written to their end, oldest first; a killed run may leave half a one."""
    found = [path for path in folder.glob("checkpoint-*") if path.name.rpartition("-")[2].isdigit()]
    whole = [path for path in found if all((path / name).exists() for name in WHOLE)]
    return sorted(whole, key=lambda path: int(path.name.rpartition("-")[2]))
