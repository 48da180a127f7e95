"""graders validate: is this reward, request or data usable?"""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

import click

from graders.cli.common_options import column_option, make_settings, settings_options
from graders.vocabulary.errors import DataError, DefinitionError

if TYPE_CHECKING:
    from graders.reward.reward_function import RewardFunction


@click.command()
@click.argument("definition", metavar="REWARD")
@click.option("--data", metavar="FILE", help="A JSONL file whose references are checked too ('-' for standard input).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; mistakes in the API's own 422 shape.")
@settings_options
@column_option("reference")
@click.pass_context
def validate(ctx: click.Context, /, definition: str, data: str | None, as_json: bool, **options: Any) -> None:
    """Check REWARD, a JSON file with a reward, a training configuration or a whole request.

    Every mistake is reported at once, with its path and what is allowed. With --data, every reference in the
    file is checked as well. Exit code 2 where anything is wrong.
    """
    from graders.reward.load import load_reward

    try:
        with warnings.catch_warnings(record=as_json) as said:  # in a report; else they are printed as ever
            reward = load_reward(definition, make_settings(options))
            faults = _data_faults(reward, data) if data else []
    except (DefinitionError, DataError) as error:
        if not as_json:
            raise
        click.echo(json.dumps(http_validation_error(error), indent=2))
        ctx.exit(2)
    report = {
        "valid": not faults,
        "weights": reward.weights,
        "signature": reward.signature(),
        "data": faults,
        "warnings": [str(warning.message) for warning in said or ()],
    }
    click.echo(json.dumps(report, indent=2) if as_json else _as_text(definition, data, report))
    ctx.exit(2 if faults else 0)


def http_validation_error(error: DefinitionError | DataError) -> dict[str, Any]:
    """The mistakes of a document as the API reports them with status 422: ``HTTPValidationError``."""
    if isinstance(error, DataError):
        return {"detail": [{"loc": ["data"], "msg": str(error), "type": "data_error"}]}
    return {
        "detail": [
            {"loc": list(mistake.loc), "msg": mistake.sentence, "type": mistake.kind, "input": _plain(mistake.found)}
            for mistake in error.mistakes
        ]
    }


def _plain(value: object) -> object:
    """A value that JSON can hold."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        return repr(value)


def _data_faults(reward: RewardFunction, path: str) -> list[dict[str, Any]]:
    """What is wrong with the rows of a file: unreadable lines, missing columns, bad references."""
    from graders.integrations.training_rows import reference_fault
    from graders.offline.reading.rows import open_rows

    rows, faults, column = 0, [], reward.settings.reference_column
    with open_rows(path) as read:
        for rows, row in enumerate(read, start=1):  # noqa: B007 - counted to the end
            if reason := row.error or reference_fault(
                reward, row.document, column, "--reference-column", also_weak=True
            ):
                faults.append({"line": row.line, "fault": reason})
    if not rows:
        raise DataError(f"{path} has no rows")
    return faults


def _as_text(definition: str, data: str | None, report: dict[str, Any]) -> str:
    lines = [f"{definition} is valid:"]
    lines += [f"  {weight:<8.6g} {name}" for name, weight in report["weights"].items()]
    lines.append(f"signature: {report['signature']}")
    if data:
        lines += [f"{data}: line {fault['line']} {fault['fault']}" for fault in report["data"][:20]]
        lines.append(f"{data}: {len(report['data']) or 'no'} bad rows")
    return "\n".join(lines)
