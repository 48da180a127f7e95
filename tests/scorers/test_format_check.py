"""format_check: the scorer's shell around the parser; the parser's cases are in test_completion.py."""

import json
from pathlib import Path

import pytest

from graders.completion.parse import Layout, parse
from graders.contract.batch import Batch
from graders.scorers.format_check import FormatCheckScorer
from graders.settings.settings import Settings
from graders.testing import check_scorer
from graders.vocabulary.outcome import Outcome
from graders.wire.schema import FormatCheckGrader

CASES = Path(__file__).parent.parent / "cases"


def rows(name):
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    "options",
    [{}, {"think_prefilled": True}, {"allow_empty_think": True}, {"tags": ("a", "b")}, {"answer_source": "boxed"}],
)
def test_conforms(options):
    """The scorer keeps the contract under every option of the layout."""
    check_scorer(FormatCheckScorer, settings=Settings(**options))


@pytest.mark.parametrize("name", ["format_cases.jsonl", "answers.jsonl"])
def test_all_cases_in_one_batch(name):
    """P20: strictly 0 or 1; a match is 1; every 0 has an outcome that is a zero by rule."""
    by_options = {}
    for row in rows(name):
        by_options.setdefault(json.dumps(row.get("options", {})), []).append(row)
    for options, group in by_options.items():
        settings = Settings(**json.loads(options))
        batch = Batch.of([row["completion"] for row in group], layout=settings.layout)
        scores = FormatCheckScorer(FormatCheckGrader(), settings).score(batch)
        assert scores.values.tolist() == [row.get("expected", row.get("format")) for row in group]
        assert all(
            (outcome is Outcome.MATCH) == (value == 1)
            for outcome, value in zip(scores.outcomes, scores.values, strict=True)
        )
        assert not any(outcome.unscored for outcome in scores.outcomes)


@pytest.mark.parametrize(
    ("completion", "outcome"),
    [
        ("", "no_completion"),
        (None, "no_completion"),
        ("x", "no_answer"),
        ("<think>x", "truncated"),
        ("<think>x</think><answer>1</answer>!", "bad_layout"),
        ("<think></think><answer>1</answer>", "bad_layout"),
        ("<think>x</think><answer> </answer>", "empty_answer"),
        ("<answer>1</answer><answer>1</answer>", "several_answers"),
        ("<think>x</think><answer>1</answer>", "match"),
    ],
)
def test_outcomes_say_why(completion, outcome):
    """A 0 says what is wrong with the text."""
    assert FormatCheckScorer(FormatCheckGrader(), Settings()).score(Batch.of([completion])).outcomes == [outcome]


def test_needs_no_reference_and_has_no_weakness():
    """It looks at the text alone."""
    scorer = FormatCheckScorer(FormatCheckGrader(), Settings())
    assert not scorer.needs_reference
    assert scorer.reference_fault("") is None
    assert scorer.weakness(alone=True) is None


def test_details_count_the_tags():
    """What explains a wrong layout first: how often each tag stands."""
    details = FormatCheckScorer(FormatCheckGrader(), Settings(tags=("a", "b"))).details(
        parse("<a><a>x</a><b>1</b>", Layout.of(("a", "b"))), None, None
    )
    assert details == {"fault": "2 times <a>", "tags": {"<a>": 2, "</a>": 1, "<b>": 1, "</b>": 1}}


@pytest.mark.parametrize("source", ["answer", "boxed"])
def test_details_say_what_is_wrong_where_the_outcome_does_not(source):
    """No thought at all is nothing about an order of tags; what has an outcome of its own needs no more."""
    scorer = FormatCheckScorer(FormatCheckGrader(), Settings(answer_source=source))
    text = {"answer": "<answer>42</answer>", "boxed": r"It is \boxed{42}"}[source]
    found = scorer.details(parse(text, scorer.settings.layout), None, None)
    assert found["fault"] == "no thought: neither <think> nor </think>"
    assert "fault" not in scorer.details(parse("<think>x", scorer.settings.layout), None, None)
