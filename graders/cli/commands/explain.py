"""graders explain: one reward taken apart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from graders.cli.common_options import column_options, number_option, reward_and_columns, settings_options
from graders.vocabulary.errors import DataError

if TYPE_CHECKING:
    from graders.offline.reading.rows import Columns
    from graders.reward.explanation import Explanation
    from graders.reward.reward_function import RewardFunction


@click.command()
@click.argument("definition", metavar="REWARD")
@click.argument("data", required=False)
@click.option("--row", type=click.IntRange(min=1), help="Which row of DATA: its line number, from 1.  [1]")
@number_option("--member", click.IntRange(min=1), 1, "Which completion of a group, from 1.")
@click.option("--completion", help="A completion, instead of a row of DATA.")
@click.option("--reference", help="Its reference answer.")
@click.option("--prompt", help="Its prompt.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@settings_options
@column_options
def explain(
    definition: str,
    data: str | None,
    row: int | None,
    member: int,
    completion: str | None,
    reference: str | None,
    prompt: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Take the reward of one completion apart: what was parsed, extracted and compared, and how the sum comes about.

    REWARD is a JSON file with a reward or request. The completion is row --row of the file DATA, the first where none
    is named, or given by --completion and --reference.
    """
    beside_data = [f"--{name}" for name, value in (("reference", reference), ("prompt", prompt)) if value is not None]
    if (data is None) == (completion is None) or (data is None and row) or (data and beside_data):
        extra = f"; DATA's row has what {' and '.join(beside_data)} would give" if data and beside_data else ""
        raise click.UsageError(f"give either DATA, with --row, or --completion with --reference{extra}")
    reward, columns = reward_and_columns(definition, options)
    if data is not None:
        explanation = _explain_row(reward, columns, data, row or 1, member)
    else:
        if reference is None and reward.needs_reference:
            raise click.UsageError("this reward compares with a reference: give --reference as well")
        explanation = reward.explain(completion, reference, prompt)
    click.echo(json.dumps(explanation, indent=2) if as_json else str(explanation))


def _explain_row(reward: RewardFunction, columns: Columns, data: str, row: int, member: int) -> Explanation:
    """The explanation of a row; what is wrong with it is said with its file and line."""
    document = _document(data, row)
    try:
        example = columns.example(document, needs_reference=reward.needs_reference)
        return reward.explain(_member(example.completions, member), example.reference, example.prompt)
    except DataError as error:
        raise DataError(f"{data} line {row} {error}") from None
    except TypeError as error:
        raise DataError(f"{data} line {row}: {error}") from None


def _member(completions: list[Any], number: int) -> Any:
    if number > len(completions):
        raise DataError(f"holds {len(completions)} completions, not {number}")
    return completions[number - 1]


def _document(path: str, line: int) -> dict[str, Any]:
    """The row on a line of a file."""
    from graders.offline.reading.rows import open_rows

    last = 0
    with open_rows(path) as rows:
        for row in rows:
            last = row.line
            if last == line and row.error is None:
                return row.document
            if last == line:
                raise DataError(f"{path} line {line} {row.error}")
    raise DataError(f"{path} has no row on line {line}; its last row is on line {last}")
