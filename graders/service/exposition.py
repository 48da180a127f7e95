"""What `/metrics` says: what was answered, how long it took, and how much is in hand, in the format of Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from graders.service.admission import Admission
from graders.service.scoring.reward_scores import RewardScores
from graders.service.scoring.scoring_pool import ScoringPool

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180)
"""Seconds: a single takes one, a batch that a judge reads a hundred."""


class ServiceFigures:
    """The counters of a service, in a registry of their own: two services in a process don't share them."""

    def __init__(self, admission: Admission, pool: ScoringPool) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_InHand(admission, pool))
        ProcessCollector(registry=self._registry)
        answered = "Requests answered, by dialect and status."
        self._answered = Counter("graders_requests", answered, ["dialect", "status"], registry=self._registry)
        self._seconds = Histogram(
            "graders_request_seconds",
            "From a request's first byte to the end of its reply.",
            ["dialect"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._rows = Counter(
            "graders_rows", "Rows scored, and rows left unscored.", ["result"], registry=self._registry
        )
        self._scored, self._unscored = self._rows.labels("scored"), self._rows.labels("unscored")
        self._kept: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def answered(self, dialect: str, status: int, seconds: float) -> None:
        """Count a request."""
        kept = self._kept.get((dialect, status))
        if kept is None:
            kept = self._answered.labels(dialect, str(status)), self._seconds.labels(dialect)
            self._kept[dialect, status] = kept
        kept[0].inc()
        kept[1].observe(seconds)

    def scored(self, scores: RewardScores) -> None:
        """Count rows."""
        unscored = scores.rewards.count(None)
        self.count_rows(len(scores.rewards) - unscored, unscored)

    def count_rows(self, scored: int, unscored: int) -> None:
        """Count rows with and without a reward."""
        self._scored.inc(scored)
        if unscored:
            self._unscored.inc(unscored)

    def text(self) -> bytes:
        """All figures as they are exposed."""
        return generate_latest(self._registry)


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
