"""Notes beside a formula, written in its own notation before it is read."""

import pytest

from graders.math.extraction.labels import labelled
from graders.math.extraction.notes import in_notation, multiplies_in_order, without_domain


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (r"x=k\pi where k is an integer", r"x=k\pi, k \in \mathbb{Z}"),
        (r"x = 2n\pi for any integer n", r"x = 2n\pi, n \in \mathbb{Z}"),
        (r"x=k\pi\ (k\in\mathbb{Z})", r"x=k\pi, k \in \mathbb{Z}"),
        (r"f(x)=x \text{ for all } x", "f(x)=x"),
        ("all real numbers except 1 and 2", r"\mathbb{R} \setminus \{1, 2\}"),
        ("x|x>1", r"\{x \mid x>1\}"),
        (r"f(x)=a^x\ (a>0)", "f(x)=a^x, a>0"),
        ("$17$ $x=0$", "$17$, $x=0$"),
        (r"\mathbf{a}\times\mathbf{b}", r"\bold{a}\cross \bold{b}"),
        (r"X^\top X", "X^{T} X"),
        (r"\left\{\begin{array}{l}x=1\\y=2\end{array}\right.", r"\begin{cases}x=1\\y=2\end{cases}"),
    ],
)
def test_notes_are_written_in_notation(text, written):
    assert in_notation(text) == written


@pytest.mark.parametrize(
    "text", ["28", "x|x|", r"|x|>1", "$x$ $= 7$", r"2\times 3", "x=5 (since y>2)", r"\mathbf{B}", "k is an integer", ""]
)
def test_other_texts_stay_as_they_are(text):
    assert in_notation(text) == text


def test_a_note_that_bounds_a_letter_may_be_left_out():
    assert without_domain(r"f(x)=a^x\ (a>0)") == "f(x)=a^x"
    assert without_domain("f(x)=a(x+1)") == ""


def test_marks_of_vectors_and_powers_of_matrices_are_seen():
    assert multiplies_in_order(r"\vec a\cdot\vec b")
    assert multiplies_in_order("P^{-1}AP")
    assert not multiplies_in_order("x^{-1}y")


def test_labels_belong_to_what_they_label():
    tree = labelled("The function is increasing on $(0,1)$ and decreasing on $(1,2)$.")
    assert [member.leaf for member in tree.args] == ["increasing", "decreasing"]
    assert labelled("28 when x > 0") is None
