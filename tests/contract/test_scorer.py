"""The invariants of scores, and what an AnswerScorer does for its subclasses."""

import pickle
from dataclasses import FrozenInstanceError
from typing import Literal

import numpy as np
import pytest

import graders
from graders.contract.batch import Batch
from graders.contract.scores import Scores
from graders.settings.settings import Settings
from graders.vocabulary.outcome import OUTCOMES, Outcome


class TableGrader(graders.Grader):
    type: Literal["table"] = "table"


class Table(graders.AnswerScorer[TableGrader]):
    """Each pair's score is the number behind the answer's place in the reference: "a:0.5 b:1"; unscored where "?"."""

    grader_model = TableGrader

    def compare(self, pairs, batch):
        values = [
            dict(part.split(":") for part in r.split())[a] for a, r in zip(pairs.answers, pairs.references, strict=True)
        ]
        outcomes = ["worker_lost" if v == "?" else {"1": "match", "0": "mismatch"}.get(v, "graded") for v in values]
        return Scores.of([float("nan") if v == "?" else float(v) for v in values], outcomes)


class Worst(Table):
    lenient = False


A = "<think>x</think><answer>{}</answer>".format


@pytest.mark.parametrize(
    ("references", "best", "worst"),
    [
        (["a:0", "a:1"], 1, 0),
        (["a:1", "a:0"], 1, 0),
        (["a:0.25", "a:0.5"], 0.5, 0.25),
        (["a:0.5"], 0.5, 0.5),
        (["a:?", "a:1"], 1, np.nan),
        (["a:0", "a:?"], np.nan, 0),
        (["a:?", "a:0.5"], np.nan, np.nan),
        (["", "a:0.5"], 0.5, 0.5),
        (["", "nan"], np.nan, np.nan),
        ([], np.nan, np.nan),
    ],
)
def test_of_several_references_the_best_counts(references, best, worst):
    """The best pair, or the worst where leniency would pay; a pair that may yet be better leaves the row unscored."""
    for scorer, expected in ((Table, best), (Worst, worst)):
        scores = scorer(TableGrader(), Settings()).score(Batch.of([A("a"), A("b")], [references, "b:1"]))
        np.testing.assert_equal(scores.values, [expected, 1.0])
        assert np.isnan(expected) == scores.outcomes[0].unscored


def test_no_answer_is_the_parser_s_outcome_and_a_bad_reference_is_ours():
    """0 with the reason; NaN where no answer could have been compared."""
    batch = Batch.of(["", "x", "<think>x", "", A("a")], ["a:1", "a:1", ["", "a:1"], "", "nan"])
    scores = Table(TableGrader(), Settings()).score(batch)
    assert scores.outcomes == ["no_completion", "no_answer", "truncated", "bad_reference", "bad_reference"]
    np.testing.assert_equal(scores.values, [0, 0, 0, np.nan, np.nan])


def test_compare_must_give_a_score_a_pair():
    """Otherwise the error says which class and how many."""

    class Short(Table):
        def compare(self, pairs, batch):
            return Scores.of([])

    with pytest.raises(ValueError, match=r"Short.compare: got 0 scores for 1 pairs"):
        Short(TableGrader(), Settings()).score(Batch.of([A("a")], ["a:1"]))


@pytest.mark.parametrize(
    ("values", "outcomes"),
    [
        ([1.5], None),
        ([-0.1], None),
        ([float("inf")], None),
        ([float("nan")], ["match"]),
        ([0.5], ["bad_reference"]),
        ([1.0], ["worker_lost"]),
        ([[0.5]], None),
        ([0.5, 0.5], ["match"]),
        ([0.5], ["great"]),
        (0.5, None),
        ([1.0000000000000002], None),
    ],
)
def test_impossible_scores_can_t_be_made(values, outcomes):
    """Range, shape, outcome: refused where they are made."""
    with pytest.raises(ValueError, match=r"scores: |not a valid Outcome"):
        Scores.of(values, outcomes)


@pytest.mark.parametrize(
    ("value", "outcome", "sentence"),
    [
        (1.5, "graded", "expected values in"),
        (0.5, "no_answer", "is paid with the outcome match or graded"),
        (1.0, "mismatch", "is paid with the outcome match or graded"),
    ],
)
def test_the_reason_is_the_one_that_holds(value, outcome, sentence):
    """What is out of range is told so; what is in range, that its outcome is never paid."""
    with pytest.raises(ValueError, match=sentence):
        Scores.of([value], [outcome])


def test_scores_are_not_changed():
    """Who wants other values makes other scores, which are checked."""
    with pytest.raises(FrozenInstanceError):
        Scores.of([0.5]).values = np.array([7.0])


def test_scores_of_plain_values():
    """Booleans and numbers; the outcome follows from the value where none is given."""
    scores = Scores.of([True, False, 0.5, float("nan"), 0, 1])
    assert scores.outcomes == ["match", "mismatch", "graded", "scorer_error", "mismatch", "match"]
    assert scores.values.dtype == np.float64
    assert len(Scores.of([])) == 0
    again = pickle.loads(pickle.dumps(scores))
    np.testing.assert_equal(again.values, scores.values)


def test_a_zero_for_an_unscored_row_is_possible():
    """on_bad_reference='zero' needs it; pay never is."""
    assert Scores.of([0.0], ["bad_reference"]).outcomes == [Outcome.BAD_REFERENCE]


def test_the_same_score_in_every_row():
    """A row is like any other."""
    scores = Scores.all(3, np.nan, Outcome.SCORER_ERROR)
    assert len(scores) == 3
    assert np.isnan(scores.values).all()


def test_the_defaults_of_a_scorer():
    """A scorer without a word of its own needs no reference, has no weakness, explains nothing."""

    class Plain(graders.Scorer[TableGrader]):
        grader_model = TableGrader

        def score(self, batch):
            return Scores.of([0.0] * len(batch))

    scorer = Plain(TableGrader(), Settings())
    assert not scorer.needs_reference
    assert scorer.reference_fault("") is None
    assert scorer.weakness(alone=True) is None
    assert (scorer.details(Batch.of(["x"]).completions[0], None, None), scorer.signature()) == ({}, {})


def test_verdicts_from_codes():
    """1 for a match, 0 for what is zero by rule, NaN for what is unscored: exactly what the checked way accepts."""
    plain = [outcome for outcome in OUTCOMES if outcome is not Outcome.GRADED]
    made = Scores.verdicts([outcome.code for outcome in plain])
    assert made.outcomes == plain
    assert Scores(made.values, made.codes).values is made.values
    assert np.isnan(made.values).tolist() == [outcome.unscored for outcome in plain]
    assert made.values[:2].tolist() == [1, 0]
    with pytest.raises(ValueError, match="its value is not given"):
        Scores.verdicts([Outcome.MATCH.code, Outcome.GRADED.code])
    assert not made.has(Outcome.GRADED)
    assert made.has(Outcome.SCORER_ERROR)


def test_rows_of_several_references_keep_their_own_outcome():
    """Of equal pairs the last one stays; a row whose pairs are all unscored has the last one's outcome."""
    scores = Table(TableGrader(), Settings()).score(Batch.of([A("a"), A("b")], [["a:0.5", "a:0.5"], ["b:?", "b:?"]]))
    np.testing.assert_equal(scores.values, [0.5, np.nan])
    assert scores.outcomes == [Outcome.GRADED, Outcome.WORKER_LOST]


@pytest.mark.parametrize(("lenient", "expected"), [(True, np.nan), (False, 0.0)])
def test_a_pair_left_open_beside_one_that_is_nearly_certain(lenient, expected):
    """Only a certain 1 settles a row for the lenient, only a certain 0 for the others."""
    scorer = (Table if lenient else Worst)(TableGrader(), Settings())
    almost = np.nextafter(1, 0) if lenient else np.nextafter(0, 1)
    scores = scorer.score(Batch.of([A("a")], [[f"a:{almost!r}".replace("np.float64(", "").rstrip(")"), "a:?"]]))
    assert np.isnan(scores.values[0])
    certain = scorer.score(Batch.of([A("a")], [["a:1" if lenient else "a:0", "a:?"]]))
    assert certain.values[0] == (1.0 if lenient else 0.0)


@pytest.mark.parametrize("model", [int, "table", TableGrader(), None])
def test_the_model_of_a_grader_is_a_subclass(model):
    """Anything else is said where the class is made, not where it is first used."""
    if model is None:
        assert type("Plain", (graders.Scorer,), {"grader_model": None})
        return
    with pytest.raises(graders.RegistrationError, match="expected a subclass of Grader"):
        type("Odd", (graders.Scorer,), {"grader_model": model})
