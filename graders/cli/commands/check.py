"""graders check: would this run learn anything? Preflight of reward, rows, tokenizer and batch size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from graders.cli.common_options import column_options, columns_of, make_settings, settings_options, unknown_keys_refused
from graders.pages.formatting import counted
from graders.vocabulary.errors import DataError
from graders.wire.schema import LLMGrader

if TYPE_CHECKING:
    from graders.offline.reading.row import Columns, Row
    from graders.reward.reward_function import RewardFunction


@click.command()
@click.argument("definition", metavar="REWARD")
@click.option("--data", metavar="FILE", help="The training rows: JSON lines or a table.")
@click.option("--tokenizer", metavar="NAME", help="The policy's tokenizer: a local folder or a hub name.")
@click.option("--batch-size", type=click.IntRange(1), help="Completions a step, over all processes.")
@click.option("--group-size", type=click.IntRange(1), default=8, show_default=True, help="Completions a prompt.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@settings_options
@column_options
@click.pass_context
def check(
    ctx: click.Context,
    /,
    definition: str,
    data: str | None,
    tokenizer: str | None,
    batch_size: int | None,
    group_size: int,
    as_json: bool,
    **options: Any,
) -> None:
    """Find what would spoil a run with REWARD, a JSON file with a reward or a whole request.

    Tags that the tokenizer drops, a chat template that opens the thought, missing columns, unreadable references,
    a batch that is no multiple of the group. Exit code 2 where there is an error.
    """
    from graders.integrations.preflight import preflight
    from graders.reward.load import load_reward

    with unknown_keys_refused(definition) if options["strict"] else nullcontext():
        reward = load_reward(definition, make_settings(options))
    columns = columns_of(options, reward.settings)
    rows, unreadable = _rows(data, columns) if data is not None else (None, [])
    size = batch_size or _batch_size(definition)
    args = {"per_device_train_batch_size": size, "num_generations": group_size} if size else None
    rows = None if unreadable and not rows else rows  # that there are none is said already
    found = unreadable + preflight(reward, rows, tokenizer=_loaded(tokenizer), args=args)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], indent=2))
    else:
        click.echo("\n".join(map(str, found)) or "nothing found that would spoil a run")
        if unseen := list(_not_looked_at(reward, data, tokenizer, size)):
            click.echo(f"not looked at: {', '.join(unseen)}")
    ctx.exit(2 if any(finding.severity == "error" for finding in found) else 0)


def _not_looked_at(
    reward: RewardFunction, data: str | None, tokenizer: str | None, batch_size: int | None
) -> Iterator[str]:
    """What may spoil a run and was not there to be checked, each with what would have it checked."""
    for name, option, given in (
        ("rows", "--data FILE", data),
        ("tokenizer", "--tokenizer NAME", tokenizer),
        ("batch", "--batch-size N", batch_size),
    ):
        if given is None:
            yield f"the {name} ({option})"
    if any(isinstance(grader, LLMGrader) for grader in reward.definition.graders):
        yield "the judge's server (graders judge-check)"


def _rows(path: str, columns: Columns) -> tuple[list[dict[str, Any]], list[Any]]:
    """The rows of a file that can be read, and a finding where some can't."""
    from graders.integrations.preflight import PreflightFinding
    from graders.offline.reading.rows import open_rows

    with open_rows(path) as read:
        rows = [row for row in read if columns.holds(row)]
    good, bad = [], []
    for row in rows:
        try:
            good.append(_usual(row, columns))
        except DataError as error:
            bad.append(row._replace(error=str(error)))
    if not bad:
        return good, []
    share = f"{len(bad):,} of {counted(len(rows), 'row')}"
    said = f"{share} can't be read, the first is line {bad[0].line}, which {bad[0].error}"
    return good, [PreflightFinding("unreadable_row", "error", said)]


def _usual(row: Row, columns: Columns) -> dict[str, Any]:
    """A row with its prompt and conversation under their usual names."""
    if row.error is not None:
        raise DataError(row.error)
    document = columns.standard(row.document)
    named = {"prompt": columns.prompt, "messages": columns.messages}
    usual = {**document, **{usual: document[name] for usual, name in named.items() if name in document}}
    if columns.reference in document:
        usual[columns.reference] = columns.reference_value(document[columns.reference])
    if columns.completion in document or columns.completions in document:
        usual["completion"] = columns.example(row.document, needs_reference=False).completions[0]
    return usual


def _batch_size(definition: str) -> int | None:
    """The batch size of a request; None where the document is a reward alone."""
    from graders.wire.documents import read_definition
    from graders.wire.schema import RequestConfig, TrainingConfig

    document = read_definition(definition)
    if isinstance(document, RequestConfig):
        return document.training_config.batch_size
    return document.batch_size if isinstance(document, TrainingConfig) else None


def _loaded(name: str | None) -> Any:
    """A tokenizer by its name."""
    if name is None:
        return None
    from graders.vocabulary.errors import MissingExtraError

    try:
        from transformers import AutoTokenizer
    except ImportError:
        raise MissingExtraError("graders check --tokenizer", "trl") from None
    try:
        return AutoTokenizer.from_pretrained(name)
    except (OSError, ValueError) as error:
        raise DataError(f"--tokenizer {name} can't be loaded: {error}") from None
