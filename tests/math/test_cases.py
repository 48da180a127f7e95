"""The golden cases, and the promise that no verdict changes unnoticed."""

import hashlib
import json
from collections import defaultdict
from pathlib import Path

import pytest

from graders.math import POLICY_VERSION, equivalent
from graders.math.extraction.readings import answer_reading, reference_reading

FILES = sorted((Path(__file__).parent / "cases").glob("*.jsonl"))
POLICY_OF_THE_CASES = 3
"""The policy version under which the cases stand as they are written."""


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def name(path, case):
    """The same wherever the case stands in its file: the file, and a digest of the pair."""
    pair = json.dumps([case["reference"], case["answer"]])
    return f"{path.stem}-{hashlib.sha256(pair.encode()).hexdigest()[:8]}"


def outcome(case):
    """A case says its outcome where that is not plain match or mismatch."""
    return case.get("outcome", "match" if case["expected"] else "mismatch")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_case_has_the_expected_verdict(path):
    wrong = [
        (name(path, case), case["reference"], case["answer"], equivalent(case["answer"], case["reference"]))
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


def test_no_pair_stands_twice():
    where = defaultdict(list)
    for path in FILES:
        for case in rows(path):
            where[case["reference"], case["answer"]].append(name(path, case))
    assert [names for names in where.values() if len(names) > 1] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_verdict_has_changed(path):
    """Each case has the outcome it states, so that a verdict which changes is a changed line of its case, in review.

    Where such a line is changed (not where a case is added), `POLICY_VERSION` is raised in the same change, with a line
    in the changelog; `make verdicts BASE=main` prints all such verdicts and says whether the version was raised.
    """
    changed = [
        (name(path, case), case["reference"], case["answer"], outcome(case), verdict.outcome)
        for case in rows(path)
        if (verdict := equivalent(case["answer"], case["reference"])).outcome != outcome(case)
    ]
    assert changed == []


def test_the_cases_stand_under_the_present_policy():
    """Whoever raises `POLICY_VERSION` looks at the cases once more, and writes the new version here."""
    assert POLICY_OF_THE_CASES == POLICY_VERSION


def test_values_are_compared_symmetrically():
    """Where both texts read as values, the two ways round have one verdict."""
    asymmetric = []
    for case in (case for path in FILES for case in rows(path)):
        answer, reference = case["answer"], case["reference"]
        backward = reference_reading(answer), answer_reading(reference)
        if None in (backward[0].tree, backward[1].tree) or answer_reading(answer).tree != backward[0].tree:
            continue
        if backward[1].tree != reference_reading(reference).tree or backward[0].tree.head == "text":
            continue  # a sentence may state a word, which states no sentence: `Today is Tuesday.`
        ways = [equivalent(*pair, rounding="strict") for pair in ((answer, reference), (reference, answer))]
        if ways[0].equal != ways[1].equal:
            asymmetric.append((answer, reference))
    assert [pair for pair in asymmetric if not _is_choice(pair) and all(map(_reads_alike, pair))] == []


def _reads_alike(text):
    """Whether a text means the same as an answer and as a reference: a value said twice does not."""
    return answer_reading(text).all() == reference_reading(text).all()


def _is_choice(pair):
    """A capital letter as the reference makes a question multiple-choice; a tilde is "about" in an answer alone."""
    return any(text.strip("$().\\ ") in set("ABCDEFGHIJ") or "text" in text or text[:1] == "~" for text in pair)


def test_every_readable_case_equals_itself():
    texts = {case[side] for path in FILES for case in rows(path) for side in ("answer", "reference")}
    unequal = [
        text for text in sorted(texts) if reference_reading(text).tree is not None and not equivalent(text, text)
    ]
    assert unequal == []
