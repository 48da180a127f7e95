"""Each adapter gives what `evaluate` gives, in the shape that its trainer takes (as the trainers' sources have it)."""

import asyncio
import json
from types import SimpleNamespace

import numpy as np
import pytest

import graders
from graders.integrations import ms_swift, nemo_gym, openrlhf, slime, verifiers, verl
from tests.integrations.conftest import DEFINITION

pytestmark = pytest.mark.filterwarnings("ignore::graders.GradersWarning")
SOURCE = json.dumps(DEFINITION)


@pytest.fixture
def expected(reward, rows):
    """The reward of each row, 0.0 where unscored: what the adapters give by default to trainers of floats."""
    return np.nan_to_num(reward.evaluate(*rows).rewards).tolist()


def verl_scores(rows, **more):
    return [verl.compute_score("any", text, reference, {"question": prompt}, definition=SOURCE, **more)
            for text, reference, prompt in zip(*rows, strict=True)]  # fmt: skip


def verl_scores_async(rows):
    async def all_at_once():
        return await asyncio.gather(*(
            verl.compute_score_async("any", text, reference, {"question": prompt}, definition=SOURCE, router=None)
            for text, reference, prompt in zip(*rows, strict=True)
        ))  # fmt: skip

    return asyncio.run(all_at_once())


def test_verl(rows, expected):
    scores = verl_scores(rows)
    assert [score["score"] for score in scores] == expected
    assert verl_scores_async(rows) == scores
    assert {tuple(score) for score in scores} == {
        ("score", "unscored", "format", "math_accuracy", "string_check:equals")
    }
    assert [score["unscored"] for score in scores] == [0.0] * 7 + [1.0]
    assert all(type(value) is float for score in scores for value in score.values())


def test_what_an_unscored_sample_gives_is_settable_and_logged(rows, caplog):
    assert verl_scores(rows, unscored=0.5)[7]["score"] == 0.5
    assert "the trainer takes only numbers and gets 0.5" in caplog.text
    with pytest.raises(graders.UnscoredError, match=r"math_accuracy: bad_reference.*unscored= is None"):
        verl_scores(rows, unscored=None)


def test_openrlhf_one_a_call_and_in_a_batch(rows, expected):
    reward_func = openrlhf.reward_func_for(SOURCE)
    queries = [f"<|im_start|>{prompt}{text}<|im_end|>" for text, _, prompt in zip(*rows, strict=True)]
    prompts = [f"<|im_start|>{prompt}" for prompt in rows[2]]
    given = reward_func(queries, prompts, rows[1])
    assert [float(one) for one in given["rewards"]] == pytest.approx(expected)
    assert [float(one) for one in given["extra_logs"]["unscored"]] == [0.0] * 7 + [1.0]
    for row in range(8):
        alone = reward_func(queries[row : row + 1], prompts[row : row + 1], rows[1][row : row + 1])
        assert float(alone["scores"][0]) == pytest.approx(expected[row])


@pytest.mark.parametrize(
    ("query", "prompt", "completion"),
    [
        ("Q?<answer>1</answer></s>", "Q?", "<answer>1</answer>"),
        ("<bos>Q?<answer>1</answer><|eot_id|>\n<|endoftext|>", "Q?", "<answer>1</answer>"),
        ("<answer>1</answer>", "", "<answer>1</answer>"),
        ("no prompt in it", "Q?", "no prompt in it"),
    ],
)
def test_openrlhf_completions(query, prompt, completion):
    assert openrlhf.completion_of(query, prompt) == completion


def test_slime(rows, expected):
    reward = slime.reward_for(SOURCE)
    samples = [SimpleNamespace(response=text, label=reference, prompt=prompt)
               for text, reference, prompt in zip(*rows, strict=True)]  # fmt: skip
    several = asyncio.run(reward(None, samples))
    assert [one["score"] for one in several] == expected
    assert asyncio.run(reward(None, samples[0], evaluation=True)) == several[0]


def test_ms_swift(rows, reward):
    orm = ms_swift.orm_for(SOURCE)(args=None)
    messages = [[{"role": "user", "content": prompt}] for prompt in rows[2]]
    given = orm(rows[0], reference_answer=rows[1], messages=messages, trainer_state=None)
    assert given == reward(rows[0], rows[2], reference_answer=rows[1])
    assert given[7] is None


def test_verifiers(rows, reward, expected):
    graded = verifiers.keyed_reward_for(SOURCE)
    for row, (text, reference, prompt) in enumerate(zip(*rows, strict=True)):
        task = SimpleNamespace(data=SimpleNamespace(answer=reference, prompt=prompt))
        trace = SimpleNamespace(last_reply=None, assistant_messages=[SimpleNamespace(content=text)])
        if row == 7:
            with pytest.raises(graders.UnscoredError):
                asyncio.run(graded(task, trace))
            continue
        keyed = asyncio.run(graded(task, trace))
        assert list(keyed) == list(reward.weights)
        assert sum(keyed.values()) == pytest.approx(expected[row])


def test_nemo_gym(rows, reward, expected):
    verify = nemo_gym.verifier_for(SOURCE)
    for row, (text, reference, prompt) in enumerate(zip(*rows, strict=True)):
        body = {
            "responses_create_params": {"input": [{"role": "user", "content": prompt}]},
            "response": {"output": [{"type": "message", "role": "assistant",
                                     "content": [{"type": "output_text", "text": text}]}]},
            "expected_answer": reference,
        }  # fmt: skip
        answer = asyncio.run(verify(body))
        assert answer["reward"] == expected[row]
        assert answer["mask_sample"] == (row == 7)
        assert bool(answer["failure_reason"]) == (row == 7)
        assert list(answer["reward_components"]) == list(reward.weights)
        assert body.items() <= answer.items()


def test_skyrl_gym_says_what_is_missing():
    pytest.importorskip("click")
    from importlib.util import find_spec

    from graders.integrations.skyrl_gym import environment

    if find_spec("skyrl_gym") is not None:
        pytest.skip("skyrl-gym is installed: test_real_packages runs it")
    with pytest.raises(graders.MissingExtraError, match="skyrl"):
        environment(SOURCE, extras={"reward_spec": {"ground_truth": "4"}})


@pytest.mark.parametrize(
    "call",
    [
        {},
        {"data_sources": [1], "solution_strs": ["a"], "ground_truths": ["a"]},
        {"solution_str": "a"},
        {"ground_truth": "a"},
        {"completion": "a", "reference": "a"},
        {"solution_strs": ["a"], "ground_truth": "a"},
        {"solution_str": "a", "ground_truths": ["a"]},
        {"data_source": "x", "extra_info": {"ground_truth": "a"}},
        {"solution": "a", "ground_truth": "a"},
        {"solution_str": "a", "reward_model": {"ground_truth": "a"}},
        {"data_sources": ["x"], "extra_infos": [{}]},
    ],
)
def test_verl_refuses_a_call_without_its_arguments(call):
    """A manager of whole batches asks otherwise; a 0 for that would be made up."""
    with pytest.raises(TypeError, match="called without"):
        verl.compute_score(**call, definition=SOURCE)
    with pytest.raises(TypeError, match="called without"):
        asyncio.run(verl.compute_score_async(**call, definition=SOURCE))


ENDS = ["<|im_end|>", "<｜end▁of▁sentence｜>", "<|return|>", "<|eom_id|>\n", "[|endofturn|]", "<|eot_id|>", "</s>",
        "<end_of_turn>", "<|endoftext|>", "<|im_end|>\n<|endoftext|>", "<|im_end|>" * 3]  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_no_adapter_takes_an_end_token_for_text(end):
    """What a rollout kept costs no format, in whichever trainer."""
    text = "<think>x</think><answer>4</answer>"
    assert verl.compute_score("", text + end, "4", definition=SOURCE)["score"] == 1.0
    sample = SimpleNamespace(response=text + end, label="4", prompt="2 + 2?")
    assert asyncio.run(slime.reward_for(SOURCE)(None, sample))["score"] == 1.0
    given = openrlhf.reward_func_for(SOURCE)(["2 + 2?" + text + end], ["2 + 2?"], ["4"])
    assert float(given["rewards"][0]) == 1.0
    assert ms_swift.orm_for(SOURCE)()([text + end], reference_answer=["4"]) == [1.0]


def test_thoughts_that_stand_apart():
    """A reasoning parser's reply gets what its text would."""
    output = [
        {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "x"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "<answer>4</answer>"}]},
    ]
    body = {"responses_create_params": {"input": "2 + 2?"}, "response": {"output": output}, "expected_answer": "4"}
    assert asyncio.run(nemo_gym.verifier_for(SOURCE)(body))["reward"] == 1.0
    spoken = SimpleNamespace(content="<answer>4</answer>", reasoning_content="x")
    trace = SimpleNamespace(last_reply="<answer>4</answer>", assistant_messages=[spoken])
    task = SimpleNamespace(data=SimpleNamespace(answer="4", prompt="2 + 2?"))
    assert sum(asyncio.run(verifiers.keyed_reward_for(SOURCE)(task, trace)).values()) == pytest.approx(1)
