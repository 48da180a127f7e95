"""-o FILE --resume --retry-unscored: what a whole file has unscored, and rows that its inputs have gained."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from graders.cli.group import main
from graders.contract.scores import Scores
from graders.offline.reading.rows import open_rows
from graders.scorers.string_check import StringCheckScorer
from graders.vocabulary.outcome import Outcome

A = "<think>x</think><answer>{}</answer>".format
EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}


def documents(count):
    rows = [{"completion": A(k % 3), "reference_answer": "1", "prompt": f"q{k // 4}"} for k in range(count)]
    rows[5] = {"nothing": 1}
    rows[6] = {"completions": [A(0), A(2)], "reference_answer": "1", "prompt": None}
    return rows


@pytest.fixture
def down(monkeypatch):
    """Answers that the scorer can't score at the moment, and how many it was asked."""
    state = {"answers": {"0"}, "asked": 0}
    real = StringCheckScorer.score

    def score(scorer, batch):
        state["asked"] += len(batch)
        found = real(scorer, batch)
        lost = np.array([answer in state["answers"] for answer in batch.answers], dtype=bool)
        codes = np.where(lost, Outcome.JUDGE_UNREACHABLE.code, found.codes).astype(np.int8)
        return Scores(np.where(lost, np.nan, found.values), codes)

    monkeypatch.setattr(StringCheckScorer, "score", score)
    return state


@pytest.fixture
def go(tmp_path):
    (tmp_path / "r.json").write_text(json.dumps(EQUALS))

    def run(rows, out, *options, definition=EQUALS):
        (tmp_path / "r.json").write_text(json.dumps(definition))
        (tmp_path / "d.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        line = ["score", tmp_path / "r.json", tmp_path / "d.jsonl", "-o", tmp_path / out, "--workers", "1", "--json"]
        return CliRunner().invoke(main, [*map(str, line), *options])

    return run


def rows_of(path):
    with open_rows(str(path)) as rows:
        return [row.document for row in rows]


RETRY = ("--resume", "--retry-unscored")


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.parquet"])
@pytest.mark.parametrize("gained", [0, 1, 9])
def test_as_a_run_in_which_nothing_failed(tmp_path, down, go, name, gained):
    """Only unscored rows are asked again, and new ones; the file and the figures are those of a whole run."""
    assert go(documents(40), name).exit_code == 0
    lost = sum("unscored" in str(row["status"]) for row in rows_of(tmp_path / name))
    down.update(answers=set(), asked=0)
    mended = go(documents(40 + gained), name, *RETRY)
    assert (mended.exit_code, down["asked"]) == (0, lost + gained), mended.output
    whole = go(documents(40 + gained), f"whole.{name}")
    assert json.loads(mended.stdout) == json.loads(whole.stdout)
    assert rows_of(tmp_path / name) == rows_of(tmp_path / f"whole.{name}")
    down["asked"] = 0
    assert go(documents(40 + gained), name, *RETRY).exit_code == 0
    assert down["asked"] == 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


OTHER = [{**row, "completion": A(7)} if k == 20 else row for k, row in enumerate(documents(40))]
HALF = {"graders": [{"type": "string_check", "operation": "equals"}], "format_reward_weight": 0.5}


@pytest.mark.parametrize(
    ("rows", "definition", "options", "said"),
    [
        (OTHER, EQUALS, (), "row 21 of"),
        (documents(39), EQUALS, (), "has more rows than its data has now"),
        ([*documents(40)[20:], *documents(40)], EQUALS, (), "is not that of its data"),
        (documents(40), HALF, (), "this reward with these settings makes"),
        (documents(40), {"graders": [{"type": "math_accuracy"}]}, (), "was scored by a reward of format, string_check"),
        (documents(40), EQUALS, ("--answer-source", "boxed"), "this reward with these settings makes"),
    ],
    ids=["a row", "fewer", "others", "weights", "graders", "settings"],
)
def test_what_does_not_fit_is_refused(tmp_path, down, go, rows, definition, options, said):
    """The file stays as it was."""
    go(documents(40), "out.jsonl")
    before = (tmp_path / "out.jsonl").read_bytes()
    down["answers"] = set()
    found = go(rows, "out.jsonl", *RETRY, *options, definition=definition)
    assert (found.exit_code, said in found.output) == (2, True), found.output
    assert (tmp_path / "out.jsonl").read_bytes() == before


def test_without_it_nothing_is_gone_on_with(down, go):
    """The message names it."""
    go(documents(40), "out.jsonl")
    found = go(documents(40), "out.jsonl", "--resume")
    assert "--retry-unscored scores its unscored rows again" in found.output
    assert "give --resume as well" in go(documents(40), "out.jsonl", "--retry-unscored").output


def test_a_run_that_was_broken_off_is_gone_on_with_first(tmp_path, down, go):
    """Where the file isn't there yet, the shards beside it are."""
    assert go(documents(40), "out.jsonl", *RETRY).exit_code == 0
    assert len(rows_of(tmp_path / "out.jsonl")) == 40
