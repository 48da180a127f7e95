"""Options of graders serve that make the settings of jobs."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from graders.cli.common_options import settings_options
from graders.cli.job_options import job_options, make_job_settings


@pytest.fixture
def made():
    """The settings that a command line makes."""

    def made(*words):
        found = []

        @click.command()
        @job_options
        @settings_options
        def command(max_upload, **options):
            found.append(make_job_settings(options))

        result = CliRunner().invoke(command, list(words))
        return found[0] if found else result.output

    return made


def test_without_any_there_are_no_jobs(made):
    assert made() is None


def test_all_of_them(made, tmp_path):
    settings = made(
        "--model",
        "a=models/a",
        "--model",
        "b=org/b=c",
        "--jobs-folder",
        "/shared/jobs",
        "--jobs-database",
        "/var/jobs",
        "--jobs",
        "slurm",
        "--jobs-at-once",
        "3",
        "--train-options",
        "o.toml",
        "--settings",
        "s.toml",
        "--trainer",
        "accelerate launch --module graders.cli train",
        "--sbatch",
        "--partition=gpu --time=8:00:00",
        "--answer-source",
        "boxed",
        "--think-prefilled",
    )
    assert settings.models == {"a": "models/a", "b": "org/b=c"}
    assert (settings.folder, settings.books) == (Path("/shared/jobs"), Path("/var/jobs"))
    assert (settings.run_on, settings.at_once) == ("slurm", 3)
    assert (settings.training_options, settings.reward_settings) == (Path("o.toml"), Path("s.toml"))
    assert settings.trainer == ("accelerate", "launch", "--module", "graders.cli", "train")
    assert settings.sbatch_options == ("--partition=gpu", "--time=8:00:00")
    assert settings.reward_flags == {"answer_source": "boxed", "think_prefilled": True}


def test_a_model_is_enough(made):
    settings = made("--model", "a=b")
    assert (settings.folder, settings.run_on, settings.at_once) == (Path("jobs"), "local", 1)
    assert settings.trainer[-2:] == ("graders.cli", "train")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--model", "a"], "expected NAME=PATH"),
        (["--model", "=b"], "expected NAME=PATH"),
        (["--jobs", "ray"], "neither --model nor --jobs-folder"),
        (["--jobs-at-once", "0"], "0 is not in the range"),
    ],
)
def test_what_is_wrong(made, words, sentence):
    assert sentence in made(*words)
