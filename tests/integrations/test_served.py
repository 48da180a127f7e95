"""The service called by the trainers' own code, where it is installed: `make test-integrations`."""

import asyncio
import json

import pytest

pytest.importorskip("httpx", reason="the tests' own client isn't installed")

from tests.service.conftest import KEY, RunningService

pytestmark = pytest.mark.filterwarnings("ignore")

GOOD, BAD = "<think>6*7</think><answer>42</answer>", "<think>6*7</think><answer>41</answer>"


@pytest.fixture(scope="module")
def service():
    pytest.importorskip("uvicorn", reason="the extra serve isn't installed")
    running = RunningService()
    yield running
    running.stop()


class TestOpenRLHF:
    """`SingleTurnAgentExecutor`, which `--reward.remote_url` makes ask for each sample."""

    def fetched(self, urls, *completions):
        pytest.importorskip("openrlhf", reason="openrlhf isn't installed")
        from openrlhf.utils.agent import SingleTurnAgentExecutor

        executor = SingleTurnAgentExecutor(urls)
        queries = [f"6 * 7?{completion}<|im_end|>" for completion in completions]
        count = len(queries)
        return asyncio.run(executor._fetch_rewards_via_http(queries, ["6 * 7?"] * count, ["42"] * count))

    def test_one_sample_and_two_urls(self, service):
        url = f"http://any:{KEY}@127.0.0.1:{service.port}/openrlhf/math"
        (reply,) = self.fetched([url, url], GOOD)[:1]
        assert reply["rewards"] == 1.0
        assert reply["extra_logs"]["math_accuracy"] == 1.0

    def test_several_samples_are_split_between_two_urls(self, service):
        url = f"http://any:{KEY}@127.0.0.1:{service.port}/openrlhf/math"
        replies = self.fetched([url, url], GOOD, BAD)
        assert [reply["rewards"] for reply in replies] == [1.0, 0.1]


class TestVerifiers:
    """The nemo_gym taskset of verifiers, with ``resources_url``."""

    @pytest.mark.parametrize(("text", "reward"), [(GOOD, 1.0), (BAD, 0.1)])
    def test_a_task_is_set_up_and_verified(self, service, write, text, reward):
        vf = pytest.importorskip("verifiers.v1", reason="verifiers isn't installed")
        from verifiers.v1.graph import MessageNode
        from verifiers.v1.tasksets.nemo_gym.taskset import NeMoGymConfig, NeMoGymTaskset
        from verifiers.v1.tasksets.nemo_gym.toolset import NeMoGymState
        from verifiers.v1.trace import AgentInfo, Trace, TraceTask

        params = {"input": [{"role": "user", "content": "6 * 7?"}], "model": "m"}
        path = write("rows.jsonl", json.dumps({"responses_create_params": params, "expected_answer": "42"}) + "\n")
        config = {
            "dataset": path,
            "task": {"resources_url": f"{service.url}/nemo_gym/math", "headers": {"Authorization": f"Bearer {KEY}"}},
        }
        task = next(iter(NeMoGymTaskset(NeMoGymConfig(**config)).load()))
        trace = Trace(
            task=TraceTask(type="NeMoGymTask", data=task.data, key=task.key, hash=task.hash),
            state=NeMoGymState(),
            agent=AgentInfo(config=vf.AgentConfig(), name="test", trainable=False),
        )
        trace.nodes.append(MessageNode(message=vf.UserMessage(content="6 * 7?")))
        trace.nodes.append(MessageNode(parent=0, message=vf.AssistantMessage(content=text), sampled=True))
        asyncio.run(task.setup(trace, None))
        assert asyncio.run(task.nemo_gym(trace)) == reward
        assert trace.info["nemo_gym"]["reward_components"]["format"] == 1.0
        assert trace.metrics["format"] == 1.0
