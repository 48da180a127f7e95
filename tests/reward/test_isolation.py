"""The run of the scorers on a batch: where each works, and when a judge's failure ends it."""

import threading

import numpy as np
import pytest

from graders.contract.batch import Batch
from graders.contract.scores import Scores
from graders.judge.judge_errors import JudgeError
from graders.reward.isolation import ScorerRun
from graders.settings.settings import Settings
from graders.vocabulary.outcome import Outcome


class Stub:
    """A scorer that gives 1 to each row, and remembers the thread it worked on."""

    needs_reference = False

    def __init__(self, error=None):
        self.error = error
        self.thread = None

    def score(self, batch):
        self.thread = threading.current_thread()
        if self.error:
            raise self.error
        return Scores.all(len(batch), 1.0, Outcome.MATCH)


BATCH = Batch.of(["a", "b"])


@pytest.mark.parametrize(
    ("count", "side_by_side", "elsewhere"), [(1, True, False), (2, True, True), (3, True, True), (2, False, False)]
)
def test_several_scorers_have_threads_of_their_own_where_they_are_asked_to(count, side_by_side, elsewhere):
    """One scorer has nothing to wait for; the order of the components stays."""
    scorers = {f"s{at}": Stub() for at in range(count)}
    found = ScorerRun(scorers, Settings(), side_by_side=side_by_side).scores(BATCH)
    assert list(found) == list(scorers)
    here = threading.current_thread()
    assert {scorer.thread is not here for scorer in scorers.values()} == {elsewhere}


def test_by_default_scorers_take_turns_here():
    scorers = {"one": Stub(), "two": Stub()}
    ScorerRun(scorers, Settings()).scores(BATCH)
    assert {scorer.thread for scorer in scorers.values()} == {threading.current_thread()}


@pytest.mark.parametrize(
    ("goes_on", "judge", "raises"),
    [
        (None, {}, True),
        (False, {}, True),
        (True, {}, False),
        (True, {"on_alarm": "warn"}, False),
        (True, {"on_alarm": "raise"}, True),
        (True, {"max_unscored": 0.5}, True),
        (True, {"max_unscored": 0.5, "on_alarm": "raise"}, True),
    ],
)
def test_a_judge_that_leaves_too_much_open(goes_on, judge, raises):
    """It ends a plain evaluation; a training run goes on with the batch unscored, unless its user set a bar."""
    settings = Settings(judge=judge)
    options = {} if goes_on is None else {"goes_on": goes_on}
    run = ScorerRun({"llm": Stub(JudgeError("down"))}, settings, **options)
    if raises:
        with pytest.raises(JudgeError, match="down"):
            run.scores(BATCH)
        return
    scores = run.scores(BATCH)["llm"]
    assert np.isnan(scores.values).all()
    assert set(scores.outcomes) == {Outcome.JUDGE_UNREACHABLE}
