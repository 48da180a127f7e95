"""The benchmarks of which a slice is a test: scripts beside the package, loaded by their paths."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def loaded(name: str) -> Iterator[ModuleType]:
    """A benchmark as a module, which other processes find by its name too, until the tests that use it are done."""
    script = BENCHMARKS / f"{name}.py"
    if not script.exists():
        pytest.skip(f"benchmarks/{script.name} is not here (an installed package has no benchmarks)")
    spec = importlib.util.spec_from_file_location(name, script)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[name]


@pytest.fixture(scope="module")
def fuzz_math():
    yield from loaded("fuzz_math")


@pytest.fixture(scope="module")
def redteam_math():
    yield from loaded("redteam_math")
