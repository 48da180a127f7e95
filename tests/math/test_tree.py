"""The tree and its text form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.math import parse
from graders.math.tree import Tree, contains, num, read, replace, size, sym, symbols, unknowns, write

LEAVES = st.one_of(st.none(), st.integers(), st.text(alphabet='ab "\\()\n', max_size=6))
TREES = st.recursive(
    st.builds(Tree, st.sampled_from(("num", "sym", "add")), st.just(()), LEAVES),
    lambda inner: st.builds(Tree, st.sampled_from(("mul", "fn")), st.lists(inner, max_size=3).map(tuple), LEAVES),
    max_leaves=12,
)


@given(TREES)
def test_reading_undoes_writing(tree):
    assert read(write(tree)) == tree


@pytest.mark.parametrize("text", [r"\frac{1}{2}", "x^2+1", r"\{1,2\}", "(1,2]", r"\text{two lines}", "10:30", "354_6"])
def test_what_is_parsed_can_be_written(text):
    assert read(write(parse(text))) == parse(text)


@pytest.mark.parametrize("text", ["", "(", ")", "(a))", "(a) (b)", "a", "()", '("', "(num 1) x"])
def test_reading_refuses_other_texts(text):
    with pytest.raises(ValueError, match=r"."):
        read(text)


def test_trees_of_one_value_may_differ():
    assert parse("x+1") != parse("1+x")


def test_questions_about_a_tree():
    tree = parse(r"2x+f(y)+\sum_{k=1}^{3} k")
    assert symbols(tree) == {"x", '(apply "f" (sym "y"))'}
    assert sym("x") in unknowns(tree)
    assert contains(tree, "sum")
    assert not contains(tree, "pow")
    assert size(num(1)) == 1
    assert replace(parse("x+1"), {sym("x"): num(4)}) == Tree("add", (num(4), num(1)))
