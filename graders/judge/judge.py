"""The judge: a synchronous batch call over a private event loop."""

from __future__ import annotations

import asyncio
import os
import threading
import time
import warnings
import weakref
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from graders.judge.asking.dispatch import Engine, Job
from graders.judge.asking.state import State
from graders.judge.config import Config, Endpoint, Limits, Sampling, Storage
from graders.judge.judge_errors import JudgeError, JudgeWarning
from graders.judge.judgement import Verdict
from graders.judge.planning import Plan, Planner, Row
from graders.judge.prompt import Prompt
from graders.judge.storage.stored_verdicts import Keeping
from graders.judge.transport import loop
from graders.judge.transport.client import load_client

POLL_SECONDS = 0.1
"""How often the waiting caller collects verdicts and writes them to disk."""

OVERTIME_SECONDS = 0.5
"""How long the caller waits beyond a batch's deadline before it leaves the loop behind."""


EXPLAINED_ROWS = 16
"""A batch of so few rows is remembered until the next one, so that `Judge.explain` needs no second call."""

_of_parents: list[Keeping] = []  # kept, so that a child doesn't close what a parent has open


class Judge:
    """Asks a model behind an OpenAI-compatible endpoint whether answers are right.

    Safe to use from many threads, from inside a running loop (which it blocks; see `verdicts_async`), after a
    fork, and in processes that it was pickled to: only its parameters travel.

    Args:
        endpoint: Where the judge is.
        sampling: The sampling parameters of the call.
        prompt: What is asked.
        limits: How much, how long, how often.
        storage: What is kept on disk.

    Raises:
        MissingExtraError: the `openai` client isn't installed.

    Example::

        judge = Judge(Endpoint(base_url="http://localhost:8000/v1", model="qwen"))
        [verdict] = judge.verdicts(["What is 2 + 2?"], ["four"], ["4"])
        verdict.value, verdict.outcome, verdict.reason
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        sampling: Sampling | None = None,
        prompt: Prompt | None = None,
        limits: Limits | None = None,
        storage: Storage | None = None,
    ) -> None:
        load_client()
        self.config = Config(
            endpoint=endpoint,
            sampling=sampling or Sampling(),
            prompt=prompt or Prompt(),
            limits=limits or Limits(),
            storage=storage or Storage(),
        )
        self._planner = Planner(self.config)
        self._begin()

    def _begin(self) -> None:
        """What belongs to one process."""
        self._pid = os.getpid()
        self._keeping = Keeping(self.config.storage)
        self._lock = threading.Lock()
        self._state = State(self.config)
        self._engine: tuple[loop.LoopThread, Engine] | None = None
        self._active = 0
        self._last: dict[bytes, Verdict] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (self.config,)

    def __repr__(self) -> str:
        return f"Judge({self.config.endpoint!r}, {self.config.sampling!r})"

    def verdicts(
        self, questions: Sequence[str | None] | None, answers: Sequence[str], references: Sequence[str | None] | None
    ) -> list[Verdict]:
        """Decide rows. One verdict a row, in order, whatever the server does.

        Args:
            questions: The question of each row; None where there are none.
            answers: What is judged, one a row.
            references: The right answers; None only with a rubric or criteria of your own.

        Raises:
            JudgeError: more than ``limits.max_unscored`` of the rows are unscored, or an alarm is to raise.
            KeyboardInterrupt: after everything under way is cancelled; verdicts that came are kept on disk.
        """
        verdicts = self._decide(questions, answers, references)
        self._warn()
        self._check(verdicts)
        return verdicts

    async def verdicts_async(
        self, questions: Sequence[str | None] | None, answers: Sequence[str], references: Sequence[str | None] | None
    ) -> list[Verdict]:
        """As `verdicts`, without blocking the loop that awaits it."""
        return await asyncio.to_thread(self.verdicts, questions, answers, references)

    def explain(self, question: str | None, answer: str, reference: str | None) -> dict[str, Any]:
        """The exact messages for one row, and its verdict; for people, not for batches. Never raises `JudgeError`."""
        plan = Plan(self._planner, [(question, answer, reference)])
        last = self._last.get(plan.keys.get(0, b""))
        verdict = last or self._decide([question], [answer], [reference])[0]
        return {"messages": plan.messages(), **verdict.record}

    def metrics(self) -> dict[str, float]:
        """What this judge did so far in this process; the names are those of `Metrics.snapshot`."""
        return self._state.metrics.snapshot()

    def close(self) -> None:
        """Close the connections and the cache; the next batch opens them again."""
        with self._lock:
            made, self._engine = self._engine, None
        if made is not None and self._pid == os.getpid():
            _retire(*made)
        self._keeping.close()

    def _decide(
        self, questions: Sequence[str | None] | None, answers: Sequence[str], references: Sequence[str | None] | None
    ) -> list[Verdict]:
        deadline = self.config.limits.batch_deadline
        ends = None if deadline is None else time.monotonic() + deadline
        if self._pid != os.getpid():
            _of_parents.append(self._keeping)
            self._begin()
        self._enter()
        try:
            plan = Plan(self._planner, _rows(questions, answers, references))
            self._look_up(plan)
            if plan.keys:
                self._run(plan, ends)
        finally:
            self._leave()
        return self._told(plan)

    def _enter(self) -> None:
        with self._lock:
            self._active += 1

    def _leave(self) -> None:
        with self._lock:
            self._active -= 1
            if not self._active and self._engine is not None:
                self._engine[1].recent.clear()

    def _look_up(self, plan: Plan) -> None:
        """Take from the cache what is there."""
        slots = {key: slot for slot, key in plan.keys.items()}
        for key, entry in self._keeping.look_up(list(slots)).items():
            verdict = self._planner.kept(key, entry.labels, entry.reason)
            if verdict is not None:
                plan.close(slots[key], verdict)
        self._keeping.record(plan, [slot for slot, verdict in enumerate(plan.verdicts) if verdict is not None])

    def _run(self, plan: Plan, ends: float | None) -> None:
        """Have the open questions decided; the caller's thread does what goes to disk meanwhile."""
        thread = loop.enter()
        job = Job(plan.items(), len(plan.keys), None if ends is None else max(0.0, ends - time.monotonic()))
        running = thread.submit(self._start(thread, job))
        try:
            while not job.done.wait(POLL_SECONDS) and (ends is None or time.monotonic() < ends + OVERTIME_SECONDS):
                self._collect(plan, job)
            if job.done.is_set():
                running.result(loop.GRACE)  # an error of ours, where there was one, is not swallowed
        finally:
            is_broken_off = not job.done.is_set()  # before the job, cancelled, says that it is done
            running.cancel()
            loop.leave(thread, stop=is_broken_off)
            self._collect(plan, job)

    async def _start(self, thread: loop.LoopThread, job: Job) -> None:
        try:
            if self._engine is None or self._engine[0] is not thread:
                engine = await Engine.made(self.config, self._state)
                thread.closers.append(engine.close)
                weakref.finalize(self, _retire, thread, engine).atexit = False
                self._engine = thread, engine
            await self._engine[1].run(job)
        finally:
            job.done.set()

    def _collect(self, plan: Plan, job: Job) -> None:
        came = [job.finished.popleft() for _ in range(len(job.finished))]
        for slot, verdict in came:
            plan.close(slot, verdict)
        self._keeping.keep(verdict for _, verdict in came)
        self._keeping.record(plan, [slot for slot, _ in came])

    def _told(self, plan: Plan) -> list[Verdict]:
        """The verdicts, once they stand in metrics and records."""
        verdicts = plan.results()
        with self._lock:
            self._state.metrics.decided(verdicts, len(plan.slots) - len(plan.verdicts))
        self._keeping.record(plan, plan.keys)
        if len(verdicts) <= EXPLAINED_ROWS:
            self._last = {verdict.key: verdict for verdict in verdicts if verdict.key}
        return verdicts

    def _warn(self) -> None:
        for notice in self._state.notices() + self._keeping.notices():
            warnings.warn(notice, JudgeWarning, stacklevel=3)
        alarms = self._state.raised_alarms()
        if alarms and self.config.limits.on_alarm == "raise":
            raise JudgeError("; ".join(alarms))
        for alarm in alarms:
            warnings.warn(alarm, JudgeWarning, stacklevel=3)

    def _check(self, verdicts: list[Verdict]) -> None:
        """Raise where too much is unscored."""
        unscored = [verdict for verdict in verdicts if verdict.outcome.unscored]
        most = self.config.limits.max_unscored
        if most is None or len(unscored) <= most * len(verdicts):
            return
        counts = ", ".join(f"{code} {n}" for code, n in Counter(str(v.outcome) for v in unscored).most_common())
        raise JudgeError(
            f"the judge at {self.config.endpoint.base_url} left {len(unscored)} of {len(verdicts)} rows unscored "
            f"({counts}): {unscored[0].reason}"
        )


def _made(config: Config) -> Judge:
    parts = {one.name: getattr(config, one.name) for one in fields(config)}
    return Judge(**parts)


def _retire(thread: loop.LoopThread, engine: Engine) -> None:
    """Close an engine that nobody will use any more."""
    if thread.pid == os.getpid() and engine.close in thread.closers:
        thread.closers.remove(engine.close)
        thread.submit(engine.close())


def _rows(
    questions: Sequence[str | None] | None, answers: Sequence[str], references: Sequence[str | None] | None
) -> list[Row]:
    nothing = [None] * len(answers)
    columns = (nothing if questions is None else questions, answers, nothing if references is None else references)
    return list(zip(*columns, strict=True))
