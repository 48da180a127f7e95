"""One row's way to a verdict: attempts, retries, re-asks, and who is to blame in the end."""

from __future__ import annotations

import asyncio
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from graders.judge.asking.blaming import Blaming
from graders.judge.asking.probes import Probes
from graders.judge.asking.state import State
from graders.judge.asking.trail import Trail
from graders.judge.config import Config
from graders.judge.judgement import Attempt, Judgement, said, unscored
from graders.judge.question import Question
from graders.judge.transport.backoff import CallPace, RetryGate, pause
from graders.judge.transport.blame import Kind
from graders.judge.transport.concurrency import AdaptiveLimit
from graders.judge.transport.faults import CallFault, ValidReply, of_reply, of_status
from graders.judge.transport.reply import Reply, Transport
from graders.judge.transport.request import body
from graders.vocabulary.outcome import Outcome

Met = ValidReply | CallFault | Judgement
"""What an attempt ends in: a reply's decision, a fault, or, where no call may be made, a judgement already."""


class RowAsker:
    """Asks one server, under one limit and one gate, in one event loop."""

    def __init__(self, config: Config, state: State, transport: Transport) -> None:
        self._config, self._limits = config, config.limits
        self._state, self._transport = state, transport
        self._limit = AdaptiveLimit(config.limits.concurrency, config.limits.attempt_timeout, config.limits.first_calls)
        self._pace = CallPace(config.limits.requests_per_minute, config.limits.tokens_per_minute)
        self._gate = RetryGate(config.limits.retry_after_max)
        self._probes = Probes(self._ask_probe, config.prompt)
        self._blaming = Blaming(self._probes, state.breaker)
        self._calls = 0
        self._now = asyncio.get_running_loop().time
        self._knock: asyncio.Task[None] | None = None

    async def ask(self, question: Question) -> Judgement:
        """The verdict on a row: a score, or unscored with a reason. Never raises for what a server does."""
        trail = Trail(self._now())
        while True:
            met = await self._attempt(question, trail)
            if isinstance(met, ValidReply):
                met = said(question.prompt, *met.decision, source="judge")
            end = await self._after(met, question, trail) if isinstance(met, CallFault) else met
            if end is not None:
                return self._with_trail(end, question, trail)

    async def _ask_probe(self, probe: Question) -> Judgement:
        self._state.metrics.counts["probes"] += 1
        return await self.ask(probe)

    async def _attempt(self, question: Question, trail: Trail) -> Met:
        """One call; a fault that a change of dialect has dealt with meanwhile is tried again at once."""
        await self._gate.passed()
        async with nullcontext() if question.of_server else self._limit:
            if not await self._may_call(question):
                return unscored(Outcome.CIRCUIT_OPEN, f"no calls for now: {self._state.breaker.reason}")
            longest = self._config.sampling.max_completion_tokens + trail.more_tokens
            reserved = self._state.budget.reserve(question.characters, longest)
            if reserved is None:
                return unscored(Outcome.OVER_BUDGET, "the budget for judge calls is spent")
            await self._pace.turn(sum(reserved))
            edition = self._state.dialect.edition
            sent = body(self._config, question, self._state.dialect, more_tokens=trail.more_tokens)
            met = await self._call(question, sent, reserved, trail)
        await self._probe_at_intervals(question)
        if isinstance(met, CallFault) and met.kind is Kind.REJECTED:
            return await self._rejected(met, edition, question, trail)
        return met

    async def _may_call(self, question: Question) -> bool:
        """Whether the circuit is closed; one that has rested is tried by a probe, never by a row."""
        breaker = self._state.breaker
        if question.of_server:
            return breaker.allows(self._now())
        if not breaker.is_proven:  # the first sign of trouble at a new server holds all rows until a probe has asked
            await self._probes.settled()
        if breaker.is_due(self._now()):
            await self._probes.server(self._now())
        return not breaker.is_open

    async def _call(
        self, question: Question, sent: dict[str, Any], reserved: tuple[int, int], trail: Trail
    ) -> ValidReply | CallFault:
        start = self._now()
        raw = await self._transport.send(sent)
        met = _understood(raw, question, sent)
        status = met.status if isinstance(met, CallFault) else "200"
        attempt = Attempt(status, (self._now() - start) * 1000)
        self._state.budget.settle(reserved, met.tokens)
        self._state.dialect.made(met.tokens[1], sent)
        self._state.metrics.called(attempt, met.tokens, self._state.budget.price(met.tokens))
        trail.add(attempt, met.tokens)
        self._noticed(met, attempt.ms / 1000)
        return met

    def _noticed(self, met: ValidReply | CallFault, seconds: float) -> None:
        """Tell limit, gate and breaker what came back; none of it opens the breaker: an answer can provoke anything."""
        breaker = self._state.breaker
        if isinstance(met, ValidReply):
            self._limit.succeeded(seconds)
            breaker.succeeded()
        elif met.kind in {Kind.CONTENT, Kind.REJECTED, Kind.FATAL}:
            self._limit.succeeded(seconds)
            breaker.answered()
        else:
            self._line_failed(met)

    def _line_failed(self, fault: CallFault) -> None:
        if fault.kind is Kind.OVERLOAD:
            self._limit.overloaded()
        elif fault.status == "timeout":
            self._limit.timed_out()
        if fault.kind is Kind.OVERLOAD and fault.wait is not None:
            self._gate.close(fault.wait, self._now())
        if _is_limited(fault):  # a server that says so is there
            self._state.breaker.limited(self._now())
        elif self._state.breaker.failed(self._now()) and (self._knock is None or self._knock.done()):
            self._knock = asyncio.create_task(self._knocked(fault.detail))

    async def _knocked(self, reason: str) -> None:
        """After a run of faults: is anybody there? One call that no answer is part of."""
        probe = self._probes.of_server
        reserved = self._state.budget.reserve(probe.characters)
        if reserved is None:
            return
        sent = body(self._config, probe, self._state.dialect)
        met = await self._call(probe, sent, reserved, Trail(self._now()))
        if isinstance(met, CallFault) and met.kind in {Kind.TRANSPORT, Kind.OVERLOAD}:
            self._state.breaker.trip(self._now(), reason)

    async def _rejected(self, fault: CallFault, edition: int, question: Question, trail: Trail) -> Met:
        """Call again in another form, where a probe is rejected too: an answer may have provoked the words."""
        dialect = self._state.dialect
        if edition == dialect.edition and not question.of_server:
            await self._probes.server(trail.began)
        if edition != dialect.edition or (question.of_server and dialect.without(fault.parameter, fault.detail)):
            return await self._attempt(question, trail)
        return fault.otherwise or fault._replace(kind=Kind.CONTENT)

    async def _after(self, fault: CallFault, question: Question, trail: Trail) -> Judgement | None:
        """What a fault means for the row: its end, or None for another attempt."""
        if fault.kind is Kind.FATAL:
            end = await self._blaming.unusable(fault, question, trail.began)
            return end or await self._after_content(fault, question, trail)
        if fault.kind is Kind.CONTENT:
            return await self._after_content(fault, question, trail)
        if _is_limited(fault):
            return await self._after_limit(fault, trail)
        trail.transport_faults += 1
        if trail.transport_faults >= self._limits.max_attempts:
            reason = f"{trail.transport_faults} attempts failed, the last: {fault.detail}"
            return unscored(Outcome.JUDGE_UNREACHABLE, reason)
        await self._pause(fault, trail.transport_faults)
        return None

    async def _after_limit(self, fault: CallFault, trail: Trail) -> Judgement | None:
        """A rate limit costs a row no attempt, until no call of anybody's has been answered for too long."""
        trail.waits += 1
        lasted = self._state.breaker.limited_for(self._now())
        if lasted >= self._limits.rate_limit_patience:
            reason = f"nothing but rate limits for {lasted:.0f} s, the last: {fault.detail}"
            self._state.breaker.trip(self._now(), reason)
            return unscored(Outcome.JUDGE_UNREACHABLE, reason)
        await self._pause(fault, trail.waits)
        return None

    async def _pause(self, fault: CallFault, failed: int) -> None:
        self._state.metrics.retries[fault.status] += 1
        if fault.wait is None or fault.kind is not Kind.OVERLOAD:
            await asyncio.sleep(pause(failed, self._limits.backoff_base, self._limits.backoff_max))

    async def _after_content(self, fault: CallFault, question: Question, trail: Trail) -> Judgement | None:
        trail.content_faults += 1
        if fault.status in {"length", "thought"}:
            trail.more_tokens = self._config.endpoint.thinking_tokens
        if trail.content_faults < self._limits.content_attempts and fault.status != "too_long":
            self._state.metrics.retries[fault.status] += 1
            return None
        if question.probe or (fault.status == "too_long" and question.answers_share < 0.5):
            return unscored(Outcome.JUDGE_UNREACHABLE, fault.detail)
        return await self._blaming.end(fault, question, trail.began)

    async def _probe_at_intervals(self, question: Question) -> None:
        if question.probe or not self._limits.probe_every:
            return
        self._calls += 1
        if self._calls % self._limits.probe_every:
            return
        alarms = await self._probes.check()
        self._state.metrics.counts["alarms"] += len(alarms)
        self._state.alarms += alarms

    def _with_trail(self, end: Judgement, question: Question, trail: Trail) -> Judgement:
        """The judgement of a row with what it took."""
        return replace(
            end,
            key=question.key,
            attempts=tuple(trail.attempts),
            tokens=trail.tokens,
            cost=self._state.budget.price(trail.tokens),
            flags=question.flags + self._state.dialect.flags,
        )


def _understood(raw: Reply, question: Question, sent: dict[str, Any]) -> ValidReply | CallFault:
    """What came back, read."""
    if raw.status == 0:
        return CallFault(Kind.TRANSPORT, raw.word, raw.detail)
    if raw.status == 200:
        return of_reply(raw.body, question.prompt)
    return of_status(raw.status, raw.headers, raw.body, sent, time.time())


def _is_limited(fault: CallFault) -> bool:
    """Whether a server is well and only wants fewer calls."""
    return fault.kind is Kind.OVERLOAD and (fault.status == "429" or fault.wait is not None)
