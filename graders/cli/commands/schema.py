"""graders schema: the JSON Schema that editors and other services can check against."""

from __future__ import annotations

import json

import click

MODELS = ("RewardComponents", "TrainingConfig", "RequestConfig")


@click.command()
@click.argument("model", metavar="[MODEL]", type=click.Choice(MODELS, case_sensitive=False), default="RewardComponents")
def schema(model: str) -> None:
    """Print the JSON Schema of MODEL: RewardComponents (the default), TrainingConfig or RequestConfig."""
    from graders.wire import schema as wire

    click.echo(json.dumps(wire.json_schema(getattr(wire, model)), indent=2))
