"""The plain parameters of a judge: frozen values that pickle, compare, and never show a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from graders.judge.prompt import Prompt

Structured = Literal["auto", "json_schema", "json_schema_loose", "tool", "json_object", "none"]
"""How the form of the reply is asked for, strongest first; ``auto`` takes the first that the server accepts."""

LADDER: tuple[Structured, ...] = ("json_schema", "json_schema_loose", "tool", "json_object", "none")
"""The ways `Structured` ``auto`` goes down when a server rejects one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where the judge is.

    Attributes:
        base_url: An OpenAI-compatible endpoint, e.g. ``http://localhost:8000/v1``.
        model: The model's name there.
        api_key: The key; never part of a `repr`, a record, a cache or an error message.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """What a grader's wire object says about the call, sent as it is.

    Attributes:
        seed: The sampling seed; left out of the call where None.
        top_p: Nucleus sampling, 0 to 1; left out where None.
        temperature: 0 to 1.5.
        max_completion_tokens: The longest reply, in tokens.
    """

    seed: int | None = None
    top_p: float | None = None
    temperature: float = 0.0
    max_completion_tokens: int = 512

    def parameters(self) -> dict[str, float | int]:
        """The parameters of a call that are given."""
        given = {
            "seed": self.seed,
            "top_p": self.top_p,
            "temperature": self.temperature,
            "max_completion_tokens": self.max_completion_tokens,
        }
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much, how long, how often. Times are seconds.

    Attributes:
        concurrency: The most calls under way at once; fewer while the server says it is overloaded.
        max_attempts: The most attempts for a row that meets transport faults.
        content_attempts: The most asks for a row whose replies are refused, cut or invalid.
        connect_timeout: The longest time to connect.
        attempt_timeout: The longest time of one attempt from start to end; dripping doesn't stretch it.
        batch_deadline: The longest time of a batch; what is open then is unscored. None for no limit.
        backoff_base: The upper bound of the first pause before a retry; it doubles.
        backoff_max: The upper bound of any such pause.
        retry_after_max: A retry-after beyond this is cut to it.
        breaker_faults: So many transport faults in a row open the circuit,
        breaker_patience: where the last success is at least so long ago.
        breaker_cooldown: How long the circuit stays open before one call may try again.
        max_calls, max_tokens, max_cost: The budget of this judge in this process; None for no limit.
        input_price, output_price: Money per million tokens, in the unit of `max_cost`.
        max_unscored: A batch with a larger share of unscored rows raises; None never raises.
        probe_every: A known-right and a known-wrong probe are sent every so many calls; 0 for none.
        on_alarm: A known-wrong probe that passes warns, or raises.
    """

    concurrency: int = 64
    max_attempts: int = 8
    content_attempts: int = 6
    connect_timeout: float = 5.0
    attempt_timeout: float = 60.0
    batch_deadline: float | None = None
    backoff_base: float = 0.5
    backoff_max: float = 8.0
    retry_after_max: float = 120.0
    breaker_faults: int = 50
    breaker_patience: float = 10.0
    breaker_cooldown: float = 30.0
    max_calls: int | None = None
    max_tokens: int | None = None
    max_cost: float | None = None
    input_price: float = 0.0
    output_price: float = 0.0
    max_unscored: float | None = 0.5
    probe_every: int = 1000
    on_alarm: Literal["warn", "raise"] = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """What is kept on disk.

    Attributes:
        cache_path: An SQLite file of verdicts, safe to share among processes; None for no cache.
        records_path: A JSONL file that gets a line a decided row; None for none.
        revision: Anything that tells two states of a server apart, e.g. a weights' hash; part of the cache key.
    """

    cache_path: str | None = None
    records_path: str | None = None
    revision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All parameters of a judge: what is pickled of it.

    Attributes:
        endpoint: Where the judge is.
        sampling: The sampling parameters of the call.
        prompt: What is asked.
        limits: How much, how long, how often.
        storage: What is kept on disk.
        structured: How the form of the reply is asked for.
    """

    endpoint: Endpoint
    sampling: Sampling = field(default_factory=Sampling)
    prompt: Prompt = field(default_factory=Prompt)
    limits: Limits = field(default_factory=Limits)
    storage: Storage = field(default_factory=Storage)
    structured: Structured = "auto"
