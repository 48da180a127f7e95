"""Carrying out the runs of evals: rows in chunks, a few runs at a time, none of them in a caller's way."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

from graders.service.openai_grading.eval_store import EvalRun, StoredEval
from graders.service.openai_grading.grades import RowGrade
from graders.service.openai_grading.grading import Grading
from graders.service.problems import Problem
from graders.wire.openai.grader_documents import OpenAIGrader, OpenAIScoreModel

RUNS_AT_ONCE = 4
"""Runs that are carried out side by side; others wait."""

CHUNK_ROWS = 256
"""Rows that are graded in one step; between steps a run can be ended, and others come to their turn."""

LOG = logging.getLogger("graders.service")


class EvalRunner:
    """Carries out runs.

    Args:
        grading: What grades.
    """

    def __init__(self, grading: Grading) -> None:
        self._grading = grading
        self._turns = asyncio.Semaphore(RUNS_AT_ONCE)

    def start(self, stored: StoredEval, run: EvalRun) -> None:
        """Begin a run; it goes on beside whatever else is asked."""
        run.task = asyncio.create_task(self._carry_out(stored, run))

    async def _carry_out(self, stored: StoredEval, run: EvalRun) -> None:
        try:
            async with self._turns:
                run.status = "in_progress"
                for start in range(0, len(run.rows), CHUNK_ROWS):
                    await self._chunk(stored, run, start)
                run.status = "completed"
        except asyncio.CancelledError:
            run.status = "canceled"
            raise
        except Problem as problem:
            run.status, run.error = "failed", problem.message
        except Exception:  # the boundary of a task that nobody awaits: logged, and told as failed
            LOG.exception("the eval run %s failed", run.id)
            run.status, run.error = "failed", "something went wrong on the server; its log has the details"

    async def _chunk(self, stored: StoredEval, run: EvalRun, start: int) -> None:
        rows = run.rows[start : start + CHUNK_ROWS]
        columns = [await self._grading.grades(grader, rows) for grader in stored.criteria]
        run.grades += [list(row) for row in zip(*columns, strict=True)]
        await asyncio.sleep(0)  # string checks alone would never let go of the loop


def threshold_of(grader: OpenAIGrader) -> float:
    """From which score on a criterion is passed: as given, else the best score that there is."""
    if grader.pass_threshold is not None:
        return grader.pass_threshold
    return grader.range[1] if isinstance(grader, OpenAIScoreModel) else 1.0


def passes(grader: OpenAIGrader, grade: RowGrade) -> bool:
    """Whether a grade passes."""
    return not grade.is_missing and grade.score >= threshold_of(grader)


def row_status(stored: StoredEval, grades: list[RowGrade]) -> str:
    """``error`` where a grade is missing, ``pass`` where all pass, else ``fail``."""
    if any(grade.is_missing for grade in grades):
        return "error"
    return "pass" if all(map(passes, stored.criteria, grades)) else "fail"


def result_counts(stored: StoredEval, run: EvalRun) -> dict[str, int]:
    """How many rows of a run passed, failed and could not be graded, so far."""
    counted = Counter(row_status(stored, grades) for grades in run.grades)
    passed, failed, errored = counted["pass"], counted["fail"], counted["error"]
    return {"total": passed + failed + errored, "passed": passed, "failed": failed, "errored": errored}


def criteria_results(stored: StoredEval, run: EvalRun) -> list[dict[str, object]]:
    """The same for each criterion."""
    columns = list(zip(*run.grades, strict=True)) or [()] * len(stored.criteria)
    results: list[dict[str, object]] = []
    for grader, name, grades in zip(stored.criteria, stored.names, columns, strict=True):
        passed = sum(passes(grader, grade) for grade in grades)
        failed = sum(not grade.is_missing for grade in grades) - passed
        results.append({"testing_criteria": name, "passed": passed, "failed": failed})
    return results
