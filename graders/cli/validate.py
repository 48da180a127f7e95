"""graders validate: is this reward, request or data usable?"""

from __future__ import annotations

import json
from typing import Any

import click

from graders.cli.options import column_options, make_columns, make_settings, settings_options
from graders.errors import DefinitionError


@click.command()
@click.argument("definition", metavar="REWARD")
@click.option("--data", metavar="FILE", help="A JSONL file whose references are checked too ('-' for standard input).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; mistakes in the API's own 422 shape.")
@settings_options
@column_options
@click.pass_context
def validate(ctx: click.Context, /, definition: str, data: str | None, as_json: bool, **options: Any) -> None:
    """Check REWARD, a JSON file with a reward, a training configuration or a whole request.

    Every mistake is reported at once, with its path and what is allowed. With --data, every reference in the
    file is checked as well. Exit code 2 where anything is wrong.
    """
    from graders.load import load_reward

    try:
        reward = load_reward(definition, make_settings(options))
        faults = _data_faults(reward, data, options) if data else []
    except DefinitionError as error:
        if not as_json:
            raise
        click.echo(json.dumps(http_validation_error(error), indent=2))
        ctx.exit(2)
    report = {"valid": not faults, "weights": reward.weights, "signature": reward.signature(), "data": faults}
    click.echo(json.dumps(report, indent=2) if as_json else _as_text(definition, data, report))
    ctx.exit(2 if faults else 0)


def http_validation_error(error: DefinitionError) -> dict[str, Any]:
    """The mistakes of a document as the API reports them with status 422: ``HTTPValidationError``."""
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


def _data_faults(reward: Any, path: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    """What is wrong with the rows of a file: unreadable lines, missing columns, bad references."""
    from graders.offline.rows import open_rows

    columns = make_columns(options, reward.settings.reference_column)
    faults = []
    with open_rows(path) as rows:
        for row in rows:
            reason = row.error or (
                _reference_fault(reward, columns.reference, row.document) if reward.needs_reference else None
            )
            if reason:
                faults.append({"line": row.line, "fault": reason})
    return faults


def _reference_fault(reward: Any, column: str, document: dict[str, Any]) -> str | None:
    """What is wrong with a row's reference."""
    if column not in document:
        columns = ", ".join(map(repr, document)) or "none"
        return f"has no column {column!r}; its columns are {columns} (name yours with --reference-column)"
    try:
        faults = reward.check_references([document[column]])
    except TypeError as error:
        return str(error).replace("reference_answer[0]", column)
    return (
        f"{faults[0].component} finds the reference {faults[0].reference!r:.80} {faults[0].reason}" if faults else None
    )


def _as_text(definition: str, data: str | None, report: dict[str, Any]) -> str:
    lines = [f"{definition} is valid:"]
    lines += [f"  {weight:<8.6g} {name}" for name, weight in report["weights"].items()]
    lines.append(f"signature: {report['signature']}")
    if data:
        lines += [f"{data}: line {fault['line']} {fault['fault']}" for fault in report["data"][:20]]
        lines.append(f"{data}: {len(report['data']) or 'no'} bad rows")
    return "\n".join(lines)
