"""Drawing cases: fair, repeatable, from whatever the data looks like."""

import json
from collections import Counter

import pytest

from graders.audit.sample import STAND_IN, read_sample
from graders.offline.reading.rows import Columns
from graders.reward.load import load_reward
from graders.settings.settings import Settings
from graders.vocabulary.errors import DataError

EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}


def sample(path, rows=100, seed=0, definition=EQUALS, columns=None, **settings):
    return read_sample(path, load_reward(definition, Settings(**settings)), columns or Columns(), rows, seed)


def test_every_row_where_there_are_few(data):
    """In the order of the file, with prompt, thought and reference."""
    found = sample(data(["28", "7"]))
    assert (found.lines, found.seen, found.passed_over) == ((1, 2), 2, 0)
    case = found.cases[0]
    assert (case.reference, case.thought, case.prompt) == ("28", "Step 0.", "Question 0: work out $17 + 0$.")
    assert case.plain == "<think>Step 0.</think>\n<answer>1000</answer>"


def test_the_draw_is_fair_and_repeatable(data):
    """As many as asked for, the same for a seed, each row about as often over many seeds."""
    path = data([str(number) for number in range(100, 130)])
    assert sample(path, 7, 3) == sample(path, 7, 3)
    drawn = Counter(line for seed in range(300) for line in sample(path, 7, seed).lines)
    assert sum(drawn.values()) == 2100
    assert set(drawn) == set(range(1, 31))
    assert 35 < min(drawn.values()) <= max(drawn.values()) < 110  # 70 on average
    assert list(sample(path, 7, 1).lines) == sorted(sample(path, 7, 1).lines)


def test_rows_of_every_form(data):
    """Groups, conversations, questions without completions, several references, thoughts with tags in them."""
    rows = [
        {"completions": ["<think>a</think><answer>1</answer>", "b"], "reference_answer": "28"},
        {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "<think>c</think>d"}],
         "reference_answer": 7},
        {"question": "Why?", "reference_answer": ["4", "5"]},
        {"completion": "<think>so <answer>3</answer></think><answer>3</answer>", "reference_answer": "28"},
    ]  # fmt: skip
    cases = sample(data(rows)).cases
    assert [case.thought for case in cases][:3] == ["a", cases[1].thought, "c"]
    assert cases[3].prompt == "Why?"
    assert cases[3].acceptable == ("4", "5")
    assert not {"4", "5"} & set(cases[3].wrong)
    assert "<answer>" not in cases[4].thought
    assert len(cases) == 5


def test_what_can_t_be_used_is_passed_over(data):
    """Bad references, error rows, what no mutant could spoil; all of them is an error that names the first."""
    zero = r"\begin{pmatrix} 0 \\ 0 \end{pmatrix}"
    rows = [{"reference_answer": "n/a"}, {"reference_answer": "28"}, {"reference_answer": zero}, {"x": 1}]
    found = sample(data(rows))
    assert (found.lines, found.seen, found.passed_over) == ((2,), 4, 3)
    with pytest.raises(DataError, match="no row that can be audited; the first: line 1 has a reference that can't"):
        sample(data(rows[:1]))
    with pytest.raises(DataError, match="it has no rows"):
        sample(data([{}][:0], "empty.jsonl"))


def test_a_reward_that_reads_no_reference(data):
    """Rows need none: a stand-in is there for tricks to name."""
    found = sample(data([{"completion": "<think>a</think><answer>1</answer>"}]),
                   definition={"graders": [{"type": "format_check"}]})  # fmt: skip
    assert found.cases[0].reference == STAND_IN


def test_other_columns_and_a_run_s_directory(data, tmp_path):
    """As the options name them; shards as the manifest lists them."""
    found = sample(data([{"text": "<think>t</think>", "gold": "5"}]),
                   columns=Columns(completion="text", reference="gold"))  # fmt: skip
    assert (found.cases[0].reference, found.cases[0].thought) == ("5", "t")
    run = tmp_path / "run"
    run.mkdir()
    (run / "0.jsonl").write_text(json.dumps({"reference_answer": "28"}) + "\n", encoding="utf-8")
    (run / "manifest.json").write_text(json.dumps({"shards": [{"file": "0.jsonl"}]}), encoding="utf-8")
    assert sample(str(run)).cases[0].reference == "28"
