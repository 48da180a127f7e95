"""What `/metrics` says: what was answered, how long it took, and how much is in hand, in the format of Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from graders.service.admission import Admission
from graders.service.scoring.reward_scores import RewardScores
from graders.service.scoring.scoring_pool import ScoringPool

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180)
"""Seconds: a single takes one, a batch that a judge reads a hundred."""


class ServiceFigures:
    """The counters of a service, in a registry of their own: two services in a process don't share them.

    They are plain numbers until they are asked for: the library's own counters lock, and cost a single a tenth.
    """

    def __init__(self, admission: Admission, pool: ScoringPool) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_InHand(admission, pool))
        self._registry.register(_Counted(self))
        ProcessCollector(registry=self._registry)
        self.requests: Counter[tuple[str, int]] = Counter()
        self.seconds: dict[str, list[int]] = {}
        self.total_seconds: Counter[str] = Counter()
        self.rows: Counter[str] = Counter()

    def answered(self, dialect: str, status: int, seconds: float) -> None:
        """Count a request of a dialect."""
        self.requests[dialect, status] += 1
        if dialect not in self.seconds:
            self.seconds[dialect] = [0] * (len(_BUCKETS) + 1)
        self.seconds[dialect][bisect_left(_BUCKETS, seconds)] += 1
        self.total_seconds[dialect] += seconds  # type: ignore[assignment]  # typeshed counts in whole numbers

    def scored(self, scores: RewardScores) -> None:
        """Count rows."""
        unscored = scores.rewards.count(None)
        self.count_rows(len(scores.rewards) - unscored, unscored)

    def count_rows(self, scored: int, unscored: int) -> None:
        """Count rows with and without a reward."""
        self.rows["scored"] += scored
        self.rows["unscored"] += unscored

    def text(self) -> bytes:
        """All figures as they are exposed."""
        return generate_latest(self._registry)


class _Counted(Collector):
    """What was counted, as metrics."""

    def __init__(self, figures: ServiceFigures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        """The counts of this moment."""
        requests = CounterMetricFamily("graders_requests", "Requests answered.", labels=["dialect", "status"])
        for (dialect, status), count in self._figures.requests.items():
            requests.add_metric([dialect, str(status)], count)
        meaning = "From a request's first byte to the end of its reply."
        seconds = HistogramMetricFamily("graders_request_seconds", meaning, labels=["dialect"])
        for dialect, counts in self._figures.seconds.items():
            bounds = zip([*map(str, _BUCKETS), "+Inf"], map(float, accumulate(counts)), strict=True)
            seconds.add_metric([dialect], [*bounds], self._figures.total_seconds[dialect])
        rows = CounterMetricFamily("graders_rows", "Rows scored, and rows left unscored.", labels=["result"])
        for result, count in self._figures.rows.items():
            rows.add_metric([result], count)
        yield from (requests, seconds, rows)


class _InHand(Collector):
    """Figures that are looked up when they are asked for."""

    def __init__(self, admission: Admission, pool: ScoringPool) -> None:
        self._admission = admission
        self._pool = pool

    def collect(self) -> Iterator[Metric]:
        """The figures of this moment."""
        yield _gauge("graders_requests_in_flight", "Requests in hand.", self._admission.in_flight)
        yield _gauge("graders_body_bytes_held", "Bytes of bodies in hand.", self._admission.bytes_held)
        refused = CounterMetricFamily("graders_requests_refused", "Requests told to come again.")
        refused.add_metric([], self._admission.refused)
        yield refused
        crews = dict(zip(("computing", "judging"), self._pool.crews, strict=True))
        waiting = GaugeMetricFamily("graders_calls_waiting", "Calls that no worker has yet.", labels=["crew"])
        ready = GaugeMetricFamily("graders_workers_ready", "Worker processes that are ready.", labels=["crew"])
        restarts = CounterMetricFamily("graders_worker_restarts", "Worker processes replaced.", labels=["crew"])
        for name, crew in crews.items():
            waiting.add_metric([name], len(crew.waiting))
            ready.add_metric([name], crew.ready)
            restarts.add_metric([name], crew.restarts)
        yield from (waiting, ready, restarts)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    gauge = GaugeMetricFamily(name, meaning)
    gauge.add_metric([], value)
    return gauge
