"""What the tests of trainers share."""

import pytest

import graders

DEFINITION = {
    "format_reward_weight": 0.2,
    "graders": [
        {"type": "math_accuracy", "weight": 0.6},
        {"type": "string_check", "operation": "equals", "weight": 0.2},
    ],
}
GOOD = "<think>x</think><answer>{}</answer>"


@pytest.fixture
def reward():
    return graders.load_reward(DEFINITION)


@pytest.fixture
def rows():
    """Completions, references and prompts of two groups: right, another form, wrong, malformed; and a bad reference."""
    completions = [GOOD.format(4), GOOD.format("4.0"), GOOD.format(5), "4"] * 2
    return completions, ["4"] * 4 + ["5", "5", "5", ""], ["2 + 2?"] * 4 + ["2 + 3?"] * 4
