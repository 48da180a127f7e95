"""Scoring over HTTP gives the very floats that scoring in process gives, or says what is wrong."""

import json
import os
import signal
import warnings

import numpy as np
import pytest

import graders
from graders.testing import FakeJudge
from graders.testing.fake_judge import RawContent
from tests.service.conftest import REWARDS

ANSWERS = [("1/2", "0.5"), ("x^2-1", "(x-1)(x+1)"), ("\\sqrt{8}", "2\\sqrt{2}"), ("Paris", "paris"), ("7", "8")]
COMPLETIONS = [f"<think>so</think><answer>{answer}</answer>" for answer, _ in ANSWERS]
COMPLETIONS += [
    "no tags at all",
    "",
    "<answer>2</answer>",
    "<think>a</think><answer>3</answer> and more",
    "\ud800 é 💥",
]
REFERENCES = [reference for _, reference in ANSWERS] + ["1", "2", "2", "3", "nan"]


def in_process(definition, completions, references, prompts=None):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", graders.GradersWarning)
        batch = graders.load_reward(definition).evaluate(completions, reference_answer=references, prompts=prompts)
        return [None if np.isnan(reward) else reward for reward in batch.rewards.tolist()], batch


@pytest.mark.parametrize("times", [1, 400], ids=["few", "a large batch"])
@pytest.mark.parametrize("name", REWARDS)
def test_a_batch_is_bit_equal(service, name, times):
    completions, references = COMPLETIONS * times, REFERENCES * times
    reply = service.score(reward=name, completions=completions, reference_answer=references)
    expected, batch = in_process(REWARDS[name], completions, references)
    assert reply["rewards"] == expected
    assert reply["outcomes"] == {name: [str(code) for code in codes] for name, codes in batch.outcomes.items()}
    assert reply["weights"] == batch.weights


@pytest.mark.parametrize("row", range(len(COMPLETIONS)))
@pytest.mark.parametrize("name", REWARDS)
def test_a_single_is_bit_equal(service, name, row):
    one = [COMPLETIONS[row]], [REFERENCES[row]]
    reply = service.score(reward=name, completions=one[0], reference_answer=one[1])
    assert reply["rewards"] == in_process(REWARDS[name], *one)[0]


def test_what_only_sympy_decides_is_decided(service):
    """A single that the front process leaves open goes to a worker."""
    answer, reference = "\\int_0^1 x^2 e^x dx", "e-2"
    reply = service.score(
        reward="math", completions=[f"<think>a</think><answer>{answer}</answer>"], reference_answer=[reference]
    )
    assert (
        reply["rewards"] == in_process(REWARDS["math"], [f"<think>a</think><answer>{answer}</answer>"], [reference])[0]
    )


def test_a_definition_in_the_request(service):
    definition = {"format_reward_weight": 0.25, "graders": [{"type": "math_accuracy", "weight": 0.75}]}
    reply = service.score(reward=definition, completions=COMPLETIONS, reference_answer=REFERENCES)
    assert reply["rewards"] == in_process(definition, COMPLETIONS, REFERENCES)[0]
    assert reply["weights"] == {"format": 0.25, "math_accuracy": 0.75}


def test_messages_prompts_and_several_references(service):
    message = [{"role": "user", "content": "?"}, {"role": "assistant", "content": "<think>a</think><answer>4</answer>"}]
    given = [message], [["5", "4"]], ["What is 2 + 2?"]
    fields = dict(zip(("completions", "reference_answer", "prompts"), given, strict=True))
    assert service.score(reward="math", **fields)["rewards"] == in_process(REWARDS["math"], *given)[0] == [1.0]


def test_an_explanation_is_that_of_the_library(service):
    fields = {"completions": COMPLETIONS[:3], "reference_answer": REFERENCES[:3]}
    told = service.score(reward="math", explain=True, **fields)["explanations"]
    reward = graders.load_reward(REWARDS["math"])
    expected = [reward.explain(*row) for row in zip(COMPLETIONS[:3], REFERENCES[:3], strict=True)]
    assert told == json.loads(json.dumps(expected, default=str))


def test_an_empty_batch(service):
    assert service.score(reward="math", completions=[], reference_answer=[])["rewards"] == []


REFUSED = {
    "no completions": ({"reward": "math"}, 422, "completions is missing"),
    "no such reward": ({"reward": "maths", "completions": []}, 404, "did you mean 'math'?"),
    "no reward named": ({"completions": []}, 422, "expected a definition or the name"),
    "a path": ({"reward": "/etc/passwd", "completions": []}, 404, "no reward named"),
    "no references": ({"reward": "math", "completions": ["x"]}, 422, "reference_answer is missing"),
    "lengths": ({"reward": "math", "completions": ["x"], "reference_answer": []}, 422, "0 rows, and completions has 1"),
    "a number": ({"reward": "math", "completions": [3], "reference_answer": ["1"]}, 422, "completions"),
    "a text": ({"reward": "math", "completions": "x"}, 422, "expected a list"),
    "unknown field": ({"reward": "math", "completions": [], "promts": []}, 422, "did you mean 'prompts'?"),
    "explain": ({"reward": "math", "completions": [], "explain": "yes"}, 422, "expected true or false"),
    "columns": ({"reward": "math", "completions": [], "columns": ["x"]}, 422, "expected an object of lists"),
    "a column": ({"reward": "math", "completions": [], "columns": {"rubrics": "x"}}, 422, "columns.rubrics: got"),
    "a known one": (
        {"reward": "math", "completions": [], "columns": {"prompts": []}},
        422,
        "beside columns, not in it",
    ),
    "its length": ({"reward": "math", "completions": [], "columns": {"a": [1]}}, 422, "columns.a: 1 rows"),
    "a list": ([1], 422, "expected an object"),
    "mistakes": ({"reward": {"graders": [{"type": "maths"}, {}]}, "completions": []}, 422, "2 mistakes"),
}


@pytest.mark.parametrize(("body", "status", "words"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("padding", [0, 1 << 17], ids=["small", "large"])
def test_refused_with_words(service, body, status, words, padding):
    """The same, whether the front process reads the body or a worker does."""
    reply = service.client.post("/v1/score", content=json.dumps(body).encode() + b" " * padding)
    assert reply.status_code == status
    assert words in reply.json()["error"]["message"]


def test_all_mistakes_of_a_definition_at_once(service):
    bad = {"graders": [{"type": "maths"}, {"type": "string_check"}, {"type": "text_similarity", "operation": "blue"}]}
    reply = service.client.post("/v1/rewards/validate", json=bad).json()
    assert not reply["valid"]
    assert [one["path"] for one in reply["mistakes"]] == [
        "graders[0].type",
        "graders[1].operation",
        "graders[2].operation",
    ]


def test_a_valid_definition_with_its_warnings(service):
    """Said again each time, though Python says a warning once."""
    gameable = {"graders": [{"type": "string_check", "operation": "contains"}]}
    for _ in range(2):
        reply = service.client.post("/v1/rewards/validate", json=gameable).json()
        assert reply["valid"]
        assert any("contains" in warning for warning in reply["warnings"])


def test_an_llm_reward_without_a_judge_is_refused(service):
    """And a judge's address in the request is none of the server's business."""
    asked = {"graders": [{"type": "llm", "prompt": "good?", "endpoint": "http://127.0.0.1:1", "api_key": "x"}]}
    reply = service.client.post("/v1/score", json={"reward": asked, "completions": ["x"], "reference_answer": ["x"]})
    assert reply.status_code == 422


def test_what_is_served(service):
    told = {one["name"]: one for one in service.client.get("/v1/rewards").json()["rewards"]}
    assert set(told) == set(REWARDS)
    reward = graders.load_reward(REWARDS["math"])
    assert told["math"]["signature"] == reward.signature()
    assert told["math"]["weights"] == reward.weights


def test_a_deadline(start):
    """One that passes while a worker has the rows is a 504, one that is none a 422."""
    running = start()
    fields = {"reward": "math", "completions": COMPLETIONS * 1500, "reference_answer": REFERENCES * 1500}
    none = running.client.post("/v1/score", json=fields, headers={"Graders-Deadline": "soon"})
    assert none.status_code == 422
    for worker in running.workers():
        os.kill(worker, signal.SIGSTOP)  # so that the answer is late for certain
    late = running.client.post("/v1/score", json=fields, headers={"Graders-Deadline": "0.1"})
    assert late.status_code == 504


def test_too_many_rows(start):
    small = start(rows=3)
    for count, status in ((3, 200), (4, 413)):
        fields = {"reward": "format", "completions": ["x"] * count}
        assert small.client.post("/v1/score", json=fields).status_code == status
        padded = json.dumps(fields).encode() + b" " * (1 << 17)
        assert small.client.post("/v1/score", content=padded).status_code == status


def test_one_reward_needs_no_name(start):
    alone = start(rewards={"only": REWARDS["string"]})
    assert alone.score(completions=COMPLETIONS[:1], reference_answer=["1/2"])["rewards"] == [1.0]


@pytest.mark.parametrize("explain", [False, True])
@pytest.mark.parametrize("padding", [0, 1 << 17], ids=["small", "large"])
def test_a_judge_reads_the_criteria_of_each_row(start, explain, padding):
    """By a column of the request, as a trainer's call passes it."""
    with FakeJudge(by_first_word, models=("m",)) as judge:
        at = {"base_url": judge.base_url, "model": "m", "api_key": "none", "criteria_column": "rubrics"}
        running = start(rewards={"judged": {"graders": [{"type": "llm"}]}}, reward_settings={"judge": at})
        rubrics = [["pass one", "fail one"], ["pass one"], ["fail one"]]
        body = {"completions": ["<think>x</think><answer>y</answer>"] * 3, "columns": {"rubrics": rubrics}}
        content = json.dumps({**body, "explain": explain}).encode() + b" " * padding
        reply = running.client.post("/v1/score", content=content).json()
    assert reply["components"]["llm"] == [0.5, 1.0, 0.0]
    assert ("explanations" in reply) is explain


def by_first_word(asked):
    """Meets a criterion that begins with ``pass``."""
    listed = [line.split() for line in asked.body["messages"][-1]["content"].splitlines() if line[:1] == "c"]
    met = {line[0].rstrip(":"): line[1] for line in listed if line[0].endswith(":")}
    return RawContent(json.dumps({"reason": "r", "verdict": met}))
