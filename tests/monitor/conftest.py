"""Rows of a step without a reward, for detectors that are asked alone."""

import numpy as np
import pytest

from graders.completion.parse import parse
from graders.monitor.step_rows import StepRows


def step_rows(step, rewards, *, answers=None, references=None, values=None, codes=None, size=8, texts=None):
    """Groups of so many rows, each with a prompt of its own."""
    rewards = np.array(rewards, dtype=np.float64)
    answers = answers or [f"{step} {row}" for row in range(len(rewards))]
    texts = texts or [f"<think>work {step} {row}</think><answer>{one}</answer>" for row, one in enumerate(answers)]
    values = np.array([np.ones(len(rewards)), rewards] if values is None else values, dtype=np.float64)
    names = ["format", "one", "other"][: len(values)]
    codes = np.array(np.where(np.isnan(values), 0, 2) if codes is None else codes, dtype=np.int8)
    numbers = np.arange(len(rewards)) // size
    prompts = [f"question {step} {number}" for number in numbers]
    references = references or [(f"reference {step} {number}",) for number in numbers]
    return StepRows(step, names, [parse(text) for text in texts], prompts, references, numbers, rewards, values, codes)


@pytest.fixture
def rng():
    """Seeded."""
    return np.random.default_rng(0)
