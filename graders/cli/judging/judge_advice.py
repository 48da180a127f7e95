"""What to set, said by what an endpoint was found to do: the last lines of `graders judge-check`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graders.judge.config import Config
from graders.judge.judgement import Attempt
from graders.judge.prompt import LADDER
from graders.judge.transport.request import Dialect
from graders.vocabulary.validation import closest

SLOW = 0.25
"""A verdict that takes such a share of `attempt_timeout` alone will take longer than it under load."""


def advice_on_failure(config: Config, attempts: Sequence[Attempt], models: Sequence[str]) -> Iterator[str]:
    """What to set where no verdict came, by the statuses of the calls."""
    statuses = {attempt.status for attempt in attempts}
    endpoint = config.endpoint
    if "connection" in statuses:
        yield f"nobody answers at {endpoint.base_url}: set base_url or start the server; ca_file is for its certificate"
    if "timeout" in statuses:
        longest = config.limits.attempt_timeout
        yield f"no complete reply within attempt_timeout={longest:g} s: raise it, or make the model think less"
    if statuses & {"401", "403"}:
        yield "the key is refused: set api_key, GRADERS_JUDGE_API_KEY or api_key_file; a gateway may want extra_headers"
    if "404" in statuses:
        yield from _not_found(config, models)
    if statuses & {"402", "429"}:
        yield "the account's limit or quota is exhausted: set requests_per_minute and tokens_per_minute, or raise it"


def _not_found(config: Config, models: Sequence[str]) -> Iterator[str]:
    endpoint = config.endpoint
    if models and endpoint.model not in models:
        nearest = closest(endpoint.model, models)
        yield f"there is no model {endpoint.model!r}: set model to one of those listed" + (
            f", such as {nearest!r}" if nearest else ""
        )
    else:
        yield (
            f"nothing is found at {endpoint.base_url}: a base_url usually ends in /v1; Azure's in the deployment, with "
            "extra_query api-version"
        )


def advice_on_use(
    config: Config,
    dialect: Dialect,
    attempts: Sequence[Attempt],
    kept: str,
    milliseconds: float | None,
    repeatable: bool | None,
) -> Iterator[str]:
    """What to set where verdicts come.

    Args:
        config: The judge.
        dialect: What its server has been found to take.
        attempts: The calls of the probes.
        kept: What was found of the form in use: ``enforced`` or not.
        milliseconds: How long a verdict takes.
        repeatable: Whether equal calls get equal replies.
    """
    statuses = {attempt.status for attempt in attempts}
    if statuses & {"length", "thought"}:
        tokens = config.endpoint.thinking_tokens
        yield (
            f"the model thinks before it answers: reasoning_effort or extra_body make it think less, thinking_tokens="
            f"{tokens} or more leaves it room"
        )
    if dialect.form != LADDER[0] and config.prompt.structured == "auto":
        yield f"the server rejects stricter formats: structured={dialect.form!r} saves each run from finding out"
    if kept != "enforced":
        yield "the output format is not enforced: enable structured outputs on the server, or some calls are repeated"
    for name in dialect.dropped:
        yield f"{name} is rejected and left out: it has no effect in the grader"
    if milliseconds is not None and milliseconds / 1000 > SLOW * config.limits.attempt_timeout:
        yield f"a verdict takes {milliseconds / 1000:.0f} s: set attempt_timeout={milliseconds / 1000 * 4:.0f} or more"
    if repeatable is False and config.storage.cache_path is None:
        yield "identical calls get different replies: cache_path keeps the first, votes combines several"
