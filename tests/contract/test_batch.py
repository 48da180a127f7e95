"""A batch: columns of one length, groups, pairs, and rows taken out of it."""

import numpy as np
import pytest

from graders.completion.parse import NOTHING
from graders.contract.batch import Batch, missing_reference
from graders.vocabulary.errors import DataError

A = "<think>x</think><answer>{}</answer>".format


@pytest.mark.parametrize(
    "make", [list, tuple, iter, np.array, lambda rows: (row for row in rows), lambda rows: dict.fromkeys(rows).keys()]
)
def test_p8_any_iterable(make):
    """P8: list, tuple, iterator, array, generator, view are one."""
    batch = Batch.of(make([A(1), A(2)]), make(["1", "2"]), make(["p", "q"]), make(["g", "h"]))
    assert (batch.answers, batch.references, batch.prompts, batch.groups.tolist()) == (
        ["1", "2"],
        ["1", "2"],
        ["p", "q"],
        [0, 1],
    )


@pytest.mark.parametrize("column", ["reference_answer", "prompts", "group"])
@pytest.mark.parametrize("values", [[], ["a"], ["a", "b", "c"]])
def test_columns_of_another_length(column, values):
    """A DataError that names the column and both lengths."""
    with pytest.raises(DataError, match=f"{column}: got {len(values)} values? for 2 completions"):
        Batch.of(["a", "b"], **{column: values})


def test_long_columns_are_counted_in_thousands():
    """As every page and message does."""
    with pytest.raises(DataError, match=r"reference_answer: got 1 value for 1,024 completions, expected one"):
        Batch.of(["a"] * 1024, ["1"])


@pytest.mark.parametrize("column", ["reference_answer", "prompts", "group"])
def test_one_string_is_no_column(column):
    """A string has a length too; nobody means its letters."""
    with pytest.raises(TypeError, match=f"^{column}: got one string"):
        Batch.of(["a", "b"], **{column: "ab"})
    with pytest.raises(TypeError, match=r"^completions: got one string"):
        Batch.of("ab")


def test_what_is_no_column_at_all():
    """None and numbers are named too."""
    for completions in (None, 5):
        with pytest.raises(TypeError, match=r"^completions: got"):
            Batch.of(completions)
    with pytest.raises(TypeError, match=r"^reference_answer: got"):
        Batch.of(["a"], 5)


def test_an_empty_batch():
    """No rows is a batch."""
    batch = Batch.of([], [], [], [])
    assert len(batch) == 0
    assert len(batch.pairs(bool).rows) == 0
    assert len(batch.rows([])) == 0


def test_no_text_is_nothing():
    """None, an empty text, and a tool call alone are the same value."""
    batch = Batch.of([None, "", [{"role": "assistant", "content": None}]])
    assert batch.completions == [NOTHING] * 3


def test_groups_by_ids():
    """Numbers in order of appearance, wherever the rows stand."""
    assert Batch.of(["a"] * 5, group=["x", "y", "x", ("z", 1), "y"]).groups.tolist() == [0, 1, 0, 2, 1]
    with pytest.raises(TypeError, match=r"^group\[1\]: got list"):
        Batch.of(["a", "b"], group=["x", ["y"]])


def test_groups_by_runs_of_equal_prompts():
    """The same prompt again later is another group."""
    assert Batch.of(["a"] * 5, prompts=["p", "p", "q", "p", "p"]).groups.tolist() == [0, 0, 1, 2, 2]
    assert Batch.of(["a"]).groups is None
    assert Batch.of(["a", "b"], prompts=["p", "p"], group=[1, 2]).groups.tolist() == [0, 1]


def test_groups_by_runs_of_equal_conversations():
    """Conversations compare by value: lists of messages, and arrays of them as parquet gives them."""

    def chat(text):
        return [{"role": "system", "content": "s"}, {"role": "user", "content": text}]

    assert Batch.of(["a"] * 3, prompts=[chat("p"), chat("p"), chat("q")]).groups.tolist() == [0, 0, 1]
    arrays = [np.array(chat(text), dtype=object) for text in "ppq"]
    assert Batch.of(["a"] * 3, prompts=arrays).groups.tolist() == [0, 0, 1]


def test_pairs():
    """A row for each usable reference of each row with an answer, in order; usable is asked once a reference."""
    asked = []
    batch = Batch.of([A("a"), "", A("b"), A("c")], ["x", "x", ["x", "bad", "y"], []])
    pairs = batch.pairs(lambda reference: asked.append(reference) or reference != "bad")
    assert pairs.rows.tolist() == [0, 2, 2]
    assert (pairs.answers, pairs.references) == (["a", "b", "b"], ["x", "x", "y"])
    assert sorted(asked) == ["bad", "x", "y"]


def test_pairs_of_a_plain_batch_copy_nothing():
    """The usual batch takes the short way: its own columns."""
    batch = Batch.of([A("a"), A("b")], ["x", "y"])
    pairs = batch.pairs(lambda reference: True)
    assert pairs.references is batch.references
    assert pairs.rows.tolist() == [0, 1]


def test_rows_taken_out():
    """Some rows, in any order, with all their columns and without parsing again."""
    batch = Batch.of([A(1), A(2), A(3)], ["1", ["2", "x"], "3"], ["p", "q", "q"])
    part = batch.rows([2, 0])
    assert (part.answers, part.references, part.prompts, part.groups.tolist()) == (
        ["3", "1"],
        ["3", "1"],
        ["q", "p"],
        [1, 0],
    )
    assert part.completions[0] is batch.completions[2]
    assert batch.row(1).references == [("2", "x")]


@pytest.mark.parametrize("reference", ["", " ", "\u200b\n", "nan", "NaN", " NONE ", "null", "N/A", "n/a", "?", "..."])
def test_missing_references(reference):
    """Empty ones and placeholders."""
    assert missing_reference(reference)


@pytest.mark.parametrize("reference", ["0", "none of these", "??", "-", "banana", "N", ".", "nan" * 100, "\u200bx"])
def test_references_that_stand(reference):
    """Whatever else is visible."""
    assert missing_reference(reference) is None


def test_pairs_where_an_answer_is_missing():
    """Each row that has an answer keeps its own reference; a row without one has no pair."""
    batch = Batch.of([A(1), "no block", A(3)], ["1", "2", "x"])
    assert batch.distinct_references == {"1", "2", "x"}
    pairs = batch.pairs(lambda reference: reference != "x")
    assert (pairs.rows.tolist(), pairs.answers, pairs.references) == ([0], ["1"], ["1"])


def test_batches_are_compared_without_their_arrays():
    """Equal texts are equal batches; an array has no one truth."""
    assert Batch.of(["a"], group=[1]) == Batch.of(["a"], group=[1])
