"""The documentation page: each row of its tables is a test."""

import re
from pathlib import Path

import pytest

from graders.math import equivalent

PAGE = Path(__file__).parents[2] / "docs" / "math_accuracy.md"
ROW = re.compile(r"^\| `(.+?)` \| `(.+?)` \| (\w+) \| (.+) \|$", re.MULTILINE)
ROWS = ROW.findall(PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("reference", "answer", "outcome", "why"), ROWS)
def test_the_page_tells_the_truth(reference, answer, outcome, why):
    verdict = equivalent(answer, reference)
    assert verdict.outcome == outcome, f"{verdict.rule}; the page says: {why}"
    assert verdict.equal == (outcome == "match")


def test_the_page_is_read():
    assert len(ROWS) > 50
