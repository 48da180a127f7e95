import json
import warnings

import numpy as np
import pytest

from graders import load_reward
from graders.offline.reading.rows import Columns, Row
from graders.offline.results.summary import Summary
from graders.offline.scored import read_documents, read_scored
from graders.offline.scoring.score_rows import RowScoring
from graders.vocabulary.errors import BatchWarning, DataError

REWARD = {"graders": [{"type": "string_check", "operation": "equals"}]}


def answered(answer, **columns):
    return {"completion": f"<think>a</think><answer>{answer}</answer>", "reference_answer": "4", **columns}


ROWS = [
    answered("4", prompt="p", label=1),
    answered("5", prompt="p", label=0),
    {"completion": 7, "reference_answer": "4"},
    answered("4"),
    answered("4", reference_answer=""),
    {"completions": [answered(text)["completion"] for text in ("4", "44")], "reference_answer": "4"},
    {"completion": "no tags", "reference_answer": "4", "prompt": "p"},
]


def scored_rows(documents, label_column=None):
    reward = load_reward(REWARD)
    scoring = RowScoring(reward, Columns(), label_column, Summary(reward.weights))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BatchWarning)  # one reference is empty, on purpose
        return list(scoring.score(Row(number, document) for number, document in enumerate(documents, start=1)))


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


@pytest.fixture
def scored_file(tmp_path):
    return write(tmp_path / "scored.jsonl", scored_rows(ROWS))


def test_a_row_a_completion_in_the_order_of_the_file(scored_file):
    scored = read_scored(scored_file, weights={"format": 0.1})
    np.testing.assert_array_equal(scored.rewards, [1, 0.1, 1, np.nan, 1, 0.1, 0])
    np.testing.assert_array_equal(scored.scores["string_check:equals"].values, [1, 0, 1, np.nan, 1, 0, 0])
    assert [str(outcome) for outcome in scored.scores["string_check:equals"].outcomes] == [
        "match", "mismatch", "match", "bad_reference", "match", "mismatch", "no_answer",
    ]  # fmt: skip
    assert scored.lines.tolist() == [0, 1, 3, 4, 5, 5, 6]
    assert scored.positions.tolist() == [0, 0, 0, 0, 0, 1, 0]
    assert scored.groups.tolist() == [0, 0, 1, 2, 3, 3, 4]
    np.testing.assert_array_equal(scored.lengths, [1, 1, 1, 1, 1, 2, np.nan])
    assert np.isnan(scored.labels).all()
    assert scored.weights == {"format": 0.1}


def test_some_completions_and_their_places(scored_file):
    """In the order that was asked for; a member of a group is named."""
    scored = read_scored(scored_file, weights={"format": 0.1})
    some = scored.at(np.array([5, 0]))
    assert (some.rewards.tolist(), some.lines.tolist(), some.error_count) == ([0.1, 1], [5, 0], scored.error_count)
    assert some.scores["string_check:equals"].values.tolist() == [0, 1]
    assert [scored.place(row) for row in (0, 4, 5, 6)] == ["1", "6, completion 1", "6, completion 2", "7"]


def test_rows_that_could_not_be_read_stand_apart(scored_file):
    scored = read_scored(scored_file)
    assert scored.error_count == 1
    [(line, message)] = scored.errors
    assert line == 2
    assert "completions[0]" in message


def test_labels_where_a_row_has_them(scored_file):
    np.testing.assert_array_equal(read_scored(scored_file, label_column="label").labels[:3], [1, 0, np.nan])


def test_the_figures_are_those_of_the_scoring(scored_file):
    """What is read again says what the run said."""
    scored = read_scored(scored_file)
    reward = load_reward(REWARD)
    completions = [answered("4")["completion"], answered("5")["completion"]]
    batch = reward.evaluate(completions, ["4", "4"])
    np.testing.assert_array_equal(scored.rewards[:2], batch.rewards)


def test_a_run_is_read_shard_by_shard(tmp_path):
    rows = [{**row, "question": f"{number}?"} for number, row in enumerate(scored_rows(ROWS))]
    write(tmp_path / "b.jsonl", rows[:3])
    write(tmp_path / "a.jsonl", rows[3:])
    manifest = {"shards": [{"file": "b.jsonl"}, {"file": "a.jsonl"}], "weights": {"format": 0.5},
                "columns": {"prompt": "question"}, "label_column": "label"}  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    scored = read_scored(str(tmp_path))
    assert scored.lines.tolist() == [0, 1, 3, 4, 5, 5, 6]
    assert scored.weights == {"format": 0.5}
    assert scored.groups.tolist() == [0, 1, 2, 3, 4, 4, 5]  # the manifest's prompt column is another one
    assert scored.labels[0] == 1
    assert scored.manifest == manifest


def test_documents_by_their_numbers(scored_file):
    found = read_documents(scored_file, [6, 2])
    assert found[6]["completion"] == "no tags"
    assert found[2]["status"] == "error"
    assert sorted(found) == [2, 6]


BROKEN = {
    "a row without a reward": ({"completion": "a"}, "row 1 has no column 'reward': score it first"),
    "a reward of text": ({"reward": "high"}, "'high' is no score, expected a number from 0 to 1 or null"),
    "a reward above 1": ({"reward": 1.5}, "1.5 is no score"),
    "an unknown outcome": ({"outcomes": {"format": "mach", "string_check:equals": "match"}}, "did you mean 'match'?"),
    "an outcome missing": ({"outcomes": {"format": "match"}}, "it has no 'string_check:equals'"),
    "no answer column": ({"answer": ...}, "it has no 'answer'"),
    "a group of another size": ({"completions": ["a", "b"], "completion": ...}, "expected a list of 2"),
}


@pytest.mark.parametrize(("change", "error"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_output_row(change, error, tmp_path):
    [row] = scored_rows([answered("4")])
    row = change if change == {"completion": "a"} else {**row, **change}
    path = write(tmp_path / "x.jsonl", [{key: value for key, value in row.items() if value is not ...}])
    with pytest.raises(DataError) as caught:
        read_scored(path)
    assert error in str(caught.value)


def test_rows_of_two_rewards_are_no_scored_file(tmp_path):
    [row] = scored_rows([answered("4")])
    other = {**row, "scores": {"format": 1.0}, "outcomes": {"format": "match"}}
    with pytest.raises(
        DataError, match=r"row 2 can't be read as a scored row: its scores are of format, those of the rows before"
    ):
        read_scored(write(tmp_path / "x.jsonl", [row, other]))


def test_a_value_that_no_scorer_gives_with_its_outcome(tmp_path):
    [row] = scored_rows([answered("4")])
    row["outcomes"]["string_check:equals"] = "mismatch"
    with pytest.raises(DataError, match=r"holds what no scorer gives: .* paid with the outcome match"):
        read_scored(write(tmp_path / "x.jsonl", [row]))


def test_nothing_to_read(tmp_path):
    with pytest.raises(DataError, match="has no rows"):
        read_scored(write(tmp_path / "empty.jsonl", []))
    with pytest.raises(DataError, match=r"has no manifest.json: it's no directory that graders score made"):
        read_scored(str(tmp_path))
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(DataError, match="expected an object"):
        read_scored(str(tmp_path))
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(DataError, match="can't be read"):
        read_scored(str(tmp_path))
