"""OpenRLHF: a reward file for ``--remote_rm_url``, in two lines.

from graders.integrations.openrlhf import reward_func_for
reward_func = reward_func_for("reward.json")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graders.completion.end_tokens import without_end_tokens
from graders.integrations.microbatch import RewardSource, engine_for

RewardFunc = Callable[[Sequence[str], Sequence[str], Sequence[Any]], dict[str, Any]]


def reward_func_for(source: RewardSource, settings: str | None = None, *, unscored: float | None = 0.0) -> RewardFunc:
    """The function that OpenRLHF looks for in a reward file, under the name ``reward_func``.

    Args:
        source: The reward, as `graders.load_reward` takes it.
        settings: A TOML file with settings; where None, ``GRADERS_*`` variables are read.
        unscored: What stands for a sample that could not be scored; None raises, which OpenRLHF logs at INFO and
            takes as no reward.

    Returns:
        A function of queries, prompts and labels that gives ``rewards``, ``scores`` and ``extra_logs``: tensors
        where torch is installed, else lists.

    >>> reward_func = reward_func_for({"graders": [{"type": "math_accuracy"}]})
    >>> given = reward_func(["2 + 2?<think>x</think><answer>4</answer><|im_end|>"], ["2 + 2?"], ["4"])
    >>> [float(reward) for reward in given["rewards"]]
    [1.0]
    """

    def reward_func(queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any]) -> dict[str, Any]:
        engine = engine_for(source, settings)
        completions = [completion_of(query, prompt) for query, prompt in zip(queries, prompts, strict=True)]
        if len(completions) == 1:
            scored = [engine.score(completions[0], labels[0], prompts[0])]
        else:
            scored = engine.score_all(list(completions), list(labels), list(prompts))
        flat = [one.flat(unscored) for one in scored]
        columns = {key: _column([row[key] for row in flat]) for key in flat[0]} if flat else {}
        rewards = columns.pop("score", _column([]))
        return {"rewards": rewards, "scores": rewards, "extra_logs": columns}

    return reward_func


def answered(reward_func: RewardFunc, request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a request of OpenRLHF's to a reward server, where ``--remote_rm_url`` is no file but an address.

    Args:
        reward_func: What `reward_func_for` gives.
        request: Its ``query``, ``prompts`` and ``labels``, each a list.

    Returns:
        What `reward_func` gives, as JSON has it; numbers for a single sample, as the agent that asks puts each into
        a tensor.

    >>> reward_func = reward_func_for({"graders": [{"type": "math_accuracy"}]})
    >>> one = {"query": ["2 + 2?<think>x</think><answer>4</answer>"], "prompts": ["2 + 2?"], "labels": ["4"]}
    >>> answered(reward_func, one)["rewards"]
    1.0
    """
    given = reward_func(request["query"], request["prompts"], request["labels"])
    columns = {name: _plain(given[name]) for name in ("rewards", "scores")}
    return {**columns, "extra_logs": {name: _plain(column) for name, column in given["extra_logs"].items()}}


def completion_of(query: str, prompt: str) -> str:
    """The completion in a query: what stands behind the prompt, without the tokens that end its turn.

    >>> completion_of("Q: 1?<answer>1</answer></s>", "Q: 1?")
    '<answer>1</answer>'
    """
    text = query[len(prompt) :] if query.startswith(prompt) else query.rpartition(prompt)[2] if prompt else query
    return without_end_tokens(text)


def _plain(column: Any) -> Any:
    """A column as JSON has it: its only number, or a list of them."""
    values = column if isinstance(column, list) else column.tolist()
    return values[0] if len(values) == 1 else values


def _column(values: list[float]) -> Any:
    """Numbers as a tensor where torch is installed."""
    try:
        import torch
    except ImportError:
        return values
    return torch.tensor(values, dtype=torch.float32)
