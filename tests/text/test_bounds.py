"""Hostile sizes: bounded time, bounded memory, and both sides of each ceiling."""

import importlib.util
import time
import unicodedata
from pathlib import Path

import pytest
from rapidfuzz.distance import LCSseq

from graders.text import bleu, matches, originals, rouge, tokenize_rouge

REFERENCE = "The river rises in the northern hills and flows south through three towns before it reaches the sea."


CEILING = 0.4  # seconds; 0.1 on a quiet machine, which the benchmark holds


def benchmark():
    spec = importlib.util.spec_from_file_location(
        "text_benchmark", Path(__file__).parents[2] / "benchmarks" / "text.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HOSTILE = benchmark().hostile()
every_metric = pytest.mark.parametrize(
    "metric",
    [bleu, rouge, lambda *sides: rouge(*sides, tokenizer="unicode")],
    ids=["bleu", "rouge", "rouge-unicode"],
)


def cpu(call):
    start = time.process_time()
    call()
    return time.process_time() - start


@every_metric
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_megabyte_against_a_short_reference(metric, kind):
    assert len(HOSTILE[kind].encode()) > 990_000
    assert metric([HOSTILE[kind]], [REFERENCE])[0] < 0.01
    assert any(cpu(lambda: metric([HOSTILE[kind]], [REFERENCE])) < CEILING for _ in range(5))


@every_metric
@pytest.mark.parametrize("unit", [f"{REFERENCE} ", ". ", "a", "the ", "\u200b", "é", "<skipped>", "-\n"])
def test_a_repetitive_megabyte_against_a_short_reference(metric, unit):
    completion = unit * (1_000_000 // len(unit))
    assert any(cpu(lambda: metric([completion], [REFERENCE])) < CEILING for _ in range(5))
    assert metric([completion], [REFERENCE])[0] < 0.01


@every_metric
@pytest.mark.parametrize("kind", HOSTILE)
def test_the_beginning_of_a_hostile_text(metric, kind):
    text = HOSTILE[kind][: 1 << 15]
    assert cpu(lambda: metric([text], [REFERENCE])) < CEILING


@pytest.mark.parametrize("length", [32, 31])
@pytest.mark.parametrize("padding", [0, 2000])
def test_piles_of_marks_are_left_as_they_are(length, padding):
    word = "e" + "\u0315\u0301" * (length // 2) + "\u0301" * (length % 2)
    text = f"{word} e\u0301 {'a' * padding}"
    expected = word if length == 32 else unicodedata.normalize("NFC", word)
    assert tokenize_rouge._composed(text).split()[:2] == [expected, "é"]


def test_a_hostile_reference_beside_a_short_completion():
    for kind in ("distinct words", "random signs", "Han", "a pile of marks"):
        reference = HOSTILE[kind][:100_000]
        assert bleu([reference, "a"], [reference, reference]).tolist() == [1, 0]
        assert rouge(["a"], [reference], tokenizer="unicode")[0] < 0.01


def test_lcs_is_exact_up_to_its_ceiling_and_never_above_it(monkeypatch):
    left, right = "a b c d e f", "b a c e d f"
    exact = rouge([left], [right])[0]
    monkeypatch.setattr(matches, "MOST_CELLS", 36)
    assert rouge([left], [right])[0] == exact
    for cells in range(36):
        monkeypatch.setattr(matches, "MOST_CELLS", cells)
        assert rouge([left], [right])[0] <= exact


@pytest.mark.parametrize("length", [1, 63, 64, 65, 127, 128, 129])
def test_lcs_at_the_width_of_a_machine_word(length):
    left, right = [f"w{n % 11}" for n in range(length)], [f"w{n % 7}" for n in range(length + 3)]
    expected = LCSseq.similarity(left, right) / (length + 3)
    assert rouge([" ".join(right)], [" ".join(left)], measure="precision")[0] == expected


def test_rouge_lsum_gives_nothing_beyond_its_ceiling(monkeypatch):
    monkeypatch.setattr(originals, "MOST_SUMMARY_CELLS", 9)
    assert rouge(["a b c", "a b c d"], ["a b c", "a b c"], rouge_type="rougeLsum").tolist() == [1, 0]


def test_a_text_of_control_characters():
    hostile = "\x01" * 1000 + " " + " ".join(["\x01"] * 1000)
    assert bleu([hostile, "a"], [hostile, "a"]).tolist() == [1, 1]
    assert rouge(["\x00" * 100_000], ["a"]).tolist() == [0]


def test_an_empty_batch():
    assert bleu([], []).shape == rouge([], []).shape == (0,)
