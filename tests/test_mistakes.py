"""The closest allowed word, and values as errors quote them."""

import pytest

from graders.vocabulary.validation import closest, shown


@pytest.mark.parametrize(
    ("word", "allowed", "expected"),
    [
        ("equal", ["equals", "contains"], "equals"),
        ("EQUAL", ["equals"], "equals"),
        ("zzz", ["equals"], None),
        ("", ["equals"], None),
        (5, ["equals"], None),
        (None, ["equals"], None),
        ("reinforce", ["REINFORCEMENT"], "REINFORCEMENT"),
        ("x" * 10**6, ["equals"], None),
        ("equals", [], None),
        ("eq", ["equals", "not_equals"], "equals"),
        ("math", ["math_accuracy", "llm"], "math_accuracy"),
        ("similarity", ["text_similarity", "llm"], "text_similarity"),
        ("e", ["equals"], None),
        ("st", ["string_check", "strict"], None),
        ("qu", ["equals"], None),
    ],
)
def test_closest(word, allowed, expected):
    """Near words are found whatever their case; far ones and what is no word are not."""
    assert closest(word, allowed) == expected


def test_shown_is_short():
    """Values are cut to a length and never bring a line break or a lone surrogate into a message."""
    assert shown("a\n\ud800") == "'a\\n\\ud800'"
    assert len(shown("x" * 1000)) == 80


def test_a_strict_caller_gets_no_abbreviations():
    """Where more keys are allowed than known, only a likely typo is named."""
    assert closest("training", ["training_files"], 0.8) is None
