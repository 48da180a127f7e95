"""The adapters inside the trainers' own code, where it is installed: `make test-integrations`."""

import asyncio
import importlib.util
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

import graders
from tests.integrations.conftest import DEFINITION, GOOD

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def source(write):
    return str(write("reward.json", DEFINITION))


class TestVerl:
    """verl's loader of custom rewards, and its reward managers with a tokenizer of single bytes."""

    @pytest.fixture(scope="class")
    def ray(self):
        """A Ray of one core, for the manager whose function runs in the main thread of an actor."""
        pytest.importorskip("verl", reason="verl isn't installed")
        import ray

        ray.init(num_cpus=1, include_dashboard=False, logging_level="ERROR")
        yield ray
        ray.shutdown()

    class Bytes:
        pad_token_id = 0

        def decode(self, ids, skip_special_tokens):
            assert skip_special_tokens
            return bytes(int(one) for one in ids).decode()

    def manager(self, name, source, function):
        pytest.importorskip("verl", reason="verl isn't installed")
        from omegaconf import OmegaConf
        from verl.experimental.reward_loop.reward_manager import get_reward_manager_cls
        from verl.trainer.ppo.reward import get_custom_reward_fn

        custom = {"path": "pkg://graders.integrations.verl", "name": function, "reward_kwargs": {"definition": source}}
        config = OmegaConf.create(
            {
                "reward": {"custom_reward_function": custom, "num_workers": 1, "max_concurrent": 4, "timeout": 60.0},
                "data": {"reward_fn_key": "data_source"},
                "trainer": {"experiment_name": "x"},
                "algorithm": {"gdpo_reward_keys": ["format", "math_accuracy"]},
            }
        )
        return get_reward_manager_cls(name)(config, self.Bytes(), get_custom_reward_fn(config))

    def sample(self, text, reference):
        import numpy as np
        import torch
        from verl import DataProto

        response = torch.tensor([list(text.encode())])
        return DataProto.from_dict(
            tensors={"prompts": torch.ones(1, 2, dtype=torch.long), "responses": response,
                     "attention_mask": torch.ones(1, 2 + response.shape[1], dtype=torch.long)},
            non_tensors={"data_source": np.array(["sums"], dtype=object), "extra_info": np.array([{}], dtype=object),
                         "reward_model": np.array([{"ground_truth": reference}], dtype=object)})  # fmt: skip

    @pytest.mark.parametrize("function", ["compute_score", "compute_score_async"])
    @pytest.mark.parametrize("name", ["naive", "dapo", "gdpo", "rate_limited", "remote"])
    def test_managers(self, name, function, source, reward, rows, request):
        if (name, function) in {("rate_limited", "compute_score"), ("remote", "compute_score_async")}:
            pytest.skip("this manager takes the other function")
        if name == "remote":
            request.getfixturevalue("ray")
        texts, references, _ = rows
        expected = reward.evaluate(texts, references).rewards

        async def everything():
            manager = self.manager(name, source, function)
            return [await manager.run_single(self.sample(*pair)) for pair in zip(texts, references, strict=True)]

        given = asyncio.run(everything())
        assert [one["reward_score"] for one in given[:7]] == pytest.approx(expected[:7])
        assert given[7]["reward_extra_info"]["unscored"] == 1.0
        keys = {tuple(sorted(set(one["reward_extra_info"]) - {"acc"})) for one in given}
        assert len(keys) == 1


class TestVerifiers:
    """`Task.score` of a trace, with the reward as a method of the task."""

    def score(self, source, text, reference):
        vf = pytest.importorskip("verifiers.v1", reason="verifiers isn't installed")
        from verifiers.v1.graph import MessageNode
        from verifiers.v1.types import AssistantMessage

        from graders.integrations.verifiers import keyed_reward_for

        keyed = keyed_reward_for(source)

        class Data(vf.TaskData):
            answer: str = ""

        class Sums(vf.Task):
            @vf.reward
            async def graded(self, trace):
                return await keyed(self, trace)

        task = Sums(Data(idx=0, prompt="2 + 2?", answer=reference))
        node = MessageNode(message=AssistantMessage(content=text), sampled=True)
        trace = vf.Trace.model_construct(nodes=[node], rewards={}, metrics={}, root_reply=None)
        asyncio.run(task.score(trace))
        return trace

    def test_score(self, source, reward, rows):
        texts, references, _ = rows
        expected = reward.evaluate(texts, references, ["2 + 2?"] * 8).rewards
        for row in range(7):
            trace = self.score(source, texts[row], references[row])
            assert trace.reward == pytest.approx(expected[row])
            assert len(trace.rewards) == 3

    def test_an_unscored_sample_is_an_error_and_no_reward(self, source):
        vf = pytest.importorskip("verifiers.v1", reason="verifiers isn't installed")
        with pytest.raises(vf.TaskError, match="could not be scored"):
            self.score(source, GOOD.format(4), "n/a")


def test_skyrl_gym(source, reward, rows):
    skyrl_gym = pytest.importorskip("skyrl_gym", reason="skyrl-gym isn't installed")
    from skyrl_gym.envs import register

    register("graders", entry_point="graders.integrations.skyrl_gym:environment", kwargs={"definition": source})
    expected = reward.evaluate(*rows).rewards
    for row, (text, reference, prompt) in enumerate(zip(*rows, strict=True)):
        episode = skyrl_gym.make("graders", env_config={}, extras={"reward_spec": {"ground_truth": reference}})
        episode.init([{"role": "user", "content": prompt}])
        step = episode.step(text)
        assert step["done"]
        assert step["reward"] == pytest.approx(0.0 if row == 7 else expected[row])
        assert episode.get_metrics()["unscored"] == float(row == 7)
    with pytest.raises(graders.DataError, match="ground_truth"):
        skyrl_gym.make("graders", extras={})


class Words:
    """A tokenizer of single bytes, and an engine that answers with a text: what OpenRLHF's agent asks for."""

    def __init__(self, text=""):
        self.text = text

    def __call__(self, text, add_special_tokens, return_tensors):
        import torch

        assert (add_special_tokens, return_tensors) == (False, "pt")
        return {"input_ids": torch.tensor([list(text.encode())])}

    def decode(self, ids, skip_special_tokens):
        assert not skip_special_tokens
        return bytes(ids).decode()

    async def generate(self, prompt_ids, params, multi_modal_data=None):
        text = self.text + "<|im_end|>"
        output = SimpleNamespace(token_ids=list(text.encode()), text=text, finish_reason="stop", logprobs=None)
        return SimpleNamespace(outputs=[output])


class TestOpenRLHF:
    """Its own agent for single turns, with a reward file or a reward server, and what it makes of the answer."""

    @pytest.fixture
    def agent(self):
        pytest.importorskip("openrlhf", reason="openrlhf isn't installed")
        from openrlhf.utils.agent import SingleTurnAgentExecutor

        return SingleTurnAgentExecutor

    @pytest.fixture
    def file(self, source, tmp_path):
        path = tmp_path / "reward_func.py"
        path.write_text("from graders.integrations.openrlhf import reward_func_for\n"
                        f"reward_func = reward_func_for({json.dumps(source)})\n")  # fmt: skip
        return path

    @pytest.fixture
    def server(self, source):
        """The reward file's function behind HTTP, as docs/integrations/openrlhf.md has it."""
        from graders.integrations.openrlhf import answered, reward_func_for

        reward_func = reward_func_for(source)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(answered(reward_func, json.loads(body))).encode())

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        server.server_close()

    @pytest.mark.parametrize("where", ["file", "server"])
    def test_rewards(self, agent, where, request, reward, rows):
        executor = agent(str(request.getfixturevalue(where)))
        params = SimpleNamespace(max_tokens=1000, logprobs=None)

        async def everything():
            return await asyncio.gather(*(executor.execute(prompt, reference, params, 4096, Words(), Words(text))
                                          for text, reference, prompt in zip(*rows, strict=True)))  # fmt: skip

        import torch

        expected = reward.evaluate(*rows)
        for row, given in enumerate(asyncio.run(everything())):
            numbers = {"reward": given["reward"], "scores": given["scores"], **given["extra_logs"]}
            shaped = {name: torch.tensor([value]).flatten().tolist() for name, value in numbers.items()}
            wanted = 0.0 if row == 7 else expected.rewards[row]
            assert shaped["reward"] == shaped["scores"] == pytest.approx([wanted])
            assert shaped["unscored"] == [float(row == 7)]
            assert set(shaped) == {"reward", "scores", "unscored", *expected.components}


def test_openrlhf_reward_file(source, reward, rows, tmp_path):
    """As its agent does it: the file loaded by path, one sample a call, in threads, tensors out."""
    torch = pytest.importorskip("torch", reason="torch isn't installed")
    path = tmp_path / "reward_func.py"
    path.write_text("from graders.integrations.openrlhf import reward_func_for\n"
                    f"reward_func = reward_func_for({json.dumps(source)})\n")  # fmt: skip
    spec = importlib.util.spec_from_file_location("reward_func", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    async def fetched():
        calls = [asyncio.to_thread(module.reward_func, [prompt + text + "<|im_end|>"], [prompt], [reference])
                 for text, reference, prompt in zip(*rows, strict=True)]  # fmt: skip
        return await asyncio.gather(*calls)

    given = asyncio.run(fetched())
    expected = reward.evaluate(*rows).rewards
    for row, info in enumerate(given):
        assert isinstance(info["rewards"], torch.Tensor)
        assert float(info["rewards"][0]) == pytest.approx(0.0 if row == 7 else expected[row])
