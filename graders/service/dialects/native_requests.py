"""Requests to score in our own words: read, scored where that is, and answered; nothing of HTTP.

A large body is handed to a worker as it came, which reads and answers it whole (`score_body`): to decode it in front
would hold the loop, and to send what was decoded costs more than that.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from graders.service.json_text import JsonText, decode_json, encode_json
from graders.service.problems import Problem
from graders.service.scoring.reward_scores import RewardRows, RewardScores, scores_of
from graders.service.scoring.row_problems import ABOUT_ROWS, about_rows
from graders.service.served_rewards import ServedReward, ServedRewards
from graders.vocabulary.validation import closest, shown

COLUMNS = ("completions", "reference_answer", "prompts")
"""The columns of a request, by the names that `RewardFunction.evaluate` gives them."""

FIELDS = frozenset(("reward", *COLUMNS, "columns", "explain"))
"""All fields of a request to score."""


class ScoreRequest(NamedTuple):
    """A request to score.

    Attributes:
        reward: What it says of the reward: a name, a definition, or nothing.
        rows: What is scored.
        explain: Whether each reward is taken apart.
    """

    reward: object
    rows: RewardRows
    explain: bool


def request_of(asked: object) -> ScoreRequest:
    """A request from its JSON.

    Raises:
        Problem: 422, a field is unknown, missing or of another type, or columns differ in length.
    """
    fields = object_of_json(asked)
    if not fields.keys() <= FIELDS:
        _refuse_unknown(min(fields.keys() - FIELDS))
    completions, references, prompts = [_column(fields, name) for name in COLUMNS]
    if completions is None:
        raise Problem(422, "completions is missing: a list of texts or of lists of chat messages", param="completions")
    others = _other_columns(fields)
    named = {"reference_answer": references, "prompts": prompts}
    for name, column in {**named, **{f"columns.{name}": column for name, column in (others or {}).items()}}.items():
        if column is not None and len(column) != len(completions):
            raise Problem(422, f"{name}: {len(column):,} rows, and completions has {len(completions):,}", param=name)
    rows = RewardRows(completions, references, prompts, others)
    return ScoreRequest(fields.get("reward"), rows, _flag(fields, "explain"))


def object_of_json(asked: object) -> dict[str, Any]:
    """A body that must be an object.

    Raises:
        Problem: 422, it is none.
    """
    if not isinstance(asked, dict):
        raise Problem(422, f"the body is {shown(asked, 40)}, expected an object")
    return asked


def _refuse_unknown(name: str) -> None:
    near = closest(name, FIELDS)
    hint = f"; did you mean {near!r}?" if near else f", expected {', '.join(sorted(FIELDS))}"
    raise Problem(422, f"{name[:80]!r} is an unknown field{hint}", param=name[:80])


def _column(fields: Mapping[str, Any], name: str) -> list[Any] | None:
    column = fields.get(name)
    if column is not None and not isinstance(column, list):
        raise Problem(422, f"{name}: got {shown(column, 40)}, expected a list with one entry a row", param=name)
    return column


def _other_columns(fields: Mapping[str, Any]) -> dict[str, list[Any]] | None:
    """The columns that some graders read besides: a rubric a row."""
    given = fields.get("columns")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise Problem(422, f"columns: got {shown(given, 40)}, expected an object of lists by name", param="columns")
    for name, column in given.items():
        if name in COLUMNS or not isinstance(column, list):
            wrong = "stands beside columns, not in it" if name in COLUMNS else f"got {shown(column, 40)}"
            raise Problem(
                422, f"columns.{name[:80]}: {wrong}; expected a list with one entry a row", param=f"columns.{name[:80]}"
            )
    return given


def _flag(fields: Mapping[str, Any], name: str) -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise Problem(422, f"{name}: got {shown(value, 40)}, expected true or false", param=name)
    return value


def reply_of(scores: RewardScores) -> bytes:
    """The reply to a request to score, as JSON; a row without a reward has null in its place."""
    answer: dict[str, Any] = {
        "rewards": scores.rewards,
        "components": scores.components,
        "outcomes": scores.outcomes,
        "weights": scores.weights,
    }
    if scores.explanations is not None:
        answer["explanations"] = scores.explanations
    return encode_json(answer)


class WholeReply(NamedTuple):
    """The answer to a whole body, and how many rows have a reward and how many have none."""

    body: bytes
    scored: int
    unscored: int


def score_body(body: JsonText, site: bytes, most_rows: int, may_wait: bool) -> WholeReply | None:
    """Read, score and answer a body; None where its reward waits for a judge and this process is for computing.

    Args:
        body: The body of a request.
        site: What `site_of` made of the rewards that are served.
        most_rows: So many rows are taken.
        may_wait: Whether this process is for waiting.

    Raises:
        Problem: the body is not valid JSON, the request has mistakes, there is no such reward, or its rows can't be
            scored.
    """
    asked = request_of(decode_json(body))
    check_rows(asked.rows, most_rows)
    served = _rewards_of(site).find(asked.reward)
    if served.waits and not may_wait:
        return None
    try:
        scores = scores_of(served.reward, asked.rows, explain=asked.explain)
    except ABOUT_ROWS as error:
        raise about_rows(error) from error
    unscored = scores.rewards.count(None)
    return WholeReply(reply_of(scores), len(scores.rewards) - unscored, unscored)


def check_rows(rows: RewardRows, most: int) -> None:
    """Refuse more rows at once than are taken.

    Raises:
        Problem: 413.
    """
    if len(rows) > most:
        raise Problem(413, f"{len(rows):,} rows at once, and at most {most:,} are taken: send fewer")


def site_of(rewards: ServedRewards) -> bytes:
    """The rewards of a service for `score_body` in another process."""
    return pickle.dumps((rewards.settings, {name: served.pickled for name, served in rewards.named.items()}))


@lru_cache(maxsize=1)
def _rewards_of(site: bytes) -> ServedRewards:
    settings, named = pickle.loads(site)  # noqa: S301 - from our own process
    rewards = ServedRewards({}, settings)
    rewards.named = {name: ServedReward.of_pickled(name, pickled) for name, pickled in named.items()}
    return rewards
