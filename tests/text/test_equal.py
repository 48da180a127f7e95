"""Every score equals that of the library it is named after, on texts made to break the short cuts.

`GRADERS_FUZZ_PAIRS=20000 pytest tests/text/test_equal.py` runs the full count; the suite runs fewer.
"""

import os
import random

import numpy as np
import pytest
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

from graders.text import bleu, bleu_multi, blocks, matches, rouge, rouge_multi
from graders.text.tokenize_13a import tokenize_13a

PAIRS = int(os.environ.get("GRADERS_FUZZ_PAIRS", "3000"))
BATCH = 50
FRAGMENTS = [
    *map(chr, range(0x21, 0x7F)),
    *" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2003\u2028\u3000\x00",
    *["<skipped>", "<sk", "ipped>", "skipped>", "-\n", "- \n", "\n", "&quot;", "&amp;", "&lt;", "&gt;", "&amp;lt;"],
    *["K", "İ", "ß", "é", "e\u0301", "Σ", "今", "🙂", "\ud800", "\udc00", "ﬁ", "²"],
    *["3.14", "1,000", "U.S.", "e.g.", "-5", "10-20", "...", "x..5", ".,5", "5,.", "it's", "''", "a-b"],
    *["the", "The", "cat", "cats", "running", "generously", "a", "b", "a", "b", "a b a", "the cat sat", " ", " ", " "],
    *["\x01", " \x01 ", "\U0010ffff", "\U0010fffe", "\x01<skipped>"],
    *["\u0315\u0300" * 8, "\u0315\u0300" * 16, "\u0344", "カ\u3099", "กิ"],
]
SIGNS = "15.,.,-ax &;'! \n\u0660é"  # what the four substitutions of 13a look at


def text(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.3:
        return " ".join(rng.choices(["a", "b", "c", "the", "cat", "sat."], k=rng.randint(0, 14)))
    if kind < 0.35:
        return "".join(chr(rng.randrange(0x110000)) for _ in range(rng.randint(0, 20)))
    gap = rng.choice(["", "", " "])
    return gap.join(rng.choices(FRAGMENTS, k=rng.randint(0, 30)))


def batches(seed: int, count: int = PAIRS):
    """Batches whose rows share references in any order; some completions are edits of their reference."""
    rng = random.Random(seed)
    for _ in range(max(1, count // BATCH)):
        pool = [text(rng) for _ in range(rng.randint(1, 12))]
        references = rng.choices(pool, k=BATCH)
        yield [text(rng) if rng.random() < 0.5 else edited(one, rng) for one in references], references


def edited(reference: str, rng: random.Random) -> str:
    words = reference.split(" ")
    del words[rng.randrange(len(words)) :: 3]
    return " ".join(words + rng.choices(FRAGMENTS, k=rng.randint(0, 3)))


def test_13a_tokens_are_those_of_sacrebleu():
    rng, original = random.Random(1), Tokenizer13a()
    for _ in range(PAIRS):
        sample = text(rng)
        assert tokenize_13a([sample]) == [original(sample.rstrip()).split()], repr(sample)


def test_signs_between_digits_are_those_of_sacrebleu():
    rng, original = random.Random(11), Tokenizer13a()
    for _ in range(PAIRS):
        sample = "".join(rng.choices(SIGNS, k=rng.randint(0, 14)))
        expected = original(sample.rstrip()).split()
        assert tokenize_13a([sample]) == [expected], repr(sample)


def test_bleu_is_that_of_sacrebleu():
    metric = BLEU(effective_order=True)
    for completions, references in batches(2):
        expected = [metric.sentence_score(c, [r]).score / 100 for c, r in zip(completions, references, strict=True)]
        assert np.abs(bleu(completions, references) - np.clip(expected, 0, 1)).max() < 1e-12, (completions, references)


@pytest.mark.parametrize("stemmer", [False, True])
def test_rouge_is_that_of_rouge_score(stemmer):
    types = ["rouge1", "rouge2", "rougeL"]
    scorer = RougeScorer(types, use_stemmer=stemmer)
    for completions, references in batches(3 + stemmer, PAIRS // 2):
        expected = [scorer.score(r, c) for c, r in zip(completions, references, strict=True)]
        for kind in types:
            for measure in ("precision", "recall", "fmeasure"):
                ours = rouge(
                    completions, references, rouge_type=kind, measure=measure, stemmer=stemmer, tokenizer="rouge_score"
                )
                assert ours.tolist() == [getattr(score[kind], measure) for score in expected]


def test_rouge_lsum_is_that_of_rouge_score():
    scorer = RougeScorer(["rougeLsum"])
    for completions, references in batches(5, PAIRS // 10):
        expected = [scorer.score(r, c)["rougeLsum"].fmeasure for c, r in zip(completions, references, strict=True)]
        assert rouge(completions, references, rouge_type="rougeLsum", tokenizer="rouge_score").tolist() == expected


def test_all_rouge_tokenizers_agree_on_ascii():
    rng = random.Random(6)
    sides = [["".join(filter(str.isascii, text(rng))) for _ in range(500)] for _ in range(2)]
    for stemmer in (False, True):
        scores = [
            rouge(*sides, stemmer=stemmer, tokenizer=name).tolist() for name in ("auto", "rouge_score", "unicode")
        ]
        assert scores[0] == scores[1] == scores[2]


@pytest.mark.parametrize("tokenizer", ["13a", "zh", "char", "intl", "none"])
def test_every_tokenizer_of_sacrebleu(tokenizer):
    metric = BLEU(effective_order=True, tokenize=tokenizer)
    for completions, references in batches(7, 200):
        expected = [metric.sentence_score(c, [r]).score / 100 for c, r in zip(completions, references, strict=True)]
        assert np.abs(bleu(completions, references, tokenizer=tokenizer) - np.clip(expected, 0, 1)).max() < 1e-12


def test_several_references():
    rng = random.Random(8)
    completions = [text(rng) for _ in range(200)]
    references = [[text(rng) for _ in range(rng.randint(1, 4))] for _ in completions]
    metric, scorer = BLEU(effective_order=True), RougeScorer(["rouge2", "rougeL"])
    expected = [metric.sentence_score(c, r).score / 100 for c, r in zip(completions, references, strict=True)]
    assert np.abs(bleu_multi(completions, references) - np.clip(expected, 0, 1)).max() < 1e-12
    best = [scorer.score_multi(r, c) for c, r in zip(completions, references, strict=True)]
    for kind in ("rouge2", "rougeL"):
        ours = rouge_multi(completions, references, rouge_type=kind, measure="recall", tokenizer="rouge_score")
        assert ours.tolist() == [score[kind].recall for score in best]


@pytest.mark.parametrize(("module", "name"), [(blocks, "BLOCK_CHARACTERS"), (matches, "LARGEST_TABLE")])
@pytest.mark.parametrize("value", [1, 3000])
def test_no_cutoff_can_be_seen_in_a_score(monkeypatch, module, name, value):
    """Blocks of one row, and n-grams that are searched for: all the same."""
    sample = [*batches(9, 400)]
    usual = [
        (bleu(*sides).tolist(), rouge(*sides, rouge_type="rouge2").tolist(), rouge(*sides).tolist()) for sides in sample
    ]
    monkeypatch.setattr(module, name, value)
    for sides, expected in zip(sample, usual, strict=True):
        got = (bleu(*sides).tolist(), rouge(*sides, rouge_type="rouge2").tolist(), rouge(*sides).tolist())
        assert got == expected
