"""A slice of the fuzz run, and what earlier runs found."""

import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent
INPUTS = 3000


def rows():
    return [json.loads(line) for line in (HERE / "fuzz_findings.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['property']}: {row['a']!r}, {row['b']!r}")
def test_what_was_found_once(row, fuzz_math):
    assert fuzz_math.fault(row["property"], row["a"], row["b"]) == ""


def test_a_slice(fuzz_math):
    assert fuzz_math.fuzz(INPUTS, seed=0, seeds=fuzz_math.answers()) == []


def test_a_finding_is_shrunk(fuzz_math, monkeypatch):
    def no_seven(a, b):
        return "a seven" if "7" in a + b else ""

    monkeypatch.setitem(fuzz_math.PROPERTIES, "no seven", no_seven)
    finding = fuzz_math.check("1+27x", "abc")
    assert (finding.property, finding.a + finding.b) == ("no seven", "7")


def test_an_exception_is_a_finding(fuzz_math, monkeypatch):
    monkeypatch.setitem(fuzz_math.PROPERTIES, "breaks", lambda a, b: 1 // 0)
    assert fuzz_math.check("1", "2").note.startswith("raises ZeroDivisionError")
