"""The script behind `make verdicts`: it sees a verdict that differs, and says it in full."""

import importlib.util
import json
from pathlib import Path

import pytest

from graders.math import POLICY_VERSION

SCRIPT = Path(__file__).with_name("compare_verdicts.py")
ROOT = SCRIPT.parents[2]
ROW = {"where": "decimals.jsonl", "answer": "0.5", "reference": "1/2", "prompt": None}
FAKE = """
POLICY_VERSION = 1

def verify(answers, references, prompts):
    return [(False, "mismatch", f"{answers[0]} is never {references[0]}")]
"""


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("compare_verdicts", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def fake_base(tmp_path):
    package = tmp_path / "graders"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "math.py").write_text(FAKE)
    return tmp_path


def test_a_changed_verdict_is_printed_with_both_states(script, fake_base, capsys):
    before = script.judged(fake_base, [ROW, {**ROW, "answer": "0.6"}])
    assert script.report(before, script.judged(ROOT, before)) == 1
    assert capsys.readouterr().out.splitlines() == [
        "decimals.jsonl",
        "    answer    '0.5'",
        "    reference '1/2'",
        "    before    False  mismatch      0.5 is never 1/2",
        "    after     True   match         exact rationals",
        f"2 pairs, 1 changed; POLICY_VERSION 1 before, {POLICY_VERSION} after",
    ]


def test_rules_are_compared_on_demand(script, fake_base, capsys):
    before = script.judged(fake_base, [{**ROW, "answer": "0.6"}])
    assert script.report(before, script.judged(ROOT, before), rules=True) == 1
    assert "0.6 is never 1/2" in capsys.readouterr().out


@pytest.mark.parametrize(("outcome", "code"), [("match", 0), ("mismatch", 1)])
def test_a_recording_is_compared_with_the_work_tree(outcome, code, script, write, capsys):
    recorded = {**ROW, "equal": True, "outcome": outcome, "rule": "", "policy_version": 2}
    assert script.main(["--against", str(write("base.jsonl", [recorded]))]) == code
    assert f"1 pairs, {code} changed" in capsys.readouterr().out


def test_an_exception_is_a_verdict_of_its_own(script, fake_base):
    (fake_base / "graders" / "math.py").write_text(FAKE.replace("answers[0]", "1 // 0"))
    assert script.judged(fake_base, [ROW])[0]["outcome"] == "raises"


def test_what_is_recorded_is_every_pair_at_hand_with_its_verdict(script, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(script, "ROOT", tmp_path / "project")
    monkeypatch.setattr(script, "SHARED", tmp_path / "shared")
    cases = tmp_path / "project" / "tests" / "math" / "cases"
    cases.mkdir(parents=True)
    (cases / "own.jsonl").write_text('{"reference": "1/2", "answer": "0.5", "expected": 1, "reason": "equal"}\n')
    (tmp_path / "shared" / "data").mkdir(parents=True)
    golds = ("2", "1", "1/2")
    rows = "".join(json.dumps({"reference_answer": gold}) + "\n" for gold in golds)
    (tmp_path / "shared" / "data" / "math_golds.jsonl").write_text(rows)
    found = [(row["where"], row["answer"], row["reference"]) for row in script.pairs()]
    assert found[0] == ("own.jsonl", "0.5", "1/2")
    assert {pair[1:] for pair in found[1:]} == {("1", "1"), ("1/2", "1/2"), ("2", "2"), ("1/2", "1"), ("2", "1/2")}
    assert "hack_cases.jsonl is not here: its pairs are left out." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("row", "pair"),
    [
        ({"reference": "1", "answer": "2", "expected": 0}, ("2", "1", None)),
        ({"gold": "1", "pred": "2", "expected": 0}, ("2", "1", None)),
        ({"property": "repeatable", "a": "2", "b": "1"}, ("2", "1", None)),
        ({"reference": "1", "answer": "2", "options": {"prompt": "3"}}, ("2", "1", "3")),
        ({"reference": "1", "completion": "<think>3</think><answer>2</answer>"}, ("2", "1", None)),
        ({"reference": "1", "completion_repeat": ["<answer>", "2", 3, "</answer>"]}, ("222", "1", None)),
        ({"reference": "1", "completion": "2", "grader": {"type": "string_check"}}, None),
        ({"source": "test_all.py", "rule": "a row without a pair"}, None),
    ],
)
def test_the_pair_of_a_row(row, pair, script):
    assert script.pair(row) == pair


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not in a git checkout")
def test_a_checkout_is_gone_afterwards(script):
    with script.checkout("HEAD") as tree:
        assert (tree / "graders" / "math" / "__init__.py").exists()
    assert not tree.exists()
