"""The judge: a synchronous batch call over a private event loop.

The path of a row, from a question, an answer and a reference to a `Judgement`:

1. `Judge.verdicts` (here) opens a `BatchPlan` (`planning`) over the rows of a batch: equal rows share a slot.
   For each slot the `Planner` cleans the answer (`cleaning`), lets code decide what needs no judge (`precheck`),
   and gives the rest a key: the hash of all that can change the judgement.
2. The keys are looked up in the cache (`storage.stored_verdicts`, `storage.verdict_cache`); what was said before
   closes its slot.
3. What is still open goes as a `BatchRun` to the `Dispatcher` (`asking.dispatch`), which lives in the event loop of
   the process's one judge thread (`transport.loop`). Workers take the questions one by one, written only now
   (`prompt`); a question that another batch is asking already is waited for.
4. The `RowAsker` (`asking.row_asker`) takes a question through its attempts, each in this order: the gate that a
   retry-after closed (`transport.backoff`), a place under the adaptive limit (`transport.concurrency`), the circuit
   breaker (`transport.breaker`), the budget (`transport.budget`), the body in the dialect that this server has been
   found to take (`transport.request`), the `Transport` (`transport.reply`; in a run `transport.client`).
5. What came back is read once, strictly (`transport.faults`, `judgement`): a decision, or a fault, which the tables
   of `transport.blame` name. The line or the server: again after a pause, in the end unscored. What the text may
   have provoked: asked again, in the end 0, if a probe of the server and one of the same question pass
   (`asking.blaming`, `asking.probes`). A form that isn't taken is changed, and the breaker opens, only where a
   probe meets the same fault, since an answer can provoke any.
6. The waiting caller collects judgements, closes their slots, writes cache and records (`storage`), and when
   all are closed or the deadline has come counts them (`asking.metrics`), says warnings, and raises `JudgeError`
   (`judge_errors`) where more is unscored than the limits allow.

The parameters stand in `config`, which `graders.JudgeSettings` is built from; what a judge has learnt and spent in a
process stands in `asking.state`.

The files build on each other in this order, and import nothing that stands later: `config`, `prompt`, `cleaning`,
`judgement`, `judge_errors` < `transport` < `asking` < `precheck`, `planning` < `storage` < `judge`.
"""

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
from functools import partial
from typing import Any

from graders.judge.asking.dispatch import BatchRun, Dispatcher
from graders.judge.asking.state import State
from graders.judge.config import Config, Endpoint, Limits, Sampling, Storage
from graders.judge.judge_errors import JudgeError, JudgeWarning
from graders.judge.judgement import Judgement
from graders.judge.planning import BatchPlan, Planner, Row
from graders.judge.prompt import Prompt
from graders.judge.storage.stored_verdicts import StoredVerdicts
from graders.judge.transport import loop
from graders.judge.transport.client import load_client
from graders.judge.transport.reply import Transport

Texts = Sequence[str | None] | None
"""A column of texts, None where a row has none; None where no row has one."""

POLL_SECONDS = 0.1
"""How often the waiting caller collects verdicts and writes them to disk."""

OVERTIME_SECONDS = 0.5
"""How long the caller waits beyond a batch's deadline before it leaves the loop behind."""

EXPLAINED_ROWS = 16
"""A batch of so few rows is remembered until the next one, so that `Judge.explain` needs no second call."""

_of_parents: list[StoredVerdicts] = []  # kept, so that a child doesn't close what a parent has open


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
        transport: What calls are sent by in place of the `openai` client; it pickles where the judge is to.

    Raises:
        MissingExtraError: the `openai` client isn't installed, and no transport is given.

    Example::

        judge = Judge(Endpoint(base_url="http://localhost:8000/v1", model="qwen"))
        [verdict] = judge.verdicts(["What is 2 + 2?"], ["four"], ["4"])
        verdict.value, verdict.outcome, verdict.reason
    """

    def __init__(  # noqa: PLR0913 - each is a group of parameters with a page of its own
        self,
        endpoint: Endpoint,
        *,
        sampling: Sampling | None = None,
        prompt: Prompt | None = None,
        limits: Limits | None = None,
        storage: Storage | None = None,
        transport: Transport | None = None,
    ) -> None:
        if transport is None:
            load_client()
        self._transport = transport
        groups: dict[str, Any] = {"sampling": sampling, "prompt": prompt, "limits": limits, "storage": storage}
        self.config = Config(endpoint=endpoint, **{name: one for name, one in groups.items() if one is not None})
        self._planner = Planner(self.config)
        self._begin()

    def _begin(self) -> None:
        """What belongs to one process."""
        self._pid = os.getpid()
        self._stored = StoredVerdicts(self.config.storage)
        self._lock = threading.Lock()
        self._state = State(self.config)
        self._dispatcher: tuple[loop.LoopThread, Dispatcher] | None = None
        self._active = 0
        self._last: dict[bytes, Judgement] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        parts = {one.name: getattr(self.config, one.name) for one in fields(self.config)}
        return partial(Judge, **parts, transport=self._transport), ()

    def __repr__(self) -> str:
        return f"Judge({self.config.endpoint!r}, {self.config.sampling!r})"

    def verdicts(self, questions: Texts, answers: Sequence[str], references: Texts) -> list[Judgement]:
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

    async def verdicts_async(self, questions: Texts, answers: Sequence[str], references: Texts) -> list[Judgement]:
        """As `verdicts`, without blocking the loop that awaits it."""
        return await asyncio.to_thread(self.verdicts, questions, answers, references)

    def explain(self, question: str | None, answer: str, reference: str | None) -> dict[str, Any]:
        """The exact messages for one row, and its verdict; for people, not for batches. Never raises `JudgeError`."""
        plan = BatchPlan(self._planner, [(question, answer, reference)])
        last = self._last.get(plan.keys.get(0, b""))
        verdict = last or self._decide([question], [answer], [reference])[0]
        asked = self._planner.question((question, answer, reference)).data
        return {"messages": self.config.prompt.messages(asked), **verdict.record}

    def metrics(self) -> dict[str, float]:
        """What this judge did so far in this process; the names are those of `Metrics.snapshot`."""
        return self._state.metrics.snapshot()

    def close(self) -> None:
        """Close the connections and the cache; the next batch opens them again."""
        with self._lock:
            made, self._dispatcher = self._dispatcher, None
        if made is not None and self._pid == os.getpid():
            _retire(*made)
        self._stored.close()

    def _decide(self, questions: Texts, answers: Sequence[str], references: Texts) -> list[Judgement]:
        deadline = self.config.limits.batch_deadline
        ends = None if deadline is None else time.monotonic() + deadline
        if self._pid != os.getpid():
            _of_parents.append(self._stored)
            self._begin()
        with self._lock:
            self._active += 1
        try:
            plan = BatchPlan(self._planner, _rows(questions, answers, references))
            self._look_up(plan)
            if plan.keys:
                self._run(plan, ends)
        finally:
            self._leave()
        return self._told(plan)

    def _leave(self) -> None:
        with self._lock:
            self._active -= 1
            if not self._active and self._dispatcher is not None:
                self._dispatcher[1].recent.clear()

    def _look_up(self, plan: BatchPlan) -> None:
        """Take from the cache what is there."""
        slots = {key: slot for slot, key in plan.keys.items()}
        for key, entry in self._stored.look_up(list(slots)).items():
            verdict = self._planner.from_cache(key, entry.labels, entry.reason)
            if verdict is not None:
                plan.close(slots[key], verdict)
        self._stored.record(plan, [slot for slot, verdict in enumerate(plan.verdicts) if verdict is not None])

    def _run(self, plan: BatchPlan, ends: float | None) -> None:
        """Have the open questions decided; the caller's thread does what goes to disk meanwhile."""
        thread = loop.enter()
        run = BatchRun(plan.items(), len(plan.keys), None if ends is None else max(0.0, ends - time.monotonic()))
        running = thread.submit(self._start(thread, run))
        try:
            while not run.done.wait(POLL_SECONDS) and (ends is None or time.monotonic() < ends + OVERTIME_SECONDS):
                self._collect(plan, run)
            if run.done.is_set():
                running.result(loop.GRACE)  # an error of ours, where there was one, is not swallowed
        finally:
            is_broken_off = not run.done.is_set()  # before the run, cancelled, says that it is done
            running.cancel()
            loop.leave(thread, stop=is_broken_off)
            self._collect(plan, run)

    async def _start(self, thread: loop.LoopThread, run: BatchRun) -> None:
        try:
            if self._dispatcher is None or self._dispatcher[0] is not thread:
                dispatcher = Dispatcher(self.config, self._state, self._transport)
                thread.closers.append(dispatcher.close)
                weakref.finalize(self, _retire, thread, dispatcher).atexit = False
                self._dispatcher = thread, dispatcher
            await self._dispatcher[1].decide(run)
        finally:
            run.done.set()

    def _collect(self, plan: BatchPlan, run: BatchRun) -> None:
        came = [run.finished.popleft() for _ in range(len(run.finished))]
        for slot, verdict in came:
            plan.close(slot, verdict)
        self._stored.keep(verdict for _, verdict in came)
        self._stored.record(plan, [slot for slot, _ in came])

    def _told(self, plan: BatchPlan) -> list[Judgement]:
        """The verdicts, once they stand in metrics and records."""
        verdicts = plan.results()
        with self._lock:
            self._state.metrics.decided(verdicts, len(plan.slots) - len(plan.verdicts))
        self._stored.record(plan, plan.keys)
        if len(verdicts) <= EXPLAINED_ROWS:
            self._last = {verdict.key: verdict for verdict in verdicts if verdict.key}
        return verdicts

    def _warn(self) -> None:
        for notice in _taken(self._state.dialect.warnings) + _taken(self._stored.notices):
            warnings.warn(notice, JudgeWarning, stacklevel=3)
        alarms = _taken(self._state.alarms)
        if alarms and self.config.limits.on_alarm == "raise":
            raise JudgeError("; ".join(alarms))
        for alarm in alarms:
            warnings.warn(alarm, JudgeWarning, stacklevel=3)

    def _check(self, verdicts: list[Judgement]) -> None:
        """Raise where too much is unscored."""
        unscored = [verdict for verdict in verdicts if verdict.outcome.unscored]
        most = self.config.limits.max_unscored
        if most is None or len(unscored) <= most * len(verdicts):
            return
        counts = ", ".join(f"{code} {n}" for code, n in Counter(str(v.outcome) for v in unscored).most_common())
        share = f"{len(unscored)} of {len(verdicts)} rows unscored ({counts})"
        raise JudgeError(f"the judge at {self.config.endpoint.base_url} left {share}: {unscored[0].reason}")


def _retire(thread: loop.LoopThread, dispatcher: Dispatcher) -> None:
    """Close a dispatcher that nobody will use any more."""
    if thread.pid == os.getpid() and dispatcher.close in thread.closers:
        thread.closers.remove(dispatcher.close)
        thread.submit(dispatcher.close())


def _taken(sentences: list[str]) -> list[str]:
    """What hasn't been said yet, taken out, so that each is said once."""
    taken, sentences[:] = list(sentences), []
    return taken


def _rows(questions: Texts, answers: Sequence[str], references: Texts) -> list[Row]:
    nothing = [None] * len(answers)
    columns = (nothing if questions is None else questions, answers, nothing if references is None else references)
    return list(zip(*columns, strict=True))
