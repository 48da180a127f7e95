"""graders compare: two scored files of the same rows."""

from __future__ import annotations

import json
from typing import Any

import click

from graders.cli.common_options import SHARE, column_options, named_columns, number_option, page_option, progress_option
from graders.cli.plain_values import without_nan


@click.command()
@click.argument("a")
@click.argument("b")
@click.option("--id-column", metavar="NAME", help="Match rows by this column instead of by position.")
@click.option("--label-column", metavar="NAME", help="A column of 0/1 labels: adds accuracies.")
@number_option("--rows", click.IntRange(min=0), 5, "How many of the largest falls and rises to show.")
@page_option("Write the comparison as a page.")
@progress_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--fail-on-regression", is_flag=True, help="Exit with code 1 if B is worse than A, and say why.")
@number_option("--tolerance", SHARE, 0.0, "How far the accuracy, or without labels the mean reward, may fall.")
@number_option("--max-lost", SHARE, 0.05, "What share of A's scored completions may be unscored in B.")
@column_options
@click.pass_context
def compare(
    ctx: click.Context,
    /,
    a: str,
    b: str,
    id_column: str | None,
    label_column: str | None,
    rows: int,
    page: str | None,
    progress: bool | None,
    as_json: bool,
    fail_on_regression: bool,
    tolerance: float,
    max_lost: float,
    **options: Any,
) -> None:
    """Compare two scored files or runs' directories, A and B, of the same rows.

    Differences are B minus A, over the completions that both scored, with a bootstrap interval over groups and an
    exact sign test. A row that only one side scored is counted apart and is never a zero.

    B is a regression where its accuracy falls by more than --tolerance; without labels, where the whole interval of
    the mean difference lies below minus the tolerance; and where it loses more than --max-lost of A's rewards.
    """
    from graders.cli.compare_table import print_comparison
    from graders.cli.progress import reading_progress
    from graders.comparison.compare_files import compare as compare_files
    from graders.comparison.comparison_page import page as comparison_page
    from graders.comparison.regression import Allowance, regression
    from graders.comparison.side import ComparisonOptions
    from graders.offline.reading.rows import Columns
    from graders.offline.writing.files import check_page, write_page

    check_page(page)
    columns = Columns(**named) if (named := named_columns(options)) else None  # a manifest may say which they are
    with reading_progress([a, b], progress) as advance:
        found = compare_files(a, b, ComparisonOptions(columns, id_column, label_column, rows), advance)
    sentence = regression(found, Allowance(tolerance, max_lost)) if fail_on_regression else None
    if page is not None:
        write_page(page, comparison_page(found, sentence))
        click.echo(f"the comparison as a page is in {page}", err=True)
    if as_json:
        click.echo(json.dumps({**without_nan(found.to_dict()), "regression": sentence}, indent=2))
    else:
        print_comparison(found)
    if sentence is not None:
        click.echo(f"error: {sentence}", err=True)
        ctx.exit(1)
