"""A comparison in a notebook."""

from graders.comparison import compare
from tests.cards import checked
from tests.comparison.conftest import answered


def test_the_card_and_the_line(scored):
    a = scored("a.jsonl", [answered(k % 5, label=int(k % 5 == 4)) for k in range(40)], label_column="label")
    other = [answered(k % 5, label=int(k % 5 == 4), reference_answer=str(k % 5)) for k in range(40)]
    b = scored("b.jsonl", other, label_column="label")
    found = compare(a, b)
    assert "40 completions, mean reward 0.28 -> 1" in repr(found)
    assert len(repr(found)) < 2000
    card = checked(found._repr_html_())
    for said in ("0.280 → 1.000", "+0.720", "string_check:equals", "wrong → right"):
        assert said in card


def test_hostile_paths(scored):
    """A name of a file is text like any other."""
    name = "<img src=x>" + "b" * 200 + ".jsonl"
    rows = [answered(4)] * 3
    checked(compare(scored(name, rows), scored("a.jsonl", rows))._repr_html_())
