"""Wrong answers are wrong: against exact values, and against mathematics."""

from fractions import Fraction

import pytest

from graders.audit.wrong import absorbs, folded, is_wrong, kind_of, number_of, wrong_answers, wrong_number
from graders.math import equivalent

KINDS = {
    "number": ["28", "-7", "3/4", "0.5", "12,450", " 5 "],
    "choice": ["B", r"\text{(C)}", "(D)", r"\text{A}", "J.", r"(\text{H})"],
    "formula": [r"\sqrt{2}", "x+1", "x", "-i", "xy", "1 : 2", "-71, -27, -11", r"\text{Evelyn}", "5 cm", "1/0", "K"],
    "text": ["Paris", "The river rises.", "no way", "The dose is 5 mg a day"],
}


@pytest.mark.parametrize(("kind", "reference"), [(kind, text) for kind, texts in KINDS.items() for text in texts])
def test_kinds(kind, reference):
    """Of references; and three wrong answers for each, all different."""
    assert kind_of(reference) == kind
    others = [text for texts in KINDS.values() for text in texts]
    wrong = wrong_answers((reference,), kind, "31", others)
    assert len(set(wrong)) == 3
    for answer in (*wrong, wrong_number((reference,))):
        assert is_wrong(answer, (reference,))
        assert not equivalent(answer, reference)
        assert folded(reference) not in folded(answer)


@pytest.mark.parametrize("value", [*range(-25, 26), 99, 100, 1234, Fraction(1, 3), Fraction(-5, 2)])
def test_wrong_numbers_differ_in_value(value):
    """By exact arithmetic, and are none of those that vanish in a product."""
    for answer in wrong_answers((str(value),), "number", str(value), []):
        assert number_of(answer) not in {Fraction(value), 0, 1, -1, None}


def test_the_row_s_own_wrong_answer_comes_first():
    """It is the most natural one; a right one is not taken."""
    assert wrong_answers(("28",), "number", " 31 ", [])[0] == "31"
    assert wrong_answers(("28",), "number", "28.0", [])[0] == "29"
    assert wrong_answers(("28",), "number", None, [])[0] == "29"


def test_what_is_not_certainly_wrong():
    """Equal in value, a part of it or holding it, any of several references."""
    for candidate, references in [("0.75", ("3/4",)), (r"2\sqrt2", (r"\sqrt{8}",)), ("128", ("28",)), ("8", ("28",)),
                                  ("5", ("4", "5")), ("PARIS.", ("Paris",)), ("", ("4",)),
                                  ("ﬁve", ("five",))]:  # fmt: skip
        assert not is_wrong(candidate, references)


def test_numbers():
    """Plain ones only, and nothing that is dear to read."""
    assert number_of("1,000.5") == Fraction(2001, 2)
    for text in ("1e5", "٣", "1/0", "", "-", "x", "9" * 50, "1_0", "nan"):
        assert number_of(text) is None


def test_what_absorbs():
    """A product with it is itself."""
    assert absorbs(r"\begin{pmatrix} 0 & 0 \\ 0 & 0 \end{pmatrix}")
    assert not absorbs(r"\sqrt{2}")
    assert not absorbs("x+1")
