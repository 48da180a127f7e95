"""What all tests share: one hypothesis profile, a quiet way to load rewards, and the command line in process."""

import json
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, settings

import graders
from graders.audit import family_registry
from graders.contract import registry

TESTS = Path(__file__).parent
SLOW = {
    "audit/test_holes.py": "audits with every family of tricks",
    "audit/test_judge.py": "audits a judge",
    "audit/test_verifiers.py": "audits verifiers of others",
    "audit/test_real_data.py": "audits published solutions",
    "cli/test_group.py": "starts the command as a process",
    "cli/test_score_tables.py": "reads and writes every kind of table",
    "completion/test_parse.py": "compares with an oracle on random texts",
    "completion/test_visible.py": "asks of every code point",
    "figures/test_running_figures.py": "cuts random figures anywhere",
    "judge/test_attacks.py": "asks a judge about each attack",
    "judge/test_judge.py": "has a thousand rows judged",
    "judge/test_loop.py": "waits for deadlines",
    "math/test_bounds.py": "reads hostile answers up to every limit",
    "math/grammar/test_parser.py": "compares two ways through the parser",
    "math/test_properties.py": "rewrites random formulas",
    "math/test_real_data.py": "compares published answers",
    "math_corpora/test_fuzz.py": "draws random texts",
    "math_worker/test_decide.py": "starts SymPy",
    "math_worker/test_faults.py": "kills workers",
    "math_worker/test_hosts.py": "starts hosts and kills them",
    "offline/test_any_cut.py": "cuts inputs anywhere",
    "offline/test_faults.py": "kills runs and fills disks",
    "offline/test_pool.py": "kills workers",
    "offline/test_summary.py": "cuts random figures anywhere",
    "offline/writing/test_parquet.py": "writes random rows",
    "offline/writing/test_late_threads.py": "compiles a library, ends processes while threads write",
    "offline/writing/test_no_room.py": "fills disks at each write",
    "report/test_browser.py": "starts a browser",
    "report/test_hostile.py": "writes pages of 200,000 rows",
    "report/test_page.py": "writes and reads whole pages",
    "service/jobs/test_client.py": "runs whole jobs",
    "service/jobs/test_kills.py": "kills servers and trainers",
    "service/jobs/test_lost_replies.py": "starts a server",
    "service/jobs/test_places.py": "runs whole jobs",
    "service/jobs/test_real_ray.py": "starts a cluster",
    "service/jobs/test_real_trainer.py": "trains",
    "service/test_description.py": "starts a browser, draws requests",
    "service/test_faults.py": "kills workers and servers, has a thousand clients",
    "service/test_native.py": "scores large batches in other processes",
    "test_determinism.py": "starts interpreters of other locales",
    "test_properties.py": "draws hundreds of rewards and batches",
    "test_readme.py": "runs every program and command of the docs",
    "text/test_bounds.py": "scores texts of a million words",
    "text/test_equal.py": "compares with the originals",
    "text/test_properties.py": "compares with an oracle on random texts",
    "training/test_plan.py": "asks the real packages for their names",
    "training/test_run.py": "trains",
    "wire/test_client.py": "compares with another client on random definitions",
}
"""Files marked `slow`, and why: more than two seconds of a core, on a subject that has quicker tests beside it."""

settings.register_profile(
    "graders", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("mutants", settings.get_profile("graders"), phases=[Phase.explicit, Phase.generate])
settings.load_profile("graders")


def is_slow(path: Path) -> bool:
    """Whether a file is in the table."""
    return path.is_relative_to(TESTS) and path.relative_to(TESTS).as_posix() in SLOW


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make test-fast` leaves out."""
    for item in items:
        if is_slow(item.path):
            item.add_marker("slow")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where slow tests are left out, their files aren't even read: collecting them takes ten seconds of each core."""
    return True if "not slow" in config.option.markexpr and is_slow(collection_path) else None


def pytest_configure() -> None:
    """A slow file that was moved is an error, else it would slip into the fast tests."""
    gone = [name for name in SLOW if not (TESTS / name).exists()]
    if gone:
        raise pytest.UsageError(f"SLOW in tests/conftest.py names files that are gone: {', '.join(gone)}")


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
    monkeypatch.setattr(family_registry._TABLE, "table", dict(family_registry._TABLE.table))
    return registry
