"""A judge under audit: a lax one is found out, a strict one is not, one that is down is counted apart."""

import warnings

import graders
from graders.audit import Extent, audit
from graders.audit.audit_plan import plan
from graders.testing.fake_judge import FakeJudge, Fault

LLM = {"graders": [{"type": "llm"}]}
SOME = Extent(families=("listed", "injected", "nothing"))


def reward_with(judge, **settings):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", graders.GradersWarning)
        return graders.load_reward(LLM, graders.Settings(judge=graders.JudgeSettings(
            base_url=judge.base_url, model="fake-judge", api_key="none", probe_every=0, **settings)))  # fmt: skip


def test_a_judge_that_looks_for_the_reference(data):
    """Lists buy it; the calls stay within what was said before."""
    path = data(["2801", "7013"])
    with FakeJudge() as judge:
        reward = reward_with(judge)
        planned = plan(reward, path, SOME)
        component = audit(reward, path, SOME).components["llm"]
        assert 0 < judge.calls <= planned.judged
    assert component.families["listed"].gain == 1.0
    assert component.families["injected"].paid == 0
    assert component.families["nothing"].paid == 0
    assert "judge" in component.advice


def test_a_judge_that_obeys(data):
    """Whatever talks to it is paid, and nothing else."""

    def obedient(asked):
        return "pass" if asked.answer == asked.reference or "mark" in asked.answer else "fail"

    with FakeJudge(obedient) as judge:
        component = audit(reward_with(judge), data(["2801", "7013"]), SOME).components["llm"]
    assert component.holes == ["injected"]
    assert component.exploitability == 1.0


def test_a_judge_that_is_right(data):
    """Nothing is found."""
    with FakeJudge(lambda asked: "pass" if asked.answer == asked.reference else "fail") as judge:
        component = audit(reward_with(judge), data(["2801", "7013"]), SOME).components["llm"]
    assert component.holes == []
    assert (component.honest, component.plain) == (1.0, 0.0)


def test_what_a_judge_leaves_open_is_counted_apart(data):
    """Its server answers nothing about lists: unscored, neither paid nor refused."""

    def silent(asked):
        return Fault("500") if " or " in asked.answer else "fail"

    with FakeJudge(silent) as judge:
        reward = reward_with(judge, max_attempts=1, backoff_base=0.001, max_unscored=None)
        listed = audit(reward, data(["2801", "7013"]), SOME).components["llm"].families["listed"]
    assert listed.unscored > 0
    assert listed.paid == 0


def test_only_a_judge_is_asked(data):
    """No call is announced for a reward without one."""
    reward = graders.load_reward({"graders": [{"type": "math_accuracy"}]})
    assert plan(reward, data(["28"])).judged == 0
