"""Ten thousand labelled pairs by an author who wrote from the policy and had not seen the code."""

import json
from pathlib import Path

from graders.math import verify

ROWS = [json.loads(line) for line in Path(__file__).with_name("author_cases.jsonl").read_text("utf-8").splitlines()]


def test_the_verdicts_agree_with_the_labels():
    """At least 99.8 %, and not one answer paid that the author calls wrong."""
    verdicts = verify([row["answer"] for row in ROWS], [row["reference"] for row in ROWS], symbolic=False)
    pairs = list(zip(ROWS, verdicts, strict=True))
    paid = [(row["reference"], row["answer"]) for row, verdict in pairs if verdict.equal and not row["expected"]]
    refused = [(row["reference"], row["answer"]) for row, verdict in pairs if row["expected"] and not verdict.equal]
    assert not paid
    assert len(refused) <= 0.002 * len(ROWS), refused
