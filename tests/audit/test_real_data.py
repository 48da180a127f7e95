"""Audits on real data, where they stand beside the checkout: no trick buys math_accuracy."""

import warnings
from pathlib import Path

import pytest

import graders
from graders.audit import Extent, audit

DATA = Path(__file__).parents[3] / "shared" / "data"
needed = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not beside this checkout")


def paid(component):
    """The tricks that are paid."""
    return [(name, example.trick) for name in component.holes for example in component.families[name].examples]


def audited(kind, path, seed, rows=12):
    definition = {"graders": [kind if isinstance(kind, dict) else {"type": kind}]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", graders.GradersWarning)
        return audit(graders.load_reward(definition), str(path), Extent(rows, seed))


def test_numbers(data):
    """Without any data from outside."""
    found = audited("math_accuracy", data([str(n) for n in (28, 7, 391, -9, 1000, 12, 64)]), 0)
    assert found.components["format"].holes == []
    assert paid(found.components["math_accuracy"]) == []
    assert found.components["math_accuracy"].honest == 1.0


@needed
@pytest.mark.parametrize("seed", [1, 2])
def test_gsm8k(seed):
    """Nothing is paid for the layout alone, and no trick for a number."""
    found = audited("math_accuracy", DATA / "gsm8k_solutions.jsonl", seed)
    assert found.components["format"].exploitability == 0
    assert paid(found.components["math_accuracy"]) == []
    assert (found.components["math_accuracy"].honest, found.components["math_accuracy"].plain) == (1.0, 0.0)


@needed
@pytest.mark.parametrize("seed", [1, 2])
def test_math(seed):
    """Questions without completions, references of every kind."""
    found = audited("math_accuracy", DATA / "math_golds.jsonl", seed)
    component = found.components["math_accuracy"]
    assert found.components["format"].exploitability == 0
    assert paid(component) == []
    assert (component.honest, component.plain) == (1.0, 0.0)


@needed
def test_the_known_holes_on_real_data():
    """`contains` is bought by each of ten families, on other columns and with groups of four."""
    found = audited({"type": "string_check", "operation": "contains"}, DATA / "gsm8k_solutions.jsonl", 1)
    component = found.components["string_check:contains"]
    assert component.exploitability == 1.0
    assert len(component.holes) >= 10
    assert found.components["format"].exploitability == 0
