"""The llm grader inside a reward: settings, outcomes, whole rows unscored, nothing that leaks."""

import json
import pickle
import subprocess
import sys

import numpy as np
import pytest

import graders
from graders import DefinitionError, JudgeSettings, Settings
from graders.judge import JudgeError
from graders.testing import FakeJudge
from graders.testing.fake_judge import Fault

REWARD = {
    "graders": [{"type": "llm", "seed": 7, "temperature": 0.3, "max_completion_tokens": 64}],
    "format_reward_weight": 0.1,
}
RIGHT, WRONG = "<think>t</think><answer>it is 4 in all</answer>", "<think>t</think><answer>it is 5 in all</answer>"
NOTHING = "<think>t</think>"


def settings(server, **more):
    quick = {"backoff_base": 0.01, "backoff_max": 0.02, "probe_every": 0}
    return Settings(judge=JudgeSettings(base_url=server.base_url, model="fake-judge", **{**quick, **more}))


def test_a_batch_is_scored_and_the_wire_reaches_the_server():
    with FakeJudge() as server:
        reward = graders.load_reward(REWARD, settings(server))
        batch = reward.evaluate([RIGHT, WRONG, NOTHING], reference_answer=["is 4 in"] * 3, prompts=["How many?"] * 3)
        body = server.asked[0].body
    assert batch.components["llm"].tolist() == [1.0, 0.0, 0.0]
    assert [str(outcome) for outcome in batch.outcomes["llm"]] == ["match", "mismatch", "no_answer"]
    assert (body["seed"], body["temperature"], body["max_completion_tokens"]) == (7, 0.3, 64)
    assert "How many?" in body["messages"][1]["content"]


def test_a_row_whose_judge_fails_is_unscored_as_a_whole():
    with FakeJudge(lambda asked: Fault("500") if "5" in asked.answer else "pass") as server:
        reward = graders.load_reward(REWARD, settings(server, max_attempts=2))
        batch = reward.evaluate([RIGHT, WRONG, RIGHT], reference_answer=["is 4 in"] * 3)
        assert np.isnan(batch.rewards).tolist() == [False, True, False]
        assert str(batch.outcomes["llm"][1]) == "judge_unreachable"
        assert reward([RIGHT, WRONG, RIGHT], reference_answer=["is 4 in"] * 3)[1] is None


def test_more_than_half_unscored_raises_through_the_reward():
    with FakeJudge("pass", faults=1.0, kinds=["503"]) as server:
        reward = graders.load_reward(REWARD, settings(server, max_attempts=1))
        with pytest.raises(JudgeError, match="3 of 3"):
            reward.evaluate([RIGHT] * 2 + [WRONG], reference_answer=["is 4 in", "a", "b"])


def test_the_best_of_several_references_counts():
    with FakeJudge() as server:
        reward = graders.load_reward(REWARD, settings(server))
        batch = reward.evaluate([RIGHT, WRONG], reference_answer=[["is 9 in", "is 4 in"], ["is 9 in", "is 4 in"]])
    assert batch.components["llm"].tolist() == [1.0, 0.0]


def test_no_endpoint_fails_at_construction_with_what_is_missing(monkeypatch):
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(DefinitionError) as raised:
        graders.load_reward(REWARD)
    assert [mistake.path for mistake in raised.value.mistakes] == ["judge.base_url", "judge.model"]
    assert "GRADERS_JUDGE_BASE_URL" in str(raised.value)
    assert "JudgeSettings(base_url=..., model=...)" in str(raised.value)
    with pytest.raises(DefinitionError, match=r"judge\.model"):
        graders.load_reward(REWARD, Settings(judge=JudgeSettings(base_url="http://127.0.0.1:9/v1")))


def test_openai_variables_are_the_last_resort(monkeypatch):
    with FakeJudge(api_key="sk-env") as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-env")
        reward = graders.load_reward(REWARD, Settings(judge=JudgeSettings(model="fake-judge")))
        assert reward([RIGHT], reference_answer=["is 4 in"]) == [1.0]
        monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "wrong")
        given = Settings(judge=JudgeSettings(base_url=server.base_url, model="fake-judge", api_key="sk-env"))
        assert graders.load_reward(REWARD, given)([RIGHT], reference_answer=["is 4 in"]) == [1.0]


def test_settings_come_from_the_environment():
    read = Settings.from_env(
        {
            "GRADERS_JUDGE_BASE_URL": "http://judge/v1",
            "GRADERS_JUDGE_MODEL": "m",
            "GRADERS_JUDGE_CONCURRENCY": "7",
            "GRADERS_JUDGE_API_KEY": "sk-secret",
            "GRADERS_JUDGE_CRITERIA": "is short; is right",
            "GRADERS_JUDGE_CRITERIA_WEIGHTS": "1;3",
            "GRADERS_JUDGE_MAX_COST": "2.5",
            "GRADERS_JUDGE_INPUT_PRICE": "0.1",
        }
    ).judge
    assert (read.concurrency, read.criteria, read.criteria_weights, read.max_cost) == (
        7,
        ("is short", "is right"),
        (1, 3),
        2.5,
    )
    assert "sk-secret" not in repr(read) + str(read) + str(read.model_dump())


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"base_url": "judge:8000"}, "base_url"),
        ({"concurrency": 0}, "concurrency"),
        ({"max_cost": 1}, "input_price"),
        ({"criteria": ("a",), "criteria_weights": (1, 2)}, "criteria_weights"),
        ({"labels": ("pass", "PASS")}, "labels"),
        ({"criteria": ("a",), "labels": ("bad", "good")}, "labels"),
        ({"concurency": 3}, "concurrency"),
        ({"attempt_timeout": float("inf")}, "attempt_timeout"),
    ],
)
def test_settings_that_can_not_work_are_refused(wrong, word):
    with pytest.raises(DefinitionError, match=word):
        JudgeSettings(**wrong)


def test_paths_may_be_paths(tmp_path):
    read = JudgeSettings(cache_path=tmp_path / "c.db", records_path=str(tmp_path / "r.jsonl"))
    assert (read.cache_path, read.records_path) == (str(tmp_path / "c.db"), str(tmp_path / "r.jsonl"))


def test_a_missing_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(graders.MissingExtraError, match=r'pip install "reward-graders\[judge\]"'):
        graders.load_reward(REWARD, Settings(judge=JudgeSettings(base_url="http://x/v1", model="m")))


def test_two_llm_graders_with_settings_of_their_own():
    both = {"graders": [{"type": "llm"}, {"type": "llm"}]}
    with FakeJudge("pass") as lenient, FakeJudge("fail") as strict:
        other = JudgeSettings(base_url=strict.base_url, model="fake-judge")
        reward = graders.load_reward(both, settings(lenient).replace(components={"llm#2": other}))
        batch = reward.evaluate([RIGHT], reference_answer=["x"])
    assert {name: column.tolist() for name, column in batch.components.items()} == {
        "format": [1.0],
        "llm": [1.0],
        "llm#2": [0.0],
    }


def test_criteria_and_labels_give_shares():
    with FakeJudge("so so") as server:
        reward = graders.load_reward(REWARD, settings(server, labels=("bad", "so so", "good")))
        batch = reward.evaluate([RIGHT], reference_answer=["x"])
    assert batch.components["llm"].tolist() == [0.5]
    assert str(batch.outcomes["llm"][0]) == "graded"


def test_explain_shows_messages_and_verdict_and_asks_once():
    with FakeJudge() as server:
        explanation = graders.load_reward(REWARD, settings(server)).explain(RIGHT, "is 4 in", prompt="How many?")
        assert server.calls == 1
    assert "fake: pass" in str(explanation)
    assert "How many?" in json.dumps(explanation, default=str)


def test_a_reward_pickles_without_its_key_in_sight_and_says_its_judge():
    with FakeJudge(api_key="sk-secret") as server:
        reward = graders.load_reward(REWARD, settings(server, api_key="sk-secret"))
        assert reward([RIGHT], reference_answer=["is 4 in"]) == [1.0]
        again = pickle.loads(pickle.dumps(reward))
        assert again([WRONG], reference_answer=["is 4 in"]) == [pytest.approx(0.1)]
    assert "model=fake-judge" in reward.signature()
    assert "sk-secret" not in reward.signature() + repr(reward)


def test_importing_the_judge_is_cheap():
    heavy = "[name for name in ('openai', 'asyncio', 'aiohttp') if name in sys.modules]"
    script = f"import sys, graders.judge, graders.vocabulary.errors; print({heavy})"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
