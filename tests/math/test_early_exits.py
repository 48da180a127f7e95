"""What leaves early on the way to a verdict comes to what the long way says: on every golden case."""

import json
from pathlib import Path

from graders.math import equivalence, verify
from graders.math.extraction.sentence import worded
from graders.math.grammar.plain import plain
from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.tokens import tokenize
from graders.math.limits import OverLimit
from graders.math.prose.labelling import NUMBER, WORD
from graders.math.prose.pieces import cut

CASES = Path(__file__).parent / "cases"


def pairs():
    for path in sorted(CASES.glob("*.jsonl")):
        for case in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            yield case["answer"], case["reference"]
            yield rf"\boxed{{{case['answer']}}}", case["answer"]


def test_a_number_as_written_needs_no_spelling(monkeypatch):
    numbers = [pair for pair in pairs() if plain(pair[0]) is not None]
    answers, references = zip(*numbers, strict=True)
    early = verify(answers, references, symbolic=False)
    monkeypatch.setattr(equivalence, "plain", lambda _text: None)
    late = verify(answers, references, symbolic=False)
    assert len(numbers) > 500
    assert [found for found in zip(numbers, early, late, strict=True) if found[1] != found[2]] == []


def test_letters_that_are_names_are_no_words():
    """What is not cut has no words where it is cut."""
    missed = []
    for text, _ in pairs():
        try:
            tokens = tokenize(text)
        except (Unreadable, OverLimit):
            continue
        if len(tokens) < 2 or tokens[0][0] == "operator" or worded(tokens, {token[0] for token in tokens}):
            continue
        missed += [text for piece in cut(tokens) if piece.kind == WORD]
        missed += [text for piece in cut(tokens) if piece.kind == NUMBER and "(" in text]
    assert missed == []
