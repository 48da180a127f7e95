"""Data as people have it: dumps of other programs, nested columns, JSON in a text, CSV and JSON of any layout."""

import csv
import json
import zipfile

import pytest

import graders
from graders.offline.reading.nested_values import NOTHING, value_at
from graders.offline.reading.reference_sources import answer_of
from graders.offline.reading.row import Columns
from graders.offline.reading.rows import open_rows
from graders.offline.results.summary import Summary
from graders.offline.scoring.score_rows import RowScoring
from graders.vocabulary.errors import DataError

A = "<think>x</think><answer>72</answer>"
SAID = {"role": "assistant", "content": A}
THOUGHT = {
    "role": "assistant",
    "content": [{"type": "reasoning", "reasoning": "x"}, {"type": "text", "text": "<answer>72</answer>"}],
}
ASKED = [{"role": "user", "content": "q"}]
REWARD = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})

ROWS = {
    "lm-eval": [
        {"doc": {}, "target": "72", "arguments": {"gen_args_0": {"arg_0": "q"}}, "resps": [[A]], "exact_match": 1.0},
        {
            "doc": {},
            "target": "72",
            "arguments": [["q", {}]],
            "resps": [[A]],
            "filtered_resps": ["72"],
            "exact_match": 1,
        },
        {
            "doc": {},
            "target": 72,
            "arguments": {"gen_args_0": {"arg_0": json.dumps(ASKED)}},
            "resps": [[A]],
            "exact_match": True,
        },
        {"target": "72", "resps": f"[[{json.dumps(A)}]]", "exact_match": "1"},
    ],
    "lighteval": [
        {
            "doc": {"query": "q", "choices": ["72"], "gold_index": 0},
            "model_response": {"text": [A]},
            "metric": {"em": 1},
        },
        {
            "doc": {"query": "q", "choices": ["1", "72"], "gold_index": [1]},
            "model_response": {"text": [A]},
            "metric": {"em": 1.0},
        },
        {
            "doc": json.dumps({"query": "q", "choices": ["72", "072"], "gold_index": [0, 1]}),
            "model_response": json.dumps({"text": [A]}),
            "metric": '{"em": 1}',
        },
        {"full_prompt": "q", "predictions": json.dumps([A]), "gold": '["72"]', "metric": {"em": 1}},
    ],
    "inspect": [
        {"input": "q", "target": "72", "output": {"choices": [{"message": SAID}]}, "scores": {"m": {"value": "C"}}},
        {
            "input": ASKED,
            "target": ["72"],
            "output": {"choices": [{"message": THOUGHT}]},
            "scores": {"m": {"value": 1.0}},
        },
        {"input": "q", "target": "72", "output": {"completion": A}, "scores": {"m": {"value": True}}},
    ],
    "verl": [
        {"input": "q", "output": A, "gts": "72", "score": 1.0, "step": 1},
        {"prompt": ASKED, "responses": [A], "reward_model": {"style": "rule", "ground_truth": "72"}, "score": 1},
        {"prompt": ASKED, "response": A, "reward_model": {"ground_truth": {"target": ["72"]}}, "score": 1},
        {"prompt": json.dumps(ASKED), "responses": A, "reward_model": '{"ground_truth": "72"}', "score": 1},
    ],
    "openai-evals": [
        {"type": "match", "data": {"correct": True, "expected": "72", "sampled": A}},
        {"type": "match", "data": {"correct": 1, "expected": ["72"], "sampled": [A]}},
        {
            "datasource_item": {"answer": "72"},
            "sample": {"input": ASKED, "output": [SAID]},
            "results": [{"passed": True}],
        },
    ],
}
LABELS = {
    "lm-eval": "exact_match",
    "lighteval": "metric.em",
    "inspect": "label",
    "verl": "score",
    "openai-evals": "label",
}


def scored(rows, columns, label=None):
    summary = Summary(REWARD.weights)
    return list(RowScoring(REWARD, columns, label, summary).score(rows)), summary


def read(path):
    with open_rows(str(path)) as rows:
        return list(rows)


@pytest.mark.filterwarnings("ignore:your column")  # inspect_ai's scores
@pytest.mark.parametrize(("dump", "row"), [(dump, row) for dump, rows in ROWS.items() for row in rows])
def test_each_dump_by_one_option(dump, row, tmp_path):
    """Completion, reference and label in their own places; the output is the row as it was, and more."""
    (tmp_path / "d.jsonl").write_text(json.dumps(row) + "\n")
    [found], summary = scored(read(tmp_path / "d.jsonl"), Columns(dump=dump), LABELS[dump])
    assert (found["status"], found["reward"]) == ("scored", 1.0), found.get("error")
    assert {**row, "scores": found["scores"]}.items() <= found.items()
    assert summary.accuracy().accuracy == 1.0


def test_other_lines_of_a_log_are_no_rows(tmp_path):
    """OpenAI's evals write a header, other events and a report into the same file."""
    lines = [
        {"spec": {}},
        {"type": "sampling", "data": {"prompt": ASKED, "sampled": [A]}},
        *ROWS["openai-evals"],
        {"final_report": {"accuracy": 1}},
    ]
    (tmp_path / "d.jsonl").write_text("\n".join(map(json.dumps, lines)))
    found, _ = scored(read(tmp_path / "d.jsonl"), Columns(dump="openai-evals"))
    assert [row["status"] for row in found] == ["scored"] * 3


def test_a_group_of_a_dump(tmp_path):
    """Several responses to one document."""
    (tmp_path / "d.jsonl").write_text(json.dumps({"target": "72", "resps": [[A, "no"]]}))
    [found], _ = scored(read(tmp_path / "d.jsonl"), Columns(dump="lm-eval"))
    assert found["reward"] == [1.0, 0.0]


def test_likelihoods_are_no_text(tmp_path):
    """A multiple-choice task of lm-eval."""
    (tmp_path / "d.jsonl").write_text(json.dumps({"target": 1, "resps": [[[-1.5, False]], [[-0.5, True]]]}))
    [found], _ = scored(read(tmp_path / "d.jsonl"), Columns(dump="lm-eval"))
    assert "holds likelihoods and no generated text" in found["error"]


@pytest.mark.parametrize(
    ("completion", "reward"),
    [
        (json.dumps([SAID]), 1.0),
        (json.dumps([*ASKED, SAID], indent=1), 1.0),
        (json.dumps(SAID), 1.0),
        ([A], 1.0),
        ([A, "no"], [1.0, 0.0]),
        (json.dumps([{"role": "narrator", "content": A}]), 0.9),
        ('[{"role": "assistant", "content": ' + A, 0.9),
    ],
)
def test_a_completion_column(completion, reward, tmp_path):
    """JSON text of messages is these messages; a list of texts is one or a group; what only looks like it is text."""
    (tmp_path / "d.jsonl").write_text(json.dumps({"completion": completion, "reference_answer": "72"}))
    [found], _ = scored(read(tmp_path / "d.jsonl"), Columns())
    assert found["reward"] == pytest.approx(reward)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b", 1),
        ("c.0.0", "x"),
        ("c.-1.0", "x"),
        ("j.k", 2),
        ("l.0", 3),
        ("d.e", 4),
        ("c.1", NOTHING),
        ("c.x", NOTHING),
        ("a.b.c", NOTHING),
        ("zebra", NOTHING),
        ("t.x", NOTHING),
    ],
)
def test_paths(path, value):
    """Names and places; a column of the whole name counts first; JSON on the way is gone into."""
    document = {"a": {"b": 1}, "c": [["x"]], "j": '{"k": 2}', "l": "[3]", "d.e": 4, "d": {"e": 5}, "t": "{no"}
    assert value_at(document, path) is value or value_at(document, path) == value


@pytest.mark.parametrize(
    ("reference", "source", "answer"),
    [
        ("She sold 72. #### 72", "hash", "72"),
        ("#### 1,234,567\n", "hash", "1234567"),
        ("#### 1 #### 2", "hash", "2"),
        ("#### (1,2)", "hash", "(1,2)"),
        (r"so $\boxed{\frac{1}{2}}$.", "boxed", r"\frac{1}{2}"),
        (r"\boxed{1} or \boxed{2}", "boxed", "2"),
        (["#### 1", "#### 2"], "hash", ["1", "2"]),
        (72, "hash", 72),
        (None, "boxed", None),
    ],
)
def test_answers_in_references(reference, source, answer):
    """Of GSM8K and MATH; a list is taken one by one, numbers as they are."""
    assert answer_of(reference, source) == answer


@pytest.mark.parametrize(
    ("reference", "source"), [("72", "hash"), ("72 ####", "hash"), ("72", "boxed"), (r"\boxed{", "boxed")]
)
def test_a_reference_without_one(reference, source):
    """It is said, and never a reference of its own."""
    with pytest.raises(DataError, match=f"--reference-from {source}"):
        answer_of(reference, source)


DOCUMENTS = [{"completion": A, "reference_answer": "72"}, {"completion": 'a,"b"\nc', "reference_answer": "72"}]


def as_csv(path, **how):
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, ["completion", "reference_answer"], **how)
        writer.writeheader()
        writer.writerows(DOCUMENTS)


def written(path, kind):
    if kind.startswith("csv"):
        as_csv(path.with_suffix(".csv"), delimiter=";" if kind == "csv;" else ",")
        return path.with_suffix(".csv")
    if kind == "tsv":
        as_csv(path.with_suffix(".tsv"), delimiter="\t")
        return path.with_suffix(".tsv")
    text = {
        "array": json.dumps(DOCUMENTS),
        "pretty array": json.dumps(DOCUMENTS, indent=2),
        "pretty objects": "\n".join(json.dumps(one, indent=2) for one in DOCUMENTS),
        "with a mark": "\ufeff" + json.dumps(DOCUMENTS),
        "inspect log": json.dumps({"version": 2, "eval": {}, "samples": DOCUMENTS}, indent=1),
    }[kind]
    path.with_suffix(".json").write_text(text)
    return path.with_suffix(".json")


@pytest.mark.parametrize(
    "kind", ["csv", "csv;", "tsv", "array", "pretty array", "pretty objects", "with a mark", "inspect log"]
)
def test_layouts(kind, tmp_path):
    """The same rows, whole and in parts."""
    path = written(tmp_path / "d", kind)
    assert [row.document for row in read(path)] == DOCUMENTS
    assert [row.line for row in read(path)] == [1, 2]
    from graders.offline.reading.parts import parts, read_part
    from graders.offline.reading.sources import find_sources

    plan = parts(find_sources(str(path))[0], rows_per_part=1)
    assert [row.document for part in plan[::-1] for row in read_part(part)] == DOCUMENTS[::-1]


def test_an_archive_of_inspect(tmp_path):
    """Its samples in order, long texts put back from its attachments."""
    with zipfile.ZipFile(tmp_path / "d.eval", "w") as archive:
        archive.writestr("header.json", "{}")
        for number in (10, 2):
            sample = {"id": number, "input": "attachment://a", "attachments": {"a": "long"}, "target": "72"}
            archive.writestr(f"samples/{number}_epoch_1.json", json.dumps(sample))
    assert [(row.document["id"], row.document["input"]) for row in read(tmp_path / "d.eval")] == [
        (2, "long"),
        (10, "long"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("d.json", '[{"a": 1}, {"a"', "can't be read as JSON"),
        ("d.csv", "a,a\n1,2\n", "two columns called 'a'"),
        ("d.csv", "\n", "no line of column names"),
        ("d.csv", b"a,b\n\xff,1\n", "is not UTF-8"),
        ("d.eval", b"PK\x03\x04x", "is damaged"),
    ],
)
def test_what_is_damaged_is_said(name, content, said, tmp_path):
    """With the file's name."""
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError, match=said):
        read(tmp_path / name)


def test_rows_of_a_csv_and_an_array_that_are_none(tmp_path):
    """Error rows with their numbers; an empty cell is a missing value."""
    (tmp_path / "d.csv").write_text("a,b\n1,2,3\n,2\n")
    (tmp_path / "d.json").write_text('[5, {"a": NaN}]')
    first, second = read(tmp_path / "d.csv")
    assert (first.error, second.document) == ("has 3 cells for 2 columns", {"a": None, "b": "2"})
    first, second = read(tmp_path / "d.json")
    assert (first.error, second.document) == ("is 5, expected a JSON object", {"a": None})
