"""Products that don't commute, as sums of scalars times words."""

import pytest

from graders.math.extraction.readings import answer_reading


def tree(text):
    return answer_reading(text).tree


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\vec a\cdot\vec b", r"\vec b\cdot\vec a"),
        (r"\vec a\cdot(\vec b+\vec c)", r"\vec a\cdot\vec b+\vec a\cdot\vec c"),
        (r"(AB)^{-1}", r"B^{-1}A^{-1}"),
        (r"(AB)^T", r"B^TA^T"),
    ],
)
def test_equal_products_are_one_tree(one, other):
    assert tree(one) == tree(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\vec a\cdot\vec b", r"\vec a\times\vec b"),
        (r"\vec a\times\vec b", r"\vec b\times\vec a"),
        (r"P^{-1}AP", "A"),
        (r"\mathbf{A}\mathbf{B}", r"\mathbf{B}\mathbf{A}"),
    ],
)
def test_others_are_not(one, other):
    assert tree(one) != tree(other)


def test_scalars_stay_as_they_are():
    assert tree(r"2\cdot 3").head == tree(r"\vec a\cdot 2").head == "mul"
