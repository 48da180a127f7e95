"""Example data of our own making: 48 questions with 4 completions each, labelled by hand, and two rewards for them.

``graders demo`` and the documentation score them. The files go out by their paths; nothing is imported.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

NAMES = ("questions.jsonl", "reward.json", "gameable.json")
"""The files: the rows (``kind`` says what each completion does), a good reward, and one that can be gamed."""


def example(name: str) -> Path:
    """The path of one of the files.

    >>> example("reward.json").name
    'reward.json'
    """
    if name not in NAMES:
        raise ValueError(f"example: got {name!r}, expected one of {', '.join(NAMES)}")
    return Path(str(files(__name__) / name))
