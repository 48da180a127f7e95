"""graders validate: is this reward, request or data usable?"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from graders.cli.common_options import column_options, columns_of, make_settings, settings_options, unknown_keys_refused
from graders.offline.reading.rows import STDIN, missing_column
from graders.pages.formatting import counted
from graders.vocabulary.errors import DataError, DefinitionError

if TYPE_CHECKING:
    from graders.offline.reading.row import Columns, Row
    from graders.reward.reward_function import RewardFunction
    from graders.settings.settings import Settings

_MOST_FAULTS = 20
"""So many different faults of rows are printed."""


@click.command()
@click.argument("definition", metavar="REWARD")
@click.option("--data", metavar="FILE", help="Rows whose references are checked too ('-' for standard input).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; mistakes in the API's own 422 shape.")
@settings_options
@column_options
@click.pass_context
def validate(ctx: click.Context, /, definition: str, data: str | None, as_json: bool, **options: Any) -> None:
    """Check REWARD, a JSON file with a reward, a training configuration or a whole request; '-' is standard input.

    Every mistake is reported at once, with its path and what is allowed. With --data, every reference in the
    file is checked as well. A judge needs no endpoint for that. Exit code 2 where anything is wrong.
    """
    if definition == data == STDIN:
        raise click.UsageError("REWARD and --data can't both be standard input")
    strict = options["strict"]
    try:
        with warnings.catch_warnings(record=as_json) as said:  # in a report; else they are printed as ever
            with unknown_keys_refused(definition) if strict else nullcontext():
                source = sys.stdin.read() if definition == STDIN else definition
                reward, lacks = _built(source, make_settings(options))
            faults = _data_faults(reward, data, columns_of(options, reward.settings)) if data else []
    except (DefinitionError, DataError) as error:
        if not as_json:
            raise
        click.echo(json.dumps(http_validation_error(error), indent=2))
        ctx.exit(2)
    report = {
        "valid": not faults,
        "weights": reward.weights,
        "signature": None if lacks else reward.signature(),
        "data": faults,
        "warnings": [str(warning.message) for warning in said or ()],
    }
    for lack in lacks:
        click.echo(f"warning: {lack}", err=True)
    click.echo(json.dumps(report, indent=2) if as_json else _as_text(definition, data, report))
    ctx.exit(2 if faults else 0)


def _built(source: str, settings: Settings) -> tuple[RewardFunction, list[str]]:
    """The reward, and what a run of it would lack here: a definition is as good without its judge's address.

    Raises:
        DefinitionError: anything else is wrong.
    """
    from graders.reward.load import load_reward

    try:
        return load_reward(source, settings), []
    except DefinitionError as error:
        if any(mistake.kind != "missing" or mistake.loc[:1] != ("judge",) for mistake in error.mistakes):
            raise
        lacks = [f"a run would not start here: {mistake}" for mistake in error.mistakes]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # said before
        return load_reward(source, settings.replace(judge=settings.judge.replace(**_ANY_JUDGE))), lacks


_ANY_JUDGE = {"base_url": "http://judge.invalid/v1", "model": "none"}
"""Stands for a judge that is never asked."""


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


def _data_faults(reward: RewardFunction, path: str, columns: Columns) -> list[dict[str, Any]]:
    """What is wrong with the rows of a file: unreadable lines, missing columns, bad references."""
    from graders.offline.reading.rows import open_rows

    rows, faults = 0, []
    with open_rows(path) as read:
        for rows, row in enumerate(filter(columns.holds, read), start=1):  # noqa: B007 - counted to the end
            if reason := _row_fault(reward, row, columns):
                faults.append({"line": row.line, "fault": reason})
    if not rows:
        raise DataError(f"{path} has no rows")
    return faults


def _row_fault(reward: RewardFunction, row: Row, columns: Columns) -> str | None:
    """What is wrong with one row; None where nothing is."""
    from graders.integrations.training_rows import reference_fault

    if row.error is not None:
        return row.error
    name = columns.reference
    try:
        document = dict(columns.standard(row.document))
        if not reward.needs_reference:
            return None
        if name not in document:
            return missing_column(row.document, name, "--reference-column")
        document[name] = columns.reference_value(document[name])
    except DataError as error:
        return str(error)
    return reference_fault(reward, document, name, also_weak=True)


def _as_text(definition: str, data: str | None, report: dict[str, Any]) -> str:
    name = "the definition" if definition == STDIN else definition
    lines = [f"{name} is valid:"]
    lines += [f"  {weight:<8.6g} {component}" for component, weight in report["weights"].items()]
    if data:
        bad = len(report["data"])
        lines += [f"{data}: {told}" for told in islice(_told(report["data"]), _MOST_FAULTS)]
        lines.append(f"{data}: {counted(bad, 'bad row') if bad else 'no bad rows'}")
    return "\n".join(lines)


def _told(faults: list[dict[str, Any]]) -> Iterator[str]:
    """Each fault once, with the rows that have it."""
    lines: dict[str, list[int]] = {}
    for fault in faults:
        lines.setdefault(fault["fault"], []).append(fault["line"])
    for sentence, places in lines.items():
        more = f"; so {_have(len(places) - 1)}" if len(places) > 1 else ""
        yield f"line {places[0]} {sentence}{more}"


def _have(others: int) -> str:
    return "has 1 more line" if others == 1 else f"have {others:,} more lines"
