"""Outcome codes: closed, explained, and each that exists today reached by a text."""

import copy
import json
import pickle
import warnings

import pytest

import graders
from graders.vocabulary.outcome import OUTCOMES, Outcome

THE_LIST = [
    "match",
    "mismatch",
    "graded",
    "no_completion",
    "no_answer",
    "truncated",
    "several_answers",
    "empty_answer",
    "bad_layout",
    "unreadable",
    "several_values",
    "tautology",
    "echo",
    "over_limit",
    "undecided",
    "contentless",
    "judge_refused",
    "judge_overran",
    "judge_invalid",
    "bad_reference",
    "judge_unreachable",
    "over_budget",
    "circuit_open",
    "past_deadline",
    "worker_lost",
    "scorer_error",
]
UNSCORED = THE_LIST[-7:]


def test_the_list_is_closed():
    """The codes of the design, in its order, and no other."""
    assert [str(outcome) for outcome in OUTCOMES] == THE_LIST
    assert [str(outcome) for outcome in OUTCOMES if outcome.unscored] == UNSCORED


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_each_is_a_value_with_a_meaning(outcome):
    """A sentence for people, a code for arrays; it pickles, copies and dumps as its name."""
    assert outcome.meaning
    assert OUTCOMES[outcome.code] is outcome
    assert pickle.loads(pickle.dumps(outcome)) is outcome
    assert copy.deepcopy(outcome) is outcome
    assert json.dumps(outcome) == f'"{outcome.value}"'
    assert Outcome(outcome.value) is outcome


def test_meanings_differ():
    """No two codes say the same."""
    assert len({outcome.meaning for outcome in OUTCOMES}) == len(OUTCOMES)


A = "<think>x</think><answer>{}</answer>".format
REACHED = [
    ("string_check", "equals", A("a"), "a", "match"),
    ("string_check", "equals", A("b"), "a", "mismatch"),
    ("text_similarity", "rouge", A("a c"), "a b", "graded"),
    ("string_check", "equals", None, "a", "no_completion"),
    ("string_check", "equals", "a", "a", "no_answer"),
    ("string_check", "equals", "<think>a", "a", "truncated"),
    ("string_check", "equals", A("a") + "<answer>a</answer>", "a", "several_answers"),
    ("string_check", "equals", A(" "), "a", "empty_answer"),
    ("string_check", "equals", "<think>x</think>a</answer>", "a", "bad_layout"),
    ("string_check", "equals", A("a" + "\u0301" * 31), "a", "over_limit"),
    ("string_check", "equals", A("a"), "", "bad_reference"),
    ("math_accuracy", None, A("28 27 )("), "28", "unreadable"),
    ("math_accuracy", None, A("27, 28"), "28", "several_values"),
    ("math_accuracy", None, A("x = x"), "x = 2", "tautology"),
]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    ("grader", "operation", "completion", "reference", "outcome"), REACHED, ids=lambda value: str(value)[:30]
)
def test_each_is_reached(grader, operation, completion, reference, outcome):
    """A text for every outcome of the parser, string_check, text_similarity, and math's first ones."""
    definition = {"graders": [{"type": grader} | ({"operation": operation} if operation else {})]}
    batch = graders.load_reward(definition).evaluate([completion], [reference])
    assert list(batch.outcomes.values())[1] == [outcome]


def test_a_scorer_error_is_reached(own_registry):
    """An exception in a scorer is an outcome of its row."""

    @graders.register("bad")
    class Bad(graders.Scorer):
        grader_model = type("BadGrader", (graders.Grader,), {"__module__": __name__, "__annotations__": {}})

        def score(self, batch):
            raise RuntimeError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", graders.GradersWarning)
        batch = graders.load_reward({"graders": [{"type": "bad"}]}).evaluate(["x"])
    assert batch.outcomes["bad"] == ["scorer_error"]
