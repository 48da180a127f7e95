"""The files of the judge build on each other in one order, and on nothing above it."""

import ast
from pathlib import Path

import pytest

import graders.judge

ROOT = Path(graders.judge.__file__).parent
ORDER = [
    {"config", "prompt", "grade_prompt", "cleaning", "bare_reply", "judgement", "judge_errors"},
    {"transport"},
    {"asking"},
    {"precheck", "planning"},
    {"message_judge"},
    {"storage"},
    {"judge"},
]


def rank(path):
    return next(number for number, names in enumerate(ORDER) if path in names)


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_downward(path):
    """At any depth of a file, for types too."""
    if path == ROOT / "__init__.py":
        return
    own = rank(path.relative_to(ROOT).parts[0].removesuffix(".py"))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("graders."):
            room, *rest = node.module.split(".")[1:]
            assert room == "vocabulary" or (room == "judge" and rank(rest[0]) <= own), node.module
