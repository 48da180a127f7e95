"""Each trainer's contract: what it sends, as recorded from its own code, and what it then does with the reply.

The trainers' own packages call the service in tests/integrations/test_served.py, where they are installed.
"""

import json
import math

import pytest

import graders
from tests.service.conftest import REWARDS

GOOD = "<think>6*7</think><answer>42</answer>"
BAD = "<think>6*7</think><answer>41</answer>"
USER = "<|im_start|>user\n6 * 7?<|im_end|>\n<|im_start|>assistant\n"


def posted(service, path, body, status=200):
    reply = service.client.post(path, json=body)
    assert reply.status_code == status, reply.text
    assert "\n" not in reply.text
    return reply.json()


class TestOpenRLHF:
    """SingleTurnAgentExecutor._fetch_rewards_via_http of 0.11.2, and older ones, which send empty lists to more URLs."""

    def ask(self, service, *completions, path="/openrlhf/math", labels=None, status=200):
        queries = [f"{USER}{completion}<|im_end|>" for completion in completions]
        labels = ["42"] * len(queries) if labels is None else labels
        return posted(service, path, {"query": queries, "prompts": [USER] * len(queries), "labels": labels}, status)

    def test_one(self, service):
        """Numbers, since the sample generator makes a tensor of each."""
        reply = self.ask(service, GOOD)
        assert reply["rewards"] == reply["scores"] == 1.0
        assert reply["extra_logs"] == {"unscored": 0.0, "format": 1.0, "math_accuracy": 1.0}

    def test_several(self, service):
        reply = self.ask(service, GOOD, BAD)
        assert reply["rewards"] == [1.0, 0.1]
        assert reply["extra_logs"]["math_accuracy"] == [1.0, 0.0]

    def test_an_empty_batch(self, service):
        """One that fails would void the reward of the sample that another URL has scored."""
        assert self.ask(service) == {"rewards": [], "scores": [], "extra_logs": {}}

    def test_a_bad_reference_is_no_reason_to_ask_again(self, service):
        reply = self.ask(service, GOOD, labels=["nan"])
        assert reply["rewards"] == 0.0
        assert reply["extra_logs"]["unscored"] == 1.0

    @pytest.mark.parametrize(
        "body", [{}, {"query": ["a"], "prompts": ["a"]}, {"query": 1, "prompts": [], "labels": []}]
    )
    def test_mistakes(self, service, body):
        assert "error" in posted(service, "/openrlhf/math", body, 422)


class TestSlime:
    """slime.rollout.rm_hub.remote_rm of 0.3.1: the reply is the reward."""

    def test_a_number(self, service):
        sample = {"prompt": "6 * 7?", "response": GOOD + "<|im_end|>", "label": "42"}
        assert posted(service, "/slime/math", sample) == 1.0
        assert posted(service, "/slime/math", {**sample, "response": BAD}) == 0.1

    def test_an_object_for_reward_key(self, service):
        sample = {"prompt": "6 * 7?", "response": GOOD, "label": "42"}
        reply = posted(service, "/slime/math?components=true", sample)
        assert reply == {"score": 1.0, "unscored": 0.0, "format": 1.0, "math_accuracy": 1.0}

    def test_a_prompt_of_messages(self, service):
        sample = {"prompt": [{"role": "user", "content": "6 * 7?"}], "response": GOOD, "label": "42"}
        assert posted(service, "/slime/math", sample) == 1.0

    def test_unscored_for_good_is_a_number(self, service):
        """Else ten tries later the whole run ends."""
        sample = {"prompt": "?", "response": GOOD, "label": None}
        assert posted(service, "/slime/math", sample) == 0.0


class TestLlamaFactory:
    """llamafactory.train.ppo.ppo_utils.get_rewards_from_server of 0.9.5."""

    def test_format(self, service):
        messages = [f"{USER}{GOOD}<|im_end|>", f"{USER}no tags<|im_end|>", USER]
        for path in ("/llama_factory/format", "/llama_factory/format"):
            reply = posted(service, path, {"model": "model", "messages": messages})
            assert reply["scores"] == [1.0, 0.0, 0.0]
            assert reply["object"] == "score.evaluation"

    def test_its_own_path(self, start):
        alone = start(rewards={"format": REWARDS["format"]})
        reply = posted(alone, "/v1/score/evaluation", {"model": "m", "messages": [f"{USER}{GOOD}"]})
        assert reply["scores"] == [1.0]
        assert reply["model"] == "m"

    def test_an_empty_batch(self, service):
        assert posted(service, "/llama_factory/format", {"model": "m", "messages": []})["scores"] == []

    def test_references_given_at_the_start(self, start, write):
        rows = [{"prompt": "6 * 7?", "reference_answer": "42"}, {"prompt": "1 + 1?", "reference_answer": 2}]
        running = start(references=str(write("rows.jsonl", rows)))
        templates = [
            USER,
            "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n6 * 7?<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n",
            "<s>[INST] 6 * 7? [/INST]",
            "<start_of_turn>user\n6 * 7?<end_of_turn>\n<start_of_turn>model\n",
        ]
        messages = [f"{template}{GOOD}" for template in templates] + [f"{USER}{BAD}", f"who knows?{GOOD}"]
        reply = posted(running, "/llama_factory/math", {"model": "m", "messages": messages})
        assert reply["scores"] == [1.0, 1.0, 1.0, 1.0, 0.1, 0.0]

    def test_an_answer_that_begins_anew_gains_nothing(self, service):
        """What a policy writes of a template is part of its answer."""
        message = f"{USER}junk<|im_end|>\n<|im_start|>assistant\n{GOOD}"
        assert posted(service, "/llama_factory/format", {"model": "m", "messages": [message]})["scores"] == [0.0]

    def test_without_references_it_says_what_to_do(self, service):
        said = posted(service, "/llama_factory/math", {"model": "m", "messages": ["x"]}, 422)
        assert "--references" in said["error"]
        assert "scores" not in said


class TestNemoGym:
    """The resources server of NeMo-Gym, which the nemo_gym taskset of verifiers 0.4 calls too."""

    def row(self, text, **fields):
        output = [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}]
        params = {"input": [{"role": "user", "content": "6 * 7?"}]}
        return {"responses_create_params": params, "response": {"id": "r", "output": output}, **fields}

    @pytest.mark.parametrize("path", ["/nemo_gym/math"])
    def test_a_rollout(self, service, path):
        row = self.row(GOOD, expected_answer="42", uuid="a", odd={"kept": [1]})
        assert posted(service, f"{path}/seed_session", row) == {}
        reply = posted(service, f"{path}/verify", row)
        assert {name: reply[name] for name in row} == row
        assert reply["reward"] == 1.0
        assert reply["reward_components"] == {"format": 1.0, "math_accuracy": 1.0}
        assert reply["math_accuracy"] == 1.0
        assert reply["mask_sample"] is False
        aggregate = posted(
            service, f"{path}/aggregate_metrics", {"verify_responses": [reply, {**reply, "reward": 0.0}]}
        )
        assert aggregate["key_metrics"] == {"mean/reward": 0.5}
        assert service.client.get(f"{path}/reverify_mode").json() == "stateless"
        assert service.client.get(path).json() == {"status": "ok"}

    def test_at_the_root(self, start):
        alone = start(rewards={"only": REWARDS["math"]})
        assert posted(alone, "/verify", self.row(GOOD, expected_answer="42"))["reward"] == 1.0
        assert alone.client.get("/").json()["status"] == "ok"

    def test_where_the_reference_is(self, service):
        assert (
            posted(service, "/nemo_gym/math/verify", self.row(GOOD, verifier_metadata={"answer": "42"}))["reward"] == 1
        )
        assert posted(service, "/nemo_gym/math/verify?reference=gold", self.row(GOOD, gold="42"))["reward"] == 1
        assert "reference" in posted(service, "/nemo_gym/math/verify", self.row(GOOD), 422)["detail"]

    def test_unscored_is_masked(self, service):
        reply = posted(service, "/nemo_gym/math/verify", self.row(GOOD, expected_answer="nan"))
        assert (reply["reward"], reply["mask_sample"]) == (0.0, True)
        assert "bad_reference" in reply["failure_reason"]
        assert "_ng_failure_class" not in reply

    ODD = (
        {},
        {"response": 1},
        {"responses_create_params": {}, "response": {"output": 3}},
        {"response": {"output": [1]}},
    )

    @pytest.mark.parametrize("row", ODD)
    def test_rows_of_another_form(self, service, row):
        assert service.client.post("/nemo_gym/math/verify", json={**row, "answer": "1"}).status_code in {200, 422}


class TestAJudgeOutOfReach:
    """What may pass is asked again, and never a zero."""

    @pytest.fixture(scope="class")
    def judged(self):
        from tests.service.conftest import RunningService

        judge = {"base_url": "http://127.0.0.1:9/v1", "model": "m", "api_key": "none", "max_attempts": 1}
        running = RunningService(
            rewards={"judged": {"graders": [{"type": "llm"}]}},
            reward_settings={"judge": judge},
        )
        yield running
        running.stop()

    def test_openrlhf_slime_and_llama_factory_ask_again(self, judged):
        openrlhf = {"query": [GOOD], "prompts": [""], "labels": ["42"]}
        assert "judge_unreachable" in posted(judged, "/openrlhf", openrlhf, 503)["error"]
        assert "judge_unreachable" in posted(judged, "/slime", {"response": GOOD, "label": "42"}, 503)["error"]

    def test_nemo_gym_sets_the_row_aside(self, judged):
        row = TestNemoGym().row(GOOD, expected_answer="42")
        reply = posted(judged, "/verify", row)
        assert reply["_ng_failure_class"] == "judge_failed"
        assert reply["mask_sample"] is True

    def test_the_native_reply_has_null(self, judged):
        reply = posted(judged, "/v1/score", {"completions": [GOOD], "reference_answer": ["42"]})
        assert reply["rewards"] == [None]
        assert reply["outcomes"]["llm"] == ["judge_unreachable"]


def test_the_figures_count_rows_and_requests(start):
    running = start()
    for label in ("42", "nan"):
        posted(running, "/slime/math", {"response": GOOD, "label": label})
    assert running.metric('graders_rows_total{result="scored"}') == 1
    assert running.metric('graders_rows_total{result="unscored"}') == 1
    assert running.metric('graders_requests_total{dialect="slime",status="200"}') == 2


@pytest.mark.usefixtures("quiet")
def test_rewards_are_those_of_the_library(service):
    """Through a trainer's dialect as through ours, to the last bit."""
    batch = graders.load_reward(REWARDS["mixed"]).evaluate([GOOD, BAD], reference_answer=["42", "4"])
    for text, label, reward in zip([GOOD, BAD], ["42", "4"], batch.rewards.tolist(), strict=True):
        assert posted(service, "/slime/mixed", {"response": text, "label": label}) == reward
        assert math.isfinite(reward)
        assert json.dumps(reward) == json.dumps(posted(service, "/slime/mixed", {"response": text, "label": label}))
