"""Options that several commands share, and what they make: settings, columns, a reward."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import reduce
from typing import TYPE_CHECKING, Any, TypeVar

import click

from graders.offline.reading.rows import Columns
from graders.vocabulary.errors import DefinitionError, DefinitionWarning, Mistake

if TYPE_CHECKING:
    from graders.reward.reward_function import RewardFunction
    from graders.settings.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


SHARE = click.FloatRange(0, 1)
"""The type of an option that is a share."""


def number_option(name: str, kind: click.ParamType[Any], default: float, meaning: str) -> Callable[[F], F]:
    """An option that is a number, with its default in the help."""
    return click.option(name, type=kind, default=default, show_default=True, help=meaning)


class Aliased(click.Option):
    """An option whose last name is that of another command's, which the help doesn't show."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The line of the help, without the last name."""
        record = super().get_help_record(ctx)
        if record is None:
            return None
        names, meaning = record
        return names.replace(f", {self.opts[-1]}", ""), meaning


def page_option(meaning: str) -> Callable[[F], F]:
    """The option for a page, ``--html`` on every command; ``--report`` is taken too."""
    return click.option("--html", "--report", "page", cls=Aliased, metavar="FILE", help=meaning)


def progress_option(command: F) -> F:
    """The option that shows how far a command is."""
    meaning = "Show progress (the default in a terminal)."
    return click.option("--progress/--no-progress", default=None, help=meaning)(command)


def max_unscored_option(command: F) -> F:
    """The option that says how many completions may be without a reward."""
    meaning = "Exit with code 1 if a larger share of completions is unscored; if all are, it always does."
    return number_option("--max-unscored", SHARE, 1.0, meaning)(command)


def max_error_rate_option(command: F) -> F:
    """The option that says how many rows may be unreadable."""
    meaning = "Exit with code 1 if a larger share of rows can't be read."
    return number_option("--max-error-rate", SHARE, 0.05, meaning)(command)


def settings_options(command: F) -> F:
    """Add the options that make `Settings`: a file, and flags for what changes from run to run."""
    from graders.completion.answer_sources import ANSWER_SOURCES

    options = [
        click.option("--settings", "settings_file", metavar="FILE", help="Settings in TOML (flags win over it)."),
        click.option(
            "--answer-source", type=click.Choice([*ANSWER_SOURCES]), help="Where in a completion the answer is."
        ),
        click.option("--tags", metavar="THINK,ANSWER", help="The names of the two blocks."),
        click.option(
            "--think-prefilled", is_flag=True, default=None, help="The chat template already opens the think block."
        ),
        click.option(
            "--allow-empty-think", is_flag=True, default=None, help="Accept an empty think block as well formed."
        ),
        click.option(
            "--on-bad-reference",
            type=click.Choice(["nan", "error", "zero"]),
            help="What a row with a bad reference gets.",
        ),
        click.option("--strict", is_flag=True, help="An unknown key is an error, not a warning."),
        click.option(
            "--judge",
            "judge_settings",
            metavar="NAME=VALUE",
            multiple=True,
            help="A setting of the judge, such as votes=3 (repeatable).",
        ),
    ]
    return reduce(lambda decorated, option: option(decorated), reversed(options), command)


_CONTENTS = {
    "completion": "one completion",
    "completions": "a list of completions of one prompt",
    "prompt": "the prompt",
    "messages": "a conversation",
    "reference": "the reference answer",
}
"""What the columns of a row hold."""


def column_options(command: F) -> F:
    """Add the options that say which column holds what."""
    from graders.offline.reading.dumps import DUMPS
    from graders.offline.reading.reference_sources import REFERENCE_SOURCES

    options = [
        *map(column_option, _CONTENTS),
        click.option("--from", "dump", type=click.Choice([*DUMPS]), help="DATA was written by this program."),
        click.option(
            "--reference-from",
            type=click.Choice([*REFERENCE_SOURCES]),
            help=r"Where in a reference the answer is: after '####', or in \boxed{}.",
        ),
    ]
    return reduce(lambda decorated, option: option(decorated), reversed(options), command)


def column_option(name: str) -> Callable[[F], F]:
    """The option that names one column."""
    default = getattr(Columns(), name)
    return click.option(
        f"--{name}-column", metavar="NAME", help=f"The column with {_CONTENTS[name]}, or a.b.  [{default}]"
    )


REWARD_FLAGS = ("answer_source", "tags", "think_prefilled", "allow_empty_think", "on_bad_reference")
"""Settings that have an option of their own."""


def judge_flags(given: Sequence[str]) -> dict[str, str]:
    """What the options ``--judge NAME=VALUE`` say.

    Raises:
        UsageError: one is of another form, or a key, which everybody who lists processes could read.
    """
    parts = [(one, *one.partition("=")) for one in given]
    for one, name, sign, _ in parts:
        if not sign or not name:
            raise click.UsageError(f"--judge {one}: expected NAME=VALUE, e.g. --judge votes=3")
        if name in {"api_key", "extra_headers"}:
            raise click.UsageError(
                f"--judge {name}=...: a key doesn't belong on a command line; set GRADERS_JUDGE_{name.upper()}, or "
                "api_key_file"
            )
    return {name: value for _, name, _, value in parts}


def make_settings(options: dict[str, Any]) -> Any:
    """`Settings` from flags, then the settings file, then the environment; takes its options out of the dict."""
    from graders.settings.setting_sources import flags as as_given
    from graders.settings.setting_sources import read_toml
    from graders.settings.settings import Settings, read_env

    path = options.pop("settings_file")
    options.pop("strict", None)
    flags: dict[str, Any] = {name: value for name in REWARD_FLAGS if (value := options.pop(name)) is not None}
    if judge := judge_flags(options.pop("judge_settings")):
        flags["judge"] = judge
    if options.get("reference_column"):
        flags["reference_column"] = options["reference_column"]
    file, environment = read_toml(path) if path else {}, read_env(os.environ)
    return Settings.layered(as_given(flags), file, environment)


def reward_and_columns(definition: str, options: dict[str, Any]) -> tuple[RewardFunction, Columns]:
    """The reward of a definition, and the columns that the options name; the reference's is that of its settings."""
    from graders.reward.load import load_reward

    named = named_columns(options)
    with unknown_keys_refused(definition) if options["strict"] else nullcontext():
        reward = load_reward(definition, make_settings(options))
    return reward, Columns(**{**named, "reference": reward.settings.reference_column})


@contextmanager
def unknown_keys_refused(definition: str) -> Iterator[None]:
    """With --strict: one error of all warnings about unknown keys.

    Raises:
        DefinitionError: there were some.
    """
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        yield
    unknown = [one.message for one in said if isinstance(one.message, DefinitionWarning)]
    for one in said:
        if not isinstance(one.message, DefinitionWarning):
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    if unknown:
        raise DefinitionError(definition, [one.mistake or Mistake((), str(one)) for one in unknown])


def columns_of(options: dict[str, Any], settings: Settings) -> Columns:
    """The columns that the options name; the reference's is that of the settings."""
    return Columns(**{**named_columns(options), "reference": settings.reference_column})


def named_columns(options: dict[str, Any]) -> dict[str, str]:
    """What the options of `column_options` say, without those that aren't given."""
    named = {name: column for name in _CONTENTS if (column := options.get(f"{name}_column"))}
    return named | {name: value for name in ("dump", "reference_from") if (value := options.get(name))}
