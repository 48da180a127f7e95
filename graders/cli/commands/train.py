"""graders train: run a fine-tuning request on this machine, through TRL."""

from __future__ import annotations

import json
import logging
import os
import warnings
from contextlib import nullcontext, suppress
from itertools import islice
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from graders.cli.common_options import column_options, columns_of, make_settings, settings_options, unknown_keys_refused
from graders.vocabulary.errors import DataError, DefinitionError, GradersError, MissingExtraError, Mistake

if TYPE_CHECKING:
    from graders.offline.reading.row import Columns
    from graders.reward.reward_function import RewardFunction
    from graders.training.fates import Fate
    from graders.training.training_options import Options
    from graders.training.training_plan import TrainingPlan

PLAIN_LORA = {"r", "lora_alpha", "lora_dropout", "bias", "target_modules", "task_type"}
"""The fields of peft's configuration that the request has fields for, or that are always set."""


_TRIED_ROWS = 100
"""So many rows of each file are looked at by --dry-run."""

_SET = "A local option, e.g. num_generations=4, files.ID=train.jsonl, trl.warmup_steps=10."
_WATCH = "Watch what the reward pays, and record it here; graders watch shows it."


@click.command()
@click.argument("request_file", metavar="REQUEST")
@click.option("--dry-run", is_flag=True, help="Show what becomes of every field, without starting a run.")
@click.option("--set", "pairs", metavar="NAME=VALUE", multiple=True, help=_SET)
@click.option("--options", "options_file", metavar="FILE", help="Local options in TOML (--set wins over it).")
@click.option("--resume/--no-resume", default=True, help="Resume from the last checkpoint (the default).")
@click.option("--watch", "watch_folder", metavar="DIR", help=_WATCH)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@settings_options
@column_options
def train(
    request_file: str,
    dry_run: bool,
    pairs: tuple[str, ...],
    options_file: str | None,
    resume: bool,
    watch_folder: str | None,
    as_json: bool,
    **settings: Any,
) -> None:
    """Run REQUEST, the JSON of a whole fine-tuning request, with TRL.

    REINFORCEMENT jobs go through its GRPO trainer with the request's own reward, STANDARD ones through supervised
    training, PREFERENCE ones through DPO. Checkpoints, metrics.jsonl and the final model go into the output folder;
    run it again to go on where it was stopped.
    """
    from graders.reward.load import load_reward
    from graders.training.training_options import read_options
    from graders.training.training_plan import plan
    from graders.wire.documents import read_definition
    from graders.wire.schema import RequestConfig

    with unknown_keys_refused(request_file) if settings["strict"] else nullcontext():
        request = read_definition(request_file)
    if not isinstance(request, RequestConfig):
        raise DefinitionError(request_file, [Mistake((), _INCOMPLETE)])
    options = read_options(options_file, pairs)
    planned = plan(request, options)
    run_settings = make_settings(settings)
    if dry_run:
        _check_names(planned, options)
        _print_plan(planned, planned.launch(request_file, _given(click.get_current_context())), as_json=as_json)
        reward = _reward_or_what_lacks(planned, request, run_settings)
        _refuse_missing(planned)
        if reward is not None:
            _try_rows(planned, reward, options, columns_of(settings, run_settings))
        return
    _refuse_missing(planned)
    from graders.training.train_run import run

    _quiet_others()
    reward = load_reward(request, run_settings) if planned.trainer == "grpo" else None
    reward = reward if watch_folder is None else _watched(reward, watch_folder)
    result = run(planned, reward, options, resume=resume, columns=columns_of(settings, run_settings))
    if os.environ.get("RANK", "0") == "0":  # of many processes one speaks
        click.echo(json.dumps(result) if as_json else _sentence(result, planned.output_dir))


_INCOMPLETE = "is not a complete request: expected 'training_config' and 'infrastructure_config'"


def _quiet_others() -> None:
    """Leave of the log what a user of this command can act on."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    logging.getLogger("huggingface_hub").propagate = False  # it prints its warnings itself
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(trl|transformers)\.")  # theirs to mend


def _watched(reward: RewardFunction | None, folder: str) -> RewardFunction:
    """The reward, watched.

    Raises:
        DefinitionError: the job has none.
    """
    if reward is None:
        raise DefinitionError(
            "--watch", [Mistake((), "this job has no reward to watch: it is not a reinforcement job")]
        )
    from graders.monitor import watch

    return watch(reward, folder)


def _given(ctx: click.Context) -> tuple[str, ...]:
    """The options of this command line, for another one; what only says how to print is left out."""
    options = {one.name: one for one in ctx.command.params if isinstance(one, click.Option) and one.name}
    names = [name for name in options if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    kept = [name for name in names if name not in ("dry_run", "as_json")]
    return tuple(word for name in kept for word in _words(options[name], ctx.params[name]))


def _words(option: click.Option, value: Any) -> list[str]:
    """An option with its value as it stands on a command line."""
    if option.is_flag:
        return [option.opts[0] if value else option.secondary_opts[0]]
    return [f"{option.opts[0]}={one}" for one in (value if option.multiple else [value])]


def _check_names(planned: Any, options: Any) -> None:
    """Refuse names that TRL or peft has no field for, where there are any to check and these are installed."""
    from graders.training.train_run import check_names

    if options.trl or (planned.lora and planned.lora.keys() - PLAIN_LORA):
        with suppress(MissingExtraError):
            check_names(planned)


def _refuse_missing(planned: TrainingPlan) -> None:
    """Name every file that the run would look for in vain.

    Raises:
        DataError: there are some.
    """
    from graders.training.training_plan import missing_file, missing_model

    missing = list(filter(None, [missing_model(planned.model), *map(missing_file, planned.files)]))
    if missing:
        raise DataError("the run would not start here: " + "\n".join(missing))


def _reward_or_what_lacks(planned: Any, request: Any, settings: Any) -> RewardFunction | None:
    """The reward; None where there is none, with what keeps it from being built here, such as a missing judge."""
    from graders.reward.load import load_reward

    if planned.trainer != "grpo":
        return None
    try:
        return load_reward(request, settings)
    except GradersError as error:
        click.echo(f"warning: the run would not start here: {error}", err=True)
    return None


def _try_rows(planned: TrainingPlan, reward: RewardFunction, options: Options, columns: Columns) -> None:
    """Look at the first rows of each file, as the run does at all.

    Raises:
        DataError: they can't be used.
    """
    from graders.integrations.training_rows import training_rows

    for path in planned.files:
        found = list(islice(training_rows(reward, path, columns), _TRIED_ROWS))
        bad = [f"{path} line {row.line} {reason}" for row, record, reason in found if record is None]
        if not found:
            raise DataError(f"the run would not start here: {path} has no rows")
        if bad and (options.on_bad_rows == "error" or len(bad) == len(found)):
            raise DataError(f"the run would not start here: {bad[0]}")


def _sentence(result: dict[str, Any], folder: str) -> str:
    resumed = f", resumed from {result['resumed_from']}" if result["resumed_from"] else ""
    steps = "1 step" if result["steps"] == 1 else f"{result['steps']} steps"
    return f"{steps}{resumed}; the model is in {folder}/final, the metrics in {folder}/metrics.jsonl"


def _print_plan(planned: Any, command: str, *, as_json: bool) -> None:
    """Every field's fate, what isn't a default first, and the command for many accelerators."""
    if as_json:
        click.echo(json.dumps({**planned.public(), "launch": command}, indent=2, default=str))
        return
    told = [fate for fate in planned.fates if fate.verdict != "default"]
    for fate in told:
        click.echo(_fate(fate))
    click.echo(f"\nleft at their defaults, {len(planned.fates) - len(told)} (--json has all):")
    left = (f"{fate.field}={_value(fate)}" for fate in planned.fates if fate.verdict == "default")
    click.echo(fill(", ".join(left), 100, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))
    click.echo(f"\non {planned.processes} accelerators: {command}")


def _fate(fate: Fate) -> str:
    parts = [f"{fate.verdict:<9}{fate.field} = {_value(fate)}"]
    parts += [f"-> {fate.becomes}"] if fate.becomes else []
    return " ".join([*parts, f"({fate.reason})"] if fate.reason else parts)


def _value(fate: Fate) -> str:
    value = json.dumps(fate.value, default=str)
    return value if len(value) <= 60 else value[:57] + "..."
