"""Parts of a file: small, and joined as if they had never been cut."""

import pickle

import numpy as np
import pytest

import graders
from graders.offline.results.scored_part import GroupNumbers, ScoredPart, prompt_fingerprint

A = "<think>x</think><answer>{}</answer>".format


@pytest.fixture
def part():
    reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})

    def part(groups, prompts=(), errors=()):
        result = reward.evaluate([A("a")] * len(groups), ["a"] * len(groups))
        return ScoredPart.of(result, groups, [1] * len(groups), prompts, errors)

    return part


def numbers(*parts):
    counted = GroupNumbers()
    return [counted.of(part).tolist() for part in parts]


def test_a_group_goes_on_where_the_prompt_does(part):
    parts = [part([4, 4, 5], ["p", "p", "q"]), part([0, 1], ["q", "r"]), part([9], ["q"])]
    assert numbers(*parts) == [[0, 0, 1], [1, 2], [3]]


@pytest.mark.parametrize("prompts", [(None, None), ("p", None), (None, "p"), ("p", "q")])
def test_rows_without_a_prompt_never_go_on(part, prompts):
    """Group rows neither: they come as None."""
    assert numbers(part([0], [prompts[0]]), part([0], [prompts[1]])) == [[0], [1]]


def test_rows_that_cannot_be_read_part_no_group(part):
    """As within a part."""
    assert numbers(part([0], ["p"]), part([], [], ["line 2 is not valid JSON"]), part([0], ["p"])) == [[0], [], [0]]


def test_parts_are_joined(part):
    joined = ScoredPart.joined(
        [part([], [], ["line 1"]), part([0, 0], ["p", "p"]), part([3, 4], ["p", "q"], ["line 4"])]
    )
    assert joined.block.groups.tolist() == [0, 0, 0, 1]
    assert joined.block.values.shape == (2, 4)
    assert joined.labels.tolist() == [1] * 4
    assert (joined.errors, joined.first_error) == (2, "line 1")
    assert (joined.first_prompt, joined.last_prompt) == (prompt_fingerprint("p"), prompt_fingerprint("q"))
    assert len(ScoredPart.joined([part([])]).block) == 0


def test_a_part_pickles_small(part):
    """About 40 bytes a row with two components, and no text."""
    made = part(list(range(1000)))
    again = pickle.loads(pickle.dumps(made))
    assert np.array_equal(again.block.values, made.block.values)
    assert len(pickle.dumps(made)) < 50 * 1000


def test_prompts_are_told_apart():
    """A string from a conversation, and lone surrogates do no harm."""
    prompts = ["p", [{"role": "user", "content": "p"}], "\ud800", ["p"], 1]
    assert len({prompt_fingerprint(prompt) for prompt in prompts}) == len(prompts)
    assert prompt_fingerprint(None) is None
