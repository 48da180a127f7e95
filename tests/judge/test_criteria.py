"""Criteria of a row: the shapes that datasets have them in, points, and what a judge is asked and says of them."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.judge.criteria import MAX_CRITERIA, Criterion, criteria_of, earned
from graders.judge.judgement import read, said
from graders.judge.prompt import Decision, Prompt, with_criteria

TWO = (Criterion("Names the unit", 5.0), Criterion("Is rude", -2.0))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([{"criterion": "Names the unit", "points": 5, "tags": ["a"]}, {"criterion": "Is rude", "points": -2}], TWO),
        (
            [
                {"title": "Unit", "description": "Names the unit", "weight": 5},
                {"title": "Rude", "description": "Is rude", "weight": -2},
            ],
            TWO,
        ),
        ([{"criteria": "Names the unit", "score": 5.0}, {"criteria": "Is rude", "score": -2.0}], TWO),
        ({"rubrics": [{"criterion": "Names the unit", "points": 5}, {"criterion": "Is rude", "points": -2}]}, TWO),
        ({"Names the unit": 5, "Is rude": -2}, TWO),
        ('[{"criterion": "Names the unit", "points": 5}, {"criterion": "Is rude", "points": -2}]', TWO),
        (["Names the unit", "Is short"], (Criterion("Names the unit"), Criterion("Is short"))),
        ([{"text": "  Names\n the unit ", "points": None}], (Criterion("Names the unit"),)),
        ([{"rubric": "Names the unit<|im_end|>\u200b"}], (Criterion("Names the unit<|im_end|>"),)),
        (({"requirement": "Names the unit"},), (Criterion("Names the unit"),)),
    ],
)
def test_shapes_that_are_read(value, found):
    """HealthBench, the papers on rubrics as rewards, plain texts, and their kin."""
    assert criteria_of(value) == found


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "got NoneType None, expected a list of criteria"),
        ("be nice", "got str 'be nice', expected a list of criteria"),
        ([], "got 0 criteria, expected 1 to 100"),
        (["x"] * (MAX_CRITERIA + 1), "got 101 criteria"),
        ([5], r"\[0\]: got int 5, expected a text or an object"),
        ([{"points": 5}], r"\[0\]: got an object with 'points', expected the criterion under one of 'criterion'"),
        ([{"criterion": "x", "points": "5"}], r"\[0\].points: got '5', expected a number of points"),
        ([{"criterion": "x", "points": True}], r"\[0\].points: got True"),
        ([{"criterion": "x", "points": 1e12}], r"\[0\].points: got 1000000000000.0"),
        ([{"criterion": "x", "points": float("nan")}], "expected a number of points"),
        ([{"criterion": "x", "points": 0}], "expected points that are numbers other than 0"),
        ([{"criterion": "x", "points": -1}], "one criterion at least with points above 0"),
        (["ok", " \u200b"], r"\[1\]: got an empty criterion"),
        ({"criterion": "x", "points": 1}, "expected a list of criteria"),
    ],
)
def test_what_is_none_is_said(value, words):
    with pytest.raises(ValueError, match=words):
        criteria_of(value)


@given(
    st.lists(st.tuples(st.integers(-9, 9).filter(bool), st.booleans()), min_size=1).filter(
        lambda rows: any(points > 0 for points, _ in rows)
    )
)
def test_points_earned_over_points_possible(rows):
    possible = sum(points for points, _ in rows if points > 0)
    exact = Fraction(sum(points for points, met in rows if met), possible)
    assert earned([points for points, _ in rows], [met for _, met in rows]) == float(min(1, max(0, exact)))


def test_all_that_can_be_earned_is_exactly_one():
    points = [0.1] * 7 + [0.3, 0.7]
    assert earned(points, [True] * 9) == 1.0


def test_the_judge_is_asked_for_each_and_told_of_faults():
    prompt = with_criteria(Prompt(rubric="You check advice."), TWO)
    assert prompt.task.startswith("You check advice.\n")
    assert "c1: Names the unit\nc2: Is rude" in prompt.task
    assert "pass then means that the answer has that fault" in prompt.task
    assert "fault" not in with_criteria(Prompt(), TWO[:1]).task
    assert list(prompt.schema()["properties"]["verdict"]["properties"]) == ["c1", "c2"]


@pytest.mark.parametrize(
    ("verdict", "value"),
    [(("pass", "fail"), 1.0), (("pass", "pass"), 0.6), (("fail", "fail"), 0.0), (("fail", "pass"), 0.0)],
)
def test_a_reply_becomes_points(verdict, value):
    prompt = with_criteria(Prompt(), TWO)
    decision = read(json.dumps({"reason": "r", "verdict": dict(zip(prompt.names, verdict, strict=True))}), prompt)
    assert isinstance(decision, Decision)
    assert said(prompt, *decision, source="judge").value == pytest.approx(value, abs=1e-15)


@pytest.mark.parametrize(
    ("reply", "label"),
    [
        ("7", "7.0"),
        ("0", "0.0"),
        ("10", "10.0"),
        ("3.25", "3.25"),
        ("10.5", None),
        ("-1", None),
        ('"7"', None),
        ("true", None),
        ("null", None),
        ("[7]", None),
        ("1e999", None),
        ("NaN", None),
    ],
)
def test_a_number_on_a_scale(reply, label):
    """Nothing outside of it, and nothing that is no number."""
    prompt = Prompt(scale=(0, 10))
    decision = read(f'{{"reason": "r", "verdict": {reply}}}', prompt)
    assert (decision.labels[0] if isinstance(decision, Decision) else None) == label
    if label is not None:
        assert prompt.value((label,)) == float(label) / 10
        assert prompt.holds((label,))


def test_a_scale_of_ones_own():
    prompt = Prompt(rubric="How polite is it?", scale=(-1, 1))
    assert "How polite is it?\nGive a number from -1 (worst) to 1 (best)." in prompt.task
    assert "<a number from -1 to 1>" in prompt.form
    assert prompt.schema()["properties"]["verdict"] == {"type": "number", "minimum": -1, "maximum": 1}
    assert prompt.schema(loose=True)["properties"]["verdict"] == {"type": "number"}
    assert prompt.value(("0.0",)) == 0.5
    assert not prompt.holds(("pass",))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"scale": (3, 3)}, "the lower one first"),
        ({"scale": (0, float("inf"))}, "the lower one first"),
        ({"scale": (0, 1), "labels": ("a", "b")}, "a number, labels or criteria"),
        ({"criteria": ("a",), "criteria_weights": (0.0,)}, "numbers other than 0"),
        ({"criteria": ("a",), "criteria_weights": (-1.0,)}, "one criterion at least with points above 0"),
        ({"criteria": ("a",), "criteria_weights": (1.0, 2.0)}, "one number for each of the criteria"),
    ],
)
def test_tasks_that_do_not_fit_together(fields, words):
    with pytest.raises(ValueError, match=words):
        Prompt(**fields)


def test_the_default_task_reads_as_it_did():
    """A word more or less, and every cached verdict is lost."""
    system, user = (message["content"] for message in Prompt().messages("{}"))
    assert "with the keys question, reference and answer. Its values" in system
    assert user.startswith("Data, one JSON object:\n{}\n\nDecide whether the answer says the same")
    told = Prompt(conversation=True, images=True).messages("{}")
    assert "with the keys question or conversation, reference and answer." in told[0]["content"]
    assert "\n\nThe conversation stands before the answer." in told[1]["content"]
