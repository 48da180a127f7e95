"""How far a path goes through the house: how often control passes from one file of the library to another.

What is counted. While a path is walked, every *call* of a Python function of `graders` outside `graders.math` is noted
with its file, in order; a generator that goes on counts as called again, and so does a comprehension that is a frame
of its own. Returns are not noted: coming back shows in the next call that the caller makes. A *change* is a call that
stands in another file than the call noted before it. Calls into other packages, and those into `graders.math`, are no
stations: what is called from there is the next one.

Each path is walked once before it is counted, so that nothing is imported on the way and caches are filled.

Counted so, the state from which the issue "Rooms" starts has 32 changes in 11 files on the way of a reward call and
274 in 56 files on the way of a line of JSON. (The reading that set the bars counted 35, and 294 in 59 files, with a
reward of its own.)

    python -m tests.journeys           # both figures
    python -m tests.journeys line      # every station of one of them
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NamedTuple

import graders
from graders.cli.group import main

ROOT = Path(graders.__file__).parent
DEFINITION = {"format_reward_weight": 0.1, "graders": [{"type": "math_accuracy"}]}
COMPLETION = "<think>One and one.</think><answer>2</answer>"


class Call(NamedTuple):
    """A call on the way: the file, from the package's root on, and the function."""

    file: str
    function: str


class Journey(NamedTuple):
    """The calls of a path, in order."""

    calls: list[Call]

    @property
    def stations(self) -> list[tuple[str, list[str]]]:
        """The files in the order in which control comes to them, each with what is called there."""
        return [(file, [call.function for call in calls]) for file, calls in groupby(self.calls, itemgetter(0))]

    @property
    def changes(self) -> int:
        """How often control passes to another file."""
        return len(self.stations) - 1

    @property
    def files(self) -> int:
        """How many files it touches."""
        return len({call.file for call in self.calls})


def walked(path: Callable[[], object]) -> Journey:
    """The journey of a path that has been walked before."""
    calls: list[Call] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        file = Path(frame.f_code.co_filename)
        if event == "call" and file.is_relative_to(ROOT) and not file.is_relative_to(ROOT / "math"):
            calls.append(Call(str(file.relative_to(ROOT)), frame.f_code.co_qualname))

    path()
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        path()
    finally:
        sys.setprofile(before)
    return Journey(calls)


def of_a_reward_call() -> Journey:
    """From ``reward(completions=...)`` to the floats, for 64 completions of one prompt."""
    reward = graders.load_reward(DEFINITION)
    return walked(lambda: reward(completions=[COMPLETION] * 64, reference_answer=["2"] * 64))


def of_a_line() -> Journey:
    """From ``graders score REWARD DATA -o FILE``, for a file of one row, to the file that is there."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "reward.json").write_text(json.dumps(DEFINITION))
        (folder / "rows.jsonl").write_text(json.dumps({"completion": COMPLETION, "reference_answer": "2"}) + "\n")
        files = [str(folder / file) for file in ("reward.json", "rows.jsonl", "out.jsonl")]

        def score() -> None:
            with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
                main(["score", *files[:2], "-o", files[2]], standalone_mode=False)

        return walked(score)


PATHS = {"reward": of_a_reward_call, "line": of_a_line}


def told(wanted: list[str]) -> Iterator[str]:
    """The figures of all paths; the stations of those that are wanted."""
    for name, path in PATHS.items():
        journey = path()
        yield f"{name}: {journey.changes} changes, {journey.files} files, {len(journey.calls)} calls"
        if name in wanted:
            yield from (
                f"{number:4} {file}: {' '.join(dict.fromkeys(functions))}"
                for number, (file, functions) in enumerate(journey.stations)
            )


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in told(sys.argv[1:]))
