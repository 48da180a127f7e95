"""For any rows and any cuts, output rows are the input rows in order, and the figures are those of one batch."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graders
from graders.offline.engines.engine import Local
from graders.offline.ledger.task import Task
from graders.offline.reading.json_lines import read_lines
from graders.offline.reading.row import Columns
from graders.offline.reading.sources import find_sources
from graders.offline.results.summary import Summary
from graders.offline.run import HowToRun, run
from graders.offline.scoring import score_rows as scoring
from graders.offline.scoring.score_rows import RowScoring

pytestmark = pytest.mark.filterwarnings(
    "ignore::graders.vocabulary.errors.BatchWarning"
)  # bad references are among the rows

A = "<think>x</think><answer>{}</answer>".format
REWARD = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})

PROMPTS = st.sampled_from([None, "p", "q", [{"role": "user", "content": "p"}], 5])
"""Repeating ones, so that groups go on over cuts; 5 is none."""

COMPLETIONS = st.sampled_from([A("a"), A("b"), "", None, 5, ["x"], [{"role": "assistant", "content": A("a")}]])

REFERENCES = st.sampled_from([{"reference_answer": reference} for reference in ("a", None, True)] + [{}])


def _row(completion, reference, prompt):
    return {"completion": completion, **reference, **({"prompt": prompt} if prompt else {})}


def _group(completions, prompt):
    return {"completions": completions, "reference_answer": "a", "prompt": prompt}


GROUPS = st.lists(st.sampled_from([A("a"), A("b"), None, 5]), max_size=3)
ROWS = st.builds(_row, COMPLETIONS, REFERENCES, PROMPTS) | st.builds(_group, GROUPS, st.sampled_from([None, "p"]))
COMMON = st.sampled_from([_row(completion, {"reference_answer": "a"}, prompt)
                          for completion in (A("a"), A("b"), 5) for prompt in ("p", "q")])  # fmt: skip
LINES = (
    COMMON.map(json.dumps)
    | ROWS.map(json.dumps)
    | st.sampled_from(["", "  ", "{", "5", "nonsense", '{"a": 1, "a": 2}'])
)


def in_one(lines):
    """The output rows and the figures of all lines in one batch, without files."""
    summary = Summary(REWARD.weights)
    job = RowScoring(REWARD, Columns(), None, summary)
    rows = read_lines([f"{line}\n".encode() for line in lines])
    return [line for chunk in job.chunks(rows) for line in chunk.lines().splitlines()], summary


def figures(summary):
    return json.dumps(summary.to_dict())


@settings(max_examples=100)
@given(st.lists(LINES, min_size=1, max_size=14), st.integers(1, 6), st.integers(1, 4))
def test_any_lines_in_any_parts(tmp_path_factory, lines, part_rows, chunk):
    """Byte for byte; shards, figures and errors."""
    expected, summary = in_one(lines)
    if not expected:
        return
    folder = tmp_path_factory.mktemp("any")
    (folder / "data.jsonl").write_text("".join(line + "\n" for line in lines))
    task = Task(REWARD, folder=folder / "run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "CHUNK", chunk)
        how = HowToRun(engine=Local(1), rows_per_part=part_rows)
        result = run(task, find_sources(str(folder / "data.jsonl")), how)
    written = b"".join(path.read_bytes() for path in sorted(task.folder.glob("shard-*"))).splitlines()
    assert written == expected
    assert figures(result.summary) == figures(summary)
    again = run(task, find_sources(str(folder / "data.jsonl")), HowToRun(resume=True, rows_per_part=part_rows))
    assert figures(again.summary) == figures(summary)


@pytest.mark.parametrize("part_rows", [3, 50])
def test_many_lines_in_worker_processes(tmp_path, part_rows):
    """A few hundred of the same kinds, by two workers."""

    kinds = [
        {"completion": A("a"), "reference_answer": "a", "prompt": "p"},
        {"completion": 5, "reference_answer": "a", "prompt": "q"},
        {"completion": A("b"), "reference_answer": "a", "prompt": "p"},
        {"completions": [A("a"), A("b")], "reference_answer": "a"},
        {"completion": A("b"), "reference_answer": None},
    ]
    pattern = [0, 1, 2, 0, 3, 1, 0, 1, 4, 2, 2, 1, 0]
    lines = [json.dumps({**kinds[pattern[n % 13]], "n": n}) if n % 7 else ["", "{"][n % 2] for n in range(150)]
    expected, summary = in_one(lines)
    (tmp_path / "data.jsonl").write_text("".join(line + "\n" for line in lines))
    task = Task(REWARD, folder=tmp_path / "run")
    result = run(task, find_sources(str(tmp_path / "data.jsonl")), HowToRun(engine=Local(2), rows_per_part=part_rows))
    written = b"".join(path.read_bytes() for path in sorted(task.folder.glob("shard-*"))).splitlines()
    assert written == expected
    assert figures(result.summary) == figures(summary)
