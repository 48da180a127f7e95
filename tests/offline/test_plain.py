"""Arrow columns as what JSON can hold: every type, and as many values as there are."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from graders.offline.reading.arrow_values import column_values

pa = pytest.importorskip("pyarrow")

NOON = dt.datetime(2024, 2, 29, 12, 0)

COLUMNS = {
    "nulls": (pa.nulls(2), [None, None]),
    "booleans": (pa.array([True, None]), [True, None]),
    "integers": (pa.array([1, None], pa.int8()), [1, None]),
    "integers of 64 bits": (pa.array([2**64 - 1], pa.uint64()), [2**64 - 1]),
    "half floats": (pa.array([1.5, None], pa.float16()), [1.5, None]),
    "numbers that are none": (
        pa.array([float("nan"), float("inf"), float("-inf")]),
        [None, "Infinity", "-Infinity"],
    ),
    "decimals": (pa.array([Decimal("1.50")]), ["1.50"]),
    "large texts": (pa.array(["é"], pa.large_string()), ["é"]),
    "views of texts": (pa.array(["é"], pa.string_view()), ["é"]),
    "bytes": (pa.array([b"a", b"\xff", None]), ["a", {"base64": "/w=="}, None]),
    "bytes of one size": (pa.array([b"ab"], pa.binary(2)), ["ab"]),
    "categories": (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
    "runs": (pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array(["a", "b"])), ["a", "a", "b"]),
    "dates": (pa.array([NOON.date()]), ["2024-02-29"]),
    "times": (pa.array([NOON], pa.timestamp("s")), ["2024-02-29 12:00:00"]),
    "times of a zone": (pa.array([NOON], pa.timestamp("s", "UTC")), ["2024-02-29 12:00:00Z"]),
    "times of a day": (pa.array([NOON.time()], pa.time32("s")), ["12:00:00"]),
    "intervals": (pa.array([(1, 2, 3), None], pa.month_day_nano_interval()), [[1, 2, 3], None]),
    "lists": (pa.array([[1, None], None, []]), [[1, None], None, []]),
    "a slice of lists": (pa.array([[1], [2, 3], [4]])[1:], [[2, 3], [4]]),
    "lists of one size": (pa.array([[1, 2], None], pa.list_(pa.int8(), 2)), [[1, 2], None]),
    "lists of dates": (pa.array([[NOON.date()]], pa.list_(pa.date32(), 1)), [["2024-02-29"]]),
    "views of lists": (pa.array([[1], [2, 3]], pa.list_view(pa.int64())), [[1], [2, 3]]),
    "objects": (pa.array([{"a": 1, "b": [b"x"]}, None]), [{"a": 1, "b": ["x"]}, None]),
    "a slice of objects": (pa.array([{"a": 1}, {"a": 2}])[1:], [{"a": 2}]),
    "objects of nothing": (pa.array([{}, {}], pa.struct([])), [{}, {}]),
    "maps": (pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())), [{"a": 1}, None]),
    "maps of numbers": (pa.array([[(1, 2)]], pa.map_(pa.int64(), pa.int64())), [[[1, 2]]]),
    "a map with a key twice": (
        pa.array([[("a", 1), ("a", 2)]], pa.map_(pa.string(), pa.int64())),
        [[["a", 1], ["a", 2]]],
    ),
    "unions": (
        pa.UnionArray.from_sparse(pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["a", "b"])]),
        [1, "b"],
    ),
    "a type of somebody's own": (
        pa.ExtensionArray.from_storage(pa.opaque(pa.string(), "t", "v"), pa.array(["a"])),
        ["a"],
    ),
    "a date beyond the calendar": (pa.array([2**31 - 1], pa.date32()), ["<value out of range: 2147483647>"]),
}  # fmt: skip


@pytest.mark.parametrize(("column", "values"), COLUMNS.values(), ids=COLUMNS)
def test_columns(column, values):
    """As JSON can hold them."""
    found = column_values(column)
    assert found == values
    assert list(map(type, found)) == list(map(type, values))
    json.dumps(found, allow_nan=False)


def test_text_that_is_none():
    """A claim that the bytes don't keep."""
    broken = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff"]).buffers())
    with pytest.raises(ValueError, match="utf-8"):
        column_values(broken)
