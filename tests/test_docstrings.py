"""The examples in the docstrings run, in every module of the package."""

import doctest
import importlib
import pkgutil

import pytest

import graders

EXTRAS = {
    "datasets",
    "httptools",
    "hypothesis",
    "msgspec",
    "openai",
    "peft",
    "prometheus_client",
    "pyarrow",
    "ray",
    "starlette",
    "torch",
    "transformers",
    "trl",
    "uvicorn",
    "uvloop",
}
"""What only an extra installs; a module that needs one at once is skipped where it is missing."""


def modules():
    """Every module but those that run when they are imported."""
    found = (module.name for module in pkgutil.walk_packages(graders.__path__, "graders."))
    return ["graders", *(name for name in found if not name.endswith(".__main__"))]


def imported(name):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in EXTRAS:
            raise
        pytest.skip(f"{name} needs {error.name}, which an extra installs")


@pytest.mark.parametrize("name", modules())
def test_the_examples_run(name):
    assert doctest.testmod(imported(name)).failed == 0


def test_there_are_examples_and_one_that_is_wrong_fails():
    """The search reaches the rooms of the package, and the test can fail."""
    assert {"graders.math", "graders.reward"} <= set(modules())
    example = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, None)
    assert doctest.DocTestRunner(verbose=False).run(example, out=lambda _: None).failed == 1
