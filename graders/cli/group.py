"""The group of commands: loads a command when it is called, and turns errors into one clear message."""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import suppress
from importlib import import_module
from typing import Any

import click

from graders import __version__
from graders.vocabulary.errors import GradersError
from graders.vocabulary.plain_warning import show_plainly

COMMANDS = {
    "audit": "Measure how far a reward can be gamed, with mutated completions.",
    "check": "Find problems with a reward and its data before a run starts.",
    "compare": "Compare two scored files of the same rows.",
    "demo": "Validate, score and explain the example data.",
    "explain": "Explain the reward of one completion.",
    "init": "Write a reward and five rows to start from.",
    "jobs": "List, follow and cancel the fine-tuning jobs of a server.",
    "judge-check": "Check a judge: its endpoint, its verdicts, its agreement with labels.",
    "merge": "Merge the shards of several jobs, and check them.",
    "prompt": "Print the system prompt that goes with a reward.",
    "report": "Write a report on scored rows, as one HTML file.",
    "schema": "Print the JSON Schema of a reward or request.",
    "score": "Score stored completions, row by row.",
    "serve": "Serve rewards over HTTP.",
    "train": "Run a fine-tuning request on this machine, through TRL.",
    "validate": "Check a reward or request, and a file's references.",
    "watch": "Show a watched training run: what was paid, and alarms.",
}
"""Each command with its line in the help (so that the help imports none); it is in a file of its name."""


_ELSEWHERE = {"init": "graders.cli.starters.init", "judge_check": "graders.cli.judging.judge_check"}
"""Commands that stand beside what they write, or ask with."""


class LazyGroup(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, imported now; None where there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        place = _ELSEWHERE.get(name, f"graders.cli.commands.{name}")
        command: click.Command = getattr(import_module(place), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names; for a mistyped one, the closest that there is."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from graders.vocabulary.validation import closest

            nearest = closest(args[0], COMMANDS)
            hint = f" Did you mean {nearest!r}?" if nearest else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what goes wrong is one message and exit code 2, with --debug a traceback."""
        if ctx.params.get("debug"):
            return super().invoke(ctx)
        try:
            with warnings.catch_warnings():  # puts the printing of warnings back at its end
                warnings.showwarning = show_plainly
                return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(130)
        except BrokenPipeError:
            _discard_stdout()
            ctx.exit(1)
        except (GradersError, TypeError, OSError) as error:
            if isinstance(error, TypeError) and not _is_ours(error):
                raise
            click.echo(f"error: {error}", err=True)
            ctx.exit(2)


def _discard_stdout() -> None:
    """Let what is still to be printed go nowhere: its reader has gone, and that is no error to speak of."""
    with suppress(OSError):  # a stand-in for standard output has no number
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_ours(error: BaseException) -> bool:
    """Whether the library raised an error about the user's data, which it words with the place first."""
    return str(error).startswith(("completions", "prompts", "reference_answer"))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="graders")
@click.option("--debug", is_flag=True, help="Show tracebacks.")
def main(debug: bool) -> None:
    """Declarative rewards for reinforcement fine-tuning: validate, score, explain."""
    del debug
