"""What goes wrong in mid-run: the run goes on, the row is unscored, the log says so."""

import pytest

import graders
from tests.integrations.conftest import GOOD

pytestmark = pytest.mark.filterwarnings("ignore::graders.GradersWarning")

QUICK = {"attempt_timeout": 1.0, "connect_timeout": 0.5, "backoff_base": 0.01, "backoff_max": 0.02, "max_attempts": 2,
         "breaker_patience": 0.0, "breaker_faults": 1000}  # fmt: skip


def step(reward, references):
    metrics = {}
    completions = [GOOD.format(4)] * len(references)
    given = reward(completions=completions, prompts=["2 + 2?"] * len(references), reference_answer=references,
                   log_metric=metrics.__setitem__)  # fmt: skip
    return given, metrics


def test_a_scorer_that_raises(own_registry, caplog):
    class MoodyScorer(graders.Scorer[graders.Grader]):
        grader_model = graders.Grader

        def score(self, batch):
            if any(reference == "5" for reference in batch.references or ()):
                raise RuntimeError("not in the mood")
            return graders.Scores.of([1.0] * len(batch))

    graders.register("moody")(MoodyScorer)
    reward = graders.load_reward({"graders": [{"type": "moody"}, {"type": "math_accuracy"}]})
    given, metrics = step(reward, ["4", "5", "4"])
    assert given == [1.0, None, 1.0]
    assert metrics["graders/moody/outcome/scorer_error"] == pytest.approx(1 / 3)
    assert "not in the mood" in caplog.text
    assert step(reward, ["4"])[0] == [1.0]


def test_a_reference_that_can_not_be_read():
    reward = graders.load_reward({"graders": [{"type": "math_accuracy"}]})
    given, metrics = step(reward, ["4", "n/a", "4"])
    assert given == [1.0, None, 1.0]
    assert metrics["graders/math_accuracy/outcome/bad_reference"] == pytest.approx(1 / 3)


def _works(client):
    try:
        client()
    except RuntimeError as error:
        return "extra" not in str(error)
    return True


@pytest.fixture
def judged():
    openai = pytest.importorskip("openai", reason="the judge's client isn't installed")
    if not _works(getattr(openai, "DefaultAioHttpxClient", None) or openai.DefaultAioHttpClient):
        pytest.skip("the judge's client is installed without its extra aiohttp")

    def judged(**more):
        judge = graders.JudgeSettings(base_url="http://127.0.0.1:9/v1", model="m", api_key="k", **QUICK, **more)
        return graders.load_reward({"graders": [{"type": "llm"}]}, graders.Settings(judge=judge))

    return judged


def test_a_judge_that_is_down(judged, caplog):
    given, metrics = step(judged(), ["5", "6"])
    assert given == [None, None]
    assert metrics["graders/llm/outcome/judge_unreachable"] == 1.0
    assert metrics["graders/llm/total/calls"] > 0
    assert "leaves the whole batch of 2 rows unscored" in caplog.text


def test_a_limit_that_was_asked_for_stops_the_run(judged):
    from graders.judge import JudgeError

    with pytest.raises(JudgeError, match="left 2 of 2 rows unscored"):
        step(judged(max_unscored=0.5), ["5", "6"])


def test_evaluate_still_raises(judged):
    from graders.judge import JudgeError

    with pytest.raises(JudgeError):
        judged().evaluate([GOOD.format(4)], ["5"])
