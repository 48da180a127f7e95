"""Reading JSON lines: every line is a row or an error with its number."""

import io
import os
import sys

import pytest

from graders.offline.reading.rows import Columns, open_rows
from graders.vocabulary.errors import DataError


def read(tmp_path, content):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    with open_rows(str(path)) as rows:
        return list(rows)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"{", "is not valid JSON"),
        (b"nope", "is not valid JSON"),
        (b"[1]", "expected a JSON object"),
        (b"5", "expected a JSON object"),
        (b"null", "expected a JSON object"),
        (b'{"a": "\xff"}', "is not UTF-8"),
        (b"\x00", "is no"),
        (b'{"a": "\x00"}', "is not valid JSON"),
        (b"[" * 100_000, "can't be read as JSON"),
        (b'{"a": ' + b"1" * 5000 + b"}", "can't be read as JSON"),
        (b'{"a": 1} {"b": 2}', "is not valid JSON"),
        (b"{'a': 1}", "is not valid JSON"),
        (b'{"a": 1,}', "is not valid JSON"),
        (b'{"a": NaN}', "holds NaN, which is not valid JSON"),
        (b'{"a": [-Infinity]}', "holds -Infinity, which is not valid JSON"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "gives the key 'c' twice"),
        (b'{"a": 1, "a": 1}', "gives the key 'a' twice"),
        (b"{\x00}\x00", "is not valid JSON"),
    ],
)
def test_a_broken_line_is_an_error_and_the_others_are_rows(line, error, tmp_path):
    """Nothing is lost: the text of the line is kept, its number is known, the next line is read."""
    rows = read(tmp_path, b'{"a": 1}\n' + line + b'\n{"a": 3}\n')
    assert [(row.line, row.document.get("a"), row.error is None) for row in rows] == [
        (1, 1, True),
        (2, None, False),
        (3, 3, True),
    ]
    assert error in rows[1].error
    assert rows[1].document["raw"].startswith(line[:1].decode("utf-8", "backslashreplace"))


@pytest.mark.parametrize(
    ("depth", "fine"), [(99, True), (100, False), (500, False), (979, False), (982, False), (5000, False)]
)
def test_nesting_is_bounded(depth, fine, tmp_path):
    """What can be read but perhaps not be written again is an error row, not the end of the run."""
    line = b'{"a": ' + b"[" * depth + b"]" * depth + b', "b": "' + b"{" * 200 + b'"}\n'
    rows = read(tmp_path, line + b'{"a": 2}\n')
    assert [row.error is None for row in rows] == [fine, True]


def test_line_endings_blank_lines_and_byte_order_mark(tmp_path):
    """CRLF, blank lines (which are no rows but counted), a mark in front, no newline at the end."""
    rows = read(tmp_path, b'\xef\xbb\xbf{"a": 1}\r\n\r\n  \n{"a": 4}')
    assert [(row.line, row.document) for row in rows] == [(1, {"a": 1}), (4, {"a": 4})]
    assert read(tmp_path, b"") == []


def test_only_newlines_end_a_line(tmp_path):
    """Unicode line separators and form feeds stand inside strings."""
    rows = read(tmp_path, '{"a": "x\u2028y\u0085z"}\n'.encode())
    assert [row.document for row in rows] == [{"a": "x\u2028y\u0085z"}]


def test_a_line_of_ten_megabytes(tmp_path):
    """Is a row like any other."""
    rows = read(tmp_path, b'{"a": "' + b"x" * 10_000_000 + b'"}\n{"a": 2}\n')
    assert [len(str(row.document["a"])) for row in rows] == [10_000_000, 1]


def test_lone_surrogates_and_nul_in_escapes(tmp_path):
    """JSON can write them; they are text."""
    assert read(tmp_path, b'{"a": "\\ud800\\u0000"}')[0].document == {"a": "\ud800\x00"}


def test_standard_input(monkeypatch):
    """The path '-'."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"a": 1}\n')))
    with open_rows("-") as rows:
        assert [row.document for row in rows] == [{"a": 1}]


def test_what_can_t_be_opened(tmp_path):
    """A missing file, an empty directory: an error that names it."""
    with pytest.raises(DataError, match=r"none.jsonl can't be read"), open_rows(str(tmp_path / "none.jsonl")):
        pass
    with pytest.raises(DataError, match=f"{tmp_path} has no data file right in it"), open_rows(str(tmp_path)):
        pass


def test_progress_counts_bytes(tmp_path):
    """All of them, blank lines too."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"a": 1}\n\n{"a": 2}')
    seen = []
    with open_rows(str(path), seen.append) as rows:
        list(rows)
    assert sum(seen) == path.stat().st_size


SAID = {"role": "assistant", "content": "a"}
ASKED = {"role": "user", "content": "q"}


@pytest.mark.parametrize(
    ("document", "completions", "is_group", "prompt"),
    [
        ({"completion": "a"}, ["a"], False, None),
        ({"completion": None}, [None], False, None),
        ({"completions": ["a", "b"], "prompt": "q"}, ["a", "b"], True, "q"),
        ({"messages": [ASKED, SAID]}, [[SAID]], False, [ASKED]),
        ({"messages": [ASKED], "completion": "a"}, ["a"], False, [ASKED]),
        ({"messages": [ASKED, SAID], "completion": "b"}, ["b"], False, [ASKED]),
        ({"messages": [ASKED], "prompt": "p", "completion": "a"}, ["a"], False, "p"),
        ({"completion": [SAID], "prompt": [ASKED]}, [[SAID]], False, [ASKED]),
        ({"completion": "a", "completions": ["b"]}, ["a"], False, None),
        ({"messages": [SAID]}, [[SAID]], False, []),
    ],
)
def test_what_a_row_gives(document, completions, is_group, prompt):
    """Completion, group or conversation; the prompt beside it."""
    example = Columns().example({**document, "reference_answer": "r"}, needs_reference=True)
    assert (example.completions, example.is_group, example.reference, example.prompt) == (
        completions,
        is_group,
        "r",
        prompt,
    )


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"reference_answer": "r"}, ["has no column 'completion'", "'reference_answer'", "--completion-column"]),
        (
            {"completion": "a", "reference": "r"},
            ["has no column 'reference_answer'", "did you mean 'reference'", "--reference-column"],
        ),
        ({"completions": [], "reference_answer": "r"}, ["'completions'", "expected a list of completions"]),
        ({"completions": 5, "reference_answer": "r"}, ["'completions'", "expected a list of completions"]),
        ({"messages": [ASKED], "reference_answer": "r"}, ["has no column 'completion'"]),
        ({}, ["its columns are none"]),
        ({"messages": [], "reference_answer": "r"}, ["has no column 'completion'"]),
        ({"messages": "x", "reference_answer": "r"}, ["has no column 'completion'"]),
    ],
)
def test_what_a_row_lacks(document, words):
    """Which column, which there are, which is near, and the option that names another."""
    with pytest.raises(DataError) as caught:
        Columns().example(document, needs_reference=True)
    assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize("role", ["prompt", "messages", "completion", "completions"])
@pytest.mark.parametrize("name", ["mine", "deep.down"])
def test_a_column_that_is_named_must_be_there(role, name):
    """A mistyped name is never a column that the row happens to lack."""
    document = {"completion": "a", "prompt": "p", "messages": [ASKED, SAID]}
    with pytest.raises(DataError, match=f"has no column '{name}'.*--{role}-column") as caught:
        Columns(**{role: name}).example(document, needs_reference=False)
    assert "Its columns are 'completion', 'prompt', 'messages' (" in str(caught.value).replace("its", "Its")
    named = {name: None} if name == "mine" else {"deep": {"down": None}}
    assert Columns(**{role: name}).example({**document, **named}, needs_reference=False)


def test_of_two_kinds_of_completions_that_are_named_a_row_has_one():
    columns = Columns(completion="one", completions="many")
    assert columns.example({"one": "a"}, needs_reference=False).completions == ["a"]
    assert columns.example({"many": ["a", "b"]}, needs_reference=False).completions == ["a", "b"]
    with pytest.raises(DataError, match="no column 'one'"):
        columns.example({"completion": "a"}, needs_reference=False)
    beside = Columns(completion="one", messages="chat")
    with pytest.raises(DataError, match="no column 'chat'"):  # it may hold the prompt
        beside.example({"one": "a"}, needs_reference=False)
    assert beside.example({"chat": [ASKED, SAID]}, needs_reference=False).completions == [[SAID]]


def test_a_mistyped_path_names_the_path_that_is_near():
    """Not the object that holds it; and what a path found is none of the row's columns."""
    document = {"reward_model": {"style": "rule", "ground_truth": "4"}, "resps": [["a"]]}
    columns = Columns(completion="resps.0.0", reference="reward_model.groundtruth")
    with pytest.raises(DataError, match=r"did you mean 'reward_model\.ground_truth'") as caught:
        columns.example(document, needs_reference=True)
    assert "Its columns are 'reward_model', 'resps' (" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"a": 1}\n'.encode("utf-16"), "is UTF-16; convert it to UTF-8"),
        (b"\xfe\xff" + '{"a": 1}\n'.encode("utf-16-be"), "is UTF-16"),
        ('{"a": 1}\n'.encode("utf-16-le"), "is UTF-16"),
        ('{"a": 1}\n'.encode("utf-16-be"), "is UTF-16"),
        (b"PK\x03\x04", "is a zip archive"),
    ],
)
def test_other_formats_are_named_before_anything_runs(content, words, tmp_path, monkeypatch):
    """From a file and from a pipe, which can't go back to its beginning."""
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"rows\.jsonl is ") as caught, open_rows(str(path)):
        pass
    assert words in str(caught.value)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    with pytest.raises(DataError, match="standard input is "), open_rows("-"):
        pass


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x1f\x8b\x08\x00\n\n", "is gzip-compressed: gunzip -c FILE | graders score REWARD -"),
        (b"\x28\xb5\x2f\xfd\n", "is compressed with zstd: zstd -dc FILE"),
        (b"PAR1\x15", "is a Parquet file, which can't be read from a pipe"),
        (b"ARROW1\x00", "is an Arrow file"),
    ],
)
def test_what_can_t_come_through_a_pipe(content, words, monkeypatch):
    """Files of these formats are read; standard input takes text."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    with pytest.raises(DataError, match="standard input is ") as caught, open_rows("-"):
        pass
    assert words in str(caught.value)


def test_a_row_knows_its_size(tmp_path):
    """The bytes of its line, readable or not."""
    assert [row.size for row in read(tmp_path, b'{"a": 1}\n{\n{"a": 2}')] == [9, 2, 8]


def test_a_pipe_is_read_to_its_end(tmp_path):
    """What was looked at in front is still read."""
    reading, writing = os.pipe()
    os.write(writing, b'{"a": 1}\n{"a": 2}\n')
    os.close(writing)
    with open_rows(f"/dev/fd/{reading}") as rows:
        assert [row.document["a"] for row in rows] == [1, 2]
    os.close(reading)
