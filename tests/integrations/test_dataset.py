"""Rows for training: what a file's rows become, and what is said of those that can't be used."""

import pytest

import graders
from graders.integrations.training_rows import dataset, records
from graders.offline.reading.row import Columns

ASK = {"role": "user", "content": "2 + 2?"}


def test_messages_become_a_prompt_and_other_columns_stay(reward, write):
    path = write(
        "a.jsonl", [{"messages": [ASK, {"role": "assistant", "content": "4"}], "reference_answer": 4, "id": 7}]
    )
    assert records(reward, str(path)) == [{"prompt": [ASK], "reference_answer": "4", "id": 7}]


def test_columns_are_equal_in_all_rows(reward, write):
    path = write("a.jsonl", [
        {"prompt": "a", "reference_answer": "4", "id": 1},
        {"prompt": "b", "reference_answer": ["4", "four"]},
    ])  # fmt: skip
    assert records(reward, str(path)) == [
        {"id": 1, "prompt": "a", "reference_answer": ["4"]},
        {"id": None, "prompt": "b", "reference_answer": ["4", "four"]},
    ]


BAD = [
    ({"prompt": "a"}, "has no column 'reference_answer'"),
    ({"prompt": "a", "reference_anwser": "4"}, "did you mean 'reference_anwser'"),
    ({"prompt": "a", "reference_answer": " N/A "}, "a placeholder"),
    ({"reference_answer": "4"}, "has no prompt"),
    ({"messages": [{"role": "assistant", "content": "4"}], "reference_answer": "4"}, "has no prompt"),
    ({"prompt": "a", "reference_answer": {"x": 1}}, "expected a string"),
]


@pytest.mark.parametrize(("row", "sentence"), BAD)
def test_bad_rows_are_named(reward, write, caplog, row, sentence):
    path = write("a.jsonl", [{"prompt": "a", "reference_answer": "4"}, row])
    with pytest.raises(graders.BadReferenceError, match="1 of 2 rows") as caught:
        records(reward, str(path))
    assert "line 2 " in str(caught.value)
    assert sentence in str(caught.value)
    assert caplog.text == ""
    assert [row["prompt"] for row in records(reward, str(path), "drop")] == ["a"]
    assert "a.jsonl: 1 of 2 rows are left out; the first: line 2 " in caplog.text
    assert sentence in caplog.text


def test_a_file_without_any_usable_row_is_an_error(reward, write):
    with pytest.raises(graders.DataError, match="no row that can be used"):
        records(reward, str(write("a.jsonl", [BAD[0][0]])), "drop")


def test_the_settings_name_the_column(write):
    reward = graders.load_reward({"graders": [{"type": "math_accuracy"}]}, graders.Settings(reference_column="gold"))
    assert records(reward, str(write("a.jsonl", [{"prompt": "a", "gold": 0.5}]))) == [{"prompt": "a", "gold": "0.5"}]


def test_columns_by_what_they_hold(reward, write):
    """GSM8K's file as it is, with a plain mapping."""
    pytest.importorskip("datasets")
    path = write("a.jsonl", [{"question": "2 + 2?", "answer": "so #### 4"}])
    names = {"prompt": "question", "reference": "answer", "reference_from": "hash"}
    assert [{**row} for row in dataset(reward, str(path), columns=names)] == [
        {"prompt": "2 + 2?", "reference_answer": "4"}
    ]
    with pytest.raises(graders.DataError, match=r"did you mean 'question'.*Python columns=.*prompt"):
        dataset(reward, str(path), on_bad="drop")
    with pytest.raises(graders.DataError, match=r"columns has 'promt', expected one of .*did you mean 'prompt'"):
        dataset(reward, str(path), columns={"promt": "question"})
    with pytest.raises(graders.DataError, match="columns has 'hsh', expected one of 'hash', 'boxed'"):
        dataset(reward, str(path), columns={"reference_from": "hsh"})


def test_without_datasets_the_line_to_install_is_said(reward, write, monkeypatch):
    import sys

    from graders.integrations.trl import dataset

    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(graders.MissingExtraError, match=r'pip install "reward-graders\[trl\]"'):
        dataset(reward, str(write("a.jsonl", [{"prompt": "a", "reference_answer": "4"}])))


SOLUTIONS = [
    ("hash", {"question": "6 * 7?", "answer": "6 * 7 = <<6*7=42>>42\n#### 42"}, ("question", "answer")),
    ("boxed", {"problem": "6 * 7?", "solution": r"Thus $\boxed{42}$."}, ("problem", "solution")),
    ("", {"doc": {"q": "6 * 7?"}, "reward_model": {"ground_truth": "42"}}, ("doc.q", "reward_model.ground_truth")),
]


@pytest.mark.parametrize(("source", "row", "names"), SOLUTIONS)
def test_rows_as_data_sets_have_them(write, source, row, names):
    """GSM8K, MATH and nested columns, with the names that they have."""
    settings = graders.Settings(reference_column=names[1])
    reward = graders.load_reward({"graders": [{"type": "math_accuracy"}]}, settings)
    columns = Columns(prompt=names[0], reference=names[1], reference_from=source)
    [found] = records(reward, str(write("a.jsonl", [row])), columns=columns)
    assert (found["prompt"], found[names[1]]) == ("6 * 7?", "42")
