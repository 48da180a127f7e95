"""One name for one thing: no class and no file of the package has the name of another."""

import ast
from collections import Counter
from pathlib import Path

import graders
from tests.import_graph import modules

ROOT = Path(graders.__file__).parent
COMMANDS = ROOT / "cli" / "commands"


def class_names(root):
    for path in modules(root).values():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield node.name


def file_names(root):
    """The files' names but for front doors, and but for commands, which are named after what they call."""
    return [path.stem for path in modules(root).values() if path.parent != COMMANDS and not path.stem.startswith("__")]


def repeated(names):
    return sorted(name for name, count in Counter(names).items() if count > 1)


def test_no_class_name_stands_for_two_things():
    """Private ones included: a reader searches for them as well."""
    assert repeated(class_names(ROOT)) == []


def test_no_file_name_stands_for_two_things():
    """Whoever looks for a behaviour by a file's name finds one file."""
    assert repeated(file_names(ROOT)) == []


def test_no_name_says_nothing():
    """A drawer for what has no place is no place."""
    assert {"utils", "helpers", "common", "misc", "manager", "handler"}.isdisjoint(file_names(ROOT))


def test_the_test_can_fail(tmp_path):
    """Two classes of one name, two files of one name."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "plan.py").write_text("class Plan: ...\n")
    assert repeated(class_names(tmp_path)) == ["Plan"]
    assert repeated(file_names(tmp_path)) == ["plan"]
