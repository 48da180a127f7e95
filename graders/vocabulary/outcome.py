"""Outcome codes: why a row has the score it has."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Outcome(StrEnum):
    """Why a row scored as it did; a closed list, each member a code of its own.

    Three kinds: a verdict, a zero by rule, and unscored (the score is NaN). 0 means that the policy
    is wrong, NaN that we could not score.

    >>> Outcome.SEVERAL_VALUES.meaning
    'the answer gives more than one value'
    >>> Outcome("bad_reference").unscored
    True
    """

    meaning: str
    unscored: bool
    code: int

    def __new__(cls, name: str, meaning: str = "", unscored: bool = False) -> Self:
        """Make a member: its wire name, a sentence for people, and whether its score is NaN."""
        member = str.__new__(cls, name)
        member._value_ = name
        member.meaning = meaning
        member.unscored = unscored
        member.code = len(cls.__members__)
        return member

    MATCH = "match", "right"
    MISMATCH = "mismatch", "wrong"
    GRADED = "graded", "a share between 0 and 1"

    NO_COMPLETION = "no_completion", "there is no text, or only a tool call"
    NO_ANSWER = "no_answer", "the text has no answer block"
    TRUNCATED = "truncated", "a block was opened and never closed"
    SEVERAL_ANSWERS = "several_answers", "the text has more than one answer block"
    EMPTY_ANSWER = "empty_answer", "the answer block has no visible content"
    BAD_LAYOUT = "bad_layout", "a block of the layout is missing or out of place"
    UNREADABLE = "unreadable", "the answer can't be read as the kind of value that the reference is"
    SEVERAL_VALUES = "several_values", "the answer gives more than one value"
    TAUTOLOGY = "tautology", "the answer is an equation that is always true"
    ECHO = "echo", "the answer only repeats an expression of the prompt"
    OVER_LIMIT = "over_limit", "the answer is longer, deeper or larger than any honest answer"
    UNDECIDED = "undecided", "equality could be neither proved nor disproved within the limits"
    CONTENTLESS = "contentless", "the answer is an opening phrase and nothing else"
    JUDGE_REFUSED = "judge_refused", "the judge refused this answer, but not others"
    JUDGE_OVERRAN = "judge_overran", "the judge ran out of tokens on this answer, but not on others"
    JUDGE_INVALID = "judge_invalid", "the judge gave no valid verdict on this answer, but did on others"

    BAD_REFERENCE = "bad_reference", "the reference is empty, a placeholder or unreadable", True
    JUDGE_UNREACHABLE = "judge_unreachable", "the judge could not be reached", True
    OVER_BUDGET = "over_budget", "the budget for judge calls is spent", True
    CIRCUIT_OPEN = "circuit_open", "the judge failed too often, so calls are paused", True
    PAST_DEADLINE = "past_deadline", "the time for the batch's judge calls ran out", True
    WORKER_LOST = "worker_lost", "the symbolic worker was killed from outside, twice", True
    SCORER_ERROR = "scorer_error", "the scorer raised an exception on this row", True


PROVOKED = (Outcome.JUDGE_REFUSED, Outcome.JUDGE_OVERRAN, Outcome.JUDGE_INVALID)
"""The zeros of answers that drove a judge to fail: a share that grows is a policy that learns to."""

OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)
"""All outcomes by their `code`: ``OUTCOMES[outcome.code] is outcome``."""
