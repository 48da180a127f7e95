"""One model of a judge: what it is asked, what has been learnt about its server, and its part in the event loop."""

from __future__ import annotations

import os
import weakref
from collections import Counter
from collections.abc import Sequence

from graders.judge.asking.dispatch import BatchRun, Dispatcher
from graders.judge.asking.metrics import Metrics
from graders.judge.asking.state import State
from graders.judge.config import Config
from graders.judge.judgement import Judgement
from graders.judge.planning import BatchPlan, JudgedRow, Planner
from graders.judge.transport.budget import Budget
from graders.judge.transport.loop import LoopThread
from graders.judge.transport.reply import Transport


class Juror:
    """Asks one model. Those of a jury have limits, circuit breakers and connections of their own.

    Args:
        config: The judge, with this model as its endpoint.
        transport: What calls are sent by in place of the `openai` client.
        budget: What may be spent, shared by the jury.
        metrics: What has been done, likewise.

    Attributes:
        state: What is known of its server.
        planner: Reads rows as this model sees them.
    """

    def __init__(self, config: Config, transport: Transport | None, budget: Budget, metrics: Metrics) -> None:
        self.config = config
        self.planner = Planner(config)
        self.state = State(config, budget, metrics)
        self._transport = transport
        self._dispatcher: tuple[LoopThread, Dispatcher] | None = None
        self._is_absent = False

    def plan(self, rows: Sequence[JudgedRow]) -> BatchPlan:
        """The rows of a batch, a vote for each that this model gives."""
        return BatchPlan(self.planner, rows, self.config.voting.votes)

    async def decide(self, thread: LoopThread, run: BatchRun) -> None:
        """Have the questions of a run decided, in the loop of its thread."""
        try:
            if self._dispatcher is None or self._dispatcher[0] is not thread:
                dispatcher = Dispatcher(self.config, self.state, self._transport)
                thread.closers.append(dispatcher.close)
                weakref.finalize(self, _retire, thread, dispatcher).atexit = False
                self._dispatcher = thread, dispatcher
            await self._dispatcher[1].decide(run)
        finally:
            run.done.set()

    def forget(self) -> None:
        """Forget what was decided lately: no batch is under way any more."""
        if self._dispatcher is not None:
            self._dispatcher[1].recent.clear()

    def close(self) -> None:
        """Close the connections; the next run opens them again."""
        made, self._dispatcher = self._dispatcher, None
        if made is not None:
            _retire(*made)

    def absence(self, judgements: Sequence[Judgement]) -> str | None:
        """What to say where it has left most of its votes of a batch out, once until it votes again."""
        lost = [one for one in judgements if one.outcome.unscored]
        was_absent, self._is_absent = self._is_absent, 2 * len(lost) > len(judgements)
        if was_absent or not self._is_absent:
            return None
        counts = ", ".join(f"{code} {n}" for code, n in Counter(str(one.outcome) for one in lost).most_common())
        endpoint = self.config.endpoint
        return (
            f"{endpoint.model} at {endpoint.base_url}, one of the jury, has left out {len(lost)} of {len(judgements)} "
            f"votes ({counts}): {lost[0].reason}"
        )


def _retire(thread: LoopThread, dispatcher: Dispatcher) -> None:
    """Close a dispatcher that nobody will use any more."""
    if thread.pid == os.getpid() and dispatcher.close in thread.closers:
        thread.closers.remove(dispatcher.close)
        thread.submit(dispatcher.close())
