"""How often the parser is called on the way from two texts to a verdict."""

import json
from pathlib import Path

import pytest

from graders.math import equivalent
from graders.math.extraction.readings import answer_reading, reference_reading
from graders.math.grammar.parser import Parser

FOLDER = Path(__file__).parent / "cases"
PROSE = ("prose", "sentences", "lists_in_sentences", "choice_sentences", "words", "hedged_words")
SENTENCES = [
    (r"The number of ways is $\frac{7}{3}x$.", r"\frac{7}{3}x"),
    (r"The roots are $2$ and $3$.", "2,3"),
    (r"The roots are $2$ and $3$.", "x=2, x=3"),
    (r"The roots are $\frac{1}{2}$ and $-\sqrt{3}$.", r"\frac{1}{2}, -\sqrt{3}"),
]
MOST = 2
"""Parses of an answer, second looks included; a number or a letter alone needs no parser."""


def pairs():
    yield from SENTENCES
    for name in PROSE:
        for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            yield case["answer"], case["reference"]


@pytest.fixture
def parses(monkeypatch):
    """Counts the calls of the parser within a call; nothing is known of the texts before."""
    calls = []
    whole = Parser.whole
    monkeypatch.setattr(Parser, "whole", lambda self: calls.append(self) or whole(self))

    def count(function, *texts):
        calls.clear()
        function(*texts)
        return len(calls)

    return count


def test_an_answer_in_prose_is_parsed_at_most_twice(parses):
    too_often = []
    for answer, reference in pairs():
        answer_reading.cache_clear()
        reference_reading(reference.strip())
        if (count := parses(equivalent, answer, reference)) > MOST:
            too_often.append((answer, reference, count))
    assert too_often == []


def test_a_reference_is_parsed_once(parses):
    reference_reading.cache_clear()
    assert [pair for pair in pairs() if parses(reference_reading, pair[1].strip()) > 1] == []


def test_texts_that_were_read_are_not_parsed_again(parses):
    assert parses(equivalent, "The value is $x+1$.", "1+x") > 0
    assert parses(equivalent, "The value is $x+1$.", "1+x") == 0


def test_the_count_counts(parses):
    """Each formula of an answer that gives several is parsed, so the bar can be crossed."""
    answer_reading.cache_clear()
    assert parses(equivalent, "$x+1$ so $x+2$ so $x+3$", "x") > MOST
