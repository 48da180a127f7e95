"""The shared engine: one a process, from threads, coroutines, children; calls that wait become one batch."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import graders
from graders.integrations.microbatch import engine_for
from tests.integrations.conftest import DEFINITION, GOOD

pytestmark = pytest.mark.filterwarnings("ignore::graders.GradersWarning")
SOURCE = json.dumps(DEFINITION)


def test_one_engine_a_reward_however_it_is_asked_for():
    assert engine_for(SOURCE) is engine_for(SOURCE)
    assert engine_for(SOURCE) is not engine_for(SOURCE, graders.Settings(answer_source="lenient"))


def test_many_threads_get_their_own_scores():
    engine = engine_for(SOURCE)
    with ThreadPoolExecutor(32) as pool:
        scored = list(pool.map(lambda n: engine.score(GOOD.format(n), str(n // 2 * 2)), range(400)))
    assert [one.reward for one in scored] == pytest.approx([1.0, 0.2] * 200)


def test_many_coroutines_get_their_own_scores_in_few_batches(monkeypatch):
    engine = engine_for(SOURCE)
    sizes = []
    evaluate = engine.reward.evaluate_columns
    monkeypatch.setattr(engine.reward, "evaluate_columns", lambda *a, **k: sizes.append(len(a[0])) or evaluate(*a, **k))

    async def everything():
        return await asyncio.gather(*(engine.score_async(GOOD.format(n), str(n // 2 * 2)) for n in range(400)))

    assert [one.reward for one in asyncio.run(everything())] == pytest.approx([1.0, 0.2] * 200)
    assert sum(sizes) == 400
    assert len(sizes) < 100


def test_a_sample_that_can_not_be_read_is_its_own_callers_error():
    engine = engine_for(SOURCE)

    async def everything():
        samples = [GOOD.format(4), object(), GOOD.format(4)]
        return await asyncio.gather(*(engine.score_async(one, "4") for one in samples), return_exceptions=True)

    first, second, third = asyncio.run(everything())
    assert first.reward == third.reward == 1.0
    assert isinstance(second, TypeError)


def test_calls_that_wait_become_one_batch(own_registry):
    gate, sizes = threading.Event(), []

    class GatedScorer(graders.Scorer[graders.Grader]):
        grader_model = graders.Grader

        def score(self, batch):
            sizes.append(len(batch))
            gate.wait(20)
            return graders.Scores.of([1.0] * len(batch))

    graders.register("gated")(GatedScorer)
    engine = engine_for({"graders": [{"type": "gated"}]})

    async def everything():
        calls = [asyncio.ensure_future(engine.score_async("x")) for _ in range(50)]
        while sum(sizes) + len(engine._waiting) < 50:
            await asyncio.sleep(0.01)
        gate.set()
        return await asyncio.gather(*calls)

    assert len(asyncio.run(everything())) == 50
    assert len(sizes) <= 9  # eight slots, and one batch of all that waited


def test_settings_come_from_a_file_and_the_environment(tmp_path, monkeypatch):
    (tmp_path / "s.toml").write_text('answer_source = "lenient"\n')
    assert engine_for(SOURCE, str(tmp_path / "s.toml")).score("4", "4").components["math_accuracy"] == 1.0
    monkeypatch.setenv("GRADERS_ANSWER_SOURCE", "lenient")
    assert engine_for(SOURCE).score("4", "4").components["math_accuracy"] == 1.0
