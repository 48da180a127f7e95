"""What a judge has learnt and spent in this process; it outlives the event loop."""

from __future__ import annotations

from graders.judge.asking.metrics import Metrics
from graders.judge.config import Config
from graders.judge.transport.breaker import Breaker
from graders.judge.transport.budget import Budget
from graders.judge.transport.request import Dialect


class State:
    """The server's dialect, the circuit breaker, the budget, the metrics, and alarms for the caller's thread.

    Several judges of one process may share a budget, those of a jury metrics too.
    """

    def __init__(self, config: Config, budget: Budget | None = None, metrics: Metrics | None = None) -> None:
        limits = config.limits
        self.dialect = Dialect.of(config.prompt.structured)
        self.breaker = Breaker(limits.breaker_faults, limits.breaker_patience, limits.breaker_cooldown)
        self.budget = budget or Budget(limits, config.sampling)
        self.metrics = metrics or Metrics()
        self.alarms: list[str] = []
