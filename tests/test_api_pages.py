"""The API reference names everything that is public, and nothing twice."""

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGES = Path(__file__).parent.parent / "docs" / "api"
MODULES = ["graders", "graders.testing", "graders.math", "graders.text", "graders.audit", "graders.comparison"]


def named(page):
    """The last words of a page's directives: mkdocstrings wants the full path where a module has the same name."""
    return re.findall(r"^::: [\w.]*\.(\w+)$", page.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("module", MODULES)
def test_every_public_name_has_its_place(module):
    page = PAGES / f"{module.rpartition('.')[2]}.md"
    assert sorted(named(page)) == sorted(set(import_module(module).__all__) - {"__version__"})


def test_a_name_is_found_whatever_its_path(tmp_path):
    """The test can fail: it reads directives, not prose."""
    page = tmp_path / "text.md"
    directives = "::: graders.text.bleu.bleu\n\n::: graders.text.rouge\n    options: {}\n"
    page.write_text(f"`signature`\n\n{directives}", encoding="utf-8")
    assert named(page) == ["bleu", "rouge"]
