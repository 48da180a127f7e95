"""Several verdicts on one row made one: by the majority, or by their mean."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from graders.judge.config import Voting
from graders.judge.judgement import Judgement, unscored
from graders.vocabulary.outcome import Outcome


def counted(ballots: Sequence[Judgement], voting: Voting) -> Judgement:
    """What several judgements of one row come to; a single one stays as it is.

    The majority is the middle one of an odd number of values, which is the value that most have wherever there are but
    two. Votes that are missing cost a row its score only where they could change it: with two votes of three alike the
    third decides nothing; a mean always needs them all.
    """
    if len(ballots) == 1:
        return ballots[0]
    values = [ballot.value for ballot in ballots]
    missing = sum(map(math.isnan, values))
    value = _mean(values) if voting.voting == "mean" else _middle([v for v in values if not math.isnan(v)], missing)
    said = _undecided(ballots, missing) if math.isnan(value) else _spoken(ballots, value)
    return _with_all(said, ballots)


def _mean(values: list[float]) -> float:
    """The mean; NaN where a vote is missing; exactly the value where all are alike."""
    return values[0] if len(set(values)) == 1 else math.fsum(values) / len(values)


def _middle(values: list[float], missing: int) -> float:
    """The middle one of the values and the missing ones, whatever these would be; NaN where they matter."""
    ordered = sorted(values)
    middle = (len(values) + missing) // 2
    lowest, highest = (
        middle - missing,
        middle,
    )  # the place among those there are, if all missing ones stood below, above
    if lowest < 0 or highest >= len(ordered) or ordered[lowest] != ordered[highest]:
        return math.nan
    return ordered[middle]


def _spoken(ballots: Sequence[Judgement], value: float) -> Judgement:
    """The first vote that says the very value, or one of its own for a mean that nobody gave."""
    for ballot in ballots:
        if ballot.value == value:
            return ballot
    reasons = " / ".join(ballot.reason for ballot in ballots if ballot.reason)
    return Judgement(value, Outcome.GRADED, reasons, source="judge")


def _undecided(ballots: Sequence[Judgement], missing: int) -> Judgement:
    lost = next(ballot for ballot in ballots if ballot.outcome.unscored)
    others = "" if missing == len(ballots) else ", and they would decide"
    return unscored(lost.outcome, f"{missing} of {len(ballots)} votes are missing{others}: {lost.reason}")


def _with_all(said: Judgement, ballots: Sequence[Judgement]) -> Judgement:
    """A judgement with what all votes took."""
    sources = {ballot.source for ballot in ballots}
    return replace(
        said,
        source=next(source for source in ("judge", "cache", "code") if source in sources),
        votes=() if sources == {"code"} else tuple(ballot.value for ballot in ballots),
        attempts=tuple(chain.from_iterable(ballot.attempts for ballot in ballots)),
        tokens=(sum(ballot.tokens[0] for ballot in ballots), sum(ballot.tokens[1] for ballot in ballots)),
        cost=math.fsum(ballot.cost for ballot in ballots),
        flags=tuple(dict.fromkeys(chain.from_iterable(ballot.flags for ballot in ballots))),
    )


def agreement(votes: Sequence[float]) -> float:
    """The share of the votes that were given which say what most of them say; NaN where there are none.

    >>> agreement([1.0, 1.0, 0.0, 1.0])
    0.75
    """
    given = [vote for vote in votes if not math.isnan(vote)]
    return Counter(given).most_common(1)[0][1] / len(given) if given else math.nan
