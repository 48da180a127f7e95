"""Imports point downward only: every module names what may stand below it."""

import ast
from pathlib import Path

import pytest

import graders

ROOT = Path(graders.__file__).parent

LAYERS = [
    {
        "version",
        "errors",
        "outcome",
        "visible",
        "boxed",
        "nfc",
        "rules",
        "math",
        "text",
        "moments",
        "grouping",
        "blame",
        "json_keys",
        "html",
        "page",
    },
    {"completion", "messages", "mistakes", "layers", "setting_values", "alarms", "alarm_rows", "tally", "views"},
    {"judge"},
    {"batch", "registry", "settings"},
    {"schema"},
    {"scorer"},
    {"diagnostics", "scorers"},
    {"reward_batch"},
    {"oddities", "explanation", "testing", "telemetry", "components"},
    {"reward"},
    {"load"},
    {"offline", "examples"},
    {"integrations", "report", "comparison", "audit"},
    {"training", "service"},
    {"cli"},
]
"""From the bottom up; a module imports from lower layers, and from its own where none imports back."""


PURE = {"math": set(), "text": set(), "judge": {"errors", "outcome"}}
"""The cores, and what they may import of the rest."""


def modules():
    return sorted(path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


def part_of(path):
    """The top-level name a file belongs to: ``scorers`` for scorers/string_check.py."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path):
    """Names of `graders` that a file imports at once: no TYPE_CHECKING, nothing inside functions."""
    found = set()

    def visit(node):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            found.update(names_in(child))
            visit(child)

    visit(ast.parse(path.read_text(encoding="utf-8")))
    return found


def names_in(node):
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("graders.")}
    if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").split(".")[0] == "graders":
        parts = (node.module or "").split(".")
        return {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
    return set()


def layer(name):
    return next(number for number, names in enumerate(LAYERS) if name in names)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_downward(path):
    """Whatever a module imports of the library stands in a lower layer, or beside it where that is listed."""
    own = part_of(path)
    for name in imports(path) - {own}:
        assert layer(name) < layer(own) or (layer(name) == layer(own) and name not in cyclic(own)), (
            f"{own} imports {name}"
        )


def cyclic(own):
    """Modules of the same layer that reach `own` again."""
    reached, open_ends = set(), [own]
    while open_ends:
        name = open_ends.pop()
        importers = {part_of(path) for path in modules() if name in imports(path)} - reached - {name}
        reached |= importers
        open_ends += importers
    return reached


@pytest.mark.parametrize("core", PURE)
def test_the_cores_are_pure(core):
    """math, text and judge import nothing above them, at any depth of a file."""
    for path in sorted((ROOT / core).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = names_in(node)
            assert names <= PURE[core] | {core}, f"{path.name} imports {names}"
            if isinstance(node, ast.ImportFrom) and node.level > 1:
                depth = len(path.relative_to(ROOT / core).parts)
                assert node.level <= depth, f"{path.name} reaches out with {ast.unparse(node)}"


def test_every_module_has_a_layer():
    """A new top-level module must be put into the table."""
    known = set().union(*LAYERS)
    assert {part_of(path) for path in modules()} <= known


def test_scorers_never_import_each_other():
    """They share the batch, nothing else."""
    names = {path.stem for path in (ROOT / "scorers").glob("*.py")} - {"__init__"}
    for path in (ROOT / "scorers").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not any(f"graders.scorers.{name}" in text for name in names - {path.stem})
