"""Golden cases, each with its reason, and the rows of the reward-hacking set that this grader decides."""

import json
import time
from pathlib import Path

import pytest

from graders.text import bleu, rouge

CASES = Path(__file__).parent / "cases"


def rows(name):
    return [json.loads(line) for line in (CASES / name).read_text().splitlines()]


@pytest.mark.parametrize("row", rows("edges.jsonl"), ids=lambda row: row["reason"])
def test_edges(row):
    assert bleu([row["completion"]], [row["reference"]])[0] == pytest.approx(row["bleu"], abs=1e-12)
    assert rouge([row["completion"]], [row["reference"]])[0] == pytest.approx(row["rouge"], abs=1e-12)


@pytest.mark.parametrize("row", rows("hacks.jsonl"), ids=lambda row: row["id"])
def test_hacks(row):
    unit, times = row.get("repeat", ("", 0))
    answer = row.get("answer", unit * times)
    start = time.process_time()
    score = {"bleu": bleu, "rouge": rouge}[row["operation"]]([answer], [row["reference"]])[0]
    assert row.get("min_score", 0.0) <= score <= row.get("max_score", 1.0)
    assert time.process_time() - start < row.get("max_seconds", 3.0)


def test_a_wrong_mixed_script_answer_is_not_paid_and_the_completion_has_no_say():
    assert rouge(["错误 42"], ["答案是 42 因为"], tokenizer="rouge_score")[0] == 1
    assert rouge(["错误 42"], ["答案是 42 因为"])[0] < 0.3
    assert rouge(["the answer 错误"], ["the answer"])[0] == 1  # an ASCII reference: strict parity
