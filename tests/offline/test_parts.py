"""Parts of sources: together they are the source, whatever its format, each readable for itself."""

import gzip
import hashlib
import json
import pickle
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.offline.reading import parts as parts_module
from graders.offline.reading import text_parts
from graders.offline.reading.parts import fingerprint, parts, read_part
from graders.offline.reading.rows import open_rows
from graders.offline.reading.sources import find_sources
from graders.vocabulary.errors import DataError, MissingExtraError

pa = pytest.importorskip("pyarrow")
import pyarrow.parquet as pq  # noqa: E402

ROWS = [
    {"id": number, "text": f"row {number} " + "é" * (number % 7), "tags": ["a"] * (number % 3)} for number in range(50)
]
LINES = "".join(json.dumps(row) + "\n" for row in ROWS).encode()


def write_zst(path, content):
    with pa.CompressedOutputStream(str(path), "zstd") as stream:
        stream.write(content)


def write_arrow(path, new):
    table = pa.Table.from_pylist(ROWS)
    with pa.OSFile(str(path), "wb") as file, new(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=8)


WRITERS = {
    "jsonl": lambda path: path.write_bytes(LINES),
    "jsonl.gz": lambda path: path.write_bytes(gzip.compress(LINES)),
    "jsonl.zst": lambda path: write_zst(path, LINES),
    "parquet": lambda path: pq.write_table(pa.Table.from_pylist(ROWS), path, row_group_size=8),
    "arrow": lambda path: write_arrow(path, pa.ipc.new_file),
    "arrow_stream": lambda path: write_arrow(path, pa.ipc.new_stream),
}


@pytest.fixture(params=WRITERS)
def source(request, tmp_path):
    path = tmp_path / "rows.data"
    WRITERS[request.param](path)
    [source] = find_sources(str(path))
    assert source.format == request.param
    return source


CUTS = [{}, {"rows_per_part": 1}, {"rows_per_part": 3}, {"rows_per_part": 8}, {"rows_per_part": 20},
        {"bytes_per_part": 1}, {"bytes_per_part": 400}, {"rows_per_part": 7, "bytes_per_part": 300}]  # fmt: skip


@pytest.mark.parametrize("cuts", CUTS, ids=str)
def test_the_parts_are_the_source(source, cuts):
    """No row twice, none lost, numbered as they stand; small enough; the same in order, backwards and twice."""
    plan = list(parts(source, **cuts))
    assert [part.stop for part in plan[:-1]] == [part.start for part in plan[1:]]
    assert all(part.lines <= cuts.get("rows_per_part", 50) for part in plan)
    rows = [row for part in plan for row in read_part(part)]
    assert [row.document for row in rows] == ROWS
    assert [row.line for row in rows] == list(range(1, 51))
    for part in [*reversed(plan), plan[0]]:
        assert [row.line for row in read_part(part)] == list(range(part.first_line, part.first_line + part.lines))


def test_a_part_goes_to_another_process(source):
    """As bytes, and few of them."""
    part = list(parts(source, rows_per_part=9))[2]
    copied = pickle.loads(pickle.dumps(part))
    assert copied == part
    assert len(pickle.dumps(part)) < 1000
    assert [row.document for row in read_part(copied)] == [row.document for row in read_part(part)]


def test_the_fingerprint_is_that_of_the_bytes(source):
    """Computed on the way, or alone."""
    digest = hashlib.sha256()
    list(parts(source, digest=digest))
    content = Path(source.path).read_bytes()
    assert digest.hexdigest() == fingerprint(source) == hashlib.sha256(content).hexdigest()


def test_a_reader_left_in_mid_part_harms_no_other(source):
    """Its place is not taken for another."""
    plan = list(parts(source, rows_per_part=8))
    abandoned = read_part(plan[1])
    next(abandoned)
    abandoned.close()
    assert [row.document for part in plan for row in read_part(part)] == ROWS


def test_two_parts_read_at_once(source):
    plan = list(parts(source, rows_per_part=25))
    pairs = zip(*(read_part(part) for part in plan[:2]), strict=False)
    assert all(second.line == first.line + plan[1].first_line - 1 for first, second in pairs)


def test_progress_reaches_about_the_size_of_what_was_read(source):
    seen = []
    for part in parts(source, rows_per_part=10):
        list(read_part(part, seen.append))
    assert sum(seen) > 0
    if source.format == "jsonl":
        assert sum(seen) == source.bytes


@pytest.mark.parametrize("kind", ["jsonl.gz", "jsonl.zst"])
def test_a_process_decompresses_a_file_once(tmp_path, kind, monkeypatch):
    """As long as it goes forward."""
    WRITERS[kind](tmp_path / "x")
    [source] = find_sources(str(tmp_path / "x"))
    plan = list(parts(source, rows_per_part=5))
    opened = []
    monkeypatch.setattr(
        text_parts, "open_text", lambda source, real=text_parts.open_text: opened.append(1) or real(source)
    )
    assert len([row for part in plan[::2] for row in read_part(part)]) == 25
    assert len(opened) == 1
    list(read_part(plan[0]))
    assert len(opened) == 2


@settings(max_examples=60)
@given(st.lists(st.sampled_from([b"{}", b'{"a":1}', b"", b" ", b"{", b'{"a":"' + b"x" * 24 + b'"}']), max_size=30),
       st.booleans(), st.integers(1, 9), st.integers(1, 60), st.integers(2, 40))  # fmt: skip
def test_lines_are_cut_like_one_that_counts_them(tmp_path_factory, lines, ended, rows, size, block):
    """Against cutting in memory; blank lines count, the last needs no end."""
    path = tmp_path_factory.mktemp("cut") / "x.jsonl"
    path.write_bytes(b"\n".join(lines) + (b"\n" if ended and lines else b""))
    [source] = find_sources(str(path))
    before, text_parts.BLOCK = text_parts.BLOCK, block
    try:
        plan = list(parts(source, rows_per_part=rows, bytes_per_part=size))
    finally:
        text_parts.BLOCK = before
    expected, start, count = [], 0, 0
    text = path.read_bytes()
    position = 0
    for line in text.splitlines(keepends=True):
        position, count = position + len(line), count + 1
        if line.endswith(b"\n") and (count == rows or position - start >= size):
            expected.append((start, position, count))
            start, count = position, 0
    expected += [(start, position, count)] if count else []
    assert [(part.start, part.stop, part.lines) for part in plan] == expected
    with open_rows(str(path)) as whole:
        assert [row for part in plan for row in read_part(part)] == list(whole)


def damaged(content):
    half = len(content) // 2
    flipped = bytes(255 - byte for byte in content[half : half + 40])
    return {"cut off": content[:half], "flipped": content[:half] + flipped + content[half + 40 :],
            "followed by something else": content + b"something else"}  # fmt: skip


@pytest.mark.parametrize("how", ["cut off", "flipped", "followed by something else"])
@pytest.mark.parametrize("kind", ["jsonl.gz", "jsonl.zst"])
def test_a_damaged_compressed_file_is_one_clear_error(tmp_path, kind, how):
    """Found before anything runs; where nobody planned, when it is read so far, and never silently short."""
    content = b"".join(hashlib.sha256(bytes([n])).hexdigest().encode() + b"\n" for n in range(200))
    path = tmp_path / "x.jsonl.z"
    if kind == "jsonl.gz":
        path.write_bytes(gzip.compress(content))
    else:
        write_zst(path, content)
    path.write_bytes(damaged(path.read_bytes())[how])
    [source] = find_sources(str(path))
    if kind == "jsonl.zst" and how == "flipped":
        pytest.skip("a zstd stream without a checksum doesn't know")
    for read in (lambda: list(parts(source)), lambda: open_all(path)):
        with pytest.raises(DataError, match=r"x.jsonl.z is damaged or cut off and can't be read to its end"):
            read()


def open_all(path):
    with open_rows(str(path)) as rows:
        return list(rows)


def test_several_compressed_pieces_are_one_file(tmp_path):
    """As concatenation makes them."""
    path = tmp_path / "x"
    for compress in (gzip.compress, lambda text: pa.Codec("zstd").compress(text, asbytes=True)):
        path.write_bytes(compress(LINES[:100]) + compress(LINES[100:]))
        [source] = find_sources(str(path))
        assert [row.document for part in parts(source, rows_per_part=9) for row in read_part(part)] == ROWS


@pytest.mark.parametrize("kind", ["parquet", "arrow", "arrow_stream"])
@pytest.mark.parametrize("keep", [8, 30, 0.3, 0.6, 0.97])
def test_a_table_cut_off_is_one_clear_error(tmp_path, kind, keep):
    """At any place."""
    path = tmp_path / "x.data"
    WRITERS[kind](path)
    content = path.read_bytes()
    path.write_bytes(content[: keep if keep > 1 else int(len(content) * keep)])
    with pytest.raises(DataError, match=r"x\.data is damaged or cut off"):
        open_all(path)


def test_a_broken_page_of_a_parquet_file(tmp_path):
    """The rows before it can be read, then the error comes: never fewer rows without one."""
    path = tmp_path / "x.data"
    table = pa.table({"text": [hashlib.sha256(bytes([n % 256])).hexdigest() for n in range(4000)]})
    pq.write_table(table, path, row_group_size=1000, use_dictionary=False, compression="gzip")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = bytes(200)
    path.write_bytes(content)
    seen = []
    with pytest.raises(DataError, match=r"x\.data is damaged"), open_rows(str(path)) as rows:
        seen.extend(rows)
    assert len(seen) < 4000


def test_a_file_that_became_shorter(tmp_path):
    """A plan that is older than the table."""
    path = tmp_path / "x.parquet"
    WRITERS["parquet"](path)
    last = list(parts(find_sources(str(path))[0], rows_per_part=8))[-1]
    pq.write_table(pa.Table.from_pylist(ROWS[:49]), path)
    with pytest.raises(DataError, match="did it change"):
        list(read_part(last))


def test_a_pipe_has_no_parts():
    [source] = find_sources("/dev/null")
    with pytest.raises(DataError, match="/dev/null is a pipe"):
        list(parts(source))


@pytest.mark.parametrize("kind", ["jsonl.zst", "parquet", "arrow"])
def test_without_pyarrow_the_line_that_installs_it(tmp_path, kind, monkeypatch):
    WRITERS[kind](tmp_path / "x.data")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    [source] = find_sources(str(tmp_path / "x.data"))
    with pytest.raises(MissingExtraError) as caught:
        list(parts(source))
    assert 'x.data needs an extra: pip install "reward-graders[data]"' in str(caught.value)


def test_gzip_needs_nothing(tmp_path, monkeypatch):
    WRITERS["jsonl.gz"](tmp_path / "x.gz")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    assert len(open_all(tmp_path / "x.gz")) == 50


def test_nothing_stays_open(source):
    """After the whole of a file, whichever way."""
    list(parts(source))
    open_all(source.path)
    assert not parts_module._parked


def test_zlib_errors_are_what_text_parts_expects():
    """The standard library's own classes."""
    assert zlib.error in text_parts.DAMAGE
