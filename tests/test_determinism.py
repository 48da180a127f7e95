"""The same rewards bit for bit: over hash seeds, processes, start methods, locale and limits (P7)."""

import hashlib
import json
import multiprocessing
import os
import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import graders
from graders.cli.examples import example

DEFINITION = {
    "graders": [
        {"type": "string_check", "operation": "equals"},
        {"type": "string_check", "operation": "case_insensitive_contains"},
        {"type": "text_similarity", "operation": "rouge"},
        {"type": "text_similarity", "operation": "bleu"},
        {"type": "math_accuracy"},
    ]
}


def reward():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return graders.load_reward(DEFINITION)


def rows():
    lines = Path(example("questions.jsonl")).read_text(encoding="utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    return (
        [row["completion"] for row in documents],
        [row["reference_answer"] for row in documents],
        [row["prompt"] for row in documents],
    )


def digest(function):
    """A hash of every bit of rewards, components and outcomes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        batch = function.evaluate(*rows())
    parts = [
        batch.rewards.tobytes(),
        *(values.tobytes() for values in batch.components.values()),
        json.dumps(batch.outcomes).encode(),
    ]
    return hashlib.sha256(b"".join(parts)).hexdigest()


@pytest.fixture(scope="module")
def here():
    return digest(reward())


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONHASHSEED": "0"}, {"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2", "LC_ALL": "C", "TZ": "Asia/Tokyo"}],
    ids=["seed 0", "seed 1", "seed 2, other locale and time zone"],
)
def test_hash_seeds_locale_and_time_zone(environment, here):
    """Another interpreter, whatever it hashes with, gives the same bits."""
    program = (
        f"import importlib.util, sys\nspec = importlib.util.spec_from_file_location('there', {__file__!r})\n"
        "there = importlib.util.module_from_spec(spec)\nspec.loader.exec_module(there)\n"
        "print(there.digest(there.reward()))"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == here


def score_there(pickled, texts, references):
    """What a worker process does: unpickle and score."""
    return pickle.loads(pickled).evaluate(texts, references).rewards


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_start_methods(method):
    """A reward travels to a worker by pickle, under spawn and after fork, and scores alike."""
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this platform has no {method}")
    function = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})
    texts, references = ["<think>x</think><answer>a</answer>", "<answer>a</answer>", ""], ["a", "a", "a"]
    expected = function.evaluate(texts, references).rewards
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 warns of fork beside threads
        with multiprocessing.get_context(method).Pool(1) as pool:
            got = pool.apply(score_there, (pickle.dumps(function), texts, references))
    assert got.tobytes() == expected.tobytes()


def test_limits_and_numpy_state_of_the_host(here):
    """Print options, error states and the recursion limit have no say, and are left as they were."""
    limit = sys.getrecursionlimit()
    with np.errstate(all="raise"), np.printoptions(precision=1):
        sys.setrecursionlimit(limit * 2)
        try:
            assert digest(reward()) == here
            assert sys.getrecursionlimit() == limit * 2
        finally:
            sys.setrecursionlimit(limit)
    assert digest(pickle.loads(pickle.dumps(reward()))) == here
