"""The package as its users see it: exports, purity, explanations."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import graders.math as package
from graders.math import Verdict, explain

ROOT = Path(package.__file__).parent


def test_exports_are_what_is_public():
    assert len(set(package.__all__)) == len(package.__all__)
    assert all(hasattr(package, name) for name in package.__all__)


def test_the_core_imports_nothing_above_it():
    allowed = {"__future__"} | sys.stdlib_module_names | {"mpmath", "sympy"}
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert (node.module or "").partition(".")[0] in allowed | {"graders"}, path
                assert not (node.module or "").startswith("graders") or node.module.startswith("graders.math"), path
            if isinstance(node, ast.ImportFrom):
                assert node.level < 2, path


def test_importing_loads_no_heavy_package():
    code = "import sys, graders.math; print([m for m in ('sympy','mpmath','numpy','antlr4') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_nothing_evaluates_text():
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "compile", "sympify", "parse_expr"), path


def test_explanations():
    shown = explain("x = 0.5", r"\frac{1}{2}")
    assert shown.equal
    assert json.loads(json.dumps(shown.to_dict()))["outcome"] == "match"
    assert "1/2" in str(shown)
    assert "unreadable" in str(explain("2 +", "28"))
    assert "bad_reference" in str(explain("28", ""))
    assert "1.41421356" in str(explain(r"\sqrt2", r"\sqrt2"))
    assert "function of x" in str(explain("x+1", "1+x"))


def test_verdicts_are_values():
    assert Verdict(True, "match", "x")
    assert not Verdict(False, "mismatch", "x")
    assert Verdict(True, "match", "x") == Verdict(True, "match", "x")
