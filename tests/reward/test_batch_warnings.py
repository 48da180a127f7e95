"""What is said of a whole batch, as sentences."""

import numpy as np
import pytest

from graders.contract.batch import Batch
from graders.contract.scores import Scores
from graders.reward.batch_warnings import oddities
from graders.reward.reward_batch import RewardBatch
from graders.settings.settings import Settings

A = "<think>x</think><answer>{}</answer>".format


def topics(texts, codes=None, **options):
    settings = Settings(**options)
    scores = Scores.of([0.0] * len(texts)) if codes is None else Scores.of([np.nan] * len(texts), codes)
    result = RewardBatch(Batch.of(texts, layout=settings.layout), {"format": scores}, {"format": 1.0})
    return set(oddities(result, settings.layout))


@pytest.mark.parametrize(
    ("texts", "options", "expected"),
    [
        ([], {}, set()),
        ([None, ""], {}, set()),
        ([A(1)], {}, set()),
        (["1", "2"], {}, {"no answer"}),
        (["1", A(2)], {}, set()),
        (["1", ""], {}, {"no answer"}),
        (["1", "<think>x"], {}, set()),
        (["1"], {"answer_source": "lenient"}, set()),
        (["1"], {"answer_source": "boxed"}, {"no answer"}),
        (["\\boxed{1}"], {"answer_source": "boxed"}, set()),
        (["x</think><answer>1</answer>"], {}, {"prefilled"}),
        (["x</think>1"], {}, {"prefilled", "no answer"}),
        (["x</think><answer>1</answer>", A(1)], {}, set()),
        (["x</think><answer>1</answer>"], {"think_prefilled": True}, set()),
    ],
)
def test_topics(texts, options, expected):
    """Answers nowhere, a prefilled thought; nothing of a batch without text."""
    assert topics(texts, **options) == expected


def test_failing_scorers_by_name():
    """A topic for each component that raised."""
    assert topics([A(1)], codes=["scorer_error"]) == {"error in format"}
