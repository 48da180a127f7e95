"""Small scored files, made by scoring."""

import json
import warnings

import pytest

import graders
from graders.offline.reading.rows import Columns, Row
from graders.offline.results.summary import Summary
from graders.offline.scoring.score_rows import RowScoring

EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}
CONTAINS = {"graders": [{"type": "string_check", "operation": "contains"}]}


def answered(answer, **columns):
    """A row in good layout whose reference is 4."""
    return {"completion": f"<think>a</think><answer>{answer}</answer>", "reference_answer": "4", **columns}


@pytest.fixture
def scored(tmp_path):
    """Score rows and write them: ``scored("a.jsonl", rows, definition)`` gives the path."""

    def make(name, rows, definition=None, label_column=None):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", graders.GradersWarning)
            reward = graders.load_reward(definition or EQUALS)
            scoring = RowScoring(reward, Columns(), label_column, Summary(reward.weights))
            done = list(scoring.score(Row(number, row) for number, row in enumerate(rows, start=1)))
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in done), encoding="utf-8")
        return str(path)

    return make
