"""Each kind of fault that was found in the field has its family, or a reason why it has none: `field_kinds.jsonl`."""

import json
from pathlib import Path

import pytest

from graders.audit.case import Case
from graders.audit.families.trick_forms import _families
from graders.audit.family_registry import BUILT_IN, RIGHT, SUBJECTS, family
from graders.audit.wrong import kind_of, wrong_answers, wrong_number
from graders.settings.settings import Settings
from tests.audit.families_table import PAGE, page

HERE = Path(__file__)
KINDS = [json.loads(line) for line in HERE.with_name("field_kinds.jsonl").read_text(encoding="utf-8").splitlines()]
FAULTS = HERE.parents[3] / "shared" / "cases" / "field_faults.jsonl"


def case_of(reference, prompt=""):
    kind = kind_of(reference)
    wrong = wrong_answers((reference,), kind, None, [])
    return Case(reference, (reference,), kind, wrong, wrong_number((reference,)), "x", prompt, Settings().layout)


@pytest.mark.parametrize("row", KINDS, ids=lambda row: f"{row['kind']}: {row.get('reference', '')}")
def test_a_family_makes_such_answers(row):
    """From a reference of the kind: wrong answers where such were paid, right ones where such were refused."""
    if "reason" in row:
        return
    for name in row["families"]:
        mutants = list(family(name).mutants(case_of(row["reference"], row.get("prompt", ""))))
        assert any(mutant.is_right == row["right"] for mutant in mutants), name


@pytest.mark.skipif(not FAULTS.is_file(), reason="../shared/cases is not beside this checkout")
def test_no_kind_is_left_out():
    """The list is a copy of the kinds as they were collected."""
    faults = [json.loads(line) for line in FAULTS.read_text(encoding="utf-8").splitlines()]
    assert {row["kind"] for row in KINDS} == {fault["kind"] for fault in faults}


def test_few_kinds_have_no_family():
    """And each of those a reason."""
    without = {row["kind"]: row["reason"] for row in KINDS if "reason" in row}
    assert len(without) <= 2
    assert all(reason[0].islower() for reason in without.values())


def test_every_family_of_the_files_is_registered_once():
    """And has a subject; right answers are told apart from tricks, and stand under theirs."""
    assert set(_families()) <= set(BUILT_IN)
    assert len(BUILT_IN) == sum(len(names.split()) for modules in SUBJECTS.values() for names in modules.values())
    for name in BUILT_IN:
        is_right = family(name).subject == RIGHT
        assert all(part.get("is_right", False) == is_right for part in _families().get(name, {"parts": []})["parts"])


def test_wrongness_has_a_reason():
    """Every part of the newer files says why its mutants are certainly wrong, or right."""
    older = set(
        json.loads((Path(family.__code__.co_filename).parent / "families/trick_forms.json").read_text())["families"]
    )
    for name, made in _families().items():
        assert name in older or all(part["why"] for part in made["parts"]), name


@pytest.mark.parametrize(
    ("reference", "wrong"),
    [
        ("25,000", "25,00"),
        (r"\sigma(6)", r"6\sigma"),
        (r"\mathbf{AB}", r"\mathbf{BA}"),
        (r"\Delta x", r"x\Delta"),
        ("(4,4)", r"\emptyset"),
        (r"x\in(1,3)", "1 or 3"),
        ("1, 0, 1", "0, 1"),
        ("28", "28 (minus)"),
        ("28", "28 lakh"),
        ("28", r"28\cdot\frac{|x-10^5|}{10^5-x}"),
        ("yes", "yes, it fails"),
        ("A", "A. Same as B"),
        ("12 minutes", "12 hours"),
        (r"\frac{n(n+1)}{2}", r"\frac{n(n+1)}{2}+\binom{n}{20}"),
        ("28", "das Doppelte von 28"),
        ("28", "不是28"),
    ],
)
def test_wrong_answers_by_example(reference, wrong):
    """Word for word, brackets around the whole apart."""
    made = case_of(reference)
    answers = {mutant.text for name in BUILT_IN for mutant in family(name).mutants(made) if not mutant.is_right}
    assert any(f"<answer>{form}</answer>" in text for text in answers for form in (wrong, wrong.replace("28", "(28)")))


@pytest.mark.parametrize(
    ("reference", "right"),
    [
        ("ax+b", "b+ax"),
        (r"\textbf{(B)}\ 5", "B"),
        ("5 (apples)", "5"),
        ("x=1, y=2", r"\begin{cases}x=1\\y=2\end{cases}"),
        (r"x=2k\pi, k\in\mathbb{Z}", r"x=2n\pi, n\in\mathbb{Z}"),
        ("P=2(3+4)=14", "14"),
        ("7", r"\operatorname{Var}(X)=7"),
        ("12", "twelve"),
        ("4", "3.9999999999999996"),
        (r"\frac{\pi}{6}", r"30^\circ"),
        ("7", "Die Antwort ist 7."),
        ("f(x)=2x+1", "2x+1"),
        ("a+b+c", "c+b+a"),
        ("-a+2b", "2b-a"),
        ("2by", "2yb"),
    ],
)
def test_right_answers_by_example(reference, right):
    """Word for word."""
    texts = {mutant.text for name in BUILT_IN for mutant in family(name).mutants(case_of(reference)) if mutant.is_right}
    assert any(f"<answer>{right}</answer>" in text for text in texts)


@pytest.mark.parametrize(
    ("reference", "family_name"),
    [
        ("B=AB+C", "reordered"),
        ("5 cm", "reordered"),
        ("x=1 or y=2", "reordered"),
        ("(1,2)", "reordered"),
        ("AB", "reordered"),
        (r"\infty", "near"),
        ("0.85", "near"),
        ("x+C", "far"),
        ("yes", "far"),
        ("0", "scaled"),
        ("5:45", "clock"),
        ("", "idle"),
        ("x=2 or x=3", "connectives"),
        ("(b)", "near"),
    ],
)
def test_what_is_not_certain_is_left_out(reference, family_name):
    """No mutants at all."""
    tricks = {mutant.trick for mutant in family(family_name).mutants(case_of(reference))}
    assert tricks == set()


def test_the_page_lists_the_families():
    """As `python -m tests.audit.families_table` writes them."""
    assert PAGE.read_text(encoding="utf-8") == page()
