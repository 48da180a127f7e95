"""Hostile texts: each has a verdict, by counted work alone.

The ceilings on CPU time here are generous by a factor of ten or more; they catch a lost bound, not a slow machine.
"""

import time
import tracemalloc
from collections import OrderedDict

import pytest

from benchmarks.hostile_math import DEAR
from benchmarks.math_accuracy import forget
from graders.math import equivalent, verify, work
from graders.math.symbolic import answers

HOSTILE = {
    "power tower": "9**" * 40 + "9",
    "towers in braces": "9^{" * 30 + "9" + "}" * 30,
    "open parentheses": "(" * 20_000 + "1",
    "nested fractions": r"\frac{1}{" * 2000 + "1" + "}" * 2000,
    "boxes": r"\boxed{1}" * 20_000,
    "long sum": "1" + "+1" * 50_000,
    "binomials": "(x+1)*" * 60 + "1",
    "sines": r"\sin " * 3000 + "1",
    "integral signs": r"\int " * 500 + "x",
    "sum to a billion": r"\sum_{n=1}^{10^{9}} n",
    "product to a billion": r"\prod_{n=1}^{10^{9}} n",
    "factorials": "5" + "!" * 200,
    "ten to the ten billion": "10^{10^{10}}",
    "binomial": r"\binom{10^{9}}{5\cdot10^{8}}",
    "binomials of some size": "+".join(rf"\binom{{{20000 - n}}}{{{10000 - n}}}" for n in range(150)) + "+x",
    "binomials that are worked out": "+".join(rf"\binom{{{2040 - n}}}{{{1020 - n}}}" for n in range(150)) + "+x",
    "exponent": "1e" + "9" * 30,
    "left": r"\left(" * 3000 + "1",
    "dollars": "$" * 50_001,
    "subscripts": "a_{" * 3000 + "1",
    "chain": "x=" * 20_000 + "27",
    "digits": "1" * 100_000,
    "prose": "the answer " * 10_000,
    "commas": "1," * 2000,
    "bars": "|" * 2000,
    "braces": "{" * 4000,
    "minus signs": "-" * 4000 + "28",
    "plus-minus": r"1\pm" * 30 + "1",
    "groups": "1,111" * 800,
    "powers of a sum": "(x+y+z)^{200}",
    "huge power of a sum": "(x+1)^{100000}",
    "nested sums": r"\sum_{a=1}^{900}\sum_{b=1}^{900}\sum_{c=1}^{900} a",
    "square roots": r"\sqrt{" * 30 + "2" + "}" * 30,
    "sum of roots": "+".join(rf"\sqrt{{{n}}}" for n in range(2, 150)),
    "sines of sines": "*".join(rf"\sin({n}x)" for n in range(1, 30)),
    "hard integral": r"\int_0^1 \sin(\sin(\sin(x^{x^x}))) e^{x^7} dx",
    "two integrals": r"\int_0^1 \int_0^1 \sin(xy) dx dy",
    "wild oscillation": r"\int_0^{1000} \sin(x^5) dx",
    "limit": r"\lim_{x\to0}\frac{\sin(\tan x)-\tan(\sin x)}{x^7}",
    "set": r"\{" + ",".join(map(str, range(700))) + r"\}",
    "unions": r"\cup".join(f"({n},{n + 1})" for n in range(150)),
    "megabytes": "x" * 10_000_000,
    "spaces": " " * 1_000_000 + "27",
    "floor of a tower": r"\lfloor e^{e^{e^{e^{5}}}}\rfloor",
    "factorial powers": "(2000!)^{9}",
    "many factorials": "*".join(["1500!"] * 60),
}
REFERENCES = ("28", "x^2+1", r"\sqrt{2}+\sqrt{3}", r"\{1,2\}", "(0,1)")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_scores_nothing_soon(name):
    text = HOSTILE[name]
    equivalent(r"\sqrt{2}+\sqrt{3}", r"\sqrt{5+2\sqrt6}")  # loads what is loaded lazily
    started = time.process_time()
    verdicts = [equivalent(text, reference) for reference in REFERENCES]
    assert not any(verdicts)
    assert time.process_time() - started < 5
    assert verdicts == [equivalent(text, reference) for reference in REFERENCES]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_reference_is_a_verdict_too(name):
    verdict = equivalent("28", HOSTILE[name])
    assert not verdict
    assert verdict.outcome


@pytest.mark.parametrize(
    "name", ["boxes", "long sum", "megabytes", "many factorials", "huge power of a sum", "sum of roots"]
)
def test_memory_is_bounded(name):
    text = HOSTILE[name]
    equivalent(r"\sqrt{2}+\sqrt{3}", r"\sqrt{5+2\sqrt6}")
    tracemalloc.start()
    equivalent(text, "29")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_white_space_around_an_answer_costs_nothing():
    assert equivalent(" " * 100_000 + "28", "28")


# -- the work of one comparison --------------------------------------------------------------------------------------

SPENT = "more work than one comparison may take"
HONEST = {
    "functions at points": (r"\sqrt{x \cdot x + y \cdot y}", r"\sqrt{x^2+y^2}"),
    "an integral": (r"\int_0^2 3x^2 dx", "8"),
    "members in any order": (r"\sqrt2, \sqrt3, \pi", r"\pi, \sqrt3, \frac{2}{\sqrt2}"),
    "other readings": ("x = y = 5", "y = x = 5"),
    "a mismatch": (r"\ln 2 + \ln 3", r"\ln 7"),
}


def verdict_within(most, pair, monkeypatch):
    monkeypatch.setattr(work, "MAX_COMPARISON", most)
    forget()
    [cold] = verify([pair[0]], [pair[1]], symbolic=False)
    [warm] = verify([pair[0]], [pair[1]], symbolic=False)
    assert cold == warm  # what is kept costs as much as what is worked out
    return cold


def least_work(pair, monkeypatch):
    """The smallest allowance with which a pair is decided as it is with the whole one."""
    spent, enough = 0, work.MAX_COMPARISON
    wanted = verdict_within(enough, pair, monkeypatch)
    while enough - spent > 1:
        middle = (spent + enough) // 2
        if verdict_within(middle, pair, monkeypatch) == wanted:
            enough = middle
        else:
            spent = middle
    return enough


@pytest.mark.parametrize("name", HONEST)
def test_a_comparison_is_decided_with_just_the_work_that_it_takes(name, monkeypatch):
    needed = least_work(HONEST[name], monkeypatch)
    short = verdict_within(needed - 1, HONEST[name], monkeypatch)
    assert not short
    assert (short.outcome, short.rule) == ("undecided", SPENT) or short.outcome == "over_limit"
    assert verdict_within(needed, HONEST[name], monkeypatch).rule != SPENT


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        (r"\frac{1-x^{n+1}}{1-x}", r"\sum_{k=0}^{n} x^k"),
        (r"\sum_{k=1}^{90} 2k\sin(2k^\circ)", r"90\cot 1^\circ"),
        (r"\sum_{k=1}^{168} \frac{1}{\sqrt{k}+\sqrt{k+1}}", "12"),
        (r"\sum_{k=1}^{44} \log_2(1+\tan k^\circ)", "22"),
    ],
)
def test_the_dearest_honest_comparisons_are_decided(answer, reference):
    [verdict] = verify([answer], [reference], symbolic=False)
    assert verdict


@pytest.mark.parametrize("name", DEAR)
def test_repeated_parts_are_bounded_together(name):
    pairs = [DEAR[name], DEAR[name][::-1], (r"\sqrt2", r"\sqrt3")]
    given, expected = zip(*pairs, strict=True)
    forget()
    cold = verify(given, expected, symbolic=False)
    assert not any(cold)
    assert [*reversed(verify(given[::-1], expected[::-1], symbolic=False))] == cold


@pytest.mark.parametrize(("found", "outcome"), [(True, "match"), (False, "mismatch"), (None, "undecided")])
def test_what_runs_out_of_work_is_open_so_that_the_worker_decides(found, outcome, monkeypatch):
    """No honest row that the worker can decide is lost to the bound; without it the bound is the rule."""
    monkeypatch.setattr(answers, "_kept", OrderedDict())
    monkeypatch.setattr(answers.worker_pool, "ask", lambda *_: found)
    answer, reference = DEAR["list of integrals"]
    [alone] = verify([answer], [reference], symbolic=False)
    assert (alone.outcome, alone.rule) == ("undecided", SPENT)
    verdict = equivalent(answer, reference)
    assert (verdict.outcome, verdict.rule) == (outcome, "the symbolic worker")


def test_a_comparison_is_charged_to_nobody_else():
    answer, reference = DEAR["list of integrals"]
    before = work.purse.left
    verify([answer], [reference], symbolic=False)
    assert work.purse.left == before
