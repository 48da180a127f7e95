"""What a notebook shows: short, escaped, without scripts, and small whatever stands in the batch."""

from typing import Literal

import pytest

import graders
from tests.cards import checked

pytestmark = pytest.mark.usefixtures("quiet")

GOOD = "<think>x</think><answer>{}</answer>"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
HOSTILE = {
    "long": "a" * 8000,
    "markup": SCRIPT * 200,
    "odd": '"\u202e' * 4000,
    "quotes": "'\"&" * 3000,
    "surrogates": "\ud800a" * 4000,
    "wide": "\U000e0041\u0300" * 400,
}


def loaded(*graders_):
    return graders.load_reward({"graders": list(graders_)})


MATH = {"type": "math_accuracy"}
EQUALS = {"type": "string_check", "operation": "equals"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_batches(text):
    """512 long completions: under 2 kB of text and 50 kB of HTML, with every part of the batch hostile."""
    reward = loaded(MATH, EQUALS)
    layouts = [GOOD.format(text), f"<think>{text}</think><answer>1</answer>", text]
    batch = reward.evaluate([layouts[k % 3] for k in range(512)], [text] * 512, [text] * 512)
    assert len(repr(batch)) < 2000
    assert len(repr(batch[0])) < 2000
    assert len(repr(batch.batch)) < 2000
    assert "512 rows" in checked(batch._repr_html_())
    explanation = reward.explain(layouts[1], [text] * 300, text)
    assert len(repr(explanation)) < 40_000  # escapes are six times as long as what they stand for
    assert repr(explanation) == str(explanation)
    checked(explanation._repr_html_())


def test_what_a_batch_says():
    """Counts, alarms and the first rows."""
    batch = loaded(MATH).evaluate([GOOD.format(k % 3) for k in range(64)], ["1"] * 63 + [""], ["1?"] * 64)
    assert repr(batch) == "<RewardBatch of 64 rows in 1 group: mean reward 0.4, 1 unscored; format, math_accuracy>"
    card = batch._repr_html_()
    for said in ("64 rows", "mean reward", "unscored", "math_accuracy", "mismatch", "batch[0] to batch[4]"):
        assert said in card
    assert card.count("<details>") == 5


def test_batches_of_nothing_and_of_unscored_rows():
    """No mean is a dash, never a crash."""
    reward = loaded(MATH)
    assert repr(reward.evaluate([], [])) == "<RewardBatch of 0 rows: no reward, 0 unscored; format, math_accuracy>"
    checked(reward.evaluate([], [])._repr_html_())
    unscored = reward.evaluate([GOOD.format(1)], [""])
    assert "no reward, 1 unscored" in repr(unscored)
    assert "bad_reference" in checked(unscored._repr_html_())


def test_alarms_are_named():
    """All groups without an advantage: the sentence of the alarm is in the card."""
    batch = loaded(MATH).evaluate([GOOD.format(1)] * 64, ["1"] * 64, [f"{k // 8}?" for k in range(64)])
    (alarm, *_) = batch.diagnostics().alarms
    assert f"{alarm.kind}: " in batch._repr_html_()


def test_a_reward():
    """Its weights, the form that it reads, and what an answer is; tags are escaped."""
    card = checked(loaded(MATH)._repr_html_())
    for said in ("0.1 format + 0.9 math_accuracy", "&lt;answer&gt;...&lt;/answer&gt;", "one number, formula"):
        assert said in card


def test_many_components_with_long_names(own_registry):
    """Only some are shown, and how many more there are."""

    class LongNameGrader(graders.Grader):
        type: Literal["a_name_that_never_ends"] = "a_name_that_never_ends"
        operation: str = "x" * 5000

    @graders.register("a_name_that_never_ends")
    class LongNameScorer(graders.Scorer[LongNameGrader]):
        grader_model = LongNameGrader

        def score(self, batch):
            return graders.Scores.of([1.0] * len(batch))

    reward = loaded(*[{"type": "a_name_that_never_ends"}] * 100)
    batch = reward.evaluate([GOOD.format(1)] * 16)
    assert len(repr(batch)) < 2000
    assert len(repr(batch[0])) < 2000
    assert "and 89 more" in checked(batch._repr_html_())
    checked(reward._repr_html_())
    checked(reward.explain(GOOD.format(1))._repr_html_())


def test_a_completion_without_an_answer():
    """Why, in place of how it was found."""
    card = checked(loaded(MATH).explain("<think>so", "1")._repr_html_())
    assert "a block was opened and never closed" in card
    assert "reward 0" in card
