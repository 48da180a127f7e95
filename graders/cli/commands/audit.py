"""graders audit: how far can a reward be gamed?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from graders.cli.common_options import (
    SHARE,
    column_options,
    number_option,
    page_option,
    progress_option,
    reward_and_columns,
    settings_options,
)
from graders.cli.plain_values import without_nan

if TYPE_CHECKING:
    from graders.audit.audit_result import Audit

_LIST = "List the families and stop."
_FAIL_ABOVE = "Exit with code 1 if a component is more exploitable than X, or could not be tried."


def _list_families(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    from graders.audit.family_registry import family, known_families

    families = [family(name) for name in known_families()]
    for one in families:
        click.echo(f"{one.name:<22}{one.subject:<20}{one.meaning}")
    ctx.exit(0)


@click.command()
@click.argument("definition", metavar="REWARD")
@click.argument("data")
@number_option("--rows", click.IntRange(min=1), 200, "How many completions to draw.")
@click.option("--seed", type=int, default=0, show_default=True, help="The seed of the sample.")
@click.option("--family", "families", multiple=True, metavar="NAME", help="Try only this family (repeatable).")
@click.option("--list", is_flag=True, is_eager=True, expose_value=False, callback=_list_families, help=_LIST)
@page_option("Write the audit as a page.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--fail-above", type=SHARE, metavar="X", help=_FAIL_ABOVE)
@progress_option
@settings_options
@column_options
@click.pass_context
def audit(
    ctx: click.Context,
    /,
    definition: str,
    data: str,
    rows: int,
    seed: int,
    families: tuple[str, ...],
    page: str | None,
    as_json: bool,
    fail_above: float | None,
    progress: bool | None,
    **options: Any,
) -> None:
    """How far can REWARD, a JSON file, be gamed on DATA, a file of rows or a run's directory?

    Completions are drawn from DATA, mutated by families of tricks that start from a wrong answer, and scored. What is
    paid beyond what a mutant deserves is a hole. DATA may be scored or not; a row needs a reference, but no completion.
    """
    from graders.audit.audit_page import page as audit_page
    from graders.audit.audit_plan import Extent, plan
    from graders.audit.run_audit import carry_out
    from graders.cli.audit_table import print_audit
    from graders.cli.progress import count_progress
    from graders.offline.writing.files import check_page, write_page

    check_page(page)
    reward, columns = reward_and_columns(definition, options)
    planned = plan(reward, data, Extent(rows, seed, families), columns)
    if planned.judged:
        click.echo(f"the judge is asked about up to {planned.judged:,} answers, each distinct one once", err=True)
    with count_progress("trying mutants", lambda: planned.mutants, progress, "mutants", "tried") as advance:
        result = carry_out(planned, advance)
    if page is not None:
        write_page(page, audit_page(result))
        click.echo(f"the audit as a page is in {page}", err=True)
    if as_json:
        click.echo(json.dumps(without_nan(result.to_dict()), indent=2))
    else:
        print_audit(result)
    failed = [] if fail_above is None else list(_failures(result, fail_above))
    for sentence in failed:
        click.echo(f"error: {sentence}", err=True)
    ctx.exit(1 if failed else 0)


def _failures(result: Audit, bar: float) -> Iterator[str]:
    """Why an audit doesn't pass: what could not be tried is not known to be safe."""
    for name, share in result.untried.items():
        yield f"{name} could not be tried: {share:.1%} of its mutants could not be scored, and --fail-above needs them"
    if result.exploitability > bar:
        yield f"{result.worst} is exploitable by {result.exploitability:.3f}, and --fail-above is {bar:g}"
