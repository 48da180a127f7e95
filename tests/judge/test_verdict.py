"""A reply is read strictly, or not at all."""

import json

import pytest

from graders.judge.judgement import read
from graders.judge.prompt import Decision, Prompt

LABELS = Prompt(labels=("wrong", "half right", "right"))
CRITERIA = Prompt(criteria=("is short", "is right"))


@pytest.mark.parametrize(
    "reply",
    [
        '{"reason": "r", "verdict": "pass"}',
        ' \n{"verdict": "pass", "reason": "r"}\n',
        '{"reason": "r", "verdict": " PASS "}',
        '```json\n{"reason": "r", "verdict": "pass"}\n```',
        '<think>fail? no.</think>\n{"reason": "r", "verdict": "pass"}',
    ],
)
def test_a_valid_verdict_is_read(reply):
    assert read(reply, Prompt()) == Decision(("pass",), "r")


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "pass",
        "The verdict is pass.",
        '"pass"',
        "[]",
        "1",
        "null",
        '{"reason": "r"}',
        '{"verdict": null}',
        '{"verdict": true}',
        '{"verdict": 1}',
        '{"verdict": ["pass"]}',
        '{"verdict": "passed"}',
        '{"verdict": "pass or fail"}',
        '{"verdict": "correct"}',
        '{"reason": "r", "verdict": "pass"',
        '{"reason": "r", "verdict": "pass"} {"reason": "r", "verdict": "fail"}',
        'Sure! {"reason": "r", "verdict": "pass"}',
        '{"reason": "r", "verdict": "pass"} Done.',
        '{"verdict": "pass", "verdict": "fail"}',
        '{"reason": "r", "verdict": "pass", "score": 1}',
        '```json\n{"verdict": "pass"}\n``` and\n```json\n{"verdict": "fail"}\n```',
        '<think>{"verdict": "pass"}',
        '<think>a</think>{"verdict":"pass"}</think>{"verdict":"fail"}',
        "[" * 100_000,
    ],
)
def test_anything_else_is_no_verdict(reply):
    assert isinstance(read(reply, Prompt()), str)


def test_a_reason_can_always_be_written():
    assert read('{"reason": "\\ud800 x", "verdict": "fail"}', Prompt()) == Decision(("fail",), "? x")


def test_ordered_labels_and_criteria_are_read_and_weighed():
    assert read('{"reason": "", "verdict": "half right"}', LABELS) == Decision(("half right",), "")
    assert LABELS.value(("half right",)) == 0.5
    assert LABELS.value(("right",)) == 1.0
    both = json.dumps({"reason": "", "verdict": {"c1": "pass", "c2": "fail"}})
    assert read(both, CRITERIA) == Decision(("pass", "fail"), "")
    assert CRITERIA.value(("pass", "fail")) == 0.5
    assert Prompt(criteria=("a", "b"), criteria_weights=(3, 1)).value(("pass", "fail")) == 0.75
    assert Prompt(criteria=("a", "b", "c"), criteria_weights=(0.1, 0.2, 0.3)).value(("pass",) * 3) == 1.0


@pytest.mark.parametrize(
    "verdict", [{"c1": "pass"}, {"c1": "pass", "c2": "pass", "c3": "pass"}, {"c1": "pass", "c2": 1}, "pass"]
)
def test_criteria_must_all_be_decided(verdict):
    assert isinstance(read(json.dumps({"reason": "", "verdict": verdict}), CRITERIA), str)


@pytest.mark.parametrize(
    "wrong",
    [
        {"labels": ("pass",)},
        {"labels": ("pass", "Pass")},
        {"criteria": ("a",), "criteria_weights": (1, 2)},
        {"criteria": ("a",), "criteria_weights": (0,)},
    ],
)
def test_a_prompt_that_can_not_work_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        Prompt(**wrong)


def test_the_prompt_shows_the_form_and_the_schema_closes_it():
    schema = CRITERIA.schema()
    assert schema["properties"]["verdict"]["required"] == ["c1", "c2"]
    assert list(schema["properties"]) == ["reason", "verdict"]
    assert "maxLength" not in Prompt().schema(loose=True)["properties"]["reason"]
    assert "c2: is right" in CRITERIA.task
    assert '"fail" or "pass"' in Prompt().task
    assert Prompt(rubric="Is it polite?").task.startswith("Is it polite?")
