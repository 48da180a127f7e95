"""Who is to blame for a row without a verdict, endpoint, question or answer: probes decide, never a reply alone."""

from __future__ import annotations

import asyncio

from graders.judge.asking.probes import Probes, passed, right_answer_to
from graders.judge.judgement import Judgement, unscored
from graders.judge.question import Question
from graders.judge.transport.blame import Kind
from graders.judge.transport.breaker import Breaker
from graders.judge.transport.faults import CallFault
from graders.vocabulary.outcome import Outcome

_OURS = {Outcome.OVER_BUDGET, Outcome.CIRCUIT_OPEN}
"""Ends of a probe that say nothing of the server."""


class Blaming:
    """Ends rows that got no verdict, by two probes: first one of the server, then the same question with its reference.

    ==================  ===============  =========================================================
    probe of the server  same question   the row
    ==================  ===============  =========================================================
    no verdict           not asked       unscored, and the circuit opens: the endpoint is down
    a verdict            no pass         unscored: the question can't be judged
    a verdict            a pass          0 by the outcome of the fault: the answer has provoked it
    ==================  ===============  =========================================================
    """

    def __init__(self, probes: Probes, breaker: Breaker) -> None:
        self._probes, self._breaker = probes, breaker

    async def unusable(self, fault: CallFault, question: Question, since: float) -> Judgement | None:
        """The end of a row whose fault says that no call can succeed; None where one does."""
        if question.probe:
            return unscored(Outcome.JUDGE_UNREACHABLE, fault.detail)
        server = await self._probes.server(since)
        return None if server.labels else self._down(fault.detail, server)

    async def end(self, fault: CallFault, question: Question, since: float) -> Judgement:
        """The end of a row whose fault came again and again."""
        server = await self._probes.server(since)
        if not server.labels:
            return self._down(f"a known-right probe gets no verdict on this server either: {fault.detail}", server)
        right = right_answer_to(question)
        same = server if right is None else await self._probes.same(right, since)
        if same.outcome in _OURS:
            return unscored(same.outcome, same.reason)
        if right is not None and not passed(right, same):
            return unscored(Outcome.JUDGE_UNREACHABLE, f"{_UNJUDGED} ({same.reason[:120]}): {fault.detail}")
        if fault.outcome.unscored:
            return unscored(fault.outcome, fault.detail)
        if fault.kind is Kind.FATAL and fault.outcome is not Outcome.JUDGE_REFUSED:
            return unscored(Outcome.JUDGE_UNREACHABLE, fault.detail)
        return Judgement(0.0, fault.outcome, fault.detail, source="judge")

    def _down(self, reason: str, server: Judgement) -> Judgement:
        if server.outcome in _OURS:
            return unscored(server.outcome, server.reason)
        self._breaker.trip(asyncio.get_running_loop().time(), reason)
        return unscored(Outcome.JUDGE_UNREACHABLE, reason)


_UNJUDGED = "the same question with its reference as the answer gets no pass either"
