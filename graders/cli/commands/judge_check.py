"""graders judge-check: is the endpoint of the llm grader there, and what can it do?"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from graders.cli.endpoint_check import Report


@click.command("judge-check")
@click.option("--base-url", metavar="URL", help="The OpenAI-compatible endpoint, e.g. http://localhost:8000/v1.")
@click.option("--model", metavar="NAME", help="The model's name there.")
@click.option("--settings", "settings_file", metavar="FILE", help="Settings in TOML (flags win over it).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def judge_check(ctx: click.Context, /, settings_file: str | None, as_json: bool, **flags: Any) -> None:
    """Ask the judge's endpoint some twenty short questions and say what was found.

    Which models it lists, which ways of enforcing the reply's form it accepts and keeps, which sampling
    parameters it takes, how long a verdict takes, whether equal calls get equal replies, and whether it passes a
    known-right answer and fails a known-wrong one. Settings come from the flags, then the file, then
    GRADERS_JUDGE_*, then OPENAI_BASE_URL and OPENAI_API_KEY. Exit code 2 where the endpoint can't be used.
    """
    from graders.cli.endpoint_check import examine
    from graders.scorers.llm import judge_of
    from graders.settings.setting_sources import read_toml
    from graders.settings.settings import Settings, read_env
    from graders.wire.schema import LLMGrader

    given = {name: value for name, value in flags.items() if value is not None}
    document = read_toml(settings_file) if settings_file else {}
    settings = Settings.layered({"judge": given}, document, read_env(os.environ))
    report = examine(judge_of(LLMGrader(), settings.judge).config)
    click.echo(json.dumps(report._asdict(), indent=2) if as_json else as_text(report))
    ctx.exit(2 if report.problem else 0)


def as_text(report: Report) -> str:
    """A report for people, a line a finding."""
    lines = [f"models        {', '.join(report.models) or 'none listed'}"]
    if report.models and not report.listed:
        lines.append("              the model asked for is not among them")
    lines += [f"form          {form}: {found}" for form, found in report.forms.items()]
    lines += [f"parameter     {name}: {found}" for name, found in report.parameters.items()]
    lines += [f"known-right   {report.right}", f"known-wrong   {report.wrong or 'not asked'}"]
    if report.milliseconds is not None:
        lines.append(f"latency       {report.milliseconds:.0f} ms (median, one call at a time)")
        lines.append(f"equal calls   {'equal replies' if report.repeatable else 'different replies'}")
    return "\n".join([*lines, f"problem       {report.problem}" if report.problem else "ready"])
