"""graders prompt: what a policy has to be told so that its completions are read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from graders.cli.common_options import make_settings, settings_options


@click.command()
@click.argument("definition", metavar="REWARD")
@click.option(
    "--expects",
    metavar="WHAT",
    help='What the answer is: math, choice, text, or words that go on from "The answer is".  [what the graders say]',
)
@click.option(
    "--template",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A prompt of your own, with {layout}, {example} and {answer} where these should stand.",
)
@settings_options
def prompt(definition: str, expects: str | None, template: Path | None, **options: Any) -> None:
    """Print the system prompt that goes with REWARD, a JSON file with a reward or a whole request.

    It asks for exactly the layout that the settings read, and for the kind of answer that the graders expect.
    """
    from graders.reward.load import load_reward

    reward = load_reward(definition, make_settings(options))
    own = None if template is None else template.read_text(encoding="utf-8")
    click.echo(reward.system_prompt(expects=expects, template=own), nl=False)
