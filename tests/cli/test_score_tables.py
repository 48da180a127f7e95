"""graders score on tables: every broken row of a file of lines, in Parquet too; wrong types, nulls, missing columns."""

import json
from itertools import pairwise

import pytest

from graders.offline.reading.rows import open_rows

pa = pytest.importorskip("pyarrow")
import pyarrow.parquet as pq  # noqa: E402

A = "<think>x</think><answer>{}</answer>".format
GOOD = {"completion": A("a"), "reference_answer": "a"}
MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))


@pytest.fixture
def reward(write):
    return write("reward.json", {"graders": [{"type": "string_check", "operation": "equals"}]})


def documents(path):
    with open_rows(str(path)) as rows:
        return [row.document for row in rows]


@pytest.fixture
def score(cli, reward, tmp_path):
    """Score a table's columns; the result and the output rows, by lines and by Parquet the same."""

    def score(columns, *options):
        data = tmp_path / "data.parquet"
        pq.write_table(pa.table(columns), data)
        found = []
        for name in ("out.jsonl", "out.parquet"):
            result = cli("score", reward, data, "-o", tmp_path / name, "--max-error-rate", 1, *options)
            found.append(documents(tmp_path / name))
            rewards = [row["reward"] for row in found[-1]]
            some = any(one is not None for row in rewards for one in (row if isinstance(row, list) else [row]))
            assert result.exit_code == (0 if some else 1), result.output  # 1: no row has a reward
        assert [row["reward"] for row in found[0]] == [row["reward"] for row in found[1]]
        assert [row["status"] for row in found[0]] == [row["status"] for row in found[1]]
        return found[0]

    return score


BAD_ROWS = {
    "boolean reference": ({"completion": ["a"], "reference_answer": [True]}, "expected"),
    "object reference": ({"completion": ["a"], "reference_answer": [{"a": 1}]}, "expected"),
    "number completion": ({"completion": [5], "reference_answer": ["a"]}, "expected"),
    "boolean completion": ({"completion": [True], "reference_answer": ["a"]}, "expected"),
    "date completion is text": ({"completion": pa.array([5], pa.date32()), "reference_answer": ["a"]}, None),
    "empty group": ({"completions": pa.array([[]], pa.list_(pa.string())), "reference_answer": ["a"]}, "expected a"),
    "group that is a number": ({"completions": [5], "reference_answer": ["a"]}, "expected a list"),
    "prompt of the wrong type": ({**{k: [v] for k, v in GOOD.items()}, "prompt": [5]}, "prompt"),
    "missing completion": ({"reference_answer": ["a"]}, "has no column 'completion'"),
    "missing reference": ({"completion": ["a"]}, "has no column 'reference_answer'"),
    "nothing at all": ({"id": [1]}, "has no column 'completion'"),
    "text that is no UTF-8": ({"completion": pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff"]).buffers()),
                               "reference_answer": ["a"]}, "can't be read"),
    "bytes that are no text": ({"completion": [b"\xff"], "reference_answer": ["a"]}, "expected"),
    "map completion": ({"completion": pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
                        "reference_answer": ["a"]}, "expected"),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "words"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_an_error_row(score, columns, words):
    """With its number and what is wrong."""
    [row] = score(columns)
    if words is None:
        assert row["status"] == "scored"
        return
    assert row["status"] == "error"
    assert row["error"].startswith("row 1")
    assert words in row["error"]


def test_its_neighbours_are_scored(score):
    """Nulls are no errors: no completion is worth 0, no reference is unscored."""
    rows = score({
        "completion": [A("a"), None, A("a"), A("b")],
        "reference_answer": ["a", "a", None, "a"],
        "prompt": ["p", None, "p", "p"],
    })  # fmt: skip
    assert [row["reward"] for row in rows] == [1.0, 0.0, None, 0.1]
    assert [row["status"] for row in rows] == ["scored", "scored", "unscored", "scored"]


FINE = {
    "no completions at all": ({"completion": pa.nulls(1), "reference_answer": ["a"]}, 0.0),
    "no references at all": ({"completion": [A("a")], "reference_answer": pa.nulls(1)}, None),
    "number references": ({"completion": [A(5)], "reference_answer": [5]}, 1.0),
    "large numbers": ({"completion": [A(2**64 - 1)], "reference_answer": pa.array([2**64 - 1], pa.uint64())}, 1.0),
    "decimals": ({"completion": [A("1.50")], "reference_answer": pa.array(["1.50"]).cast(pa.decimal128(5, 2))}, 1.0),
    "several references": ({"completion": [A("a")], "reference_answer": [["b", "a"]]}, 1.0),
    "categories": ({"completion": pa.array([A("a")]).dictionary_encode(), "reference_answer": ["a"]}, 1.0),
    "large text": ({"completion": pa.array([A("a")], pa.large_string()), "reference_answer": ["a"]}, 1.0),
    "bytes that are text": ({"completion": [A("a").encode()], "reference_answer": ["a"]}, 1.0),
    "messages": ({"completion": pa.array([[{"role": "assistant", "content": A("a")}]], MESSAGES),
                  "reference_answer": ["a"]}, 1.0),
    "a conversation": ({"messages": pa.array([[{"role": "user", "content": "q"},
                                               {"role": "assistant", "content": A("a")}]], MESSAGES),
                        "reference_answer": ["a"]}, 1.0),
    "a group": ({"completions": [[A("a"), A("b"), None]], "reference_answer": ["a"]}, [1.0, 0.1, 0.0]),
    "a group beside an empty column": ({"completion": pa.nulls(1), "completions": [[A("a")]],
                                        "reference_answer": ["a"]}, [1.0]),
    "a text in lists": ({"completion": [[[A("a")]]], "reference_answer": ["a"]}, 1.0),
    "an escaped NUL": ({"completion": ["a\0b"], "reference_answer": ["a"]}, 0.0),
    "a number that is none beside it": ({"completion": [A("a")], "reference_answer": ["a"], "x": [float("nan")]}, 1.0),
    "a time beside it": ({"completion": [A("a")], "reference_answer": ["a"], "x": pa.array([1], pa.date32())}, 1.0),
    "10 MB": ({"completion": [A("a" * 10_000_000)], "reference_answer": ["a"]}, 0.1),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "expected"), FINE.values(), ids=FINE)
def test_an_odd_row_is_a_row(score, columns, expected):
    [row] = score(columns)
    assert row["reward"] == expected


def test_rows_of_other_kinds_beside_each_other(score):
    """A row is a group or one completion, whichever column it fills."""
    rows = score({
        "completion": [A("a"), None, None],
        "completions": [None, [A("a"), A("b")], None],
        "messages": pa.array([None, None, [{"role": "assistant", "content": A("a")}]], MESSAGES),
        "reference_answer": ["a"] * 3,
    })  # fmt: skip
    assert [row["reward"] for row in rows] == [1.0, [1.0, 0.1], 1.0]


@pytest.mark.parametrize("label", [2, -1, 0.5, None, "yes"])
def test_labels_that_are_none(score, label):
    [row] = score({**{key: [value] for key, value in GOOD.items()}, "ok": [label]}, "--label-column", "ok")
    assert "in the label column 'ok', expected 0 or 1" in row["error"]


BROKEN_FILES = {
    "cut off": lambda content: content[: len(content) // 2],
    "the end missing": lambda content: content[:-1],
    "four bytes": lambda content: content[:4],
    "empty": lambda content: b"",
    "text": lambda content: b'{"completion": "a"}\n',
    "a broken index": lambda content: content[:-60] + bytes(50) + content[-10:],
}


@pytest.mark.parametrize("damage", BROKEN_FILES.values(), ids=BROKEN_FILES)
@pytest.mark.parametrize("out", ["out.jsonl", "out.parquet", "out/"])
def test_a_broken_file_is_one_clear_error(cli, reward, tmp_path, damage, out):
    data = tmp_path / "data.parquet"
    pq.write_table(pa.table({key: [value] * 50 for key, value in GOOD.items()}), data)
    data.write_bytes(damage(data.read_bytes()))
    result = cli("score", reward, data, "-o", f"{tmp_path}/{out}")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {data} ")
    assert "Traceback" not in result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.parquet", "reward.json"]


def test_a_table_without_rows(cli, reward, tmp_path):
    data = tmp_path / "data.parquet"
    pq.write_table(pa.table({"completion": pa.array([], pa.string())}), data)
    result = cli("score", reward, data, "-o", tmp_path / "out.parquet")
    assert (result.exit_code, result.stderr) == (2, f"error: {data} has no rows\n")


ODD = [
    {**GOOD, "x": 1},
    {**GOOD, "x": "1", "\ud800": 2},
    {**GOOD, "x": 2**70, "late": [[], [{"a": None}]]},
    {"completions": [A("a"), A("b")], "reference_answer": "a", "x": {"k": {}}},
    {"completion": A("\ud800"), "reference_answer": "\ud800", "x": 0.1},
    {"completion": 5, "reference_answer": "a", "x": None},
]


def test_odd_rows_through_tables_and_back(cli, reward, write, tmp_path):
    """Lines to Parquet, Parquet to Parquet, and to lines again: the same rewards and the same values."""
    text = "".join(json.dumps(row) + "\n" for row in ODD)
    chain = [write("data.jsonl", text)] + [tmp_path / name for name in ("a.parquet", "b.parquet", "c.jsonl")]
    for source, target in pairwise(chain):
        assert cli("score", reward, source, "-o", target, "--max-error-rate", 1, "--part-rows", 2).exit_code == 0
    first, last = documents(chain[1]), documents(chain[3])
    assert [row["reward"] for row in last] == [1.0, 1.0, 1.0, [1.0, 0.1], 1.0, None]
    assert [row["x"] for row in last] == [row["x"] for row in ODD]
    assert [row["status"] for row in first] == [row["status"] for row in last]
    assert last[2]["late"] == [[], [{"a": None}]]
    assert last[1]["\\ud800"] == 2
