"""Lines of JSON: the fast reader reads what the careful one reads, or leaves the line to it."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from graders.offline.reading import json_lines
from graders.offline.reading.json_lines import read_lines, split_lines

TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from(list(':"\\{}[], \n\t\ud800é')), max_size=12)
NUMBERS = (
    st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([2**63, 2**64, -0.0, 1e300])
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def read_one(line):
    [row] = read_lines([line])
    return row


@st.composite
def documents(draw):
    """JSON text as many writers write it, keys given twice among it."""
    pairs = draw(st.lists(st.tuples(st.sampled_from(["a", "b:", "c"]) | TEXTS, VALUES), max_size=5))
    ascii_only, separators = draw(st.booleans()), draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,", "\t:\r ")]))
    dumped = [
        (json.dumps(key), json.dumps(value, ensure_ascii=ascii_only, separators=separators)) for key, value in pairs
    ]
    text = "{" + separators[0].join(key + separators[1] + value for key, value in dumped) + "}"
    if draw(st.booleans()):
        text = text.replace(":", "\\u003a", 1)
    return text.encode("utf-8", "surrogatepass")


def exact(value):
    """A value with the types of its numbers: 1 is not 1.0."""
    return repr(value)


@given(documents() | documents().map(lambda line: line[:-2]) | st.binary(max_size=40))
@example(b'{"a":1,"a":2}')
@example(b'{"a":1,"a":":"}')
@example(b'{"a":"\\u003a","a":1}')
@example(b'{"a":"\\u003A","b":1,"b":2}')
@example(b'{"x":{"a":1,"a":"\\u003a"},"y":"\\u003a"}')
@example(b'{"a" :1,"a":2}')
@example(b'{"a":18446744073709551616}')
@example(b'{"a":-9223372036854775809}')
@example(b'{"a":[1e999]}')
@example(b'{"a:b":1,"a:b":2}')
@example(b'{"a:":1,"b":[{"a:":1,"a:":2}]}')
@example(b'{"a":-0}')
@example(b'{"a": [1, 2, 123456789012345678901234567890]}')
def test_the_fast_reader_is_the_careful_reader(line):
    """Where it answers at all."""
    fast = json_lines._read_fast(line)
    careful = json_lines._read_carefully(1, line, "line")
    assert fast is None or (careful.error is None and exact(fast) == exact(careful.document))
    expected = [] if not line or line.isspace() else [exact(careful.document)]
    assert [exact(row.document) for row in read_lines([line], first_line=2)] == expected


PLAIN = [
    b'{"completion": "<think>a: b</think><answer>4</answer>", "n": 3, "x": 0.5, "ok": true, "none": null}',
    b'{"messages":[{"role":"user","content":"is 1:2 \\"a\\": b ?"}],"ids":[1,2,3],"lists":[["a"],["b:"]]}',
    '{"a": "é: ü", "b": "f(x) : x"}'.encode(),
    b'{"frac": "' + b"{[" * 200 + b'"}',
    b'{"scores": {"format": 1.0, "string_check:equals": 0.0, "a:b:c": [{":": ":"}]}}',
]


@pytest.mark.parametrize("line", PLAIN)
def test_plain_lines_are_read_fast(line):
    """Colons, quotes and brackets in texts are no reason to read a line twice."""
    assert json_lines._read_fast(line) == json.loads(line)


@pytest.mark.parametrize(("depth", "fine"), [(98, True), (99, True), (100, False)])
@pytest.mark.parametrize("inner", [b"", b"1", b'{"a": 1}'])
def test_both_readers_know_the_same_depth(depth, fine, inner):
    """An object within counts as a level."""
    line = b'{"a": ' + b"[" * depth + inner + b"]" * depth + b"}"
    fine = fine if inner != b'{"a": 1}' else depth < 99
    assert (json_lines._read_fast(line) is not None) is fine
    assert (read_one(line).error is None) is fine


def test_a_number_beyond_all_floats_is_refused():
    """It could not be written again."""
    assert "holds '1e999'" in read_one(b'{"a": 1e999}').error


def test_a_line_that_is_too_long_is_an_error_row(tmp_path, monkeypatch):
    """Its rest is passed over, the next line is read; its number stays right."""
    monkeypatch.setattr(json_lines, "MAX_LINE", 50)
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"a": 1}\n{"a": "' + b"x" * 1000 + b'"}\n{"a": 3}\n{"a": "' + b"y" * 60)
    with path.open("rb") as stream:
        rows = list(read_lines(split_lines(stream)))
    assert [(row.line, row.error is None) for row in rows] == [(1, True), (2, False), (3, True), (4, False)]
    assert rows[1].error == "has more than 50 bytes"
    assert rows[1].document["raw"].startswith('{"a": "xxx')


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
@pytest.mark.parametrize("length", [49, 50, 51])
def test_the_longest_line(length, end, monkeypatch):
    """Its end counts."""
    import io

    monkeypatch.setattr(json_lines, "MAX_LINE", 50)
    line = b'{"a": "' + b"x" * (length - 9 - len(end)) + b'"}' + end
    rows = list(read_lines(split_lines(io.BytesIO(line + b'{"b": 1}\n' if end else line))))
    assert rows[0].error is None if length <= 50 else rows[0].error == "has more than 50 bytes"
    assert [row.document.get("b") for row in rows[1:]] == ([1] if end else [])


def test_a_row_knows_its_text_and_place():
    """The text is that of the line, end included."""
    [row] = read_lines([b'{"a": 1}\r\n'], 7, "b.jsonl line")
    assert (row.raw, row.place) == (b'{"a": 1}\r\n', "b.jsonl line 7")
    [broken] = read_lines([b"{\n"], 8)
    assert (broken.raw, broken.place) == (b"", "line 8")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"a": 1\n', "Expecting ',' delimiter at column 8"),
        (b'{"a": 1\r\n', "Expecting ',' delimiter at column 8"),
        (b'{"a": "1\n', "Unterminated string starting at column 7"),
    ],
)
def test_a_line_that_ends_too_soon(line, told):
    """The column is one of the line, not the first behind its end."""
    assert read_one(line).error == f"is not valid JSON: {told}"
