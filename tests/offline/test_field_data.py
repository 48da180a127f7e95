"""Data as public bug reports have it, ten forms of each kind: every one is read, or said to be what it is."""

import gzip
import io
import json
import sys

import pytest

import graders
from graders.integrations.preflight import preflight
from graders.offline.reading.row import Columns
from graders.offline.reading.rows import open_rows
from graders.offline.results.summary import Summary
from graders.offline.scoring.score_rows import RowScoring

A = "<think>x</think><answer>42</answer>"
SAID, ASKED = {"role": "assistant", "content": A}, {"role": "user", "content": "q"}
REWARD = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})


def scored(path, **columns):
    with open_rows(str(path)) as rows:
        return [*RowScoring(REWARD, Columns(**columns), None, Summary(REWARD.weights)).score(rows)]


THOUGHT = {"role": "assistant", "reasoning_content": "x", "content": "<answer>42</answer>"}
PARTS = {"role": "assistant", "content": [{"type": "text", "text": A}]}
CALL = {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}
MESSAGES = [
    json.dumps([SAID]),
    json.dumps(SAID),
    json.dumps([ASKED, SAID]),
    json.dumps([SAID], indent=2),
    " " + json.dumps([SAID]) + "\n",
    json.dumps([THOUGHT]),
    json.dumps([PARTS]),
    json.dumps([ASKED, CALL, {"role": "tool", "content": "6"}, SAID]),
    json.dumps([{**SAID, "name": "n", "refusal": None}]),
    json.dumps([{"role": "assistant", "content": [{"type": "output_text", "text": A}]}]),
    json.dumps([{"role": "system", "content": "s"}, ASKED, SAID], ensure_ascii=False),
]


@pytest.mark.parametrize("text", MESSAGES, ids=range(len(MESSAGES)))
@pytest.mark.parametrize("column", ["completion", "messages"])
def test_a_column_of_messages_as_json(tmp_path, text, column):
    """Azureml-assets 5320, ms-swift 10120: the last assistant text, whichever column holds it."""
    (tmp_path / "d.jsonl").write_text(json.dumps({column: text, "reference_answer": "42"}))
    assert [row["reward"] for row in scored(tmp_path / "d.jsonl")] == [1.0]


UNSCORED = pytest.mark.filterwarnings("ignore:1 of .* rows? has a reference that can't be used")


@UNSCORED
@pytest.mark.parametrize("reference", [
    42.0, [42.0], [7.0, 42.0], 42, "42", [42, "x"], [["42"]], [[42.0]], ["x", 42.0], [[7, 42.0]],
], ids=range(10))  # fmt: skip
def test_integers_that_became_floats(tmp_path, reference):
    """pandas 28335: a column of integers with a gap."""
    rows = [{"completion": A, "reference_answer": reference}, {"completion": A, "reference_answer": None}]
    (tmp_path / "d.jsonl").write_text("\n".join(map(json.dumps, rows)))
    first, second = scored(tmp_path / "d.jsonl")
    assert (first["reward"], second["status"]) == (1.0, "unscored")


@UNSCORED
@pytest.mark.parametrize("kind", ["float64", "float32", "int64", "int8", "uint64", "string", "Int64"])
def test_the_same_in_tables(tmp_path, kind):
    """Whatever Arrow calls them."""
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    types = {"string": pa.string(), "Int64": pa.int64()}
    kept = [f"{value}" if kind == "string" else value for value in (42, 7)]
    column = pa.array([*kept, None], types.get(kind) or getattr(pa, kind)())
    pq.write_table(pa.table({"completion": [A] * 3, "reference_answer": column}), tmp_path / "d.parquet")
    assert [row["reward"] for row in scored(tmp_path / "d.parquet")] == [1.0, pytest.approx(0.1), None]


NESTED = [
    ({"reward_model": {"style": "rule", "ground_truth": "42"}}, "reward_model.ground_truth"),
    ({"reward_model": {"ground_truth": {"target": ["42"]}}}, "reward_model.ground_truth.target"),
    ({"reward_model": {"ground_truth": {"target": ["42", "x"]}}}, "reward_model.ground_truth.target.0"),
    ({"reward_model": '{"ground_truth": "42"}'}, "reward_model.ground_truth"),
    ({"extra_info": {"answer": 42}}, "extra_info.answer"),
    ({"a": [{"b": "41"}, {"b": "42"}]}, "a.1.b"),
    ({"a": [{"b": "41"}, {"b": "42"}]}, "a.-1.b"),
    ({"a.b": "42", "a": {"b": "41"}}, "a.b"),
    ({"a": {"b": {"c": {"d": ["42"]}}}}, "a.b.c.d"),
    ({"a": {"b c": "42"}}, "a.b c"),
]


@pytest.mark.parametrize(("more", "path"), NESTED, ids=range(10))
def test_nested_references(tmp_path, more, path):
    """rllm 281, Search-R1's target lists, verl's data."""
    (tmp_path / "d.jsonl").write_text(json.dumps({"completion": A, **more}))
    assert [row["reward"] for row in scored(tmp_path / "d.jsonl", reference=path)] == [1.0]


PLAIN = "completion,reference_answer\n"
QUOTED = f'"{A}",42\n'
CSVS = {
    "plain": PLAIN + QUOTED,
    "windows": (PLAIN + QUOTED).replace("\n", "\r\n"),
    "mark": "\ufeff" + PLAIN + QUOTED,
    "semicolons": (PLAIN + QUOTED).replace(",", ";"),
    "tabs": (PLAIN + QUOTED).replace(",", "\t"),
    "quoted names": '"completion","reference_answer"\n' + QUOTED,
    "an index": ",completion,reference_answer\n0," + QUOTED,
    "lines in a cell": PLAIN + '"<think>x\n\ny</think>\n<answer>42</answer>",42\n',
    "quotes in a cell": PLAIN + '"<think>""x"", y</think><answer>42</answer>",42\n',
    "blank lines": PLAIN + "\n" + QUOTED + "\n",
    "no last end": PLAIN + QUOTED[:-1],
    "a list": PLAIN + f'"{A}","42"\n',
}


@pytest.mark.parametrize("name", CSVS)
@pytest.mark.parametrize("how", ["file", "gz", "pipe"])
def test_csv(tmp_path, monkeypatch, name, how):
    """lighteval 750: from a file, compressed, and piped in."""
    content = CSVS[name].encode()
    if how == "pipe":
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        assert [row["reward"] for row in scored("-")] == [1.0]
        return
    path = tmp_path / ("d.csv.gz" if how == "gz" else "d.csv")
    path.write_bytes(gzip.compress(content) if how == "gz" else content)
    assert [row["reward"] for row in scored(path)] == [1.0]


@pytest.mark.parametrize("content", [
    b'ion": "x", "reference_answer": "42"}\n{"a": 1}\n', b"no data here\n", b"{broken, line\n", b'"a", "b"}\n', b"a\n",
    b"\xff\xfe,b\n", b"=1+1,b)\n{\n", b"x, y: {1}\n", b"<html>,x\n", b"42\n",
], ids=range(10))  # fmt: skip
def test_what_is_piped_in_and_no_csv(monkeypatch, content):
    """Damaged JSON lines stay error rows, line by line."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    try:
        first = scored("-")[0]
    except graders.DataError as error:
        assert "UTF-16" in str(error)  # noqa: PT017 - one of two ends
        return
    assert first["status"] == "error"


ROWS = [{"completion": A, "reference_answer": "42"}, {"completion": A, "reference_answer": "7"}]
LAYOUTS = {
    "array": json.dumps(ROWS),
    "pretty": json.dumps(ROWS, indent=4),
    "tabs": json.dumps(ROWS, indent="\t"),
    "objects": "\n".join(json.dumps(row, indent=2) for row in ROWS),
    "objects with commas": ",\n".join(json.dumps(row, indent=2) for row in ROWS),
    "windows": json.dumps(ROWS, indent=2).replace("\n", "\r\n"),
    "mark": "\ufeff" + json.dumps(ROWS, indent=1),
    "blanks in front": "\n\n  " + json.dumps(ROWS),
    "two arrays": json.dumps(ROWS[:1]) + "\n" + json.dumps(ROWS[1:]),
    "lines": "\n".join(map(json.dumps, ROWS)),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("how", ["file", "pipe"])
def test_json_of_any_layout(tmp_path, monkeypatch, layout, how):
    """graphrag 1777, ml-kg-mt 2."""
    content = LAYOUTS[layout].encode()
    (tmp_path / "d.json").write_bytes(content)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    rewards = [row["reward"] for row in scored("-" if how == "pipe" else tmp_path / "d.json")]
    assert rewards == [1.0, pytest.approx(0.1)]


SOLUTIONS = [
    ("She sold 6 * 7 = <<6*7=42>>42.\n#### 42", "hash"),
    ("One.\nTwo.\n####42", "hash"),
    ("So:\n#### 42\n\n", "hash"),
    ("x ####  42 ", "hash"),
    ("#### 41 was wrong\n#### 42", "hash"),
    (r"Then $x = \boxed{42}$.", "boxed"),
    (r"First \boxed{41}, then \boxed{42}", "boxed"),
    (r"Thus \[\boxed{42}\]", "boxed"),
    (r"$\frac{84}{2}=\boxed{42}$", "boxed"),
    ("We have\n$$\n\\boxed{42}\n$$", "boxed"),
]


@pytest.mark.parametrize(("solution", "source"), SOLUTIONS, ids=range(10))
def test_solutions_for_references(tmp_path, solution, source):
    """pytorch/rl 3542, open-r1 474: found before the run, and taken out by one option."""
    [found] = preflight(REWARD, [{"prompt": "q: <answer>", "reference_answer": solution}])
    assert (found.kind, f"--reference-from {source}" in found.message) == ("weak_reference", True)
    (tmp_path / "d.jsonl").write_text(json.dumps({"completion": A, "reference_answer": solution}))
    assert [row["reward"] for row in scored(tmp_path / "d.jsonl", reference_from=source)] == [1.0]
