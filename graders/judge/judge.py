"""The judge: a synchronous batch call over a private event loop.

The path of a row, from a question, an answer and a reference to a `Judgement`:

1. `Judge.verdicts` (here) has each `Juror` (`juror`; one a model) open a `BatchPlan` (`planning`) over the rows of a
   batch, each row as often as there are votes: equal ones share a slot. For each slot the `Planner` cleans the answer
   (`cleaning`), lets code decide what needs no judge (`precheck`), and gives the rest a key: the hash of all that can
   change the judgement.
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
6. The waiting caller collects judgements, closes their slots, writes cache and records (`storage`), and when all are
   closed or the deadline has come makes one judgement of a row's votes (`ballots`), counts (`asking.metrics`), says
   warnings, and raises `JudgeError` (`judge_errors`) where more is unscored than the limits allow.

The parameters stand in `config`, which `graders.JudgeSettings` is built from; what a judge has learnt and spent in a
process stands in `asking.state`.

The files build on each other in this order, and import nothing that stands later: `cleaning`, `criteria` < `prompt` <
`question`, `config`, `judgement` < `ballots` < `transport` < `asking` < `planning` < `juror`, `storage` < `judge`.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from functools import partial
from itertools import chain, repeat, starmap
from typing import Any

from graders.judge.asking.dispatch import BatchRun
from graders.judge.asking.metrics import Metrics
from graders.judge.ballots import counted
from graders.judge.config import Config, Endpoint, Limits, Sampling, Storage, Voting
from graders.judge.criteria import Criterion
from graders.judge.judge_errors import JudgeError, JudgeWarning
from graders.judge.judgement import Judgement
from graders.judge.juror import Juror
from graders.judge.planning import BatchPlan, JudgedRow
from graders.judge.prompt import Prompt, Turns
from graders.judge.storage.stored_verdicts import StoredVerdicts
from graders.judge.transport import loop
from graders.judge.transport.budget import Budget
from graders.judge.transport.client import load_client
from graders.judge.transport.reply import Transport

Texts = Sequence[str | None] | None
"""A column of texts, None where a row has none; None where no row has one."""

Rubrics = Sequence[tuple[Criterion, ...]] | None
"""The criteria of each row, in place of the judge's own task; empty for a row that has none."""

Conversations = Sequence[tuple[Turns, tuple[str, ...]]] | None
"""What each row was answered to: its turns, each a role and a text, and the URLs of its images."""

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
        voting: How often each model is asked about a row, and what its verdicts come to.
        jury: Further models that are asked about each row.
        transport: What calls are sent by in place of the `openai` client; it pickles where the judge is to.

    Raises:
        MissingExtraError: the `openai` client isn't installed, and no transport is given.
        ValueError: votes that can have no majority, or that would all be the same.

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
        voting: Voting | None = None,
        jury: Sequence[Endpoint] = (),
        transport: Transport | None = None,
    ) -> None:
        if transport is None:
            load_client()
        self._transport = transport
        groups: dict[str, Any] = {"sampling": sampling, "prompt": prompt, "limits": limits, "storage": storage}
        given = {name: one for name, one in {**groups, "voting": voting}.items() if one is not None}
        self.config = Config(endpoint=endpoint, jury=tuple(jury), **given)
        self._begin()

    def _begin(self) -> None:
        """What belongs to one process."""
        config = self.config
        self._pid = os.getpid()
        self._stored = StoredVerdicts(config.storage)
        self._lock = threading.Lock()
        self._metrics, budget = Metrics(), Budget(config.limits, config.sampling)
        self._jurors = [
            Juror(replace(config, endpoint=endpoint), self._transport, budget, self._metrics)
            for endpoint in (config.endpoint, *config.jury)
        ]
        self._active = 0
        self._last: dict[JudgedRow, Judgement] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        parts = {one.name: getattr(self.config, one.name) for one in fields(self.config)}
        return partial(Judge, **parts, transport=self._transport), ()

    def __repr__(self) -> str:
        return f"Judge({self.config.endpoint!r}, {self.config.sampling!r})"

    def verdicts(
        self,
        questions: Texts,
        answers: Sequence[str],
        references: Texts,
        *,
        criteria: Rubrics = None,
        conversations: Conversations = None,
    ) -> list[Judgement]:
        """Decide rows. One verdict a row, in order, whatever the server does.

        Args:
            questions: The question of each row; None where there are none.
            answers: What is judged, one a row.
            references: The right answers; None only with a rubric, criteria or a scale.
            criteria: The criteria of each row.
            conversations: What each row was answered to, in place of its question.

        Raises:
            JudgeError: more than ``limits.max_unscored`` of the rows are unscored, or an alarm is to raise.
            KeyboardInterrupt: after everything under way is cancelled; verdicts that came are kept on disk.
        """
        verdicts = self._decide(_rows(questions, answers, references, criteria, conversations))
        self._warn()
        self._check(verdicts)
        return verdicts

    async def verdicts_async(self, questions: Texts, answers: Sequence[str], references: Texts) -> list[Judgement]:
        """As `verdicts`, without blocking the loop that awaits it."""
        return await asyncio.to_thread(self.verdicts, questions, answers, references)

    def explain(
        self,
        question: str | None,
        answer: str,
        reference: str | None,
        *,
        criteria: tuple[Criterion, ...] = (),
        conversation: tuple[Turns, tuple[str, ...]] = ((), ()),
    ) -> dict[str, Any]:
        """The exact messages for one row, and its verdict; for people, not for batches. Never raises `JudgeError`."""
        row = JudgedRow(question, answer, reference, criteria, *conversation)
        verdict = self._last.get(row) or self._decide([row])[0]
        asked = self._jurors[0].planner.question(row)
        return {"messages": asked.prompt.messages(asked.data), **verdict.record}

    def metrics(self) -> dict[str, float]:
        """What this judge did so far in this process; the names are those of `Metrics.snapshot`."""
        return self._metrics.snapshot()

    def close(self) -> None:
        """Close the connections and the cache; the next batch opens them again."""
        if self._pid == os.getpid():
            with self._lock:
                for juror in self._jurors:
                    juror.close()
        self._stored.close()

    def _decide(self, rows: list[JudgedRow]) -> list[Judgement]:
        deadline = self.config.limits.batch_deadline
        ends = None if deadline is None else time.monotonic() + deadline
        if self._pid != os.getpid():
            _of_parents.append(self._stored)
            self._begin()
        with self._lock:
            self._active += 1
        try:
            plans = [juror.plan(rows) for juror in self._jurors]
            for plan in plans:
                self._look_up(plan)
            if any(plan.keys for plan in plans):
                self._run(plans, ends)
        finally:
            self._leave()
        return self._told(rows, plans)

    def _leave(self) -> None:
        with self._lock:
            self._active -= 1
            if not self._active:
                for juror in self._jurors:
                    juror.forget()

    def _look_up(self, plan: BatchPlan) -> None:
        """Take from the cache what is there."""
        slots = {key: slot for slot, key in plan.keys.items()}
        for key, entry in self._stored.look_up(list(slots)).items():
            plan.close_kept(slots[key], entry.labels, entry.reason)
        self._stored.record(plan, [slot for slot, verdict in enumerate(plan.verdicts) if verdict is not None])

    def _run(self, plans: list[BatchPlan], ends: float | None) -> None:
        """Have the open questions decided; the caller's thread does what goes to disk meanwhile."""
        thread = loop.enter()
        left = None if ends is None else max(0.0, ends - time.monotonic())
        runs = [BatchRun(plan.items(), len(plan.keys), left) for plan in plans]
        running = [thread.submit(one.decide(thread, run)) for one, run in zip(self._jurors, runs, strict=True)]
        try:
            while not _all_done(runs) and (ends is None or time.monotonic() < ends + OVERTIME_SECONDS):
                self._collect(plans, runs)
            for run, work in zip(runs, running, strict=True):
                if run.done.is_set():
                    work.result(loop.GRACE)  # an error of ours, where there was one, is not swallowed
        finally:
            is_broken_off = not all(run.done.is_set() for run in runs)  # before they, cancelled, say that they are done
            for work in running:
                work.cancel()
            loop.leave(thread, stop=is_broken_off)
            self._collect(plans, runs)

    def _collect(self, plans: list[BatchPlan], runs: list[BatchRun]) -> None:
        for plan, run in zip(plans, runs, strict=True):
            came = [run.finished.popleft() for _ in range(len(run.finished))]
            for slot, verdict in came:
                plan.close(slot, verdict)
            self._stored.keep(verdict for _, verdict in came)
            self._stored.record(plan, [slot for slot, _ in came])

    def _told(self, rows: list[JudgedRow], plans: list[BatchPlan]) -> list[Judgement]:
        """The verdict of each row, once all votes stand in metrics and records."""
        votes = [plan.results() for plan in plans]
        if len(plans) > 1:
            self._stored.notices += self._absences(votes)
        verdicts = [counted([*chain(*given)], self.config.voting) for given in zip(*votes, strict=True)]
        with self._lock:
            self._metrics.decided(verdicts, plans[0].shared)
        for plan in plans:
            self._stored.record(plan, plan.keys)
        if len(verdicts) <= EXPLAINED_ROWS:
            self._last = {row: verdict for row, verdict in zip(rows, verdicts, strict=True) if verdict.source != "code"}
        return verdicts

    def _absences(self, votes: list[list[list[Judgement]]]) -> list[str]:
        said = [juror.absence([*chain(*given)]) for juror, given in zip(self._jurors, votes, strict=True)]
        return [sentence for sentence in said if sentence]

    def _warn(self) -> None:
        states = [juror.state for juror in self._jurors]
        notices = chain.from_iterable(_taken(state.dialect.warnings) for state in states)
        for notice in [*notices, *_taken(self._stored.notices)]:
            warnings.warn(notice, JudgeWarning, stacklevel=3)
        alarms = [*chain.from_iterable(_taken(state.alarms) for state in states)]
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
        share = f"{len(unscored):,} of {len(verdicts):,} rows unscored ({counts})"
        raise JudgeError(f"the judge at {self.config.endpoint.base_url} left {share}: {unscored[0].reason}")


def _all_done(runs: list[BatchRun]) -> bool:
    """Whether all runs are done, after a wait for the first that isn't."""
    open_ones = [run for run in runs if not run.done.is_set()]
    return not open_ones or (open_ones[0].done.wait(POLL_SECONDS) and len(open_ones) == 1)


def _taken(sentences: list[str]) -> list[str]:
    """What hasn't been said yet, taken out, so that each is said once."""
    taken, sentences[:] = list(sentences), []
    return taken


def _rows(
    questions: Texts, answers: Sequence[str], references: Texts, criteria: Rubrics, conversations: Conversations
) -> list[JudgedRow]:
    n = len(answers)
    columns: list[Iterable[Any]] = [_column(questions, None, n), answers, _column(references, None, n)]
    if criteria is not None or conversations is not None:
        turns, images = zip(*conversations, strict=True) if conversations else (None, None)
        columns += [_column(criteria, (), n), _column(turns, (), n), _column(images, (), n)]
    return [*starmap(JudgedRow, zip(*columns, strict=True))]


def _column(given: Sequence[Any] | None, missing: object, n: int) -> Iterable[Any]:
    return repeat(missing, n) if given is None else given
