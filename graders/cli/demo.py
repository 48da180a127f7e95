"""graders demo: the main job on the data that is shipped, in a second."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graders.errors import GameableRewardWarning
from graders.examples import NAMES, example

if TYPE_CHECKING:
    from rich.console import Console

    from graders.reward import RewardFunction

_ROW_TO_EXPLAIN = 8  # the right answer behind a wrong one


@click.command()
@click.option("--to", "folder", metavar="FOLDER", help="Copy the example files there as well, to play with.")
def demo(folder: str | None) -> None:
    """Validate two rewards, score 192 labelled completions with each, and take one apart."""
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:  # a file or a pipe has no width of its own
        console = Console(highlight=False, width=max(100, console.width))
    show(console)
    if folder is not None:
        _copy(Path(folder), console)


def show(console: Console) -> None:
    """Print the demo: two rewards on the same rows, and one completion taken apart."""
    from graders.load import load_reward

    reward = load_reward(example("reward.json"))
    console.print(f"[bold]reward.json[/] is valid: {_weights(reward)}")
    _score(reward, console)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", GameableRewardWarning)
        gameable = load_reward(example("gameable.json"))
    console.print(f"\n[bold]gameable.json[/] is valid, with a warning: {said[0].message}")
    _score(gameable, console)
    command = f"graders explain reward.json questions.jsonl --row {_ROW_TO_EXPLAIN}"
    console.print(f"\n[bold]One completion taken apart[/] ({command})")
    _explain(reward, console)


def _weights(reward: RewardFunction) -> str:
    return ", ".join(f"{weight:g} {name}" for name, weight in reward.weights.items())


def _score(reward: RewardFunction, console: Console) -> None:
    """Score the shipped rows and print the summary and what was paid wrongly."""
    from graders.cli.table import print_summary
    from graders.offline.rows import Columns, open_rows
    from graders.offline.scoring import RowScoring
    from graders.offline.summary import Summary

    scoring = RowScoring(reward, Columns(), "label", Summary(reward.weights))
    with open_rows(str(example("questions.jsonl"))) as rows:
        scored = list(scoring.score(rows))
    print_summary(scoring.summary, console=console)
    paid = [row for row in scored if not row["label"] and row["reward"] is not None and row["reward"] >= 0.5]
    for row in paid[:3]:
        right = f"{row['kind']}; right is {row['reference_answer']!r}"
        console.print(f"  paid {row['reward']:g} for {row['answer']!r} ({right})", markup=False)


def _explain(reward: RewardFunction, console: Console) -> None:
    from graders.offline.rows import open_rows

    with open_rows(str(example("questions.jsonl"))) as rows:
        row = next(row.document for row in rows if row.line == _ROW_TO_EXPLAIN)
    explanation = reward.explain(row["completion"], row["reference_answer"], row["prompt"])
    console.print(str(explanation), markup=False)


def _copy(folder: Path, console: Console) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        shutil.copy(example(name), folder / name)
    console.print(f"\nThe files are in {folder}: {', '.join(NAMES)}")
