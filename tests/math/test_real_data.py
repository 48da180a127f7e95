"""Real references and answers, where the shared data stand beside the checkout."""

import json
from pathlib import Path

import pytest

from graders.math import reference_fault, verify

DATA = Path(__file__).parents[3] / "shared" / "data"
needed = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not beside this checkout")


def rows(name):
    with (DATA / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@needed
def test_gsm8k_labels_are_reproduced():
    data = rows("gsm8k_solutions.jsonl")
    answers = [row["completion"].split("<answer>")[-1].split("</answer>")[0] for row in data]
    verdicts = verify(answers, [row["reference_answer"] for row in data])
    assert [verdict.equal for verdict in verdicts] == [bool(row["label"]) for row in data]


@pytest.fixture(scope="module")
def golds():
    found = dict.fromkeys(row["reference_answer"] for row in rows("math_golds.jsonl"))
    return [gold for gold in found if reference_fault(gold) is None]


@needed
def test_all_but_the_empty_and_the_placeholder_are_readable(golds):
    found = dict.fromkeys(row["reference_answer"] for row in rows("math_golds.jsonl"))
    assert [gold for gold in found if gold not in golds] == ["None", ""]


REWRITES = {
    "dollars": lambda text: f"${text}$",
    "boxed": lambda text: rf"\boxed{{{text}}}",
    "padded": lambda text: f" \n{text} ",
    "dfrac": lambda text: text.replace(r"\frac", r"\dfrac"),
    "frac": lambda text: text.replace(r"\dfrac", r"\frac").replace(r"\tfrac", r"\frac"),
    "left and right": lambda text: (
        text
        if r"\left" in text or "[" in text or "]" in text
        else text.replace("(", r"\left(").replace(")", r"\right)")
    ),
    "no left and right": lambda text: text.replace(r"\left", "").replace(r"\right", ""),
    "unicode": lambda text: text.replace(r"\pi", "π").replace(r"\infty", "∞").replace(r"\cup", "∪").replace("-", "−"),
    "round delimiters": lambda text: rf"\({text}\)",
    "root sign": lambda text: text.replace(r"\sqrt{", "√{"),
    "prose": lambda text: f"The answer is ${text}$." if "$" not in text else text,
}


@needed
@pytest.mark.parametrize("name", REWRITES)
def test_golds_survive_rewriting(golds, name):
    verdicts = verify([REWRITES[name](gold) for gold in golds], golds, symbolic=False)
    assert [gold for gold, verdict in zip(golds, verdicts, strict=True) if not verdict] == []


@needed
def test_neighbours_are_decided_without_the_worker(golds):
    golds = sorted(golds)
    verdicts = verify(golds[1:], golds[:-1], symbolic=False)
    open_ones = [verdict for verdict in verdicts if verdict.outcome == "undecided"]
    assert len(open_ones) < 0.002 * len(verdicts)
