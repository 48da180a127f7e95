"""Evals and their runs, kept in memory: as many as fit, the oldest ended ones go first."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graders.service.openai_grading.grades import RowGrade, Space
from graders.service.problems import Problem
from graders.wire.openai.grader_documents import OpenAIGrader

MOST_EVALS = 1024
"""Evals that are kept."""

MOST_KEPT_ROWS = 262_144
"""Rows that are kept over all runs, with their grades."""


@dataclass(slots=True)
class EvalRun:
    """A run of an eval over rows.

    Attributes:
        id: Its id.
        created: When it was made, in seconds since the epoch.
        name: Its name.
        source: The data source as it was sent, without its rows.
        metadata: The caller's own.
        rows: The items and samples.
        grades: For each row that is done, a grade for each criterion.
        status: ``queued``, ``in_progress``, ``completed``, ``failed`` or ``canceled``.
        error: Why it failed.
        task: What carries it out.
    """

    id: str
    created: int
    name: str
    source: Mapping[str, Any]
    metadata: Mapping[str, Any] | None
    rows: list[Space]
    grades: list[list[RowGrade]] = field(default_factory=list)
    status: str = "queued"
    error: str | None = None
    task: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is not at its end."""
        return self.status in {"queued", "in_progress"}


@dataclass(slots=True)
class StoredEval:
    """An eval.

    Attributes:
        id: Its id.
        created: When it was made, in seconds since the epoch.
        document: What it was made of.
        criteria: Its graders, read.
        names: A name for each, no two the same.
        runs: Its runs by id.
    """

    id: str
    created: int
    document: Mapping[str, Any]
    criteria: list[OpenAIGrader]
    names: list[str]
    runs: dict[str, EvalRun] = field(default_factory=dict)


class EvalStore:
    """The evals of one process; nothing of them outlives it."""

    def __init__(self) -> None:
        self._evals: OrderedDict[str, StoredEval] = OrderedDict()

    def add(self, document: Mapping[str, Any], criteria: list[OpenAIGrader]) -> StoredEval:
        """Keep an eval.

        Raises:
            Problem: 429, there are too many, and none that could go.
        """
        while len(self._evals) >= MOST_EVALS:
            self._drop_oldest()
        made = StoredEval(_new_id("eval"), int(time.time()), document, criteria, _names(criteria))
        self._evals[made.id] = made
        return made

    def add_run(self, stored: StoredEval, run: EvalRun) -> EvalRun:
        """Keep a run of an eval.

        Raises:
            Problem: 429, too many rows are kept, and none that could go.
        """
        self._evals.move_to_end(stored.id)
        while self._kept_rows() + len(run.rows) > MOST_KEPT_ROWS:
            self._drop_oldest(but=stored)
        stored.runs[run.id] = run
        return run

    def find(self, eval_id: str) -> StoredEval:
        """An eval.

        Raises:
            Problem: 404, there is none of that id.
        """
        if eval_id not in self._evals:
            raise Problem(
                404, f"no eval {eval_id[:80]!r} is kept here; evals last as long as the server", param="eval_id"
            )
        return self._evals[eval_id]

    def find_run(self, eval_id: str, run_id: str) -> tuple[StoredEval, EvalRun]:
        """A run and its eval.

        Raises:
            Problem: 404, there is none of that id.
        """
        stored = self.find(eval_id)
        if run_id not in stored.runs:
            raise Problem(404, f"the eval {eval_id} has no run {run_id[:80]!r}", param="run_id")
        return stored, stored.runs[run_id]

    def remove(self, eval_id: str) -> StoredEval:
        """Forget an eval and end its runs.

        Raises:
            Problem: 404, there is none of that id.
        """
        stored = self.find(eval_id)
        del self._evals[eval_id]
        for run in stored.runs.values():
            if run.task is not None:
                run.task.cancel()
        return stored

    def _kept_rows(self) -> int:
        return sum(len(run.rows) for stored in self._evals.values() for run in stored.runs.values())

    def _drop_oldest(self, but: StoredEval | None = None) -> None:
        for eval_id, stored in self._evals.items():
            if stored is not but and not any(run.is_open for run in stored.runs.values()):
                del self._evals[eval_id]
                return
        message = "too many evals are under way: delete some, or come again when they have ended"
        raise Problem(429, message, headers={"Retry-After": "5"})


def new_run(document: Mapping[str, Any], source: Mapping[str, Any], rows: list[Space]) -> EvalRun:
    """A run that is not begun."""
    name, metadata = document.get("name"), document.get("metadata")
    return EvalRun(
        _new_id("evalrun"),
        int(time.time()),
        name if isinstance(name, str) else "",
        source,
        metadata if isinstance(metadata, dict) else None,
        rows,
    )


def _new_id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(16)}"


def _names(criteria: list[OpenAIGrader]) -> list[str]:
    """Each criterion's name; a second one of the same name gets a number."""
    seen: Counter[str] = Counter()
    names = []
    for grader in criteria:
        seen[grader.shown_name] += 1
        count = seen[grader.shown_name]
        names.append(grader.shown_name if count == 1 else f"{grader.shown_name} {count}")
    return names
