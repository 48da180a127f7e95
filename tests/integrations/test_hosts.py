"""The same rewards from the main thread, a worker thread, a running loop, a spawned child, and after fork."""

import asyncio
import multiprocessing
import os
import pickle
import subprocess
import sys
import textwrap
import threading

import pytest

import graders
from graders.integrations.microbatch import engine_for
from tests.integrations.conftest import DEFINITION

pytestmark = pytest.mark.filterwarnings("ignore::graders.GradersWarning", "ignore::DeprecationWarning")

COMPLETIONS = ["<think>x</think><answer>\\gcd(a, b)</answer>", "<think>x</think><answer>0.5</answer>", "none"]
REFERENCES = [r"\gcd(b, a)", "1/2", "3"]  # the first goes to the symbolic worker


@pytest.fixture(scope="module")
def main_thread():
    found = graders.load_reward(DEFINITION)(completions=COMPLETIONS, reference_answer=REFERENCES)
    assert found == pytest.approx([0.8, 0.8, 0.0])
    return found


def scored(reward):
    """By the reward itself and, one sample a call, by the engine."""
    whole = reward(completions=COMPLETIONS, reference_answer=REFERENCES)
    engine = engine_for(DEFINITION)
    singles = [engine.score(text, reference).reward for text, reference in zip(COMPLETIONS, REFERENCES, strict=True)]
    assert singles == whole
    return whole


def test_worker_thread(reward, main_thread):
    found = []
    thread = threading.Thread(target=lambda: found.append(scored(reward)))
    thread.start()
    thread.join()
    assert found == [main_thread]


def test_running_event_loop(reward, main_thread):
    async def inside():
        engine = engine_for(DEFINITION)
        singles = [(await engine.score_async(*pair)).reward for pair in zip(COMPLETIONS, REFERENCES, strict=True)]
        return scored(reward), singles

    assert asyncio.run(inside()) == (main_thread, main_thread)


def test_spawned_child(reward, main_thread):
    code = textwrap.dedent("""
        import pickle, sys
        reward, completions, references = pickle.load(sys.stdin.buffer)
        pickle.dump(reward(completions=completions, reference_answer=references), sys.stdout.buffer)
    """)
    sent = pickle.dumps((reward, COMPLETIONS, REFERENCES))
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], input=sent, capture_output=True, check=True)
    assert pickle.loads(done.stdout) == main_thread


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_after_fork(reward, main_thread):
    scored(reward)  # so that the parent has threads, a worker and an engine
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=lambda: theirs.send(scored(reward)))
    child.start()
    assert ours.poll(60)
    assert ours.recv() == main_thread
    child.join()
    assert child.exitcode == 0
