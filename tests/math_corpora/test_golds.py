"""The golds of MATH: equal to themselves and to their rewrites, different from their near misses.

A sample by default; `GRADERS_ALL_GOLDS=1` takes all. The golds are no part of this project: without them, skipped.
"""

import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest

from graders.math import Unreadable, equivalent, parse, reference_fault
from graders.math.symbolic import worker_pool as symbolic

GOLDS = Path(__file__).parents[3] / "shared" / "data" / "math_golds.jsonl"
SAMPLE = 400
UNREADABLE = {"", "None"}
"""Golds that are no answer: a reference that is empty, or a placeholder."""
NOT_ONE_FORMULA = {r"\text{October 30}"}
"""Golds that are read, but not as one formula that could be rewritten."""


@pytest.fixture(scope="module")
def rewrites():
    spec = importlib.util.spec_from_file_location("rewrites", Path(__file__).with_name("rewrites.py"))
    module = sys.modules["rewrites"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["rewrites"]


@pytest.fixture(scope="module")
def golds():
    if not GOLDS.exists():
        pytest.skip("the golds of MATH lie beside the project, in ../shared/data, and are not here")
    with GOLDS.open(encoding="utf-8") as lines:
        return list(dict.fromkeys(json.loads(line)["reference_answer"] for line in lines))


@pytest.fixture(scope="module")
def sample(golds):
    return [gold for gold in golds[:: 1 if all_golds() else len(golds) // SAMPLE] if gold not in UNREADABLE]


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    asked = []
    monkeypatch.setattr(symbolic, "ask", lambda *trees: asked.append(trees) and None)
    return asked


def all_golds():
    return os.environ.get("GRADERS_ALL_GOLDS", "") == "1"


def test_every_gold_is_readable_and_equal_to_itself(golds, asked):
    assert {gold for gold in golds if reference_fault(gold)} == UNREADABLE & set(golds)
    assert not [gold for gold in golds if gold not in UNREADABLE and not equivalent(gold, gold)]
    assert not asked


def test_rewrites_are_equal(sample, rewrites, asked):
    missed = []
    for gold in sample:
        try:
            made = rewrites.spellings(gold)
        except Unreadable:
            assert gold in NOT_ONE_FORMULA
            continue
        assert len(made) >= 10, (gold, made)
        missed += [(gold, spelling) for spelling in made if not equivalent(spelling, gold)]
    assert not missed
    assert not asked, "none reaches SymPy"


def test_near_misses_are_different(sample, rewrites, asked):
    readable = [gold for gold in sample if gold not in NOT_ONE_FORMULA]
    pairs = [(miss, gold) for gold in readable for miss in rewrites.near_misses(gold)]
    assert len(pairs) > 2 * len(readable)
    assert not [pair for pair in pairs if equivalent(*pair).outcome != "mismatch"]
    assert not asked


def test_neighbours_are_different(golds, sample, rewrites, asked):
    readable = [gold for gold in golds if gold not in UNREADABLE]
    pairs = list(zip(rewrites.neighbours(sample, readable), sample, strict=True))
    assert not [pair for pair in pairs if equivalent(*pair) or equivalent(*pair[::-1])]
    assert not asked


@pytest.mark.parametrize(
    ("gold", "spelling"),
    [
        (r"\frac{3}{4}", "0.75"),
        (r"\frac{3}{4}", r"\frac{9}{12}"),
        (r"2(x+1)", r"2 \cdot x + 2 \cdot 1"),
        (r"x+1", "1 + x"),
        (r"(1,2)", r"\left(1,2\right)"),
        (r"2\sqrt{3}", r"2√3"),
        ("12", "$\\boxed{12}$"),
    ],
)
def test_what_the_rewrites_are(gold, spelling, rewrites):
    parse(gold)
    assert spelling in rewrites.spellings(gold)
