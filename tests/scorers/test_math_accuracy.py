"""math_accuracy: the scorer's shell; what is equal to what is tested in tests/math."""

import numpy as np
import pytest

import graders
from graders import math
from graders.contract.batch import Batch
from graders.scorers import math_accuracy
from graders.scorers.math_accuracy import MathAccuracyScorer
from graders.settings.sections import MathSettings
from graders.settings.settings import Settings
from graders.testing import check_scorer
from graders.wire.schema import MathAccuracyGrader


def scorer(**settings):
    return MathAccuracyScorer(MathAccuracyGrader(), Settings(math=MathSettings(**settings)))


def wrapped(answer):
    return f"<think>x</think><answer>{answer}</answer>"


def test_conforms():
    """The scorer keeps the contract, on references that are mathematics."""
    check_scorer(MathAccuracyScorer, references=("28", "x^2 + 1", "\\frac{1}{2}", "A", "(1, 2]"))


@pytest.mark.parametrize(
    ("answer", "reference", "score"),
    [
        ("28", "28", 1),
        ("28.0", "28", 1),
        ("27", "28", 0),
        ("27, 28", "28", 0),
        ("0.5", "\\frac{1}{2}", 1),
        ("28 or 27", "28", 0),
    ],
)
def test_what_is_equal_is_paid(answer, reference, score):
    """A first look: equal objects score 1, everything else 0."""
    assert scorer().score(Batch.of([wrapped(answer)], [reference])).values[0] == score


def test_several_references_and_bad_ones():
    """The best of several counts, and an unreadable reference is unscored."""
    scores = scorer().score(Batch.of([wrapped("1/2")] * 3, [["3", "0.5"], [], "nan"]))
    assert scores.values[0] == 1
    assert np.isnan(scores.values[1:]).all()


def test_an_echo_of_the_prompt_is_not_paid_where_prompts_are_known():
    """An unevaluated expression of the prompt says nothing; the guard can be switched off."""
    batch = Batch.of([wrapped("17*24")], ["408"], prompts=["What is 17*24?"])
    assert scorer().score(batch).outcomes == ["echo"]
    assert scorer(echo_guard=False).score(batch).values[0] == 1


def test_a_lost_worker_is_unscored(monkeypatch):
    """What something else killed is never the policy's zero."""
    lost = math.Verdict(False, "worker_lost", "") if hasattr(math.Verdict, "__match_args__") else None
    if lost is None:
        pytest.skip("graders.math.Verdict is not final yet")
    monkeypatch.setattr(math_accuracy.math, "verify", lambda answers, *_, **__: [lost] * len(answers))
    scores = scorer().score(Batch.of([wrapped("1")], ["2"]))
    assert np.isnan(scores.values).all()
    assert scores.outcomes == ["worker_lost"]


def test_details_and_signature():
    """Explained as the pure package explains it; the signature carries the policy's version."""
    completion = Batch.of([wrapped("0.5")], ["1/2"]).completions[0]
    assert scorer().details(completion, "1/2", None) == math.explain("0.5", "1/2").to_dict()
    assert scorer().details(completion._replace(answer=None), "1/2", None) == {}
    assert scorer().signature()["policy"] == math.POLICY_VERSION


@pytest.mark.parametrize(
    ("settings", "answer", "reference", "score"),
    [
        ({}, "0.849", "0.85", 1.0),
        ({"rounding": "strict"}, "0.849", "0.85", 0.0),
        ({}, "9.7", "9.81", 0.0),
        ({"rel_tol": 0.02}, "9.7", "9.81", 1.0),
        ({"rel_tol": 0.01}, "9.7", "9.81", 0.0),
        ({}, "We get 12 apples", "12", 1.0),
        ({"sentences": False}, "We get 12 apples", "12", 0.0),
        ({"sentences": False}, "The answer is 12", "12", 1.0),
        ({"abs_tol": 0.5}, "28.4", "28", 1.0),
        ({"abs_tol": 0.3}, "28.4", "28", 0.0),
        ({"abs_tol": 0.5}, r"28.4\text{ kg}", r"28\text{ m}", 0.0),
    ],
)
def test_how_close_is_close_enough(settings, answer, reference, score):
    """Decimal references are met by what rounds to them; tolerances widen that for measured quantities."""
    reward = graders.load_reward({"graders": [{"type": "math_accuracy"}]}, graders.Settings(math=settings))
    batch = reward.evaluate([f"<think>x</think><answer>{answer}</answer>"], reference_answer=[reference])
    assert batch.components["math_accuracy"].tolist() == [score]


@pytest.mark.parametrize("settings", [{"rounding": "up"}, {"rel_tol": -1}, {"rel_tol": 2}, {"abs_tol": float("inf")}])
def test_tolerances_out_of_range(settings):
    """They are refused where they are given, by name."""
    with pytest.raises(ValueError, match=next(iter(settings))):
        graders.Settings(math=settings)
    with pytest.raises(ValueError, match=next(iter(settings))):
        math.equivalent("1", "2", **settings)
