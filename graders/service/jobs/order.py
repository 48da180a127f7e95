"""A request to train, checked against what this server has: models, files, a judge. All mistakes at once, in words."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from pydantic import ValidationError

from graders.reward.load import load_reward
from graders.reward.reward_function import RewardFunction
from graders.service.jobs.job_settings import JobSettings
from graders.service.jobs.tables.file_table import FileTable
from graders.service.jobs.training_data import needs_of
from graders.settings.setting_sources import flags, read_toml
from graders.settings.settings import Settings, read_env
from graders.training.training_options import read_options
from graders.training.training_plan import plan
from graders.vocabulary.errors import DefinitionError, GradersError, Mistake
from graders.vocabulary.validation import closest, mistakes_of
from graders.wire.schema import LoRAConfig, RequestConfig, TrainingConfig

LORA_EXTRAS = {
    "target_modules",
    "exclude_modules",
    "modules_to_save",
    "rank_pattern",
    "alpha_pattern",
    "layers_to_transform",
    "use_rslora",
    "use_dora",
    "fan_in_fan_out",
}
"""Fields of peft's configuration that a request may set. Others name modules to import, files to read or hub
repositories, and those are never taken from a request."""

NUMBERS = {
    "training_config": ("n_epochs", "n_checkpoints", "max_length"),
    "infrastructure_config": ("n_accel", "n_node"),
}
"""Numbers of a request that count something."""

LARGEST = 1_000_000_000
MOST_GRADERS = 100
MOST_FILES = 100

LONGEST_EXTRA = 10_000
"""So many characters may a request's extra fields of low-rank adaptation have as JSON."""


@dataclass(frozen=True, slots=True)
class Order:
    """A request that this server can train.

    Attributes:
        request: The request.
        reward: What its references are still to be tried against; None where the job has no reward, or rows that can't
            be used are left out of it.
        files: The path of each of its training files, in their order.
    """

    request: RequestConfig
    reward: RewardFunction | None
    files: tuple[str, ...]

    def faults(self, found: Iterable[str | None]) -> list[Mistake]:
        """What `reference_faults` has found in each file, as mistakes of the request."""
        where = ("training_config", "training_files")
        return [Mistake((*where, at), fault) for at, fault in enumerate(found) if fault is not None]


class Orders:
    """Checks requests.

    Attributes:
        options: The options of every job.
        reward_settings: The settings of every job's reward.
    """

    def __init__(self, settings: JobSettings, files: FileTable) -> None:
        """Read the files that the settings name.

        Raises:
            DefinitionError: one of them has mistakes.
        """
        self._settings = settings
        self._files = files
        self._alone = Lock()
        self.options = read_options(settings.training_options)
        own = read_toml(settings.reward_settings) if settings.reward_settings is not None else {}
        self.reward_settings = Settings.layered(flags(dict(settings.reward_flags)), own, read_env(os.environ))

    def check(self, document: Mapping[str, Any], models: Mapping[str, str]) -> Order:
        """The order in a document.

        Args:
            document: The request, of the API's types.
            models: What may be trained.

        Raises:
            DefinitionError: with every mistake.
        """
        with self._alone, warnings.catch_warnings():  # warnings are the whole process's
            warnings.simplefilter("ignore")
            try:
                request = RequestConfig.model_validate(document)
            except ValidationError as error:
                raise DefinitionError("the request", mistakes_of(error, document)) from None
            job = request.training_config
            reward, mistakes = self._reward(job)
            mistakes += [*self._of_model(job, models), *self._of_files(job), *_of_numbers(request)]
            mistakes += self._of_plan(request) if not mistakes else []
        if mistakes:
            raise DefinitionError("the request", mistakes)
        paths = tuple(str(self._files.path(stored)) for stored in map(self._files.get, job.training_files) if stored)
        return Order(request, reward if self.options.on_bad_rows == "error" else None, paths)

    def _of_model(self, job: TrainingConfig, models: Mapping[str, str]) -> Iterator[Mistake]:
        """Whether a job's model can be trained here, and so."""
        if job.model not in models:
            known = f"those are {', '.join(sorted(models)) or 'none'}"
            message = f"no model {job.model[:200]!r} can be trained here; {known}"
            yield Mistake(("training_config", "model"), message, closest(job.model, models), found=job.model)
        elif job.lora_config is not None and job.model in self._settings.without_lora:
            message = f"the model {job.model!r} takes no low-rank adaptation here: leave lora_config out"
            yield Mistake(("training_config", "lora_config"), message)
        if job.lora_config is not None:
            yield from _of_lora(job.lora_config)

    def _reward(self, job: TrainingConfig) -> tuple[RewardFunction | None, list[Mistake]]:
        """A job's reward, or why it can't be built here."""
        where = ("training_config", "reward_components")
        if job.reward_components is None:
            return None, []
        if len(job.reward_components.graders) > MOST_GRADERS:
            return None, [Mistake((*where, "graders"), f"has more than {MOST_GRADERS} entries")]
        try:
            return load_reward(job, self.reward_settings), []
        except DefinitionError as error:
            return None, [Mistake((*where, *one.loc), one.sentence) for one in error.mistakes]
        except GradersError as error:
            return None, [Mistake(where, str(error))]

    def _of_files(self, job: TrainingConfig) -> Iterator[Mistake]:
        """Whether a job's files are here, and can train it."""
        where = ("training_config", "training_files")
        if len(job.training_files) > MOST_FILES:
            yield Mistake(where, f"has more than {MOST_FILES} entries")
            return
        for position, file_id in enumerate(job.training_files):
            fault = self._file_fault(file_id, job)
            if fault is not None:
                yield Mistake((*where, position), fault, found=file_id)

    def _file_fault(self, file_id: str, job: TrainingConfig) -> str | None:
        """Why a job can't train from a file, by what was found when it was uploaded."""
        stored = self._files.get(file_id)
        if stored is None:
            return f"there is no file {file_id[:80]!r} here: upload it first"
        if stored.type not in {"jsonl", "parquet"}:
            return f"{stored.filename!r} is no training file"
        if self.options.on_bad_rows == "drop":
            return None
        fault = stored.faults.get(needs_of(job))
        return None if fault is None else f"{stored.filename!r}: {fault}"

    def _of_plan(self, request: RequestConfig) -> list[Mistake]:
        """What can't be trained at all."""
        try:
            plan(request, self.options, world=1)
        except DefinitionError as error:
            return list(error.mistakes)
        return []


def _of_numbers(request: RequestConfig) -> Iterator[Mistake]:
    """Numbers that the API describes without bounds, and no job can have."""
    for section, names in NUMBERS.items():
        for name in names:
            value = getattr(getattr(request, section), name)
            if value is not None and not 1 <= value <= LARGEST:
                said = str(value) if abs(value) <= LARGEST else "a number of many digits"
                yield Mistake((section, name), f"got {said}, expected 1 to {LARGEST}")


def _of_lora(asked: LoRAConfig) -> Iterator[Mistake]:
    """What a request may not say to peft."""
    within = ("training_config", "lora_config")
    extras = {**asked.extras, **(asked.model_extra or {})}
    for name, value in extras.items():
        loc = (*within, "extras", name) if name in asked.extras else (*within, name)
        if name not in LORA_EXTRAS:
            allowed = ", ".join(sorted(LORA_EXTRAS))
            yield Mistake(loc, f"may not be set by a request, expected one of {allowed}", closest(name, LORA_EXTRAS))
        elif not _is_plain(value):
            yield Mistake(
                loc, "expected true, false, a number, 'all-linear', or lists and objects of names and numbers"
            )
    if len(repr(extras)) > LONGEST_EXTRA:
        yield Mistake((*within, "extras"), f"is longer than {LONGEST_EXTRA} characters")


def _is_plain(value: object) -> bool:
    """Whether a value names modules: a single text would be read as a regular expression by peft."""
    if isinstance(value, list):
        return all(isinstance(one, str | int) for one in value)
    if isinstance(value, dict):
        return all(_is_name(name) and isinstance(one, int) for name, one in value.items())
    return value == "all-linear" or value is None or isinstance(value, bool | int | float)


def _is_name(text: str) -> bool:
    return text.replace(".", "").replace("_", "").isalnum()


def trainer_words(settings: JobSettings, request_file: str, options: Mapping[str, str]) -> list[str]:
    """The trainer's command line.

    Args:
        settings: The server's settings.
        request_file: Where the request stands.
        options: Options of `graders train` that are this job's own.
    """
    words = [*settings.trainer, request_file, "--json"]
    for name, value in options.items():
        words += ["--set", f"{name}={json.dumps(value)}"]
    if settings.training_options is not None:
        words += ["--options", str(settings.training_options.absolute())]
    if settings.reward_settings is not None:
        words += ["--settings", str(settings.reward_settings.absolute())]
    for name, flag in settings.reward_flags.items():
        option = f"--{name.replace('_', '-')}"
        words.append(option if flag is True else f"{option}={flag}")
    return words
