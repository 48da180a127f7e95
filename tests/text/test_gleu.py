"""GLEU, fuzzy likeness and the longer ROUGEs against recorded tables and the libraries themselves."""

import random
import time

import pytest
from nltk.translate.gleu_score import sentence_gleu
from rapidfuzz import fuzz, utils
from rouge_score.rouge_scorer import RougeScorer

from graders.text import fuzzy_ratio, gleu, rouge, rouge_details
from graders.text.fuzzy import MOST_FUZZY_CELLS, MOST_PARTIAL_CELLS

RECORDED = [
    ("fuzzy wuzzy was a bear", "fuzzy wuzzy had no hair", 3 / 14),
    ("the cat sat on the mat", "the cat sat on the mat", 1.0),
    ("the the the the the the the", "the cat is on the mat", 2 / 22),
    (
        "It is a guide to action which ensures that the military always obeys the commands of the party",
        "It is a guide to action that ensures that the military will forever heed Party commands",
        0.4393939393939394,
    ),
    ("a", "a", 1.0),
    ("a", "b", 0.0),
    ("a b", "b a", 2 / 3),
    ("", "a", 0.0),
    ("a", "", 0.0),
    ("a b c d e f", "a b c", 6 / 18),
]
"""Completion, reference, score: the guide's pair, nltk's documented one, and edges counted by hand."""


@pytest.mark.parametrize(("completion", "reference", "score"), RECORDED)
def test_gleu_by_the_table(completion, reference, score):
    """Matches over the larger number of n-grams, orders 1 to 4 counted together."""
    assert gleu([completion], [reference]).tolist() == [pytest.approx(score, abs=1e-12)]


def test_gleu_as_nltk_has_it():
    """Over words that every tokenizer cuts alike, in any company."""
    drawn = random.Random(1)
    pairs = [[" ".join(drawn.choices("abcde", k=drawn.randint(1, 15))) for _ in range(2)] for _ in range(400)]
    got = gleu(*zip(*pairs, strict=True)).tolist()
    assert got == pytest.approx([sentence_gleu([b.split()], a.split()) for a, b in pairs], abs=1e-12)
    with pytest.raises(ValueError, match="2 completions and 1 references"):
        gleu(["a", "b"], ["a"])


@pytest.mark.parametrize("order", [3, 4, 5])
def test_the_longer_rouges_are_rouge_scores(order):
    """To the last bit, and taken apart."""
    kind, drawn = f"rouge{order}", random.Random(order)
    scorer = RougeScorer([kind])
    pairs = [[" ".join(drawn.choices("abc", k=drawn.randint(0, 12))) for _ in range(2)] for _ in range(200)]
    expected = [scorer.score(reference, completion)[kind].fmeasure for completion, reference in pairs]
    assert rouge(*zip(*pairs, strict=True), rouge_type=kind).tolist() == expected
    assert rouge_details("a b c d e f", "x a b c d e", rouge_type=kind)["matches"] == 6 - order


def test_fuzzy_is_rapidfuzz_up_to_its_ceilings():
    """Case and punctuation don't count; a pair above a ceiling has no score, and none takes long."""
    drawn = random.Random(3)
    for _ in range(100):
        one, other = ("".join(drawn.choices("aB c.", k=drawn.randint(0, 30))) for _ in range(2))
        assert fuzzy_ratio(one, other) == fuzz.WRatio(one, other, processor=utils.default_process) / 100
    assert fuzzy_ratio("a" * 32_768, "a" * 32_768) == 1
    assert fuzzy_ratio("a" * 32_769, "a" * (MOST_FUZZY_CELLS // 32_768)) is None
    assert fuzzy_ratio("a" * (MOST_PARTIAL_CELLS // 1024 + 1), "a" * 1024) is None
    text = "".join(drawn.choices("abcdefgh ", k=200_000))
    began = time.process_time()
    assert fuzzy_ratio(text, text) is None
    assert time.process_time() - began < 1
