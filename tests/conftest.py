"""What all tests share: one hypothesis profile, a quiet way to load rewards, and the command line in process."""

import json
import warnings
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

import graders
from graders.contract import registry

settings.register_profile(
    "graders", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("graders")


@pytest.fixture
def quiet() -> Iterator[None]:
    """This library's warnings are not what the test is about."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", graders.GradersWarning)
        yield


@pytest.fixture
def cli():
    """Run `graders` in this process: ``cli("score", reward, data)`` gives click's result."""
    from graders.cli import main

    def run(*args, stdin=None, env=None):
        with warnings.catch_warnings():  # the command replaces showwarning; it is put back here
            warnings.simplefilter("default")
            warnings.simplefilter("ignore", ResourceWarning)
            return CliRunner().invoke(main, [str(arg) for arg in args], input=stdin, env=env)

    return run


@pytest.fixture
def write(tmp_path):
    """Write a file for a test: text as it is, rows as JSON lines, anything else as JSON."""

    def write(name, content):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, list) and name.endswith(".jsonl"):
            path.write_text("".join(json.dumps(row) + "\n" for row in content), encoding="utf-8")
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


@pytest.fixture
def own_registry(monkeypatch):
    """A registry of the test's own: what it registers is gone afterwards."""
    monkeypatch.setattr(registry.TABLE, "table", dict(registry.BUILT_IN))
    return registry
