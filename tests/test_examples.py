"""The shipped data: what the demo and the documentation rest on."""

import json
from collections import Counter

import pytest

import graders
from graders.cli.examples import NAMES, example

ROWS = [json.loads(line) for line in example("questions.jsonl").read_text(encoding="utf-8").splitlines()]


def test_its_size():
    """48 questions with 4 completions each, under 60 KB."""
    assert len(ROWS) == 192
    assert set(Counter(row["prompt"] for row in ROWS).values()) == {4}
    assert sum(example(name).stat().st_size for name in NAMES) < 60_000


def test_every_question_has_right_and_wrong():
    """A group that is all of one kind would teach nothing."""
    for prompt in {row["prompt"] for row in ROWS}:
        assert {row["label"] for row in ROWS if row["prompt"] == prompt} == {0, 1}


def test_every_kind_is_there():
    """What each completion does is said, and the kinds are those that matter."""
    kinds = {row["kind"] for row in ROWS}
    wanted = {"right", "wrong", "another form", "missing tag", "two answers", "empty thought", "stuffing"}
    assert wanted <= kinds
    assert any("inject" in kind for kind in kinds)
    assert any("Unicode" in kind or "digit" in kind for kind in kinds)


def test_references_are_good():
    """None of them is a data error."""
    reward = graders.load_reward(example("reward.json"))
    assert reward.check_references(row["reference_answer"] for row in ROWS) == []


def test_the_gameable_reward_says_so():
    """Loading it warns."""
    with pytest.warns(graders.GameableRewardWarning):
        graders.load_reward(example("gameable.json"))


@pytest.mark.usefixtures("quiet")
def test_the_good_reward_agrees_with_the_labels_and_the_gameable_one_does_not():
    """By the graders' part of the reward, the format left out."""
    columns = (
        [row["completion"] for row in ROWS],
        [row["reference_answer"] for row in ROWS],
        [row["prompt"] for row in ROWS],
    )
    labels = [row["label"] for row in ROWS]
    good = graders.load_reward(example("reward.json")).evaluate(*columns).components["math_accuracy"]
    differing = [row for row, paid in zip(ROWS, good, strict=True) if paid != row["label"]]
    assert not differing, [(row["reference_answer"], row["completion"][-60:], row["kind"]) for row in differing]
    gameable = graders.load_reward(example("gameable.json")).evaluate(*columns).components["string_check:contains"]
    assert sum(paid > label for paid, label in zip(gameable, labels, strict=True)) > 10


def test_unknown_examples():
    """The error names those there are."""
    with pytest.raises(ValueError, match=r"questions\.jsonl"):
        example("nothing.json")
