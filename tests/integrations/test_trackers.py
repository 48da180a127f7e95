"""Figures in the logs of TensorBoard, Weights & Biases and MLflow: by fakes with their signatures, and for real."""

import logging
import math
import re
import types

import pytest

from graders.integrations import trackers

GOOD = "<think>x</think><answer>{}</answer>"


@pytest.fixture
def batch(reward, rows):
    return reward.evaluate(*rows)


@pytest.fixture(autouse=True)
def _quiet(quiet):
    """References that are bad are meant here."""


class Writer:
    """The signature of `torch.utils.tensorboard.SummaryWriter.add_scalar`."""

    def __init__(self):
        self.seen = []

    def add_scalar(self, tag, scalar_value, global_step=None, walltime=None, new_style=False, double_precision=False):
        assert isinstance(tag, str)
        assert type(scalar_value) is float
        self.seen.append((tag, scalar_value, global_step))


class Run:
    """The signature of `wandb.Run.log`."""

    def __init__(self):
        self.seen = []

    def log(self, data, step=None, commit=None):
        self.seen.append((data, step))


class MLflow(types.ModuleType):
    """The signature of `mlflow.log_metrics`, and its rule for names."""

    def __init__(self):
        super().__init__("mlflow")
        self.seen = []

    def log_metrics(
        self, metrics, step=None, synchronous=None, run_id=None, timestamp=None, model_id=None, dataset=None
    ):
        assert all(re.fullmatch(r"[/\w.\- :]+", name, re.ASCII) for name in metrics)
        self.seen.append((metrics, step))


def expected(batch):
    return {f"graders/{name}": value for name, value in batch.diagnostics().metrics().items()}


class TestByTheirSignatures:
    def test_tensorboard(self, batch):
        writer = Writer()
        track = trackers.tensorboard(writer)
        assert track(batch, 12) == expected(batch)
        assert writer.seen == [(name, value, 12) for name, value in expected(batch).items()]

    def test_wandb(self, batch):
        run = Run()
        track = trackers.wandb(run)
        track(batch, 12)
        track(batch)
        assert run.seen == [(expected(batch), 12), (expected(batch), None)]

    def test_mlflow(self, batch):
        module = MLflow()
        trackers.mlflow(module)(batch, 3)
        ((metrics, step),) = module.seen
        assert step == 3
        assert (
            metrics["graders/correlation/format-math_accuracy"]
            == batch.diagnostics().correlations["format~math_accuracy"]
        )
        assert len(metrics) == len(expected(batch))

    @pytest.mark.parametrize(("make", "log"), [(trackers.tensorboard, Writer), (trackers.mlflow, MLflow)])
    def test_steps_are_counted_where_none_is_given(self, batch, make, log):
        seen = log()
        track = make(seen)
        for step in (None, None, 10, None):
            track(batch, step)
        assert list(dict.fromkeys(entry[-1] for entry in seen.seen)) == [0, 1, 10, 11]


def test_what_is_no_number_is_left_out(reward):
    """A mean of nothing is NaN, which no chart can show; a judge's numbers go beside ours."""
    run = Run()
    batch = reward.evaluate([GOOD.format(1)], [""])
    assert math.isnan(batch.diagnostics().mean)
    logged = trackers.wandb(run)(batch, more={"llm/total/calls": 4, "llm/total/cost": math.nan})
    assert logged["graders/llm/total/calls"] == 4
    assert all(map(math.isfinite, logged.values()))
    assert "graders/mean" not in logged


def test_names_are_those_of_a_trainer_s_log(reward, rows):
    """One figure has one name, whoever logs it."""
    given = {}
    completions, references, prompts = rows
    reward(completions, prompts, reference_answer=references, log_metric=given.__setitem__)
    logged = trackers.wandb(Run())(reward.evaluate(*rows))
    assert set(given) - set(logged) == {"graders/seconds/p50", "graders/seconds/p99"}
    assert set(logged) <= set(given)


def test_an_alarm_is_said_once(reward, caplog):
    """In the log of `graders`, and counted each time."""
    batch = reward.evaluate([GOOD.format(1)] * 64, ["1"] * 64, [f"{k // 8}?" for k in range(64)])
    track = trackers.wandb(Run())
    with caplog.at_level(logging.WARNING, "graders"):
        assert [track(batch)["graders/alarms"] for _ in range(2)] == [len(batch.diagnostics().alarms)] * 2
    assert len(caplog.records) == len({alarm.kind for alarm in batch.diagnostics().alarms}) > 0


def test_a_reward_function_that_is_tracked(reward, rows):
    """For a trainer that passes nothing to log with: the rewards are the same, a step a call."""
    run = Run()
    tracked = trackers.TrackedReward(reward, trackers.wandb(run))
    completions, references, prompts = rows
    columns = {"prompts": prompts, "reference_answer": references}
    assert tracked(completions=completions, **columns) == reward(completions=completions, **columns)
    tracked(completions=completions, **columns)
    assert tracked.__name__ == "reward"
    assert [step for _, step in run.seen] == [0, 1]


class TestThemselves:
    """Where the packages are installed."""

    def test_tensorboard(self, batch, tmp_path):
        pytest.importorskip("tensorboard")
        torch = pytest.importorskip("torch.utils.tensorboard")
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        with torch.SummaryWriter(str(tmp_path)) as writer:
            trackers.tensorboard(writer)(batch, 7)
        events = EventAccumulator(str(tmp_path)).Reload()
        assert set(events.Tags()["scalars"]) == set(expected(batch))
        (event,) = events.Scalars("graders/mean")
        assert (event.step, event.value) == (7, pytest.approx(batch.diagnostics().mean))

    def test_mlflow(self, batch, tmp_path, monkeypatch):
        mlflow = pytest.importorskip("mlflow")
        monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
        mlflow.set_tracking_uri((tmp_path / "runs").as_uri())  # a database needs more than mlflow-skinny
        with mlflow.start_run() as run:
            trackers.mlflow(mlflow)(batch, 7)
        history = mlflow.MlflowClient().get_metric_history(run.info.run_id, "graders/mean")
        assert [(one.step, one.value) for one in history] == [(7, pytest.approx(batch.diagnostics().mean))]
        assert len(mlflow.get_run(run.info.run_id).data.metrics) == len(expected(batch))

    def test_wandb(self, batch, tmp_path, monkeypatch):
        wandb = pytest.importorskip("wandb")
        monkeypatch.setenv("WANDB_SILENT", "true")
        with wandb.init(mode="offline", dir=str(tmp_path), project="graders") as run:
            trackers.wandb(run)(batch, 7)
            run.log({"mine": 1}, step=8)  # a step is committed with the next one
            assert run.summary["graders/mean"] == pytest.approx(batch.diagnostics().mean)
            assert {name for name in dict(run.summary) if name.startswith("graders/")} == set(expected(batch))
