"""One row's way to a verdict: attempts, retries, re-asks, and who is to blame in the end."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graders.judge.asking.probes import Probes
from graders.judge.asking.state import State
from graders.judge.config import Config
from graders.judge.judgement import Attempt, Verdict, outcome_of, unscored
from graders.judge.transport.backoff import RetryGate, pause
from graders.judge.transport.client import Client, Raw
from graders.judge.transport.concurrency import AdaptiveLimit
from graders.judge.transport.faults import Fault, Judged, Kind, of_reply, of_status
from graders.judge.transport.request import body
from graders.outcome import Outcome


class Question(NamedTuple):
    """What is asked of the judge about a row.

    Attributes:
        data: The data line.
        answers_share: The share of the line that is the answer: whom to blame where it is too long.
        probe: Whether it is a probe, whose faults must not be blamed on an answer.
        key: The cache key.
        flags: What was done to the row.
    """

    data: str
    key: bytes = b""
    answers_share: float = 0.0
    probe: bool = False
    flags: tuple[str, ...] = ()


@dataclass(slots=True)
class Trail:
    """What has happened to a row so far."""

    began: float
    attempts: list[Attempt] = field(default_factory=list)
    tokens: tuple[int, int] = (0, 0)
    transport_faults: int = 0
    content_faults: int = 0

    def add(self, attempt: Attempt, tokens: tuple[int, int]) -> None:
        """Note a call."""
        self.attempts.append(attempt)
        self.tokens = (self.tokens[0] + tokens[0], self.tokens[1] + tokens[1])


class Asker:
    """Asks one server, under one limit and one gate, in one event loop."""

    def __init__(self, config: Config, state: State, client: Client) -> None:
        self._config, self._prompt, self._limits = config, config.prompt, config.limits
        self._state, self._client = state, client
        self._limit = AdaptiveLimit(config.limits.concurrency)
        self._gate = RetryGate(config.limits.retry_after_max)
        self._probes = Probes(self._ask_probe, config.prompt)
        self._overhead = sum(len(message["content"]) for message in config.prompt.messages(""))
        self._calls = 0
        self._now = asyncio.get_running_loop().time

    async def ask(self, question: Question) -> Verdict:
        """The verdict on a row: a score, or unscored with a reason. Never raises for what a server does."""
        trail = Trail(self._now())
        while True:
            met = await self._attempt(question, trail)
            if isinstance(met, Judged):
                return self._judged(met, question, trail)
            end = met if isinstance(met, Verdict) else await self._after(met, question, trail)
            if end is not None:
                return self._finished(end, question, trail)

    async def _ask_probe(self, data: str) -> Verdict:
        self._state.metrics.counts["probes"] += 1
        return await self.ask(Question(data, probe=True))

    async def _attempt(self, question: Question, trail: Trail) -> Judged | Fault | Verdict:
        """One call; a fault that a change of dialect has dealt with meanwhile is tried again at once."""
        await self._gate.passed()
        async with self._limit:
            halted = self._halted()
            reserved = None if halted else self._state.budget.reserve(self._overhead + len(question.data))
            if reserved is None:
                return halted or unscored(Outcome.OVER_BUDGET, "the budget for judge calls is spent")
            edition = self._state.dialect.edition
            sent = body(self._config, question.data, self._state.dialect)
            met = await self._call(sent, reserved, trail)
        await self._probe_at_intervals(question)
        if isinstance(met, Fault) and met.kind is Kind.REJECTED:
            return await self._rejected(met, edition, question, trail)
        return met

    def _halted(self) -> Verdict | None:
        breaker = self._state.breaker
        if breaker.allows(self._now()):
            return None
        return unscored(Outcome.CIRCUIT_OPEN, f"no calls for now: {breaker.reason}")

    async def _call(self, sent: dict[str, Any], reserved: tuple[int, int], trail: Trail) -> Judged | Fault:
        start = self._now()
        raw = await self._client.post(sent)
        met = self._understood(raw, sent)
        status = met.status if isinstance(met, Fault) else "200"
        attempt = Attempt(status, (self._now() - start) * 1000)
        self._state.budget.settle(reserved, met.tokens)
        self._state.metrics.called(attempt, met.tokens, self._state.budget.price(met.tokens))
        trail.add(attempt, met.tokens)
        self._noticed(met)
        return met

    def _understood(self, raw: Raw, sent: dict[str, Any]) -> Judged | Fault:
        if raw.status == 0:
            return Fault(Kind.TRANSPORT, raw.word, raw.detail)
        if raw.status == 200:
            return of_reply(raw.body, self._prompt)
        return of_status(raw.status, raw.headers, raw.body, sent, time.time())

    def _noticed(self, met: Judged | Fault) -> None:
        """Tell limit, gate and breaker what came back."""
        kind = met.kind if isinstance(met, Fault) else None
        if kind is Kind.FATAL and isinstance(met, Fault):
            self._state.breaker.trip(self._now(), met.detail)
        elif isinstance(met, Fault) and kind in {Kind.TRANSPORT, Kind.OVERLOAD}:
            if met.wait is not None:
                self._gate.close(met.wait, self._now())
            if kind is Kind.OVERLOAD or met.status == "timeout":  # a server that queues too much answers too late
                self._limit.overloaded()
            if met.status != "429":  # a server that says so is there
                self._state.breaker.failed(self._now(), met.detail)
        else:
            self._limit.succeeded()
            if kind is None:
                self._state.breaker.succeeded()
            else:
                self._state.breaker.answered()

    async def _rejected(self, fault: Fault, edition: int, question: Question, trail: Trail) -> Judged | Fault | Verdict:
        """Leave the parameter out and call again, unless another row's rejection has seen to it already."""
        dialect = self._state.dialect
        if edition != dialect.edition or dialect.without(fault.parameter, fault.detail):
            return await self._attempt(question, trail)
        return fault._replace(kind=Kind.CONTENT)

    async def _after(self, fault: Fault, question: Question, trail: Trail) -> Verdict | None:
        """What a fault means for the row: its end, or None for another attempt."""
        if fault.kind is Kind.FATAL:
            return unscored(Outcome.JUDGE_UNREACHABLE, fault.detail)
        if fault.kind is Kind.CONTENT:
            return await self._after_content(fault, question, trail)
        trail.transport_faults += 1
        if trail.transport_faults >= self._limits.max_attempts:
            return unscored(
                Outcome.JUDGE_UNREACHABLE, f"{trail.transport_faults} attempts failed, the last: {fault.detail}"
            )
        self._state.metrics.retries[fault.status] += 1
        if fault.wait is None:
            await asyncio.sleep(pause(trail.transport_faults, self._limits.backoff_base, self._limits.backoff_max))
        return None

    async def _after_content(self, fault: Fault, question: Question, trail: Trail) -> Verdict | None:
        trail.content_faults += 1
        if trail.content_faults < self._limits.content_attempts and fault.status != "too_long":
            self._state.metrics.retries[fault.status] += 1
            return None
        if question.probe or (fault.status == "too_long" and question.answers_share < 0.5):
            return unscored(Outcome.JUDGE_UNREACHABLE, fault.detail)
        probe = await self._probes.right(trail.began)
        if self._probes.passed(probe):
            return Verdict(0.0, fault.outcome, fault.detail, source="judge")
        if probe.outcome in {Outcome.OVER_BUDGET, Outcome.CIRCUIT_OPEN}:
            return unscored(probe.outcome, probe.reason)
        reason = f"a known-right probe gets no pass on this server either: {fault.detail}"
        self._state.breaker.trip(self._now(), reason)
        return unscored(Outcome.JUDGE_UNREACHABLE, reason)

    async def _probe_at_intervals(self, question: Question) -> None:
        if question.probe or not self._limits.probe_every:
            return
        self._calls += 1
        if self._calls % self._limits.probe_every:
            return
        alarms = await self._probes.check()
        self._state.metrics.counts["alarms"] += len(alarms)
        self._state.alarms += alarms

    def _judged(self, judged: Judged, question: Question, trail: Trail) -> Verdict:
        value = self._prompt.value(judged.reading.labels)
        end = Verdict(value, outcome_of(value), judged.reading.reason, judged.reading.labels, "judge")
        return self._finished(end, question, trail)

    def _finished(self, end: Verdict, question: Question, trail: Trail) -> Verdict:
        """The verdict with what it took."""
        return Verdict(
            end.value,
            end.outcome,
            end.reason,
            end.labels,
            "judge",
            question.key,
            attempts=tuple(trail.attempts),
            tokens=trail.tokens,
            cost=self._state.budget.price(trail.tokens),
            flags=question.flags + self._state.dialect.flags,
        )
