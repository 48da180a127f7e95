"""What people read of a row, whatever stands in its columns."""

from graders.offline.reading.row_texts import question, row_texts
from graders.offline.reading.rows import Columns


def texts(position=0, **document):
    return row_texts(document, Columns().example(document, needs_reference=False), position, " | ")


def test_a_member_of_a_group():
    """Its own completion and answer; several references in one line."""
    found = texts(1, completions=["one", "two"], answer=["1", None], prompt="p", reference_answer=["2", 3])
    assert vars(found) == {"prompt": "p", "completion": "two", "answer": None, "reference": "2 | 3"}


def test_what_no_grader_reads_may_be_anything():
    """It is written as JSON, and nothing is nothing."""
    found = texts(completion="x", answer="x", prompt={"a": 1}, reference_answer={"b": [True]})
    assert (found.prompt, found.reference) == ('{"a": 1}', '{"b": [true]}')
    assert texts(completion="x", answer="x").reference is None
    assert question([{"role": "user", "content": "why?"}]) == "why?"
