"""Data to audit rewards on, and cases of every kind of reference."""

import json

import pytest

from graders.audit.sample import read_sample
from graders.offline.reading.rows import Columns
from graders.reward.load import load_reward
from graders.settings.settings import Settings

REFERENCES = [
    "28",
    "-7",
    "0",
    "3/4",
    "0.5",
    "12,450",
    "B",
    r"\text{(C)}",
    r"\sqrt{2}",
    "x+1",
    "(0,1)",
    r"y=2x+3",
    "no",
    "Paris",
    "The river rises in the northern hills.",
    "He sold two boats before the winter came.",
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
    r"x = k\pi, k \in \mathbb{Z}",
    "1, 0, 1",
    "5,000",
    "5 cm",
    "2:3",
    "(4,4)",
    r"\Phi(2)",
    "P^{-1}AP",
    r"p \lor q",
    r"\Delta x",
    r"\lim_{x\to 0} f(x)",
    "a, b",
    "yes",
    "rising when x<3, falling when x>3",
    r"\frac{\pi}{6}",
    "E(X)=7",
    r"\textbf{(B)}\ 5",
    r"\frac{n}{2}[a+b]",
    "f(x) = x",
    "37^\\circ",
    "2x+1",
    "x=1, y=2",
    "odd",
    r"\infty",
    "-71, -27, -11",
    "-i",
    "1 : 2",
    r"\pm 6",
]


def rows_of(references, **columns):
    """A row a reference, in good layout, with a prompt that has a formula."""
    return [
        {
            "prompt": f"Question {k}: work out $17 + {k}$.",
            "reference_answer": reference,
            "completion": f"<think>Step {k}.</think><answer>{k + 1000}</answer>",
            **columns,
        }
        for k, reference in enumerate(references)
    ]


@pytest.fixture
def data(tmp_path):
    """Write rows, or one for each of some references: ``data(["28", "7"])`` gives the path."""

    def make(rows, name="data.jsonl"):
        path = tmp_path / name
        rows = rows_of(rows) if rows and isinstance(rows[0], str) else rows
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return str(path)

    return make


@pytest.fixture
def cases(data):
    """Cases of every kind of reference, in a layout: ``cases(think_prefilled=True)``."""

    def make(references=REFERENCES, **settings):
        reward = load_reward({"graders": [{"type": "math_accuracy"}]}, Settings(**settings))
        return read_sample(data(references), reward, Columns(), 100, 0).cases

    return make
