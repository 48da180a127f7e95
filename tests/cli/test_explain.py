"""graders explain: one reward taken apart, from a file or from the command line."""

import json
import time

import pytest

from graders import load_reward

A = "<think>x</think><answer>{}</answer>".format
EQUALS = {"graders": [{"type": "string_check", "operation": "equals"}]}


@pytest.fixture
def reward(write):
    return write("reward.json", EQUALS)


@pytest.fixture
def data(write):
    return write(
        "data.jsonl",
        json.dumps({"completion": A("a"), "reference_answer": "a"})
        + "\n\n{broken\n"
        + json.dumps({"completions": [A("b"), A("a")], "reference_answer": "a"})
        + "\n"
        + json.dumps({"completion": 5, "reference_answer": "a"}),
    )


def test_a_completion_of_the_command_line(cli, reward):
    """Text for people, or JSON."""
    result = cli("explain", reward, "--completion", A("b"), "--reference", "a")
    assert result.exit_code == 0
    assert "string_check:equals = 0, weight 0.9: mismatch (wrong)" in result.stdout
    assert "reward = 0.1 x 1 (format) + 0.9 x 0 (string_check:equals) = 0.1" in result.stdout
    as_json = json.loads(
        cli("explain", reward, "--completion", A("b"), "--reference", "a", "--prompt", "q", "--json").stdout
    )
    assert (as_json["reward"], as_json["prompt"]) == (0.1, "q")


def test_a_row_of_a_file(cli, reward, data):
    """By line number; a member of a group by its place."""
    assert json.loads(cli("explain", reward, data, "--row", 1, "--json").stdout)["reward"] == 1.0
    assert json.loads(cli("explain", reward, data, "--row", 4, "--json").stdout)["reward"] == 0.1
    assert json.loads(cli("explain", reward, data, "--row", 4, "--member", 2, "--json").stdout)["reward"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--row", "2"], "has no row on line 2"),
        (["--row", "3"], "line 3 is not valid JSON"),
        (["--row", "9"], "its last row is on line 5"),
        (["--row", "4", "--member", "3"], "holds 2 completions, not 3"),
        (["--row", "5"], "completions[0]: got int 5"),
        (["--row", "0"], "--row"),
        (["--row", "1", "--completion", "x"], "give either"),
        (["--row", "1", "--reference", "x"], "DATA's row has what --reference would give"),
        (["--row", "1", "--prompt", ""], "DATA's row has what --prompt would give"),
        (["--row", "5"], "data.jsonl line 5: completions[0]"),
        (["--row", "1", "--completion-column", "text"], "data.jsonl line 1 has no column 'text'"),
    ],
)
def test_what_can_t_be_explained(cli, reward, data, arguments, words):
    """Exit code 2, one clear sentence."""
    result = cli("explain", reward, data, *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.output


def test_missing_pieces(cli, reward):
    """No completion at all, no reference where one is needed, no file."""
    for arguments in ([], ["--completion", "x"], ["none.jsonl", "--row", "1"]):
        result = cli("explain", reward, *arguments)
        assert result.exit_code == 2
        assert "Traceback" not in result.output


def test_hostile_text_is_printed_safely(cli, reward, write):
    """Control characters, escapes of a terminal and lone surrogates are written out, never sent."""
    row = {"completion": A("\x1b[2J\x00\ud800\u202e"), "reference_answer": "a"}
    result = cli("explain", reward, write("data.jsonl", [row]), "--row", 1)
    assert result.exit_code == 0
    assert not {"\x1b", "\x00", "\u202e"} & set(result.stdout)
    assert "\\x1b[2J\\x00\\ud800\\u202e" in result.stdout


def test_a_comparison_repeats_nothing_that_stands_above_it(cli, write):
    """Answer, reference and outcome once; with several references, which one is meant; all of it in the JSON."""
    reward = write("reward.json", {"graders": [{"type": "math_accuracy"}]})
    asked = ["explain", reward, "--completion", A(4), "--reference", "5"]
    printed = cli(*asked).stdout
    for words in ("    answer: ", "    reference: ", "    equal: ", "    outcome: "):
        assert words not in printed
    assert "    answer_tree: " in printed
    [compared] = json.loads(cli(*asked, "--json").stdout)["components"][1]["compared"]
    assert (compared["answer"], compared["reference"], compared["equal"]) == ("4", "5", False)
    data = write("data.jsonl", [{"completion": A(4), "reference_answer": ["5", "4"]}])
    printed = cli("explain", reward, data, "--row", 1).stdout
    assert "    reference: 5" in printed
    assert "    outcome: mismatch" in printed
    assert "    outcome: match" not in printed


def test_a_completion_of_megabytes_is_cut_before_it_is_escaped():
    """Printing it takes no longer than printing a short one."""
    reward = load_reward(EQUALS)
    explanation = reward.explain(A("x\x00" * 2_500_000), "a")
    started = time.perf_counter()
    printed = str(explanation)
    assert time.perf_counter() - started < 0.5
    assert "x\\x00 ... x\\x00" in printed
    assert len(printed) < 10_000
