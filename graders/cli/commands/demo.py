"""graders demo: the main job on the data that is shipped, in a second."""

from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from graders.cli.examples import NAMES, example
from graders.vocabulary.errors import DataError, GameableRewardWarning

if TYPE_CHECKING:
    from rich.console import Console

    from graders.reward.reward_function import RewardFunction

REPORT = "report.html"
"""The name of the report that the demo writes."""

_ROW_TO_EXPLAIN = 8  # the right answer behind a wrong one


_TO = "Copy the example files there as well, to play with; the report goes there too."


@click.command()
@click.option("--to", "folder", metavar="FOLDER", help=_TO)
def demo(folder: str | None) -> None:
    """Validate two rewards, score 192 labelled completions with each, take one apart, and write report.html."""
    from rich.console import Console

    if folder is not None and Path(folder).exists() and not Path(folder).is_dir():
        raise DataError(f"--to {folder}: that is a file; name a folder")
    console = Console(highlight=False)
    if not console.is_terminal:  # a file or a pipe has no width of its own
        console = Console(highlight=False, width=max(100, console.width))
    reward, rows = show(console)
    if folder is not None:
        _copy(Path(folder), console)
    _report(reward, rows, Path(folder or ""), console)


def show(console: Console) -> tuple[RewardFunction, list[dict[str, Any]]]:
    """Print the demo: two rewards on the same rows, and one completion taken apart.

    Returns:
        The gameable reward, and the rows as it scores them.
    """
    from graders.reward.load import load_reward

    reward = load_reward(example("reward.json"))
    console.print(f"[bold]reward.json[/] is valid: {_weights(reward)}")
    _score(reward, console)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", GameableRewardWarning)
        gameable = load_reward(example("gameable.json"))
    console.print(f"\n[bold]gameable.json[/] is valid, with a warning: {said[0].message}")
    rows = _score(gameable, console)
    command = f"graders explain reward.json questions.jsonl --row {_ROW_TO_EXPLAIN}"
    console.print(f"\n[bold]One completion taken apart[/] ({command})")
    row = rows[_ROW_TO_EXPLAIN - 1]
    console.print(str(reward.explain(row["completion"], row["reference_answer"], row["prompt"])), markup=False)
    return gameable, rows


def _weights(reward: RewardFunction) -> str:
    return ", ".join(f"{weight:g} {name}" for name, weight in reward.weights.items())


def _score(reward: RewardFunction, console: Console) -> list[dict[str, Any]]:
    """Score the shipped rows and print the summary and what was paid wrongly."""
    from graders.cli.score_table import print_summary
    from graders.offline.reading.rows import Columns, open_rows
    from graders.offline.results.headline import headline
    from graders.offline.results.summary import Summary
    from graders.offline.scoring.score_rows import RowScoring

    summary = Summary(reward.weights)
    scoring = RowScoring(reward, Columns(), "label", summary)
    with open_rows(str(example("questions.jsonl"))) as rows:
        scored = list(scoring.score(rows))
    figures, accuracy = summary.diagnostics(), summary.accuracy()
    print_summary(summary, figures, accuracy, headline(figures, accuracy), console=console)
    paid = [row for row in scored if not row["label"] and row["reward"] is not None and row["reward"] >= 0.5]
    for row in paid[:3]:
        right = f"{row['kind']}; right is {row['reference_answer']!r}"
        console.print(f"  paid {row['reward']:g} for {row['answer']!r} ({right})", markup=False)
    return scored


def _report(reward: RewardFunction, rows: list[dict[str, Any]], folder: Path, console: Console) -> None:
    """Write what the gameable reward pays as a page, and say where; a report.html that is not ours stays."""
    from graders.report import write_report

    path = folder / REPORT
    if path.exists() and not is_report(path):
        console.print(f"\n{path} is there already and was not made by graders: no report was written over it")
        return
    with TemporaryDirectory() as scratch:
        scored = Path(scratch) / "scored.jsonl"
        scored.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        source = "questions.jsonl, scored with gameable.json"
        title = "What a gameable reward pays"
        write_report(scored, path, reward=reward, title=title, label_column="label", source=source)
    console.print(f"\n[bold]{path}[/] shows what gameable.json pays, row by row: open it in a browser")


def is_report(path: Path) -> bool:
    """Whether a file is a report that may be written again."""
    with path.open("rb") as stream:
        return b'name="generator" content="graders' in stream.read(4096)


def _copy(folder: Path, console: Console) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        shutil.copy(example(name), folder / name)
    console.print(f"\nThe files are in {folder}: {', '.join(NAMES)}")
