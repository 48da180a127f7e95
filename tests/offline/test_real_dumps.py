"""Dumps that lm-eval, lighteval, inspect_ai and verl wrote themselves, each scored in one line, labels compared."""

import importlib.util
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import graders
from graders.cli.group import main
from graders.completion.messages import prompt_text
from graders.offline.reading.nested_values import MAX_WRITTEN_LIST, written_list
from graders.offline.reading.row import Columns
from graders.offline.reading.rows import open_rows

pytestmark = pytest.mark.filterwarnings("ignore:your column")  # inspect_ai's scores

HERE = Path(__file__).parent / "dumps"
SPEC = importlib.util.spec_from_file_location("questions", HERE / "questions.py")
questions = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(questions)
RIGHT = questions.RIGHT
BEST = {"lighteval": "metric.extractive_match", "lm-eval": "exact_match", "inspect": "scores.pattern.value"}
LINES = [
    ("inspect", "inspect.json", [], 1),
    ("inspect", "inspect.eval", [], 1),
    ("lm-eval", "lm_eval_plain.jsonl", ["--reference-from", "hash"], 0),
    ("lm-eval", "lm_eval_chat.jsonl", ["--reference-from", "hash"], 0),
    ("lm-eval", "lm_eval_several.jsonl", [], 0),
    ("lighteval", "lighteval_questions.parquet", [], 0),
    ("verl", "verl.jsonl", [], 0),
    ("verl", "verl_v1.jsonl", [], 0),
]


@pytest.fixture
def reward(tmp_path):
    path = tmp_path / "reward.json"
    path.write_text(json.dumps({"graders": [{"type": "math_accuracy"}]}))
    return str(path)


def score(reward, name, dump, *options, code=0):
    line = ["score", reward, str(HERE / name), "--from", dump, "--json", "--workers", "1", "--max-error-rate", "1"]
    result = CliRunner().invoke(main, [*line, *options])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def inputs(name, dump, **columns):
    with open_rows(str(HERE / name)) as rows:
        found = [row.document for row in rows]
    return [Columns(dump=dump, **columns).example(one, needs_reference=True) for one in found if not one.get("error")]


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize(("dump", "name", "options", "errors"), LINES)
def test_one_line_scores_it_and_agrees_with_its_labels(reward, dump, name, options, errors, named):
    """With the dump's own verdict as `label`, and with the same column by its name."""
    label = BEST.get(dump, "acc") if named else "label"
    found = score(reward, name, dump, "--label-column", label, *options)
    assert (found["accuracy"]["accuracy"], found["errors"], found["unscored"]) == (1.0, errors, 0)
    assert found["accuracy"]["true_positives"] / found["accuracy"]["rows"] == sum(RIGHT) / len(RIGHT) / (
        2 if dump == "verl" else 1
    )


@pytest.mark.parametrize(("dump", "name", "options", "errors"), LINES)
def test_prompts_are_the_questions(dump, name, options, errors):
    """As text, whether they stand as text, as messages, or as JSON of them in a list."""
    columns = {"reference_from": "hash"} if options else {}
    asked = {prompt_text(one.prompt, 0).removeprefix("user\n").removesuffix("\nassistant\n")
             for one in inputs(name, dump, **columns)}  # fmt: skip
    assert asked == {question for question, _ in questions.QUESTIONS}


@pytest.mark.parametrize(
    ("dump", "name"), [("lm-eval", "lm_eval_repeated.jsonl"), ("lighteval", "lighteval_sampled.parquet")]
)
def test_several_replies_are_a_group(reward, dump, name):
    """One right and one wrong where the first is right."""
    found = score(reward, name, dump, *(["--reference-from", "hash"] if dump == "lm-eval" else []))
    assert found["mean"] == pytest.approx(sum(RIGHT) / len(RIGHT) / 2, abs=0.06)
    assert found["errors"] == 0


def test_a_thought_that_stands_apart_is_put_back():
    """Of lighteval's `reasonings` and inspect_ai's parts."""
    for dump, name in (("lighteval", "lighteval_questions.parquet"), ("inspect", "inspect.json")):
        found = [one.completions for one in inputs(name, dump)]
        reward = graders.load_reward({"graders": [{"type": "string_check", "operation": "equals"}]})
        assert reward.evaluate([one[0] for one in found], ["9"] * 6).components["format"].tolist() == [1.0] * 6


def test_what_has_no_completion_says_why(reward):
    """Likelihoods of lm-eval, and a sample of inspect_ai whose server failed, which is no zero of the policy's."""
    assert "holds likelihoods" in score(reward, "lm_eval_choices.jsonl", "lm-eval", code=1)["first_error"]
    found = score(reward, "inspect.json", "inspect")
    assert found["first_error"].startswith("row 7 is a sample that inspect_ai could not finish: ")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("['9', '9.0']", ["9", "9.0"]),
        ("""["it's", 'so']""", ["it's", "so"]),
        ("[1, 2]", "[1, 2]"),
        ("['a', 1]", "['a', 1]"),
        ("['a'", "['a'"),
        ("['a'] + ['b']", "['a'] + ['b']"),
        ("['" + "a" * MAX_WRITTEN_LIST + "']", "['" + "a" * MAX_WRITTEN_LIST + "']"),
        ("['']" * 300, "['']" * 300),
        ("['" + "[" * 900 + "']", ["[" * 900]),
        (["9"], ["9"]),
        (9, 9),
    ],
    ids=range(11),
)
def test_a_list_as_python_writes_it(written, read):
    """As lm-eval writes several targets; an interval is none."""
    assert written_list(written) == read
