"""What an answer says: prose, boxes, choices; what a reference must be; the echo guard."""

import pytest

from graders.math import equivalent, reference_fault, verify
from graders.math.extraction.choices import read_choice


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("28", "match"),
        ("29", "mismatch"),
        ("", "empty_answer"),
        (" \n", "empty_answer"),
        ("27, 28", "several_values"),
        ("27 or 28", "several_values"),
        (r"\boxed{27} \boxed{28}", "several_values"),
        ("27=28", "several_values"),
        ("28=28", "tautology"),
        ("x=x", "tautology"),
        ("2 +", "unreadable"),
        ("0/0", "unreadable"),
        ("9^{9^{9^9}}", "over_limit"),
        ("not 28", "mismatch"),
        ("?", "unreadable"),
        (r"\boxed{}", "empty_answer"),
        ("x>28", "mismatch"),
    ],
)
def test_outcomes(answer, outcome):
    assert equivalent(answer, "28").outcome == outcome


@pytest.mark.parametrize(
    "reference", ["", " ", "nan", "None", "null", "N/A", "n/a", "?", "...", "NaN", "0/0", "2 +", "28=29"]
)
def test_bad_references(reference):
    assert reference_fault(reference)
    assert equivalent("28", reference).outcome == "bad_reference"
    assert not equivalent(reference, reference)


@pytest.mark.parametrize("reference", ["28", r"\text{no solution}", "x", "B", r"\emptyset", "undefined", "October 30"])
def test_good_references(reference):
    assert reference_fault(reference) is None


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("B", "B"),
        ("(b)", "B"),
        ("Option C", "C"),
        ("B. 12", "B"),
        ("The answer is (D).", "D"),
        ("A or B", ""),
        ("not B", ""),
        ("(B)+1", ""),
        ("AB", ""),
        ("A, B", ""),
        ("B)", "B"),
        ("K", ""),
        ("2B", ""),
    ],
)
def test_choices(text, letter):
    assert read_choice(text) == letter


PROMPT = r"Compute $17 \cdot 23$, then $\int_0^1 x^2\,dx$ and simplify $(x-3)(x+3)$. What is 2^{10} - 24?"


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        (r"17 \cdot 23", "391"),
        ("17*23", "391"),
        (r"17 \times 23", "391"),
        ("$17\\cdot23$", "391"),
        ("x = 17*23", "391"),
        (r"\int_0^1 x^2\,dx", r"\frac13"),
        ("2^{10}-24", "1000"),
        ("2^{10} - 24", "1000"),
        ("23 \\cdot 17", "391"),
    ],
)
def test_repeating_the_question_is_no_answer(answer, reference):
    assert equivalent(answer, reference).equal
    assert equivalent(answer, reference, prompt=PROMPT).outcome == "echo"


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("391", "391"),
        (r"17\cdot23=391", "391"),
        (r"\frac13", r"\frac13"),
        ("1/3", "0.333333"),
        ("(x-3)(x+3)", "(x-3)(x+3)"),
        ("17", "17"),
        ("x^2-9", "x^2-9"),
    ],
)
def test_working_it_out_is_an_answer(answer, reference):
    assert equivalent(answer, reference, prompt=PROMPT).outcome == "match"


@pytest.mark.parametrize("answer", ["x^2 < 3", "$x^2<3$", "3 > x^2"])
def test_an_inequality_left_unsolved_is_no_answer(answer):
    prompt = "Solve the inequality $x^2 < 3$, or, which is the same, $3 > x^2$."
    reference = r"(-\sqrt{3}, \sqrt{3})"
    assert equivalent(answer, reference).equal
    assert equivalent(answer, reference, prompt=prompt).outcome == "echo"
    assert equivalent(r"-\sqrt3 < x < \sqrt3", reference, prompt=prompt).outcome == "match"


@pytest.mark.parametrize("answer", ["2 times 42", "seven times twelve", "7 dozen"])
def test_arithmetic_in_words_is_left_to_be_worked_out(answer):
    assert not equivalent(answer, "84")


def test_the_guard_can_be_switched_off():
    pair = (["17*23"], ["391"], [PROMPT])
    assert verify(*pair)[0].outcome == "echo"
    assert verify(*pair, echo_guard=False)[0].outcome == "match"


def test_batches_have_one_length():
    with pytest.raises(ValueError, match="2 answers"):
        verify(["1", "2"], ["1"])
