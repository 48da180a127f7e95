"""What is kept of a text's formulas is what the parser says of each, however it came to be known."""

import json
from pathlib import Path

import pytest

from graders.math.extraction.formulas import Formulas
from graders.math.extraction.readings import answer_reading
from graders.math.grammar import formula
from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.tokens import tokenize
from graders.math.limits import OverLimit
from graders.math.tree import num

FILES = sorted((Path(__file__).parents[1] / "cases").glob("*.jsonl"))
SENTENCES = [
    r"The points are $A(1,2)$ and $P(3)=9$.",
    r"The solutions are $x=2$, $y=3$ and $\{4, 5\}$.",
    "x = 2 and P(3) = 9",
    "The sides are 3 m, 4 m.",
    "x_{is 5} = 3",
    "minus 5",
    "5 and negative 3",
    "max is 41 and the min is 42",
]


def parsed(span):
    try:
        return formula.parse_tokens(list(span))
    except Unreadable:
        return None


def kept(text):
    found = answer_reading(text).formulas.spans()
    return [(span, None if isinstance(tree, str) else tree) for span, tree in found]


def texts():
    for path in FILES:
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            yield from (case["answer"], case["reference"])


def test_each_span_has_the_tree_that_the_parser_gives_it():
    wrong = []
    for text in [*SENTENCES, *texts()]:
        try:
            wrong += [(text, span) for span, tree in kept(text) if tree != parsed(span)]
        except OverLimit:
            continue
    assert wrong == []


def test_a_span_is_parsed_once(monkeypatch):
    calls = []
    monkeypatch.setattr("graders.math.extraction.formulas.parse_tokens", lambda span: calls.append(span) or num(1))
    formulas, tokens = Formulas(), tokenize("x+1")
    assert [formulas.parsed(tokens), formulas.tried(tokens)] == [num(1), num(1)]
    assert len(calls) == 1


def test_what_is_no_formula_is_refused_again():
    formulas, tokens = Formulas(), tokenize("1 +")
    assert formulas.tried(tokens) is None
    with pytest.raises(Unreadable):
        formulas.parsed(tokens)
