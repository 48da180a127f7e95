"""Hostile sizes: bounded time, bounded memory, and both sides of each ceiling."""

import time

import pytest
from rapidfuzz.distance import LCSseq

from graders.text import bleu, lcs, originals, rouge, vocabulary

REFERENCE = "The river rises in the northern hills and flows south through three towns before it reaches the sea."


@pytest.mark.parametrize("metric", [bleu, rouge])
@pytest.mark.parametrize("unit", [f"{REFERENCE} ", ". ", "a", "the ", "\u200b", "é"])
def test_a_megabyte_against_a_short_reference(metric, unit):
    completion = unit * (1_000_000 // len(unit))
    metric([REFERENCE], [REFERENCE])
    took = []
    for _ in range(3):
        start = time.process_time()
        assert metric([completion], [REFERENCE])[0] < 0.01
        took.append(time.process_time() - start)
    assert min(took) < 0.2  # 0.1 s on a quiet machine; the benchmark holds the bar


def test_a_million_distinct_words_are_not_kept():
    vocabulary.forget()
    for start in range(0, 1_000_000, 20_000):
        words = [f"word{number}" for number in range(start, start + 20_000)]
        bleu([" ".join(words[at : at + 200]) for at in range(0, 20_000, 200)], ["word1 word2"] * 100)
    held = sum(map(len, vocabulary._current.values()))
    assert held < 2 * vocabulary.MEMO_BYTES / vocabulary.ENTRY_BYTES
    assert all(len(words.codes) < 200_000 for words in vocabulary._current.values())


def test_words_of_a_long_text_are_not_kept():
    vocabulary.forget()
    assert bleu([" ".join(f"word{number}" for number in range(200_000))], ["word1 word2"])[0] < 0.01
    assert not vocabulary._current


def test_lcs_is_exact_up_to_its_ceiling_and_never_above_it(monkeypatch):
    left, right = "a b c d e f", "b a c e d f"
    exact = rouge([left], [right])[0]
    monkeypatch.setattr(lcs, "MOST_CELLS", 36)
    assert rouge([left], [right])[0] == exact
    for cells in range(36):
        monkeypatch.setattr(lcs, "MOST_CELLS", cells)
        assert rouge([left], [right])[0] <= exact


@pytest.mark.parametrize("length", [1, 63, 64, 65, 127, 128, 129])
def test_lcs_at_the_width_of_a_machine_word(length):
    left, right = [f"w{n % 11}" for n in range(length)], [f"w{n % 7}" for n in range(length + 3)]
    expected = LCSseq.similarity(left, right) / (length + 3)
    assert rouge([" ".join(right)], [" ".join(left)], measure="precision")[0] == expected


def test_rouge_lsum_gives_nothing_beyond_its_ceiling(monkeypatch):
    monkeypatch.setattr(originals, "MOST_SUMMARY_CELLS", 9)
    assert rouge(["a b c", "a b c d"], ["a b c", "a b c"], rouge_type="rougeLsum").tolist() == [1, 0]


def test_a_text_that_holds_the_private_mark_many_times():
    hostile = vocabulary.MARK * 1000 + " " + " ".join([vocabulary.MARK] * 1000)
    assert bleu([hostile, "a"], [hostile, "a"]).tolist() == [1, 1]
    assert rouge(["\x00" * 100_000], ["a"]).tolist() == [0]


def test_an_empty_batch():
    assert bleu([], []).shape == rouge([], []).shape == (0,)
