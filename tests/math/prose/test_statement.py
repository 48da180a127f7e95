"""What a text with words states: the short way says what the long one does."""

import json
from pathlib import Path

import pytest

from graders.math.extraction.formulas import Formulas
from graders.math.extraction.sentence import read_statement
from graders.math.lexis.cleaned import Unreadable
from graders.math.lexis.tokens import tokenize
from graders.math.limits import OverLimit
from graders.math.prose.statement import introduced, state
from graders.math.verdict import Refused

CASES = sorted((Path(__file__).parents[1] / "cases").glob("*.jsonl"))
SIGNS = [*"+-*/^_=<>|!?.,;:%~()[]{}x2", "<=", "CD", r"\approx", r"\pm", r"\in", r"\to", r"\pi", r"\text{cm}"]
OPENINGS = ("The answer is", "Answer:", "the final answer is", "So the answer is", "Final answer:", "The answer:")


def formulas():
    """Every third of the texts of the golden cases, and formulas that begin, end or hold each sign."""
    rows = [json.loads(line) for path in CASES for line in path.read_text(encoding="utf-8").splitlines()]
    texts = {row[key] for row in rows[::3] for key in ("answer", "reference")}
    signs = {form.replace("?", sign) for sign in SIGNS for form in ("?", "?28", "28?", "2?8")}
    return sorted(text for text in texts | signs if "$" not in text and len(text) < 200)


def tokens_of(text):
    try:
        return tokenize(text)
    except (Unreadable, OverLimit):
        return []


def read(statement, tokens):
    try:
        return read_statement(statement, tokens, Formulas())
    except (Unreadable, Refused, OverLimit) as refusal:
        return str(refusal)


def test_the_short_way_says_what_the_long_one_does():
    short = 0
    for number, formula in enumerate(formulas()):
        tokens = tokens_of(f"{OPENINGS[number % len(OPENINGS)]} ${formula}${'.' * (number % 2)}")
        if tokens and (said := introduced(tokens)) is not None:
            assert read(said, tokens) == read(state(tokens), tokens), formula
            short += 1
    assert short > 500


@pytest.mark.parametrize(
    "text",
    [
        "The answer is not $28$.",
        "The answer is $28$, I guess.",
        "The answer is $28$ or $29$.",
        "The wrong answer is $28$.",
        "The answer is $28$!",
        "The answer is $28$?",
        "The answer is $>28$.",
        "The answer is $28-$.",
        "The answer is $28",
        "The answer is $28 \\text{ more}$.",
        "$28$",
    ],
)
def test_any_other_text_goes_the_long_way(text):
    assert introduced(tokens_of(text)) is None
