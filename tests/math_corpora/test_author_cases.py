"""Labelled pairs: ten thousand by an author who had not seen the code, and a later attack on every category."""

import json
from pathlib import Path

import pytest

from graders.math import verify


def rows_of(name):
    return [json.loads(line) for line in Path(__file__).with_name(name).read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", [pytest.param("author_cases.jsonl", marks=pytest.mark.corpus), "attack_cases.jsonl"])
def test_the_verdicts_agree_with_the_labels(name):
    """At least 99.8 %, and not one answer paid that the label calls wrong."""
    rows = rows_of(name)
    verdicts = verify([row["answer"] for row in rows], [row["reference"] for row in rows], symbolic=False)
    pairs = list(zip(rows, verdicts, strict=True))
    paid = [(row["reference"], row["answer"]) for row, verdict in pairs if verdict.equal and not row["expected"]]
    refused = [(row["reference"], row["answer"]) for row, verdict in pairs if row["expected"] and not verdict.equal]
    assert not paid
    assert len(refused) <= 0.002 * len(rows), refused
