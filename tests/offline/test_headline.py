"""The line above all figures: the worst news first, and nothing good that nobody looked at."""

import numpy as np
import pytest

from graders.contract.scores import Scores
from graders.figures.diagnostics import diagnose
from graders.offline.results.headline import headline
from graders.offline.results.summary import Accuracy
from graders.vocabulary.outcome import Outcome

GAMED = "This reward can be gamed: of {} completions that it pays, {} are labelled wrong."
REFUSED = "It refuses {} of {} completions that are labelled right (recall {:.3f})."


def figures(outcome=Outcome.MATCH, rows=20):
    """Of rows that all have an outcome."""
    value = np.nan if outcome.unscored else float(outcome is Outcome.MATCH)
    scores = {"math_accuracy": Scores.all(rows, value, outcome)}
    return diagnose(scores["math_accuracy"].values, scores, {"math_accuracy": 1.0}, None, unread={"boxed": 5})


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((10, 0, 10, 0), ["No completion that is labelled wrong is paid, and none that is labelled right is refused."]),
        ((8, 2, 10, 0), [GAMED.format(10, 2)]),
        ((8, 0, 10, 2), [REFUSED.format(2, 10, 0.8)]),
        ((90, 10, 50, 60), [REFUSED.format(60, 150, 0.6), GAMED.format(100, 10)]),
        ((10, 90, 50, 1), [GAMED.format(100, 90), REFUSED.format(1, 11, 10 / 11)]),
        ((0, 0, 0, 20), [REFUSED.format(20, 20, 0)]),
    ],
)
def test_mistakes(counts, told):
    """What concerns the larger share leads."""
    positive, wrong, negative, refused = counts
    assert headline(figures(), Accuracy(sum(counts), positive, wrong, negative, refused)) == told


def test_without_labels_only_what_was_not_read_is_news():
    assert headline(figures(), None) == []
    assert headline(figures(Outcome.NO_ANSWER), None) == [
        r"No answer is found in 20 of 20 completions; 5 of these 20 hold a \boxed{}: --answer-source boxed."
    ]
    assert headline(figures(Outcome.SCORER_ERROR), None) == ["No row could be scored."]
