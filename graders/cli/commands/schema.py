"""graders schema: the JSON Schema that editors and other services can check against."""

from __future__ import annotations

import json

import click

MODELS = ("RewardComponents", "TrainingConfig", "RequestConfig")


@click.command()
@click.argument("model", metavar="[MODEL]", type=click.Choice(MODELS, case_sensitive=False), default="RewardComponents")
def schema(model: str) -> None:
    """Print the JSON Schema of MODEL: RewardComponents (the default), TrainingConfig or RequestConfig.

    The graders of installed packages are in it.
    """
    from graders.contract import registry
    from graders.wire import schema as wire

    kinds = (name for name in registry.known_types() if name not in registry.BUILT_IN)
    more = [scorer.grader_model for kind in kinds if (scorer := registry.scorer_class(kind)) is not None]
    click.echo(json.dumps(wire.json_schema(getattr(wire, model), more), indent=2))
