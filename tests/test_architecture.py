"""ARCHITECTURE.md names files and folders that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:[a-z_]+/)*[a-z_]+\.(?:py|md)|(?:[a-z_]+/)+)`", PAGE)))
THERE = ["/" + str(path.relative_to(ROOT)) + "/" * path.is_dir() for path in (ROOT / "graders").rglob("*")]


def test_the_page_names_files():
    """A pattern that finds none would pass every test below."""
    assert len(NAMED) > 40


@pytest.mark.parametrize("name", NAMED)
def test_each_is_there(name):
    assert [path for path in THERE if path.endswith(f"/{name}")] or (ROOT / name).exists()


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", PAGE))
def test_each_link_leads_somewhere(link):
    assert link.startswith("http") or (ROOT / link).exists()
