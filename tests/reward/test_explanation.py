"""explain: the numbers of evaluate, taken apart; printable, and plain values."""

import json
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graders
from graders.testing import completions

A = "<think>I think.</think><answer>{}</answer>".format
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    REWARD = graders.load_reward(
        {
            "graders": [
                {"type": "string_check", "operation": "equals", "weight": 0.5},
                {"type": "text_similarity", "operation": "rouge", "weight": 0.2},
                {"type": "string_check", "operation": "equals", "weight": 0.1},
                {"type": "format_check", "weight": 0.1},
            ]
        }
    )


@given(completions(), st.sampled_from(["Paris", "28", "", ["Paris", "Rome"], [], "\ud800"]))
def test_its_numbers_are_evaluate_s(completion, reference):
    """Score, outcome, weight and reward are those of the batch, whatever the text; it prints and dumps."""
    explanation = REWARD.explain(completion, reference, "Where?")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        batch = REWARD.evaluate([completion], [reference], ["Where?"])
    assert explanation["reward"] == (None if np.isnan(batch.rewards[0]) else batch.rewards[0])
    for component in explanation["components"]:
        name = component["name"]
        value = batch.components[name][0]
        assert component["score"] == (None if np.isnan(value) else value)
        assert component["outcome"] == batch.outcomes[name][0]
        assert component["weight"] == batch.weights[name]
    assert [component["name"] for component in explanation["components"]] == list(batch.components)
    assert explanation["parsed"]["answer"] == batch.answers[0]
    assert json.loads(json.dumps(explanation)) == explanation
    str(explanation).encode()  # no lone surrogate gets through
    assert "\x00" not in str(explanation)


def test_what_it_prints():
    """What was parsed, each component, and the sum that comes to the reward."""
    reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})
    printed = str(reward.explain(A("Rome"), "Paris")).splitlines()
    assert printed == [
        "thought   I think.",
        "answer    Rome",
        "found by  the answer block",
        "reference Paris",
        "",
        "format = 1, weight 0.1: match (right)",
        '    tags: {"<think>": 1, "</think>": 1, "<answer>": 1, "</answer>": 1}',
        "string_check:equals = 0, weight 0.9: mismatch (wrong)",
        "    compared_answer: Rome",
        "    compared_reference: Paris",
        "",
        "reward = 0.1 x 1 (format) + 0.9 x 0 (string_check:equals) = 0.1",
    ]


def test_without_an_answer_it_says_why():
    """The parser's outcome and its meaning."""
    explanation = REWARD.explain("<think>x", "Paris")
    assert explanation["parsed"]["fault"] == "truncated (a block was opened and never closed)"
    assert "no answer" in str(explanation)


def test_an_unscored_row():
    """No number where there is none, in dict and text."""
    explanation = REWARD.explain(A("x"), "n/a")
    assert explanation["reward"] is None
    assert "unscored" in explanation["sum"]
    assert "string_check:equals = unscored" in str(explanation)


def test_several_references():
    """Each is compared with in turn."""
    explanation = REWARD.explain(A("Rome"), ["Paris", "Rome"])
    compared = explanation["components"][1]["compared"]
    assert [comparison["compared_reference"] for comparison in compared] == ["Paris", "Rome"]
    assert explanation["reference_answer"] == ["Paris", "Rome"]
    assert explanation["components"][1]["score"] == 1


def test_long_texts_are_cut_in_print_alone():
    """A megabyte is not printed; the dict has it whole."""
    explanation = REWARD.explain(A("x" * 10**6), "Paris")
    assert len(str(explanation)) < 5000
    assert len(explanation["parsed"]["answer"]) == 10**6


def test_a_missing_reference_is_said():
    """As evaluate says it."""
    with pytest.raises(graders.DataError, match="needs references"):
        REWARD.explain(A("x"))


def test_a_reward_that_needs_none():
    """Nothing is compared with, and nothing is asked for."""
    reward = graders.load_reward({"graders": [{"type": "format_check"}]})
    assert reward.explain(A("x"))["reward"] == 1.0
    assert reward.explain(None)["parsed"]["fault"].startswith("no_completion")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"<think>x</think> \boxed{72}", "--answer-source boxed would read '72'"),
        ("<think>x</think> #### 72", "--answer-source final would read '72'"),
        ("<think>x</think> 72", None),
        ("<think>x</think><answer>72</answer>", None),
    ],
)
def test_an_answer_in_another_layout_is_told(text, said):
    """What would read it; it is worth nothing all the same."""
    explained = graders.load_reward({"graders": [{"type": "math_accuracy"}]}).explain(text, "72")
    assert explained["parsed"]["elsewhere"] == said
    assert (said is None) or (said in str(explained) and explained["reward"] == 0)


def test_a_missing_box_is_called_one():
    """Where a box is read, no block is missing."""
    definition = {"graders": [{"type": "string_check", "operation": "equals"}]}
    printed = str(graders.load_reward(definition, graders.Settings(answer_source="boxed")).explain("42", "42"))
    assert printed.count("no_answer (the text has no \\boxed{...} behind the thought)") == 3
    assert "block" not in printed
