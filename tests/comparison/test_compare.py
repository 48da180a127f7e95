"""What a comparison finds: differences, flips, groups, accuracies, rows; unscored rows stand apart."""

import json
import math
import random
from pathlib import Path

import pytest

from graders.comparison import Reading, compare

EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}
CONTAINS = {"graders": [{"type": "string_check", "operation": "contains"}]}
BOTH = {"graders": [{"type": "string_check", "operation": "equals"}, {"type": "math_accuracy"}]}


def answered(answer, **columns):
    return {"completion": f"<think>a</think><answer>{answer}</answer>", "reference_answer": "4", **columns}


ROWS = [
    answered("4", prompt="p", label=1),
    answered("3 or 4", prompt="p", label=0),
    answered("44", prompt="q", label=0),
    answered("5", prompt="q", label=0),
    answered("4", label=1, reference_answer="x4"),
    answered("4 apples", label=1),
]


def test_differences_flips_and_groups(scored):
    """Each figure, worked out by hand."""
    found = compare(scored("a.jsonl", ROWS), scored("b.jsonl", ROWS, CONTAINS))
    change = found.reward.difference
    assert (change.rows, change.a, change.b) == (6, pytest.approx(0.25), pytest.approx(0.7))
    assert change.mean == pytest.approx(0.45)
    assert change.low <= change.mean <= change.high
    assert (change.up, change.down, change.p_value) == (3, 0, pytest.approx(0.25))
    assert (found.reward.flips.gained, found.reward.flips.lost) == (3, 0)
    assert found.components_only_a == ("string_check:equals",)
    assert found.components_only_b == ("string_check:contains",)
    assert list(found.components) == ["format"]
    assert found.components["format"].difference.mean == 0
    groups = found.groups
    assert (groups.count, groups.up, groups.down, groups.level) == (4, 3, 0, 1)
    assert (groups.teaching_a, groups.teaching_b) == (1, 1)
    assert found.accuracy is None


def test_the_groups_that_changed_most(scored):
    """Either way, the largest first; with their prompts, and without what does not change."""
    groups = compare(scored("a.jsonl", ROWS), scored("b.jsonl", ROWS, CONTAINS)).groups
    assert [(one.line, one.size, one.prompt) for one in groups.largest] == [(5, 1, ""), (0, 2, "p"), (2, 2, "q")]
    assert (groups.largest[1].mean_a, groups.largest[1].mean_b) == (pytest.approx(0.55), 1.0)
    fewer = compare(scored("a.jsonl", ROWS), scored("b.jsonl", ROWS, CONTAINS), Reading(shown=1)).groups
    assert [one.line for one in fewer.largest] == [5]


def test_the_same_file_twice(scored):
    """Nothing changes, and nothing is claimed."""
    path = scored("a.jsonl", ROWS)
    found = compare(path, path)
    assert found.reward.difference.mean == found.reward.difference.low == found.reward.difference.high == 0
    assert found.reward.difference.p_value == 1
    assert found.falls == found.rises == ()
    assert found.notes == ()


def test_swapping_the_sides_turns_signs_around(scored):
    """B against A is minus A against B."""
    a, b = scored("a.jsonl", ROWS), scored("b.jsonl", ROWS, CONTAINS)
    one, other = compare(a, b), compare(b, a)
    assert one.reward.difference.mean == -other.reward.difference.mean
    assert one.reward.difference.p_value == other.reward.difference.p_value
    assert one.reward.flips.gained == other.reward.flips.lost
    assert [row.line_a for row in one.rises] == [row.line_a for row in other.falls]


def test_an_unscored_row_is_no_zero(scored):
    """It leaves means and flips alone and is counted by itself, either way round."""
    unscored = [*ROWS[:5], {**ROWS[5], "reference_answer": ""}]
    found = compare(scored("a.jsonl", ROWS), scored("b.jsonl", unscored))
    assert found.reward.difference.rows == 5
    assert found.reward.difference.mean == 0
    assert (found.reward.flips.lost, found.reward.flips.newly_unscored, found.reward.flips.newly_scored) == (0, 1, 0)
    assert found.components["format"].flips.newly_unscored == 0
    back = compare(scored("b2.jsonl", unscored), scored("a2.jsonl", ROWS))
    assert back.reward.flips.newly_scored == 1
    assert "1 completions have other references in B than in A" in back.notes


def test_error_rows_stand_apart(scored):
    """A row that one side could not read has no partner; the others keep theirs."""
    broken = [ROWS[0], {"completion": 7, "reference_answer": "4"}, *ROWS[2:]]
    found = compare(scored("a.jsonl", ROWS), scored("b.jsonl", broken))
    assert (found.pairs, found.only_a, found.only_b, found.errors_a, found.errors_b) == (5, 1, 0, 0, 1)
    assert found.reward.difference.mean == 0


def test_accuracies(scored):
    """Against the labels of both: confusion, mended, broken."""
    a = scored("a.jsonl", ROWS, EQUALS, "label")
    b = scored("b.jsonl", ROWS, CONTAINS, "label")
    change = compare(a, b, Reading(label_column="label")).accuracy
    assert change.a == {"true_positives": 1, "false_positives": 0, "true_negatives": 3, "false_negatives": 2}
    assert change.b == {"true_positives": 2, "false_positives": 2, "true_negatives": 1, "false_negatives": 1}
    assert (change.mended, change.broken) == (1, 2)
    assert (change.difference.a, change.difference.b) == (pytest.approx(4 / 6), pytest.approx(3 / 6))


def test_labels_of_one_side_will_do(scored):
    """The other side has none."""
    a = scored("a.jsonl", [{key: value for key, value in row.items() if key != "label"} for row in ROWS])
    b = scored("b.jsonl", ROWS)
    assert compare(a, b, Reading(label_column="label")).accuracy.difference.rows == 6


def test_matched_by_ids(scored):
    """In any order; groups, text and lines are each side's own."""
    rows = [{**row, "id": f"r{number}"} for number, row in enumerate(ROWS)]
    mixed = random.Random(1).sample(rows, len(rows))
    straight = compare(scored("a.jsonl", rows), scored("b.jsonl", rows, CONTAINS))
    found = compare(scored("a.jsonl", rows), scored("m.jsonl", mixed, CONTAINS), Reading(id_column="id"))
    assert found.reward == straight.reward
    assert found.groups == straight.groups
    for row in found.rises:
        assert rows[row.line_a] == mixed[row.line_b]
        assert row.reward_b == 1.0


def test_rows_that_hold_groups(scored):
    """A list of completions is a group; its members are matched by their place in it."""
    rows = [{"completions": [answered(text)["completion"] for text in texts], "reference_answer": "4", "prompt": "p"}
            for texts in (["4", "3 or 4"], ["5", "44", "4"])]  # fmt: skip
    found = compare(scored("a.jsonl", rows), scored("b.jsonl", rows, CONTAINS))
    assert (found.pairs, found.groups.count) == (5, 2)
    assert [(row.line_a, row.position, row.answer_a) for row in found.rises] == [(0, 1, "3 or 4"), (1, 1, "44")]


def test_the_rows_that_changed_most(scored):
    """Largest first, of equal ones the first in the file, with what was read and why."""
    found = compare(scored("a.jsonl", ROWS), scored("b.jsonl", ROWS, CONTAINS), Reading(shown=2))
    assert [row.line_a for row in found.rises] == [1, 2]
    row = found.rises[0]
    assert (row.reward_a, row.reward_b, row.prompt, row.reference) == (0.1, 1.0, "p", "4")
    assert (row.answer_a, row.answer_b) == ("3 or 4", "3 or 4")
    assert row.completion == ROWS[1]["completion"]
    assert row.components["string_check:equals"] == {"score_a": 0.0, "outcome_a": "mismatch"}
    assert row.components["string_check:contains"] == {"score_b": 1.0, "outcome_b": "match"}
    assert compare(scored("a.jsonl", ROWS), scored("b.jsonl", ROWS, CONTAINS), Reading(shown=0)).rises == ()


def test_several_graders_without_weights_are_said(scored):
    """A file alone names no weights: the whole reward decides then, and a note says so."""
    found = compare(scored("a.jsonl", ROWS), scored("b.jsonl", ROWS, BOTH))
    assert any("names no weights" in note for note in found.notes)
    assert len(found.notes) == 1


def test_a_run_s_directory(scored, tmp_path):
    """Shards and weights are the manifest's."""

    def run(name, definition, weights):
        path = scored("part.jsonl", ROWS, definition)
        folder = tmp_path / name
        folder.mkdir()
        lines = Path(path).read_text(encoding="utf-8").splitlines(keepends=True)
        for number, part in enumerate((lines[:2], lines[2:])):
            (folder / f"{number}.jsonl").write_text("".join(part), encoding="utf-8")
        manifest = {"shards": [{"file": "0.jsonl"}, {"file": "1.jsonl"}], "weights": weights, "label_column": "label"}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return str(folder)

    a = run("one", BOTH, {"format": 0.1, "string_check:equals": 0.45, "math_accuracy": 0.45})
    b = run("two", CONTAINS, {"format": 0.1, "string_check:contains": 0.9})
    found = compare(a, b)
    assert found.pairs == 6
    assert found.notes == ()
    assert found.accuracy.a["true_positives"] == 2  # half the graders' part is enough


def test_as_plain_values(scored):
    """What JSON takes, but for numbers that are none."""
    one = [answered("4")]
    document = compare(scored("a.jsonl", one), scored("b.jsonl", one)).to_dict()
    assert json.loads(json.dumps(document))["pairs"] == 1
    assert math.isnan(document["reward"]["difference"]["low"])
