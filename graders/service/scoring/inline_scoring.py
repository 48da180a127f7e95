"""Scoring in the front process, where that is cheaper than handing rows to another.

To hand a row over and back costs as much as scoring it. So a few short rows of a reward whose work is bounded are
scored at once, as long as that goes fast: one that takes long closes this way for a while, so that hostile answers
can't hold up the loop again and again. Where rows are scored changes no reward.
"""

from __future__ import annotations

import time
import warnings

from graders.reward.load import load_reward
from graders.reward.reward_function import RewardFunction
from graders.service.scoring.reward_scores import RewardRows, RewardScores, scores_of
from graders.settings.settings import Settings
from graders.vocabulary.errors import GradersWarning
from graders.vocabulary.outcome import Outcome

FEW_ROWS, SHORT = 4, 16384
"""So many rows, of so many characters each, are few and short."""

SLOW = 0.02
"""Seconds that few short rows don't take, by the clock: on a busy machine they are interrupted for half of that."""

REST = 25
"""Times as long as slow rows took, none are scored here."""

_BOUNDED = {"format_check", "string_check", "math_accuracy"}


class InlineScoring:
    """The way of few short rows."""

    def __init__(self) -> None:
        self._closed_until = 0.0

    def scores(self, quick: RewardFunction, rows: RewardRows) -> RewardScores | None:
        """Score rows; None where they go another way.

        Args:
            quick: What `quick_variant` made of the reward.
            rows: The rows.

        Raises:
            TypeError: as `scores_of`.
            DataError: as `scores_of`.
        """
        started = time.perf_counter()
        if started < self._closed_until or not _are_few_and_short(rows):
            return None
        scores = scores_of(quick, rows)
        ended = time.perf_counter()
        if ended - started > SLOW:
            self._closed_until = ended + REST * (ended - started)
        for outcomes in scores.outcomes.values():
            if Outcome.UNDECIDED in outcomes:
                return None  # what is open is SymPy's to decide, and that is waited for elsewhere
        return scores


def _are_few_and_short(rows: RewardRows) -> bool:
    if len(rows.completions) > FEW_ROWS:
        return False
    for column in (rows.completions, rows.references or (), rows.prompts or ()):
        for text in column:
            if type(text) is not str or len(text) > SHORT:
                return False
    return True


def quick_variant(reward: RewardFunction) -> RewardFunction | None:
    """The same reward without SymPy, which leaves open what SymPy would decide; None where its work isn't bounded."""
    settings = reward.settings
    if not {grader.type for grader in reward.definition.graders} <= _BOUNDED or settings.components:
        return None
    without: Settings = settings.replace(math=settings.math.replace(symbolic=False))
    return RewardFunction(reward.definition, without)


def warm_up() -> None:
    """Load what rewards of these kinds need, before a request would wait for it: most of a second, once."""
    bounded = [{"type": "math_accuracy"}, {"type": "string_check", "operation": "equals"}]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GradersWarning)
        reward = load_reward({"graders": bounded})
        reward.evaluate(["<think>1</think><answer>1/2</answer>"], reference_answer=["0.5"])
        load_reward({"graders": [{"type": "text_similarity", "operation": "bleu"}]})
