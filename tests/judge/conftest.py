"""Judges at fake servers: short pauses, no probes in between, everything else as shipped; closed after the test."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from graders.judge import Endpoint, Judge, Limits, Prompt, Sampling, Storage

QUICK = {"backoff_base": 0.01, "backoff_max": 0.05, "attempt_timeout": 5.0, "probe_every": 0, "max_unscored": None}


def rows(n, wrong_every=2):
    """Questions, answers, references: every `wrong_every`-th answer is wrong, none is decided by code."""
    answers = [f"it is {i if i % wrong_every else i + 1_000_000} in all" for i in range(n)]
    return [f"How many are {i}?" for i in range(n)], answers, [f"is {i} in" for i in range(n)]


@pytest.fixture
def judge():
    """Make a judge at a fake server: ``judge(server, concurrency=4)``; limits by name, the rest as named here."""
    made = []

    def make(server, *, key=None, structured="auto", prompt=None, sampling=None, storage=None, **limits):
        url = server if isinstance(server, str) else server.base_url
        one = Judge(
            Endpoint(base_url=url, model="fake-judge", api_key=key),
            sampling=sampling or Sampling(),
            prompt=replace(prompt or Prompt(), structured=structured),
            limits=Limits(**{**QUICK, **limits}),
            storage=storage or Storage(),
        )
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


@pytest.fixture
def kit():
    """Small things that many tests here need."""
    return SimpleNamespace(
        rows=rows,
        values=lambda verdicts: [verdict.value for verdict in verdicts],
        outcomes=lambda verdicts: [str(verdict.outcome) for verdict in verdicts],
        statuses=lambda verdict: [attempt.status for attempt in verdict.attempts],
        threads=lambda: {thread.name for thread in threading.enumerate()},
    )
