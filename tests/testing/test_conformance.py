"""check_scorer fails where a scorer breaks a clause, and says which one."""

import itertools
from typing import Any, Literal

import numpy as np
import pytest

import graders
from graders.testing import check_scorer


class ProbeGrader(graders.Grader):
    """A grader for scorers that are wrong on purpose."""

    type: Literal["probe"] = "probe"


class Good(graders.AnswerScorer[ProbeGrader]):
    """Right: 1 where answer and reference are equal."""

    grader_model = ProbeGrader

    def compare(self, pairs, batch):
        return graders.Scores.of([float(a == r) for a, r in zip(pairs.answers, pairs.references, strict=True)])


class TooFew(graders.Scorer[ProbeGrader]):
    grader_model = ProbeGrader

    def score(self, batch):
        return graders.Scores.of([0.0] * (len(batch) - 1) if len(batch) else [])


class NotEmpty(graders.Scorer[ProbeGrader]):
    grader_model = ProbeGrader

    def score(self, batch):
        return graders.Scores.of([0.0] * max(1, len(batch)))


class Drifting(graders.Scorer[ProbeGrader]):
    grader_model = ProbeGrader

    def __init__(self, grader, settings):
        super().__init__(grader, settings)
        self.calls = itertools.count()

    def score(self, batch):
        return graders.Scores.of([float(next(self.calls) > 1)] * len(batch))


class ByPosition(graders.Scorer[ProbeGrader]):
    grader_model = ProbeGrader

    def score(self, batch):
        return graders.Scores.of([float(row % 2) for row in range(len(batch))])


class ByBatchSize(graders.Scorer[ProbeGrader]):
    grader_model = ProbeGrader

    def score(self, batch):
        return graders.Scores.of([float(len(batch) > 500)] * len(batch))


class ByThread(graders.Scorer[ProbeGrader]):
    grader_model = ProbeGrader

    def score(self, batch):
        import threading

        return graders.Scores.of([float(threading.current_thread() is threading.main_thread())] * len(batch))


class PaysSilence(Good):
    def score(self, batch):
        scores = super().score(batch)
        silent = np.array([answer is None for answer in batch.answers], dtype=bool) & ~np.isnan(scores.values)
        return graders.Scores.of(np.where(silent, 1.0, np.nan_to_num(scores.values)))


class PaysPlaceholders(Good):
    def reference_fault(self, reference):
        return None


class PaysMissing(graders.Scorer[ProbeGrader]):
    grader_model = ProbeGrader
    needs_reference = True

    def score(self, batch):
        return graders.Scores.of([float(bool(c.answer)) for c in batch.completions])


class OneWayGrader(graders.Grader):
    """A grader whose JSON is not its value."""

    type: Literal["one_way"] = "one_way"
    options: Any = frozenset({1})


class OneWay(graders.Scorer[OneWayGrader]):
    grader_model = OneWayGrader

    def score(self, batch):
        return graders.Scores.of([0.0] * len(batch))


class ExplainsObjects(Good):
    def details(self, completion, reference, prompt):
        return {"object": object()}


class SignsWithText(Good):
    def signature(self):
        return "v1"


class GivesAnArray(Good):
    def score(self, batch):
        return np.zeros(len(batch))


class OutOfRange(Good):
    def compare(self, pairs, batch):
        return graders.Scores.of([2.0] * len(pairs.rows))


class ChangesItsInput(Good):
    def score(self, batch):
        scores = super().score(batch)
        if len(batch):
            batch.completions[0] = batch.completions[-1]
        return scores


def test_a_good_scorer_passes():
    """Nothing is demanded that a plain scorer does not keep."""
    check_scorer(Good)


@pytest.mark.parametrize(
    ("scorer", "clause"),
    [
        (TooFew, "one score a row"),
        (NotEmpty, "an empty batch must give no scores"),
        (Drifting, "the same twice"),
        (ByPosition, "in any order"),
        (ByBatchSize, "in any batch"),
        (ByThread, "in any thread"),
        (PaysSilence, "without an answer must never be paid"),
        (PaysPlaceholders, "must say that this is no reference"),
        (PaysMissing, "must never be paid"),
        (OneWay, "a trip through JSON"),
        (ExplainsObjects, "plain values"),
        (SignsWithText, "signature\\(\\) must be a mapping"),
        (GivesAnArray, "must give Scores"),
        (ChangesItsInput, "must not change"),
    ],
)
def test_a_broken_scorer_fails(scorer, clause):
    """One scorer for each clause, wrong in that way."""
    with pytest.raises(AssertionError, match=clause):
        check_scorer(scorer)


def test_an_impossible_score_can_t_be_made():
    """Values outside [0, 1] are refused where they are made, before any clause."""
    with pytest.raises(AssertionError, match=r"raised ValueError: .*values in \[0, 1\]"):
        check_scorer(OutOfRange)


def test_every_broken_clause_is_reported_at_once():
    """One run tells all."""

    class Both(ExplainsObjects, SignsWithText):
        pass

    with pytest.raises(AssertionError) as caught:
        check_scorer(Both)
    assert "plain values" in str(caught.value)
    assert "must be a mapping" in str(caught.value)


def test_a_scorer_that_raises_breaks_the_contract():
    """While it scores or while it is made; the exception is the cause."""

    class Raises(Good):
        def score(self, batch):
            return 1 / 0

    class CantBeMade(Good):
        def __init__(self, grader, settings):
            raise OSError("no disk")

    for scorer, words in ((Raises, "raised ZeroDivisionError"), (CantBeMade, "raised OSError: no disk")):
        with pytest.raises(AssertionError, match=words) as caught:
            check_scorer(scorer)
        assert caught.value.__cause__ is not None


def test_what_can_t_be_checked():
    """An instance, another class, a scorer without its wire model: a sentence, no AttributeError."""

    class Nameless(graders.Scorer):
        def score(self, batch): ...

    scorer = Good(ProbeGrader(), graders.Settings())
    for given, words in ((scorer, "no instance"), (dict, "no subclass"), (Nameless, "no grader_model")):
        with pytest.raises(AssertionError, match=words):
            check_scorer(given)
