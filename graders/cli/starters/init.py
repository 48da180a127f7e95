"""graders init: a reward, five rows and the three commands to run next."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from graders.cli.starters import KINDS, starter
from graders.pages.formatting import listed
from graders.vocabulary.errors import DataError

if TYPE_CHECKING:
    from graders.reward.reward_function import RewardFunction

REWARD, ROWS, SETTINGS, SCORED, PAGE = "reward.json", "rows.jsonl", "settings.toml", "scored.jsonl", "report.html"

_FOR = "What is graded: " + "; ".join(f"{kind}: {meaning}" for kind, meaning in KINDS.items()) + "."


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(file_okay=False, path_type=Path))
@click.option("--for", "kind", type=click.Choice([*KINDS]), default="math", show_default=True, help=_FOR)
def init(folder: Path, kind: str) -> None:
    """Write a reward and five rows of data into DIR, and print the three commands to run next.

    The prompts of the rows ask for the layout that the reward reads. No file is written over another.
    """
    files = _contents(kind)
    if there := [str(folder / name) for name in files if (folder / name).exists()]:
        names, are = " and ".join(there), "is" if len(there) == 1 else "are"
        raise DataError(f"{names} {are} there already, and nothing was written; name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    click.echo(f"{listed([*files])} are in {folder.resolve() if folder == Path() else folder}. Run next:\n")
    click.echo("\n".join(f"  {command}" for command in commands(folder, kind)))


def commands(folder: Path, kind: str) -> list[str]:
    """The three commands: is it fit to run, what is paid, and why."""
    files = {name: shlex.quote(str(folder / name)) for name in (REWARD, ROWS, SETTINGS, SCORED, PAGE)}
    both = f"{files[REWARD]} {files[ROWS]}"
    settings = f" --settings {files[SETTINGS]}" if starter(kind)["settings"] else ""
    first = f"graders check {files[REWARD]} --data {files[ROWS]}" if kind != "judge" else "graders judge-check"
    return [
        f"{first}{settings}",
        f"graders score {both} -o {files[SCORED]} --html {files[PAGE]}{settings}",
        f"graders explain {both} --row 2{settings}",
    ]


def _contents(kind: str) -> dict[str, str]:
    """The files by name, in the order in which they are read."""
    document = starter(kind)
    files = {REWARD: json.dumps(document["reward"], indent=2) + "\n"}
    reward = _reward(document)
    files[ROWS] = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _rows(document, reward))
    return files | ({SETTINGS: document["settings"]} if document["settings"] else {})


def _reward(document: dict[str, Any]) -> RewardFunction:
    """The reward of a starter, whose judge is never asked: it says which layout is read."""
    import tomllib

    from graders.reward.load import load_reward
    from graders.settings.settings import Settings

    settings = tomllib.loads(document["settings"] or "")
    return load_reward(document["reward"], Settings.layered(settings))


def _rows(document: dict[str, Any], reward: RewardFunction) -> list[dict[str, Any]]:
    """The rows, with prompts that ask for the layout and completions that have it."""
    told = {"role": "system", "content": reward.system_prompt(expects=document["expects"])}
    return [
        {
            "prompt": [told, {"role": "user", "content": row["question"]}],
            "completion": row["completion"]
            if "completion" in row
            else reward.skeleton.filled(row["thought"], row["answer"]),
            "reference_answer": row["reference_answer"],
            "note": row["note"],
        }
        for row in document["rows"]
    ]
