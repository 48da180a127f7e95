"""What a judge did so far, in numbers for a trainer's log and a progress line."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from graders.judge.ballots import agreement
from graders.judge.judgement import Attempt, Judgement
from graders.vocabulary.outcome import PROVOKED

STEP = 1.1
"""Latencies are counted in bins, each so many times as wide as the one before: percentiles within 5 %."""


class Metrics:
    """Counts of rows and calls since the judge was made in this process."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.retries: Counter[str] = Counter()
        self.cost = 0.0
        self._agreement = 0.0
        self._latencies: Counter[int] = Counter()

    def called(self, attempt: Attempt, tokens: tuple[int, int], cost: float) -> None:
        """A call came back, well or not."""
        self.counts["calls"] += 1
        self.counts["prompt_tokens"] += tokens[0]
        self.counts["completion_tokens"] += tokens[1]
        self.cost += cost
        self._latencies[round(math.log(max(attempt.ms, 0.01), STEP))] += 1

    def decided(self, verdicts: Iterable[Judgement], shared: int) -> None:
        """Rows were decided; `shared` of them had an equal row in their batch."""
        for verdict in verdicts:
            self.counts["rows"] += 1
            self.counts[f"by_{verdict.source}"] += 1
            self.outcomes[verdict.outcome.value] += 1
            if verdict.outcome.unscored:
                self.counts["unscored"] += 1
            if verdict.votes:
                self._counted(verdict.votes)
        self.counts["shared"] += shared

    def _counted(self, votes: Sequence[float]) -> None:
        share = agreement(votes)
        self.counts["missing_votes"] += sum(map(math.isnan, votes))
        if not math.isnan(share):
            self.counts["voted"] += 1
            self.counts["split"] += share < 1
            self._agreement += share

    def percentile(self, share: float) -> float:
        """The latency in milliseconds that this share of the calls didn't exceed; NaN without calls."""
        left = share * sum(self._latencies.values())
        for bin_, count in sorted(self._latencies.items()):
            left -= count
            if left <= 0:
                return float(STEP**bin_)
        return math.nan

    def snapshot(self) -> dict[str, float]:
        """All numbers by name: flat, so that a trainer can log them as they are.

        ``rows``, ``calls``, ``hits`` (from the cache), ``shared`` (with an equal row), ``gated`` (decided by
        code), ``retries`` and ``retries/<status>``, ``p50_ms``, ``p99_ms``, ``prompt_tokens``,
        ``completion_tokens``, ``cost``, ``unscored``, ``zero_by_fault`` (the answer drove the judge to fail),
        ``outcome/<code>``, ``probes``, ``alarms``. With several votes also ``agreement`` (the mean share of a row's
        votes that say what most say), ``split`` (rows whose votes differ) and ``missing_votes``.
        """
        names = ("rows", "calls", "shared", "unscored", "probes", "alarms", "prompt_tokens", "completion_tokens")
        flat: dict[str, float] = {name: self.counts[name] for name in names}
        flat |= {"hits": self.counts["by_cache"], "gated": self.counts["by_code"], "cost": self.cost}
        flat |= {"retries": sum(self.retries.values()), "p50_ms": self.percentile(0.5), "p99_ms": self.percentile(0.99)}
        flat["zero_by_fault"] = sum(self.outcomes[outcome.value] for outcome in PROVOKED)
        flat |= {f"retries/{status}": count for status, count in sorted(self.retries.items())}
        if self.counts["voted"]:
            flat |= {"split": self.counts["split"], "missing_votes": self.counts["missing_votes"]}
            flat["agreement"] = self._agreement / self.counts["voted"]
        return flat | {f"outcome/{code}": count for code, count in sorted(self.outcomes.items())}
