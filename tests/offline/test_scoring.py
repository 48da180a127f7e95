"""Scoring rows: a row in is a row out, in order, whatever it holds."""

import json
import warnings
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graders
from graders.offline.reading.rows import Columns, Row
from graders.offline.results.scored_chunk import to_json
from graders.offline.results.summary import Summary
from graders.offline.scoring import score_rows as scoring
from graders.offline.scoring.score_rows import RowScoring

A = "<think>x</think><answer>{}</answer>".format
REWARD = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})


def run(documents, label_column=None, reward=REWARD):
    rows = [
        Row(n, d) if isinstance(d, dict) else Row(n, {"raw": d}, "is broken") for n, d in enumerate(documents, start=1)
    ]
    job = RowScoring(reward, Columns(), label_column, Summary(reward.weights))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(job.score(rows)), job.summary


def good(answer="a", reference="a", **more):
    return {"completion": A(answer), "reference_answer": reference, **more}


def test_the_columns_of_an_output_row():
    """The input row, then reward, scores, outcomes, answer, status."""
    [row], summary = run([good(id=7)])
    assert row == {
        **good(id=7),
        "reward": 1.0,
        "scores": {"format": 1.0, "string_check:equals": 1.0},
        "outcomes": {"format": "match", "string_check:equals": "match"},
        "answer": "a",
        "status": "scored",
    }
    assert (summary.scored, summary.errors) == (1, 0)


def test_an_unscored_row_says_why():
    """Its reward is null, its status unscored, its error the outcome."""
    [row], summary = run([good(reference="n/a")])
    assert (row["reward"], row["status"]) == (None, "unscored")
    assert row["error"].startswith("string_check:equals: bad_reference (")
    assert row["scores"] == {"format": 1.0, "string_check:equals": None}
    assert summary.errors == 0


def test_a_group_has_lists():
    """In the order of its completions."""
    [row], _ = run([{"completions": [A("a"), "", A("b")], "reference_answer": "a"}])
    assert row["reward"] == [1.0, 0.0, 0.1]
    assert row["scores"]["string_check:equals"] == [1.0, 0.0, 0.0]
    assert row["outcomes"]["format"] == ["match", "no_completion", "match"]
    assert row["answer"] == ["a", None, "b"]
    assert row["status"] == ["scored"] * 3
    assert "error" not in row


BAD_ROWS = [
    "broken",
    {},
    {"completion": A("a")},
    {"completion": 5, "reference_answer": "a"},
    {"completion": [[5]], "reference_answer": "a"},
    good(reference=True),
    good(reference={"a": 1}),
    {"completions": [], "reference_answer": "a"},
    {"completions": 5, "reference_answer": "a"},
    good(prompt=5),
    {"completions": [A("a"), 5], "reference_answer": "a"},
]


@pytest.mark.parametrize("bad", BAD_ROWS, ids=str)
def test_an_error_row_is_written_counted_and_touches_no_other(bad):
    """Its line is named; its neighbours score as if it were not there."""
    rows, summary = run([good(), bad, good("b")])
    assert [row["status"] for row in rows] == ["scored", "error", "scored"]
    assert rows[1]["error"].startswith("line 2")
    assert [rows[0]["reward"], rows[1]["reward"], rows[2]["reward"]] == [1.0, None, 0.1]
    assert (summary.errors, summary.scored) == (1, 2)
    assert summary.first_error == rows[1]["error"]


@pytest.mark.parametrize("completion", [None, "", [], [{"role": "assistant", "content": None}], "\ud800", "\x00"])
def test_odd_completions_are_rows(completion):
    """No text is a 0, not an error."""
    [row], summary = run([{"completion": completion, "reference_answer": "a"}])
    assert (row["reward"], row["status"], summary.errors) == (0.0, "scored", 0)


@given(
    st.lists(
        st.sampled_from(
            [good(), good("b"), good(reference=""), *BAD_ROWS, {"completions": [A("a")] * 3, "reference_answer": "a"}]
        ),
        max_size=12,
    ),
    st.integers(1, 5),
)
def test_a_row_in_is_a_row_out_in_order_for_any_chunk(documents, chunk):
    """The chunk's size changes nothing, and nothing is lost or moved."""
    whole, _ = run(documents)
    before, scoring.CHUNK = scoring.CHUNK, chunk
    try:
        chunked, _ = run(documents)
    finally:
        scoring.CHUNK = before
    assert chunked == whole
    assert len(whole) == len(documents)
    for row, document in zip(whole, documents, strict=True):
        expected = document if isinstance(document, dict) else {"raw": document}
        assert {key: row[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("label", "fine"),
    [
        (0, True),
        (1, True),
        (True, True),
        (1.0, True),
        ("1", True),
        ("yes", False),
        (None, False),
        (2, False),
        ([1], False),
        (0.5, False),
    ],
)
def test_labels(label, fine):
    """0 or 1, else the row is an error row that says so."""
    [row], summary = run([good(label=label)], "label")
    assert (row["status"] == "scored") is fine
    assert fine or "label column 'label', expected 0 or 1" in row["error"]
    assert (summary.accuracy() is not None) is fine


def test_labels_of_a_group():
    """A list of one length with the completions."""
    group = {"completions": [A("a"), A("b")], "reference_answer": "a"}
    rows, summary = run([{**group, "label": [1, 0]}, {**group, "label": [1]}, {**group, "label": 1}], "label")
    assert [row["status"] for row in rows] == [["scored"] * 2, "error", "error"]
    assert summary.accuracy().accuracy == 1.0
    assert "expected a list of 2 labels" in rows[1]["error"]


def test_groups_go_on_over_chunks(monkeypatch):
    """Runs of equal prompts are groups, wherever a chunk ends; error rows inside a run don't split it."""
    monkeypatch.setattr(scoring, "CHUNK", 2)
    _, summary = run(
        [
            good(prompt="p"),
            good(prompt="p"),
            good(prompt="p"),
            "broken",
            good(prompt="p"),
            good(prompt="q"),
            good(),
            good(),
        ]
    )
    assert summary.diagnostics().groups.count == 4


def test_a_label_is_no_reward_column():
    """A column of the input that has the name of an output column is replaced, never mixed."""
    [row], _ = run([good(reward="old", status="old", error="old")])
    assert (row["reward"], row["status"]) == (1.0, "scored")
    assert "error" not in row


@pytest.mark.parametrize(
    "document", [good(reference=""), {"completion": 5, "reference_answer": "a"}], ids=["unscored", "error"]
)
def test_no_result_of_an_earlier_run_survives(document):
    """Scoring the output again gives the output again."""
    once, _ = run([document])
    again, _ = run(once)
    assert again == once
    [mended], _ = run([{**once[0], **good()}])
    assert "error" not in mended
    assert mended["status"] == "scored"


def test_an_error_only_where_there_is_no_reward():
    """A bad reference that is to count 0 is scored."""
    zero = graders.load_reward(REWARD.definition, graders.Settings(on_bad_reference="zero"))
    [row], _ = run([good(reference="")], reward=zero)
    assert (row["status"], "error" in row) == ("scored", False)
    group = {"completions": [A("a"), "b"], "reference_answer": "", "error": "stale"}
    [row], _ = run([group])
    assert row["error"].startswith("string_check:equals: bad_reference")


def job(**more):
    return RowScoring(REWARD, Columns(**more), None, Summary(REWARD.weights))


def test_columns_of_the_user_s_own_are_warned_of_once():
    """A row that was scored before has a status and is none."""
    document = {"completion": A("a"), "answer": "a"}
    with pytest.warns(graders.BatchWarning, match="your column 'answer' is written as 'input_answer'") as said:
        scored = list(job(reference="answer").score([Row(3, document), Row(4, document)]))
    assert len(said) == 1
    assert [row["reward"] for row in scored] == [1.0, 1.0]
    with warnings.catch_warnings(action="error"):  # nothing is replaced where nothing is written
        assert list(RowScoring(REWARD, Columns(reference="answer"), None, writes=False).chunks([Row(1, document)]))
    assert [row["reward"] for row in job().score([Row(1, good(status="scored", reward=1)), Row(2, good())])] == [1, 1]


class TestColumnsThatAreReadAndNamedAsResultsAre:
    """GSM8K's reference stands in `answer`, where the answer that was read goes: it is kept beside it."""

    DOCUMENT: ClassVar = {"completion": A("a"), "answer": "a"}

    def scored(self, **more):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", graders.BatchWarning)
            [row] = job(reference="answer", **more).score([Row(1, {**self.DOCUMENT, "completion": A("b")})])
        return row

    def test_both_are_in_the_output(self):
        row = self.scored()
        assert (row["answer"], row["input_answer"], row["reward"]) == ("b", "a", 0.1)
        with pytest.warns(graders.BatchWarning, match="because 'answer' holds the answer that was read"):
            list(job(reference="answer").score([Row(1, self.DOCUMENT)]))

    def test_as_a_line_of_json(self):
        """The row's own text is not written as it came."""
        raw = json.dumps(self.DOCUMENT).encode()
        with pytest.warns(graders.BatchWarning):
            [chunk] = job(reference="answer").chunks([Row(1, self.DOCUMENT, raw=raw)])
        assert json.loads(chunk.lines())["input_answer"] == "a"

    def test_an_output_row_is_read_as_the_input_was(self):
        """Scored again it earns the same: its own answer is never taken for the reference."""
        row = self.scored()
        again = list(job(reference="answer").score([Row(1, row)]))
        assert again == [row]
        assert Columns(reference="answer").example(row, needs_reference=True).reference == "a"

    def test_answers_of_a_model_in_a_column_of_that_name(self):
        with pytest.warns(graders.BatchWarning):
            [row] = job(completion="answer").score([Row(1, {"answer": A("x"), "reference_answer": "x"})])
        assert (row["answer"], row["input_answer"]) == ("x", A("x"))

    @pytest.mark.parametrize("document", [{}, {"completion": A("a")}])
    def test_a_column_of_that_name_that_nobody_reads_is_kept_too(self, document):
        """Also where the row can't be scored, since the column that was to be read is another."""
        with pytest.warns(graders.BatchWarning, match="your column 'answer' is written as 'input_answer'"):
            [row] = job().score([Row(1, {**(document or good()), "answer": "mine"})])
        assert (row["status"], row["input_answer"]) == ("error" if document else "scored", "mine")
        if document:
            assert row["answer"] is None
            assert "did you mean 'answer'? Its columns are 'completion', 'answer' (" in row["error"]


@pytest.fixture
def calls(monkeypatch):
    """How many rows each call of evaluate had."""
    seen = []
    evaluate = graders.RewardFunction.evaluate

    def counted(self, completions, *given, **named):
        seen.append(len(completions))
        return evaluate(self, completions, *given, **named)

    monkeypatch.setattr(graders.RewardFunction, "evaluate", counted)
    return seen


@pytest.mark.parametrize("bad", BAD_ROWS, ids=str)
def test_a_bad_row_is_found_without_scoring_row_by_row(calls, bad):
    """At most one more call for the whole chunk."""
    run([*[good()] * 50, bad, *[good()] * 50])
    assert len(calls) <= 2
    assert calls[-1] == 100


def test_looking_for_a_bad_row_warns_of_nothing():
    """A row alone may look odd where the chunk does not."""
    rows = [Row(1, good()), Row(2, {"completion": "no tags", "reference_answer": "a"}), Row(3, good(prompt=5))]
    rows += [Row(n, good()) for n in range(4, 90)]
    assert len(list(job().score(rows))) == 89  # a warning is an error in these tests


@pytest.mark.parametrize("references", [["n/a"], ["", "n/a"], []], ids=str)
def test_a_bad_reference_as_an_error_names_its_line(calls, references):
    """Where no acceptable one can be used; found without scoring."""
    strict = graders.load_reward(REWARD.definition, graders.Settings(on_bad_reference="error"))
    with pytest.raises(graders.BadReferenceError, match=r"^line 3: (string_check:equals finds|the reference is empty)"):
        run([good(), good(reference=["n/a", "a"]), good(reference=references)], reward=strict)
    assert len(calls) == 1


def test_a_chunk_ends_at_so_many_bytes(calls, monkeypatch):
    """So that long rows don't pile up."""
    monkeypatch.setattr(scoring, "CHUNK_BYTES", 100)
    assert len(list(job().score(Row(n, good(), size=40) for n in range(7)))) == 7
    assert calls == [3, 3, 1]


def test_a_missing_label_column():
    """What is near is named."""
    [row], _ = run([good(label=1)], "labl")
    assert "has no column 'labl'; did you mean 'label'?" in row["error"]
    assert "--label-column" in row["error"]


@pytest.mark.parametrize("text", ["é", "\ud800", "\x00", "\u2028", '"', "\U0001f600"])
def test_to_json_is_one_line_that_reads_back(text):
    """Text as it is, escaped only where it must be."""
    line = to_json({"a": text})
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == {"a": text}
