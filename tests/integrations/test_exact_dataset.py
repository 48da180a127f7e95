"""A dataset gives each row back as it was: mixed columns, tool arguments, vision parts, null and all."""

import json

import pytest

import graders
from graders.integrations.trl import dataset

pytest.importorskip("datasets")

from graders.integrations.exact_dataset import exact_dataset


def called(arguments):
    return [
        {"role": "user", "content": "q"},
        {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": arguments}}]},
        {"role": "tool", "content": "r"},
    ]


PARTS = [{"role": "user", "content": [{"type": "image", "image": "x.png"}, {"type": "text", "text": "q"}]}]
ASK, SYSTEM = {"role": "user", "content": "q"}, {"role": "system", "content": "s"}
MIXED = [
    [called({"city": "Paris"}), called({"n": 3})],
    [called({"city": "Paris"}), called('{"n": 3}')],
    [[{"role": "user", "content": "q"}], PARTS],
    ["q", [{"role": "user", "content": "q"}]],
    [1, "x"],
    ["1", 1],
    [1, 2.5],
    [True, 1],
    [{"a": 1}, {"b": 2}],
    [[1], "x"],
    [None, {"a": None}],
    [{}, {"a": 1}],
    ['{"a": 1}', {"a": 1}],
    [2**63, -1],
    [0.1, 1],
    [-0.0, 0.0],
    ["", None],
    [[], [1]],
    [[], [{}]],
    [{"a": None}, {"a": {"b": None}}],
    [{"b": 1, "a": 2}, {"a": 1, "b": 2}],
    ["a\u0000b", "\u00e9"],
    [[True], [1]],
    [[1, "a"], [2]],
    [called({}), called({"a": [1, {"b": None}]})],
    [called([]), called({"a": 1})],
    [called({"a": 1}), called({"a": "1"})],
    [called({"a": {"x": 1}}), called({"a": {"y": 1}})],
    [called(None), called({"a": 1.0})],
    [[{**ASK, "name": "n"}], [ASK]],
    [[SYSTEM, ASK], [ASK]],
    [[ASK, {"role": "tool", "content": {"x": 1}}], [ASK, {"role": "tool", "content": "x"}]],
    [[{"role": "user", "content": None}], [ASK]],
    [
        [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}],
        [{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}],
    ],
    [PARTS, [{"role": "user", "content": [{"type": "text", "text": "q"}]}]],
]


@pytest.mark.parametrize("values", MIXED, ids=range(len(MIXED)))
@pytest.mark.parametrize("turn", [1, -1])
def test_no_value_is_changed(values, turn):
    """To the type."""
    rows = [{"prompt": value, "reference_answer": "42"} for value in values[::turn]]
    made = exact_dataset(rows)
    assert [json.dumps(row) for row in made] == [json.dumps(row) for row in rows]
    assert [json.dumps(value) for value in made[:]["prompt"]] == [json.dumps(row["prompt"]) for row in rows]
    assert [json.dumps(value) for value in made.select([1])["prompt"]] == [json.dumps(rows[1]["prompt"])]


def test_plain_columns_stay_plain():
    """What Arrow keeps as it is has its own type."""
    made = exact_dataset([{"prompt": "q", "n": 1}, {"prompt": "r", "n": None}])
    assert [made.features[name].dtype for name in ("prompt", "n")] == ["string", "int64"]


@pytest.mark.parametrize("values", MIXED[:4])
def test_a_file_of_them(tmp_path, values):
    """As it is read for TRL, and mapped as its trainers do."""
    rows = [{"prompt": value, "reference_answer": "42", "meta": k or "x"} for k, value in enumerate(values)]
    (tmp_path / "d.jsonl").write_text("\n".join(map(json.dumps, rows)))
    reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})
    made = dataset(reward, str(tmp_path / "d.jsonl"))
    assert [made[k]["prompt"] for k in range(2)] == values
    assert [row["prompt"] for row in made.map(lambda row: {"more": 1})] == values
    assert made["meta"][:] == ["x", 1]


@pytest.mark.parametrize(
    "value",
    [object(), 2**70, "\ud800", {"a": "\ud800"}, [2**64], {1: 2}, {"a": float("nan")}, {1, 2}, b"x", 1j],
    ids=range(10),
)
def test_what_can_not_be_given_back_is_named(value):
    """With row and column, before anything is read."""
    with pytest.raises(graders.DataError, match=r"row 2 holds .* in the column 'a'"):
        exact_dataset([{"a": "x"}, {"a": value}])


PROMPTS = [
    ("q", "q"), (["q"], "q"), ([ASK], [ASK]), (ASK, [ASK]), (json.dumps([ASK]), [ASK]), ([[ASK]], [ASK]),
    (PARTS, PARTS), (called({"a": None}), called({"a": None})), ([SYSTEM, ASK], [SYSTEM, ASK]),
    ('{"a": 1}', '{"a": 1}'),
]  # fmt: skip


@pytest.mark.parametrize(("given", "kept"), PROMPTS, ids=range(10))
def test_a_prompt_is_read_as_score_reads_it(tmp_path, given, kept):
    """JSON text of messages as these, and nothing else is changed."""
    (tmp_path / "d.jsonl").write_text(json.dumps({"prompt": given, "reference_answer": [["42"]]}))
    reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})
    made = dataset(reward, str(tmp_path / "d.jsonl"))
    assert made[0] == {"reference_answer": ["42"], "prompt": kept}
