"""The strict reading: a value, its unit, the reference's words, and an opening; no sentence."""

import json
from pathlib import Path

import pytest

from graders.math import equivalent
from graders.math.extraction.bare_values import stray_word

CASES = Path(__file__).parents[1] / "cases"


@pytest.mark.parametrize(
    ("answer", "reference", "word"),
    [
        ("12", "12", ""),
        ("12 cm", "12", ""),
        ("12 apples", "12", "apples"),
        ("The answer is 12.", "12", ""),
        ("Final answer: $12$", "12", ""),
        ("I guess the answer is 12", "12", "guess"),
        ("The answer is 12, give or take", "12", "give"),
        (r"x = 12 \text{ or } x = 3", "12", ""),
        ("twelve and a half", "12.5", "half"),
        ("12 abc", "12", "abc"),
        ("2abc", "2bca", ""),
        (r"\sin x \cos x", r"\frac{1}{2}\sin 2x", ""),
        ("no solution", r"\emptyset", ""),
        ("the red ball", r"\text{red ball}", ""),
        ("the blue ball", r"\text{red ball}", "blue"),
        ("B", "B", ""),
        ("(B) Paris", "B. Paris", ""),
        ("B, or so they say", "B", "so"),
    ],
)
def test_the_first_word_that_is_no_part_of_a_value(answer, reference, word):
    assert stray_word(answer, reference) == word


@pytest.mark.parametrize("path", sorted(CASES.glob("*.jsonl")), ids=lambda path: path.stem)
def test_it_pays_nothing_that_the_usual_reading_refuses(path):
    """It only refuses, and says why; what has no words at all is as it was."""
    for line in path.read_text(encoding="utf-8").splitlines()[::7]:
        row = json.loads(line)
        usual = equivalent(row["answer"], row["reference"], prompt=row.get("prompt"))
        strict = equivalent(row["answer"], row["reference"], prompt=row.get("prompt"), sentences=False)
        refused = strict.outcome == "unreadable" and strict.rule.startswith("sentences are not read: ")
        assert strict == usual or refused
        assert strict == usual or any(character.isalpha() for character in row["answer"])


@pytest.mark.parametrize(
    "answer",
    ["A faulty calculation leads to 12.", "12 is merely the subtotal.", "Los despistados ponen 12.", "12的后继数。"],
)
def test_sentences_whose_words_are_in_no_class(answer):
    assert equivalent(answer, "12", sentences=False).outcome == "unreadable"
