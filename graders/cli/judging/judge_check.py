"""graders judge-check: is the endpoint of the llm grader there, what can it do, and how well does it judge?"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from graders.cli.common_options import column_options, columns_of, make_settings, settings_options

if TYPE_CHECKING:
    from graders.cli.judging.endpoint_check import Report
    from graders.cli.judging.judge_calibration import Calibration
    from graders.judge.config import Config
    from graders.settings.settings import Settings
    from graders.wire.schema import LLMGrader


@click.command("judge-check")
@click.option("--base-url", metavar="URL", help="The OpenAI-compatible endpoint, e.g. http://localhost:8000/v1.")
@click.option("--model", metavar="NAME", help="The model's name there.")
@click.option("--reward", "definition", metavar="REWARD", help="The reward whose llm grader asks: its temperature, ...")
@click.option("--data", multiple=True, metavar="DATA", help="Labelled rows: how far does the judge agree with them?")
@click.option("--label-column", metavar="NAME", default="label", show_default=True, help="Their 0/1 labels.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@settings_options
@column_options
@click.pass_context
def judge_check(
    ctx: click.Context,
    /,
    base_url: str | None,
    model: str | None,
    definition: str | None,
    data: tuple[str, ...],
    label_column: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Ask the judge's endpoint some twenty short questions and say what was found, and what to set.

    Which models it lists, which ways of enforcing the reply's form it accepts and keeps, which sampling
    parameters it takes, how long a verdict takes, whether equal calls get equal replies, and whether it passes a
    known-right answer and fails a known-wrong one; of a jury each model. With --data also how far it agrees with
    labels: the share, Cohen's kappa with its interval, and the rows where they differ. Settings come from the flags,
    then the file, then GRADERS_JUDGE_*, then OPENAI_BASE_URL and OPENAI_API_KEY. Exit code 2 where the endpoint can't
    be used.
    """
    from graders.cli.judging.endpoint_check import examine

    named = {"base_url": base_url, "model": model}
    options["judge_settings"] += tuple(f"{name}={value}" for name, value in named.items() if value is not None)
    settings = make_settings(options)
    grader = _grader(definition, settings)
    reports = [(name, examine(config)) for name, config in _members(grader, settings)]
    failed = any(report.problem for _, report in reports)
    calibration = None
    if data and not failed:
        calibration = _calibration(grader, settings, data, options, label_column)
    click.echo(_as_json(reports, calibration) if as_json else _as_lines(reports, calibration))
    ctx.exit(2 if failed else 0)


def _grader(definition: str | None, settings: Settings) -> LLMGrader:
    """The grader that asks: that of a reward, or one with the defaults.

    Raises:
        UsageError: the reward has none.
    """
    from graders.wire.documents import read_definition, reward_components
    from graders.wire.schema import LLMGrader

    if definition is None:
        return LLMGrader(temperature=VOTING_TEMPERATURE) if settings.judge.votes > 1 else LLMGrader()
    graders = reward_components(read_definition(definition)).graders
    found = next((one for one in graders if isinstance(one, LLMGrader)), None)
    if found is None:
        raise click.UsageError(f"--reward {definition}: it has no grader of type llm")
    return found


VOTING_TEMPERATURE = 0.7
"""The temperature of several votes where no reward says one."""


def _members(grader: LLMGrader, settings: Settings) -> list[tuple[str, Config]]:
    """The name of each model that is asked, and a judge of it alone."""
    from graders.judge.config import Voting
    from graders.scorers.llm import judge_of

    config = judge_of(grader, settings.judge).config
    endpoints = (config.endpoint, *config.jury)
    return [(one.model, replace(config, endpoint=one, jury=(), voting=Voting())) for one in endpoints]


def _calibration(
    grader: LLMGrader, settings: Settings, data: tuple[str, ...], options: dict[str, Any], label_column: str
) -> Calibration:
    from graders.cli.judging.judge_calibration import HeardScorer, calibrate

    if settings.judge.max_unscored is not None:  # what is unscored is a finding here
        settings = settings.replace(judge=settings.judge.replace(max_unscored=None))
    return calibrate(data, columns_of(options, settings), label_column, HeardScorer(grader, settings))


def _as_json(reports: list[tuple[str, Report]], calibration: Calibration | None) -> str:
    (_, first), *others = reports
    jury = {"jury": [{"model": name, **report._asdict()} for name, report in others]} if others else {}
    found = {} if calibration is None else {"calibration": calibration.to_dict()}
    return json.dumps({**first._asdict(), **jury, **found}, indent=2)


def _as_lines(reports: list[tuple[str, Report]], calibration: Calibration | None) -> str:
    heads = [f"judge         {name}\n" if len(reports) > 1 else "" for name, _ in reports]
    texts = [head + as_text(report) for head, (_, report) in zip(heads, reports, strict=True)]
    return "\n".join([*texts, *(calibration.lines() if calibration is not None else ())])


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
    lines += [f"set           {sentence}" for sentence in report.advice]
    return "\n".join([*lines, f"problem       {report.problem}" if report.problem else "ready"])
