"""The plain parameters of a judge: frozen values that pickle, compare, and never show a key.

The bounds in the types are checked where `graders.JudgeSettings` reads a document; code that makes these values
itself is trusted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le

from graders.judge.prompt import Prompt, Words


class Fields(dict[str, Any]):
    """A JSON object that is part of a frozen value: it hashes by what it holds, and nobody writes to it."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(json.dumps(self, sort_keys=True, default=str))


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a server wants with every call, and which more there are.

    Attributes:
        api_key_file: A file that holds the key; it is read again when the server takes the key no more (401).
        more_base_urls: Further servers of the same model: calls are spread over all, and one that fails is left out
            for a while. From the environment: separated by semicolons.
        extra_headers: More headers of each call; never shown. These three are JSON objects in the environment.
        extra_query: More parameters of the URL, such as Azure's ``api-version``.
        extra_body: More fields of each call's body, as the server wants them:
            ``{"chat_template_kwargs": {"enable_thinking": false}}``.
        reasoning_effort: How much the judge may think, as its server calls it: ``minimal``, ``low``, ...
        thinking_tokens: A reply that is cut is asked for again with so many tokens more than the grader's
            ``max_completion_tokens``.
        ca_file: A file of certificates that are trusted in place of the system's.
        verify_tls: Whether certificates are checked at all.
    """

    api_key_file: Words | None = None
    more_base_urls: tuple[Words, ...] = ()
    extra_headers: Mapping[str, str] = field(default=Fields(), repr=False)
    extra_query: Mapping[str, str] = Fields()
    extra_body: Mapping[str, Any] = Fields()
    reasoning_effort: Words | None = None
    thinking_tokens: Annotated[int, Ge(0)] = 4096
    ca_file: Words | None = None
    verify_tls: bool = True

    def __post_init__(self) -> None:
        for name in ("extra_headers", "extra_query", "extra_body"):
            object.__setattr__(self, name, Fields(getattr(self, name)))


@dataclass(frozen=True, kw_only=True)
class Endpoint(Access):
    """Where the judge is, and what it wants with every call.

    Attributes:
        base_url: An OpenAI-compatible endpoint, e.g. ``http://localhost:8000/v1``; with or without ``/v1``,
            ``/chat/completions`` and a query.
        model: The model's name there.
        api_key: The key, or a function that gives it and is called again at status 401; never part of a `repr`, a
            record, a cache or an error message.
    """

    base_url: str
    model: str
    api_key: str | Callable[[], str] | None = field(default=None, repr=False)


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
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much, how long, how often. Times are seconds.

    Attributes:
        concurrency: The most calls under way at once; fewer while the server says that it is overloaded.
        first_calls: So many calls are made before the first reply has come; see `AdaptiveLimit`.
        requests_per_minute: The most calls a minute, evenly; None for no limit.
        tokens_per_minute: The most tokens of prompts and replies a minute, evenly; None for no limit.
        max_attempts: The most attempts for a row that meets transport faults; then it is unscored.
        content_attempts: The most asks for a row whose replies are refused, cut or invalid; then it is 0,
            where a known-right probe passes on the same server.
        connect_timeout: The longest time to connect.
        attempt_timeout: The longest time of one attempt from start to end; a dripping server can't stretch it.
        batch_deadline: The longest time of a batch; rows that are open then are unscored. None for no limit.
        backoff_base: The bound of the first pause before a retry; it doubles from retry to retry.
        backoff_max: The bound of any such pause.
        rate_limit_patience: Rate limits cost a row no attempt until so many seconds have passed in which nobody's call
            got a verdict.
        retry_after_max: A server that asks to wait longer is asked again after this time.
        breaker_faults: So many transport faults in a row open the circuit breaker where a probe fails too,
        breaker_patience: where the run of faults has lasted so long.
        breaker_cooldown: How long it stays open before one call may try; rows meanwhile are unscored at once.
        max_calls: The most calls in this process, retries and probes included. None for no limit.
        max_tokens: The most tokens of prompts and replies in this process. None for no limit.
        max_cost: The most money, by the two prices below. None for no limit.
        input_price: The price of a million prompt tokens.
        output_price: The price of a million tokens of replies.
        max_unscored: A batch with a larger share of unscored rows raises `JudgeError`; None never raises.
        probe_every: A known-right and a known-wrong probe are sent every so many calls; 0 for none.
        on_alarm: A known-wrong probe that passes warns (``warn``) or raises `JudgeError` (``raise``).

    Raises:
        ValueError: a budget of money without a price.
    """

    concurrency: Annotated[int, Ge(1), Le(4096)] = 64
    first_calls: Annotated[int, Ge(1), Le(4096)] = 4
    requests_per_minute: Annotated[float, Gt(0)] | None = None
    tokens_per_minute: Annotated[float, Gt(0)] | None = None
    max_attempts: Annotated[int, Ge(1), Le(100)] = 8
    content_attempts: Annotated[int, Ge(1), Le(100)] = 6
    connect_timeout: Annotated[float, Gt(0)] = 5.0
    attempt_timeout: Annotated[float, Gt(0)] = 60.0
    batch_deadline: Annotated[float, Gt(0)] | None = None
    backoff_base: Annotated[float, Ge(0)] = 0.5
    backoff_max: Annotated[float, Ge(0)] = 8.0
    rate_limit_patience: Annotated[float, Ge(0)] = 300.0
    retry_after_max: Annotated[float, Ge(0)] = 120.0
    breaker_faults: Annotated[int, Ge(1)] = 50
    breaker_patience: Annotated[float, Ge(0)] = 10.0
    breaker_cooldown: Annotated[float, Ge(0)] = 30.0
    max_calls: Annotated[int, Ge(0)] | None = None
    max_tokens: Annotated[int, Ge(0)] | None = None
    max_cost: Annotated[float, Ge(0)] | None = None
    input_price: Annotated[float, Ge(0)] = 0.0
    output_price: Annotated[float, Ge(0)] = 0.0
    max_unscored: Annotated[float, Ge(0), Le(1)] | None = 0.5
    probe_every: Annotated[int, Ge(0)] = 1000
    on_alarm: Literal["warn", "raise"] = "warn"

    def __post_init__(self) -> None:
        if self.max_cost is not None and not (self.input_price or self.output_price):
            raise ValueError("max_cost needs a price: give input_price and output_price, a million tokens each")


@dataclass(frozen=True, kw_only=True)
class Storage:
    """What is kept on disk.

    Attributes:
        cache_path: An SQLite file that keeps verdicts; processes can share it. None for no cache.
        records_path: A JSONL file that gets a line a decided row. None for none.
        revision: Anything that tells two states of one served model apart; part of the cache key.
    """

    cache_path: Words | None = None
    records_path: Words | None = None
    revision: str = ""


@dataclass(frozen=True, kw_only=True)
class Voting:
    """How often each judge is asked about a row, and what its verdicts come to.

    Attributes:
        votes: Each judge gives so many verdicts a row, each with a seed of its own; it needs a temperature above 0.
        voting: ``majority`` takes the middle verdict of an odd number, ``mean`` their mean.
    """

    votes: Annotated[int, Ge(1), Le(99)] = 1
    voting: Literal["majority", "mean"] = "majority"

    def check_for(self, judges: int) -> None:
        """Whether there can be a majority.

        Raises:
            ValueError: the number of votes is even.
        """
        total = self.votes * judges
        if total > 1 and self.voting == "majority" and total % 2 == 0:
            given = f"{judges} judges with votes={self.votes} give {total} votes a row"
            raise ValueError(f"votes: a majority needs an odd number, and {given}; change one, or set voting='mean'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All parameters of a judge: what is pickled of it.

    Attributes:
        jury: Further models that are asked about each row.

    Raises:
        ValueError: votes that can have no majority, or that would all be the same.
    """

    endpoint: Endpoint
    sampling: Sampling = field(default_factory=Sampling)
    prompt: Prompt = field(default_factory=Prompt)
    limits: Limits = field(default_factory=Limits)
    storage: Storage = field(default_factory=Storage)
    voting: Voting = field(default_factory=Voting)
    jury: tuple[Endpoint, ...] = ()

    def __post_init__(self) -> None:
        self.voting.check_for(1 + len(self.jury))
        if self.voting.votes > 1 and self.sampling.temperature == 0:
            raise ValueError(
                f"votes={self.voting.votes} at temperature 0 are one verdict several times: give the grader a "
                "temperature above 0, or ask a jury of several models"
            )
