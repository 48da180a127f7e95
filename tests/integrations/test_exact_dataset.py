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
]


@pytest.mark.parametrize("values", MIXED, ids=lambda values: json.dumps(values)[:40])
@pytest.mark.parametrize("turn", [1, -1])
def test_no_value_is_changed(values, turn):
    """To the type."""
    rows = [{"prompt": value, "reference_answer": "42"} for value in values[::turn]]
    assert [json.dumps(row) for row in exact_dataset(rows)] == [json.dumps(row) for row in rows]


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


def test_what_is_no_json_is_named():
    """With row and column."""
    with pytest.raises(graders.DataError, match=r"row 1 holds .* in the column 'a'"):
        exact_dataset([{"a": "x"}, {"a": object()}])
