"""Scorers for tests of what can go wrong around them; workers import this module, commands find it by its entry point.

An answer is an order: ``exit``, ``kill`` and ``segv`` end the process, ``once:FILE`` does so where the file isn't there
yet, ``child`` starts a process that stays, ``print`` prints; any other is compared with the reference.
"""

import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Literal

import graders


class OddGrader(graders.Grader):
    """Does what the answer says, and takes so many seconds a row."""

    type: Literal["odd"] = "odd"
    seconds: float = 0


def _once(path):
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _start_child():
    child = subprocess.Popen(["sleep", "1000"])
    Path(os.environ["ODD_CHILDREN"], str(child.pid)).touch()


def _print():
    print("printed by a scorer", flush=True)  # noqa: T201 - that's what it is for
    if os.environ.get("ODD_LOUD"):
        os.write(1, b"written past Python\n")


ORDERS = {
    "exit": lambda: os._exit(9),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "segv": lambda: ctypes.string_at(0),
    "child": _start_child,
    "print": _print,
}


@graders.register("odd")
class OddScorer(graders.Scorer[OddGrader]):
    """See the module."""

    grader_model = OddGrader
    needs_reference = True

    def score(self, batch):
        rows = zip(batch.answers, batch.references, strict=True)
        return graders.Scores.of([self._one(answer or "", wanted) for answer, wanted in rows])

    def _one(self, answer, wanted):
        if self.grader.seconds:
            time.sleep(self.grader.seconds)
        if answer.startswith("once:"):
            _once(answer.removeprefix("once:"))
        elif answer in ORDERS:
            ORDERS[answer]()
        return answer == wanted
