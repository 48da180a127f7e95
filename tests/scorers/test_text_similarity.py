"""text_similarity: the scorer's shell; the numbers are tested in tests/text."""

import pytest

from graders import text
from graders.contract.batch import Batch
from graders.scorers.text_similarity import TextSimilarityScorer
from graders.settings.sections import TextSettings
from graders.settings.settings import Settings
from graders.testing import check_scorer
from graders.wire.schema import TextSimilarityGrader

REFERENCE = "The river flows south to the sea."


def scorer(operation, **settings):
    return TextSimilarityScorer(TextSimilarityGrader(operation=operation), Settings(text=TextSettings(**settings)))


def wrapped(answer):
    return f"<think>x</think><answer>{answer}</answer>"


@pytest.mark.parametrize("operation", ["bleu", "rouge"])
def test_conforms(operation):
    """The scorer keeps the contract."""
    check_scorer(TextSimilarityScorer, {"operation": operation}, references=("28", "Paris", REFERENCE, "北京"))


@pytest.mark.parametrize("operation", ["bleu", "rouge"])
def test_numbers_are_the_metrics_own(operation):
    """A batch's scores are what the pure functions give."""
    answers = [REFERENCE, "The river flows north.", "no"]
    scores = scorer(operation).score(Batch.of([wrapped(answer) for answer in answers], [REFERENCE] * 3))
    metric = {"bleu": text.bleu, "rouge": text.rouge}[operation]
    assert scores.values.tolist() == metric(answers, [REFERENCE] * 3).tolist()
    assert scores.outcomes == ["match", "graded", "mismatch"]


def test_the_best_of_several_references_counts():
    """Each acceptable reference is compared with; the best score stays."""
    batch = Batch.of([wrapped("a b c d")], [["x y", "a b c d", "a b"]])
    assert scorer("rouge").score(batch).values.tolist() == [1.0]


def test_settings_reach_the_metric():
    """rouge1 is not rougeL, recall is not F1."""
    batch = Batch.of([wrapped("sea the to river the")], [REFERENCE])
    values = {
        scorer("rouge", **options).score(batch).values[0]
        for options in ({}, {"rouge_type": "rouge1"}, {"measure": "precision"}, {"measure": "recall"})
    }
    assert len(values) == 4


@pytest.mark.parametrize("operation", ["bleu", "rouge"])
def test_it_says_that_it_pays_likeness(operation):
    """Gameable by its meaning, alone or not."""
    assert "right or wrong" in scorer(operation).weakness(alone=False)


@pytest.mark.parametrize("operation", ["bleu", "rouge"])
def test_details_and_signature(operation):
    """The parts of the metric, and the name its reference library gives it."""
    completion = Batch.of([wrapped(REFERENCE)], [REFERENCE]).completions[0]
    assert scorer(operation).details(completion, REFERENCE, None)
    assert scorer(operation).details(completion._replace(answer=None), REFERENCE, None) == {}
    assert scorer(operation).signature()["metric"]
