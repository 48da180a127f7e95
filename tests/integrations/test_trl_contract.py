"""The reward as TRL calls it, without TRL: names, None, logs, parts, the asynchronous form, the dataset."""

import asyncio
import inspect
import pickle

import numpy as np
import pytest

import graders
from graders.integrations.trl import asynchronous, split
from tests.integrations.conftest import DEFINITION, GOOD

pytestmark = pytest.mark.filterwarnings("ignore::graders.GradersWarning")


class Log:
    def __init__(self):
        self.metrics, self.columns = {}, {}

    def metric(self, name, value):
        assert name not in self.metrics
        self.metrics[name] = value

    def extra(self, name, values):
        assert name not in self.columns
        self.columns[name] = values

    def __call__(self, function, rows, **more):
        completions, references, prompts = rows
        given = function(prompts=prompts, completions=completions, completion_ids=[[1]] * 8, trainer_state=None,
                         reference_answer=references, log_metric=self.metric, log_extra=self.extra, **more)  # fmt: skip
        return asyncio.run(given) if inspect.isawaitable(given) else given


@pytest.fixture
def log():
    return Log()


def conversations(rows):
    completions, references, prompts = rows
    return (
        [[{"role": "assistant", "content": text}] for text in completions],
        references,
        [[{"role": "user", "content": text}] for text in prompts],
    )


def test_the_reward_is_what_evaluate_gives_and_none_where_unscored(reward, rows, log):
    given = log(reward, rows)
    batch = reward.evaluate(*rows)
    assert given[:7] == batch.rewards[:7].tolist()
    assert given[7] is None
    assert np.isnan(batch.rewards[7])


def test_conversations_score_as_their_texts(reward, rows, log):
    assert log(reward, conversations(rows)) == reward(rows[0], rows[2], reference_answer=rows[1])


def test_it_is_synchronous_named_and_pickles(reward, rows, log):
    assert not inspect.iscoroutinefunction(reward.__call__)
    assert reward.__name__ == "reward"
    assert log(pickle.loads(pickle.dumps(reward)), rows) == reward(rows[0], rows[2], reference_answer=rows[1])


def test_the_log_has_the_numbers_of_diagnostics(reward, rows, log):
    log(reward, rows)
    figures = reward.evaluate(*rows).diagnostics().metrics()
    assert {name: log.metrics[f"graders/{name}"] for name in figures} == figures
    assert log.metrics["graders/math_accuracy/unscored"] == 1 / 8
    assert 0 < log.metrics["graders/seconds/p50"] <= log.metrics["graders/seconds/p99"]
    assert all(name.startswith("graders/") for name in [*log.metrics, *log.columns])


def test_columns_are_as_long_as_the_batch(reward, rows, log):
    log(reward, rows)
    assert {len(column) for column in log.columns.values()} == {8}
    assert log.columns["graders/answer"] == ["4", "4.0", "5", None] * 2
    assert log.columns["graders/math_accuracy/outcome"][:3] == ["match", "match", "mismatch"]
    assert log.columns["graders/math_accuracy/score"][7] is None


def test_the_logs_are_optional(reward, rows):
    assert reward(prompts=rows[2], completions=rows[0], reference_answer=rows[1])[0] == 1.0


def test_a_missing_column_is_named(reward):
    with pytest.raises(graders.DataError, match=r"'reference_answer' was not passed \(columns passed: solution\)"):
        reward(completions=["x"], prompts=["y"], solution=["4"])


class TestSplit:
    def test_parts_add_up_to_the_reward(self, reward, rows, log):
        parts = split(reward)
        given = [log(part, rows) for part in parts.functions]
        whole = reward(rows[0], rows[2], reference_answer=rows[1])
        for row in range(7):
            total = sum(weight * part[row] for weight, part in zip(parts.weights, given, strict=True))
            assert total == pytest.approx(whole[row])
        assert parts.weights == list(reward.weights.values())

    def test_a_row_unscored_as_a_whole_is_none_in_every_part(self, reward, rows, log):
        assert [log(part, rows)[7] for part in split(reward).functions] == [None, None, None]

    def test_names_are_the_components(self, reward):
        assert [part.__name__ for part in split(reward).functions] == list(reward.weights)

    def test_a_batch_is_evaluated_once(self, reward, rows, monkeypatch):
        calls = []
        evaluate = reward.evaluate_columns
        monkeypatch.setattr(reward, "evaluate_columns", lambda *a, **k: calls.append(1) or evaluate(*a, **k))
        parts = split(reward).functions
        for _ in range(2):
            for part in parts:
                part(completions=list(rows[0]), prompts=list(rows[2]), reference_answer=list(rows[1]))
        assert len(calls) == 1
        parts[0](completions=rows[0][::-1], prompts=rows[2], reference_answer=rows[1])
        assert len(calls) == 2

    def test_the_log_is_told_once(self, reward, rows, log):
        for part in split(reward).functions:
            log(part, rows)  # the log refuses a name that comes twice

    def test_parts_pickle_together(self, reward, rows):
        parts = pickle.loads(pickle.dumps(split(reward).functions))
        assert parts[0].shared is parts[1].shared
        assert parts[1](completions=rows[0], prompts=rows[2], reference_answer=rows[1])[:3] == [1.0, 1.0, 0.0]

    @pytest.mark.parametrize(("on_unscored", "given"), [("zero", 0.0), ("group_mean", 1 / 3)])
    def test_stand_ins_are_as_the_settings_say(self, rows, on_unscored, given):
        reward = graders.load_reward(DEFINITION, graders.Settings(on_unscored=on_unscored))
        part = split(reward).functions[1]
        found = part(completions=rows[0], prompts=rows[2], reference_answer=["4"] * 7 + [""])
        assert found[7] == pytest.approx(2 / 3 if on_unscored == "group_mean" else given)


class TestAsynchronous:
    def test_it_gives_the_same(self, reward, rows, log):
        assert log(asynchronous(reward), rows) == reward(rows[0], rows[2], reference_answer=rows[1])
        assert log.metrics["graders/mean"] == reward.evaluate(*rows).diagnostics().mean

    def test_it_is_a_coroutine_function_with_a_name_and_pickles(self, reward):
        form = pickle.loads(pickle.dumps(asynchronous(reward)))
        assert inspect.iscoroutinefunction(form.__call__)
        assert form.__name__ == "reward"

    def test_scorers_run_side_by_side(self, own_registry):
        import threading

        meeting = threading.Barrier(2, timeout=20)

        class MeetingScorer(graders.Scorer[graders.Grader]):
            grader_model = graders.Grader

            def score(self, batch):
                meeting.wait()
                return graders.Scores.of([1.0] * len(batch))

        graders.register("here")(MeetingScorer)
        graders.register("there")(type("Other", (MeetingScorer,), {}))
        reward = graders.load_reward({"graders": [{"type": "here"}, {"type": "there"}]})
        assert asyncio.run(asynchronous(reward)([GOOD.format(1)])) == [1.0]
