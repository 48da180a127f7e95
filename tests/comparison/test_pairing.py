"""Files that don't hold the same rows: one sentence with the first difference, what was found and what to do."""

import pytest

from graders.comparison import Reading, compare
from graders.comparison.side import fingerprint
from graders.vocabulary.errors import DataError


def answered(answer, **columns):
    return {"completion": f"<think>a</think><answer>{answer}</answer>", "reference_answer": "4", **columns}


ROWS = [answered(text, prompt=f"p{text}", id=text, label=0) for text in ("1", "2", "3", "4")]
BY_ID = Reading(id_column="id")


def changed(row, **columns):
    return [*ROWS[:row], {**ROWS[row], **columns}, *ROWS[row + 1 :]]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (ROWS[:3], ["has 4 rows", "has 3", "--id-column"]),
        (changed(2, completion="no"), ["output row 3", "differ in their completion", "'no'", "--id-column"]),
        (changed(1, prompt="other"), ["output row 2", "differ in their prompt", "'p2'", "'other'"]),
        ([ROWS[1], ROWS[0], *ROWS[2:]], ["output row 1", "completion", "where the order differs"]),
    ],
)
def test_different_rows(scored, rows, words):
    """By place."""
    with pytest.raises(DataError) as error:
        compare(scored("a.jsonl", ROWS), scored("b.jsonl", rows))
    for word in words:
        assert word in str(error.value)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (ROWS[:3], ["the id '4'", "doesn't have"]),
        ([*ROWS, answered("5", id="5", prompt="p5")], ["the id '5'", "doesn't have"]),
        ([*ROWS[:3], ROWS[0]], ["the id '1' stands in several rows", "output row 1", "each row once"]),
        (changed(3, id=None), ["row 4", "has None in the column 'id', expected an id"]),
        (changed(3, completion="no"), ["output row 4", "completion"]),
    ],
)
def test_different_rows_by_id(scored, rows, words):
    """By id."""
    with pytest.raises(DataError) as error:
        compare(scored("a.jsonl", ROWS), scored("b.jsonl", rows), BY_ID)
    for word in words:
        assert word in str(error.value)


def test_a_column_of_ids_that_is_none(scored):
    """The closest is named."""
    with pytest.raises(DataError, match="did you mean 'id'"):
        compare(scored("a.jsonl", ROWS), scored("b.jsonl", ROWS), Reading(id_column="idd"))


def test_different_labels(scored):
    """Accuracies against different labels can't be compared."""
    with pytest.raises(DataError, match=r"output row 3 is labelled 0 in .* and 1 in "):
        compare(scored("a.jsonl", ROWS), scored("b.jsonl", changed(2, label=1)), Reading(label_column="label"))


def test_different_numbers_of_completions_in_a_row(scored):
    """A member of a group that the other side lacks."""

    def group(count):
        return [{"completions": ["x"] * count, "reference_answer": "4"}]

    with pytest.raises(DataError, match=r"output row 1 of .* has 3 completions that .* doesn't have"):
        compare(scored("a.jsonl", group(3)), scored("b.jsonl", group(2)))


def test_a_prompt_that_one_side_lacks_is_no_difference(scored):
    """A column may have been dropped on the way."""
    bare = [{key: value for key, value in row.items() if key != "prompt"} for row in ROWS]
    assert compare(scored("a.jsonl", ROWS), scored("b.jsonl", bare)).pairs == 4


def test_fingerprints():
    """Equal values have equal ones; messages in whatever order of keys; None has none; surrogates are no trouble."""
    assert fingerprint([{"role": "user", "content": "a"}]) == fingerprint([{"content": "a", "role": "user"}])
    assert fingerprint("a") != fingerprint("b")
    assert fingerprint(None) == 0
    assert fingerprint(["\ud800", 10**30]) == fingerprint(["\ud800", 10**30]) > 0
