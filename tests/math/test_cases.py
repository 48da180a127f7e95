"""The golden cases, and the promise that no verdict changes unnoticed."""

import json
from collections import Counter
from pathlib import Path

import pytest

from graders.math import POLICY_VERSION, equivalent
from graders.math.equivalence import answer_reading, reference_reading

HERE = Path(__file__).parent
FILES = sorted((HERE / "cases").glob("*.jsonl"))


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_case_has_the_expected_verdict(path):
    wrong = [
        (case["id"], case["reference"], case["answer"], equivalent(case["answer"], case["reference"]))
        for case in rows(path)
        if equivalent(case["answer"], case["reference"]).equal != bool(case["expected"])
    ]
    assert wrong == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cases_are_complete(path):
    """Each kind has at least twenty cases of its own, each with a reason, and both verdicts among them."""
    cases = rows(path)
    assert all(case["reason"] for case in cases)
    assert len(cases) >= 20
    assert {case["expected"] for case in cases} == {0, 1}


def test_ids_are_unique():
    counts = Counter(case["id"] for path in FILES for case in rows(path))
    assert [name for name, count in counts.items() if count > 1] == []


def test_no_verdict_has_changed():
    """A change here needs a higher POLICY_VERSION, a line in the changelog, and `record.py`."""
    head, *recorded = rows(HERE / "verdicts.jsonl")
    assert head == {"policy_version": POLICY_VERSION}
    outcomes = {row["id"]: row["outcome"] for row in recorded}
    cases = [case for path in FILES for case in rows(path)]
    assert set(outcomes) == {case["id"] for case in cases}
    changed = [
        case["id"] for case in cases if equivalent(case["answer"], case["reference"]).outcome != outcomes[case["id"]]
    ]
    assert changed == []


def test_values_are_compared_symmetrically():
    """Where both texts read as values, the two ways round have one verdict."""
    asymmetric = []
    for case in (case for path in FILES for case in rows(path)):
        answer, reference = case["answer"], case["reference"]
        backward = reference_reading(answer), answer_reading(reference)
        if None in (backward[0].tree, backward[1].tree) or answer_reading(answer).tree != backward[0].tree:
            continue
        if backward[1].tree != reference_reading(reference).tree:
            continue
        if equivalent(answer, reference).equal != equivalent(reference, answer).equal:
            asymmetric.append((answer, reference))
    assert [pair for pair in asymmetric if not _is_choice(pair)] == []


def _is_choice(pair):
    """A reference that is one capital letter makes the question multiple-choice, which is no matter of values."""
    return any(text.strip("$().\\ ") in set("ABCDEFGHIJ") or "text" in text for text in pair)


def test_every_readable_case_equals_itself():
    texts = {case[side] for path in FILES for case in rows(path) for side in ("answer", "reference")}
    unequal = [
        text for text in sorted(texts) if reference_reading(text).tree is not None and not equivalent(text, text)
    ]
    assert unequal == []
