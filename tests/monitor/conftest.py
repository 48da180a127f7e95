"""Rows of a step without a reward, for detectors that are asked alone."""

import numpy as np
import pytest

from graders.completion.parse import parse
from graders.monitor.step_rows import StepRows


def step_rows(
    step,
    rewards,
    *,
    answers=None,
    references=None,
    values=None,
    codes=None,
    size=8,
    texts=None,
    names=("format", "one", "other"),
):
    """Groups of so many rows, each with a prompt of its own."""
    rewards = np.array(rewards, dtype=np.float64).tolist()
    answers = answers or [f"{step} {row}" for row in range(len(rewards))]
    texts = texts or [f"<think>work {step} {row}</think><answer>{one}</answer>" for row, one in enumerate(answers)]
    values = np.array([np.ones(len(rewards)), rewards] if values is None else values, dtype=np.float64)
    names = list(names[: len(values)])
    codes = np.where(np.isnan(values), 0, 2) if codes is None else np.array(codes)
    groups = [list(range(len(rewards)))[first : first + size] for first in range(0, len(rewards), size)]
    prompts = [f"question {step} {number}" for number, rows in enumerate(groups) for _ in rows]
    references = references or [(f"reference {step} {number}",) for number, rows in enumerate(groups) for _ in rows]
    completions = [parse(text) for text in texts]
    scores = rewards, values.tolist(), codes.tolist()
    return StepRows(step, names, completions, prompts, references, groups, *scores)


@pytest.fixture
def rng():
    """Seeded."""
    return np.random.default_rng(0)
