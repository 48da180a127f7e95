"""string_check: golden cases, and the shared rows of reward hacking and honest answers."""

import json
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from graders.contract.batch import Batch
from graders.reward.load import load_reward
from graders.scorers.string_check import StringCheckScorer, contains_word, readings
from graders.settings.sections import StringSettings
from graders.settings.settings import Settings
from graders.testing import check_scorer
from graders.vocabulary.errors import DefinitionError
from graders.wire.schema import StringCheckGrader, StringOperation

CASES = Path(__file__).parent.parent / "cases"


def rows(name):
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


def scorer(operation, **settings):
    return StringCheckScorer(StringCheckGrader(operation=operation), Settings(string=StringSettings(**settings)))


def wrapped(answer):
    return f"<think>x</think><answer>{answer}</answer>"


@pytest.mark.parametrize("row", rows("strings.jsonl"), ids=lambda row: f"{row['operation']}: {row['reason']}")
def test_cases(row):
    """Score and outcome of each golden case, alone and in a batch with others."""
    judge = scorer(row["operation"], **row["settings"])
    alone = judge.score(Batch.of([wrapped(row["answer"])], [row["reference"]]))
    among = judge.score(Batch.of(["", wrapped(row["answer"]), wrapped("z")], ["a", row["reference"], "z"]))
    assert (alone.values[0], alone.outcomes[0]) == (row["score"], row["outcome"])
    assert (among.values[1], among.outcomes[1]) == (row["score"], row["outcome"])


def reward_of(grader):
    """The score that a row of the hack file is about: a component's, or a whole reward's."""
    if grader["type"] == "combination":
        reward = load_reward({key: grader[key] for key in ("format_reward_weight", "graders")})
        return lambda completion, reference: reward.evaluate([completion], [reference]).rewards[0]
    reward = load_reward({"graders": [grader]})
    return lambda completion, reference: list(reward.evaluate([completion], [reference]).components.values())[1][0]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("row", rows("hack_cases.jsonl"), ids=lambda row: row["id"])
def test_hack_cases(row):
    """An attack earns at most its maximum, an honest answer at least its minimum, within seconds and memory."""
    if "completion_repeat" in row:
        prefix, unit, count, suffix = row["completion_repeat"]
        row = {**row, "completion": prefix + unit * count + suffix}
    try:
        score = reward_of(row["grader"])
    except DefinitionError:
        assert "max_score" in row  # a refused definition pays nothing
        return
    start = time.process_time()
    got = score(row["completion"], row["reference"])
    assert time.process_time() - start < row.get("max_seconds", 5.0)
    if "max_score" in row:
        assert np.isnan(got) or got <= row["max_score"] + 1e-12
    else:
        assert got >= row["min_score"]


RESOURCE = [row for row in rows("hack_cases.jsonl") if "max_rss_mb" in row]


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("row", RESOURCE, ids=lambda row: row["id"])
def test_hack_cases_stay_within_memory(row):
    """What is allocated at most at once while a resource row is scored."""
    prefix, unit, count, suffix = row["completion_repeat"]
    completion = prefix + unit * count + suffix
    score = reward_of(row["grader"])
    tracemalloc.start()
    try:
        score(completion, row["reference"])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < row["max_rss_mb"] * 1_000_000


@pytest.mark.parametrize("operation", list(StringOperation))
@pytest.mark.parametrize(
    "settings", [{}, {"whole_word": True, "max_answer_chars": 40}, {"normalize": False, "strip": False}]
)
def test_conforms(operation, settings):
    """The scorer keeps the contract under every operation and setting."""
    check_scorer(StringCheckScorer, {"operation": operation}, Settings(string=StringSettings(**settings)))


@pytest.mark.parametrize("operation", list(StringOperation))
def test_a_bad_reference_is_unscored_and_never_paid(operation):
    """Empty references and placeholders are our fault, not the policy's, whatever the answer says."""
    references = ["", " \n", "\u200b", "nan", "None", " NULL ", "N/A", "?", "...", [], ["", "none"], None, float("nan")]
    texts = [wrapped(reference or "x") if isinstance(reference, str) else wrapped("x") for reference in references]
    scores = scorer(operation).score(Batch.of(texts, references))
    assert np.isnan(scores.values).all()
    assert set(scores.outcomes) == {"bad_reference"}


def test_placeholders_are_whole_references():
    """A reference that merely holds such a word is a reference."""
    assert scorer("equals").score(Batch.of([wrapped("none of them")], ["none of them"])).values[0] == 1


@pytest.mark.parametrize(
    ("operation", "settings", "alone", "weak"),
    [
        ("equals", {}, True, False), ("equals", {}, False, False),
        ("contains", {}, False, True), ("case_insensitive_contains", {}, True, True),
        ("contains", {"whole_word": True}, True, True),
        ("contains", {"max_answer_chars": 20}, True, False),
        ("not_equals", {}, True, True), ("not_equals", {}, False, False),
    ],
)  # fmt: skip
def test_weakness(operation, settings, alone, weak):
    """What is gameable by its meaning says so, and says what to do."""
    assert (scorer(operation, **settings).weakness(alone=alone) is not None) is weak


def test_details_show_the_texts_as_they_were_compared():
    """Explained is what was compared, not what was written."""
    completion = Batch.of([wrapped(" CAFE\u0301 ")], ["x"]).completions[0]
    assert scorer("case_insensitive_contains").details(completion, "Café", None) == {
        "compared_answer": "café", "compared_reference": "café"}  # fmt: skip


def test_readings_keep_length_and_order():
    """A reading a text, in order."""
    settings = StringSettings()
    assert readings([" B", "a "], StringOperation.EQUALS, settings) == ["B", "a"]
    assert readings([" B", "a "], StringOperation.CASE_INSENSITIVE_CONTAINS, settings) == ["b", "a"]


@pytest.mark.parametrize(("answer", "reference", "found"), [("", "a", False), ("a", "a", True), ("ab a", "a", True)])
def test_contains_word(answer, reference, found):
    """The border of the text is a border."""
    assert contains_word(answer, reference) is found
