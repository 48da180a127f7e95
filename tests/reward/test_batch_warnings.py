"""What is said of a whole batch, as sentences."""

import warnings

import numpy as np
import pytest

import graders
from graders.contract.batch import Batch
from graders.contract.scores import Scores
from graders.reward.batch_warnings import oddities
from graders.reward.reward_batch import RewardBatch
from graders.settings.settings import Settings

A = "<think>x</think><answer>{}</answer>".format


def topics(texts, codes=None, **options):
    settings = Settings(**options)
    scores = Scores.of([0.0] * len(texts)) if codes is None else Scores.of([np.nan] * len(texts), codes)
    result = RewardBatch(Batch.of(texts, layout=settings.layout), {"format": scores}, {"format": 1.0})
    return set(oddities(result, settings.layout))


@pytest.mark.parametrize(
    ("texts", "options", "expected"),
    [
        ([], {}, set()),
        ([None, ""], {}, set()),
        ([A(1)], {}, set()),
        (["1", "2"], {}, {"no answer"}),
        (["1", A(2)], {}, set()),
        (["1", ""], {}, {"no answer"}),
        (["1", "<think>x"], {}, set()),
        (["1"], {"answer_source": "lenient"}, set()),
        (["1"], {"answer_source": "boxed"}, {"no answer"}),
        (["\\boxed{1}"], {"answer_source": "boxed"}, set()),
        (["x</think><answer>1</answer>"], {}, {"prefilled"}),
        (["x</think>1"], {}, {"prefilled", "no answer"}),
        (["x</think><answer>1</answer>", A(1)], {}, set()),
        (["x</think><answer>1</answer>"], {"think_prefilled": True}, set()),
    ],
)
def test_topics(texts, options, expected):
    """Answers nowhere, a prefilled thought; nothing of a batch without text."""
    assert topics(texts, **options) == expected


def test_failing_scorers_by_name():
    """A topic for each component that raised."""
    assert topics([A(1)], codes=["scorer_error"]) == {"error in format"}


BAD = "Sure! <think>x</think><answer>1</answer>"


def said(batches, weights=None, about="in the layout", **options):
    graded = {"type": "string_check", "operation": "equals"} | ({"weight": 1.0} if weights else {})
    reward = graders.load_reward({"graders": [graded], **(weights or {})}, graders.Settings(**options))
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        for texts in batches:
            reward.evaluate(texts, ["1"] * len(texts))
    return [str(one.message) for one in found if about in str(one.message)]


@pytest.mark.parametrize(
    ("batches", "count"),
    [
        ([[BAD] * 16], 1),
        ([[BAD]] * 40, 1),
        ([[BAD] * 15], 0),
        ([[BAD] * 15, [A(1), BAD], [BAD] * 40], 0),
        ([[BAD] * 15 + [A(1)]], 0),
        ([["<answer>1</answer>"] * 20], 1),
        ([["x</think><answer>1</answer>"] * 20], 0),
        ([["", None] * 20], 0),
    ],
    ids=["one batch", "a call each", "few", "one is right later", "one is right", "no thought", "prefilled", "nothing"],
)
def test_a_layout_that_is_bad_throughout_is_said_once(batches, count):
    """In one batch or over many calls; with what most of them have."""
    assert len(said(batches)) == count


def test_its_words():
    """The cause, and what to set."""
    [sentence] = said([[BAD] * 16])
    assert "none of the first 16 completions" in sentence
    assert "text in front of <think>: 'Sure!' (16 of 16)" in sentence


def test_a_format_share_that_nobody_can_earn():
    """With the answer in a box the format still asks for the blocks; without a share of it nothing is said."""
    boxes = [[r"It is \boxed{1}"] * 16]
    [sentence] = said(boxes, answer_source="boxed")
    assert 'take its share away with "format_reward_weight": 1e-300' in sentence
    assert said(boxes, {"format_reward_weight": 1e-300}, answer_source="boxed") == []
    prefilled = [[r"x</think>It is \boxed{1}"] * 16]
    assert said(prefilled, {"format_reward_weight": 1e-300}, about="opens the thought", answer_source="boxed") == []
    assert len(said(prefilled, about="--think-prefilled", answer_source="boxed")) == 1


GSM8K = ["It is <<{0}+1={1}>>{1}.\n#### {1}".format(k, k + 1) for k in range(9)]


@pytest.mark.filterwarnings("ignore::graders.vocabulary.errors.GameableRewardWarning")
@pytest.mark.parametrize(
    ("references", "kind", "said"),
    [
        (GSM8K, "string_check", True),
        (GSM8K, "math_accuracy", True),
        (GSM8K[:4], "string_check", True),
        (GSM8K[:3], "string_check", False),
        ([*GSM8K[:7], "7"], "string_check", False),
        ([f"Then \\boxed{{{k}}}." for k in range(9)], "string_check", True),
        ([f"\\boxed{{{k}}}" for k in range(9)], "string_check", False),
        ([str(k) for k in range(9)], "string_check", False),
        (GSM8K, "text_similarity", False),
        ([f"#### {k}" for k in range(9)], "math_accuracy", False),
    ],
    ids=range(10),
)
def test_references_that_are_whole_solutions_are_said_in_the_first_batch(references, kind, said):
    """By the graders that no answer would get past; once."""
    more = {"string_check": {"operation": "equals"}, "text_similarity": {"operation": "rouge"}}.get(kind, {})
    reward = graders.load_reward({"graders": [{"type": kind, **more}]})
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        for _ in range(2):
            reward.evaluate([A(1)] * len(references), references)
    assert ["take that out first" in str(one.message) for one in found] == [True] * said
