"""graders report: scored rows in, one HTML file out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from graders.cli.common_options import (
    Aliased,
    column_options,
    columns_of,
    make_settings,
    named_columns,
    progress_option,
    reward_and_columns,
    settings_options,
)

if TYPE_CHECKING:
    from graders.reward.reward_function import RewardFunction

_OUTPUT = "The HTML file ('-' for standard output)."
_REWARD = "The reward that scored the rows; a run's directory names it."


@click.command()
@click.argument("scored")
@click.option(
    "-o", "--output", "--html", cls=Aliased, metavar="FILE", default="report.html", show_default=True, help=_OUTPUT
)
@click.option("--reward", "definition", metavar="FILE", help=_REWARD)
@click.option("--title", help="The heading of the report.")
@click.option("--label-column", metavar="NAME", help="A column of 0/1 labels: adds accuracy and the mistaken rows.")
@progress_option
@settings_options
@column_options
def report(
    scored: str,
    output: str,
    definition: str | None,
    title: str | None,
    label_column: str | None,
    progress: bool | None,
    **options: Any,
) -> None:
    """Show what SCORED says: a directory or file that graders score wrote.

    The report is one HTML file that loads nothing: alarms with the rows that raised them, accuracy against labels
    with the mistaken rows, histograms, outcomes, groups, and a sample of rows, each with its reward taken apart.
    """
    from graders.cli.progress import reading_progress
    from graders.cli.score_report import lacking_reference, summary_lines
    from graders.offline.ledger.manifest import read_manifest
    from graders.offline.writing.files import check_page
    from graders.report import write_report

    if output != "-":
        check_page(output)
    reward: RewardFunction | None = None
    if definition is None:
        named = columns_of(options, make_settings(options))
    else:
        reward, named = reward_and_columns(definition, options)
    columns = named if reward is not None or read_manifest(scored) is None or named_columns(options) else None
    with reading_progress([scored], progress) as advance:
        facts = write_report(
            scored,
            output,
            reward=reward,
            title=title,
            label_column=label_column,
            columns=columns,
            advance=advance,
        )
    lines = summary_lines(facts, output)
    if reward is not None and reward.needs_reference:
        lines += lacking_reference(facts, reward.settings.reference_column)
    for line in lines:
        click.echo(line, err=output == "-")
