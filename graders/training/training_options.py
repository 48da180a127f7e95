"""What a fine-tuning request has no field for: group size, lengths, files, with defaults that are stated."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from graders.figures.grouping import Aggregation
from graders.settings.sections import SettingsSection
from graders.settings.setting_sources import read_toml
from graders.vocabulary.errors import DefinitionError, Mistake
from graders.wire.schema import TrainingConfig


class Options(SettingsSection):
    """Local options of a training run; none of them is a field of the request.

    Attributes:
        output_dir: Where checkpoints, metrics and the model go; ``runs/<experiment_name>`` where None.
        files: The path of each file id in ``training_files``; an id without an entry is a path itself.
        model: A local folder or hub name in place of the request's ``model``.
        num_generations: Completions a prompt: the size of a group.
        max_completion_length: Tokens that a completion may have; where None the lesser of 1024 and half of
            ``max_length``.
        temperature: Sampling temperature.
        epsilon: How far a step may move a token's probability.
        kl_beta: Weight of the divergence from the starting policy; 0 needs no second model.
        aggregation: Whether the weighted sum or each component is normalised; the latter splits the reward.
        scale_rewards: What advantages are divided by: the standard deviation of the group, the batch, or nothing.
        gradient_accumulation_steps: Parts that a batch is worked through in, to save memory.
        max_steps: Stop after so many steps, whatever ``n_epochs`` says; None for no such limit.
        seed: Of sampling and shuffling.
        on_bad_rows: Rows that can't be used stop the run (``error``) or stay out of it (``drop``).
        preflight: What would spoil a reinforcement run stops it before it starts (``error``) or is logged (``warn``).
        log_completions: Write the completions of each step into ``output_dir``.
        trl: Any other field of TRL's configuration by its name.
    """

    output_dir: str | None = None
    files: Mapping[str, str] = Field(default_factory=dict)
    model: str | None = None
    num_generations: Annotated[int, Field(ge=2)] = 8
    max_completion_length: Annotated[int, Field(ge=1)] | None = None
    temperature: Annotated[float, Field(gt=0)] = 1.0
    epsilon: Annotated[float, Field(gt=0)] = 0.2
    kl_beta: Annotated[float, Field(ge=0)] = 0.0
    aggregation: Aggregation = "sum_then_normalize"
    scale_rewards: Literal["group", "batch", "none"] = "group"
    gradient_accumulation_steps: Annotated[int, Field(ge=1)] = 1
    max_steps: Annotated[int, Field(ge=1)] | None = None
    seed: int = 42
    on_bad_rows: Literal["error", "drop"] = "error"
    preflight: Literal["error", "warn"] = "error"
    log_completions: bool = False
    trl: Mapping[str, Any] = Field(default_factory=dict)


def read_options(path: str | os.PathLike[str] | None, settings: Iterable[str] = ()) -> Options:
    """Options from a TOML file and from ``name=value`` pairs, which win over it.

    Args:
        path: A TOML file; None for none.
        settings: Pairs such as ``num_generations=4``, ``files.file-1=train.jsonl`` or ``trl.warmup_steps=10``; the
            value is read as JSON where it is some, else as text.

    Raises:
        DefinitionError: a name means nothing, or a value is not allowed; all mistakes at once.

    >>> read_options(None, ["num_generations=4", "trl.warmup_steps=10"]).trl
    {'warmup_steps': 10}
    """
    values = read_toml(path) if path is not None else {}
    for pair in settings:
        name, equals, text = pair.partition("=")
        if not equals:
            raise DefinitionError("--set", [Mistake((pair,), "expected name=value, e.g. num_generations=4")])
        section, dot, key = name.partition(".")
        if dot:
            values[section] = {**values.get(section, {}), key: _value(text)}
        else:
            values[name] = _value(text)
    of_request = [name for name in values if name in TrainingConfig.model_fields and name not in Options.model_fields]
    if of_request:
        sentence = "is a field of the request: change it there"
        raise DefinitionError("the options", [Mistake((name,), sentence) for name in of_request])
    return Options(**values)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
