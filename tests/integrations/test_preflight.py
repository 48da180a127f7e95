"""Preflight: each thing that would spoil a run is found, and nothing else."""

import json
from types import SimpleNamespace

import pytest

import graders
from graders.integrations.trl import preflight

ROWS = [{"prompt": [{"role": "user", "content": "2 + 2?"}], "reference_answer": "4"}] * 3
TAGS = ("<think>", "</think>", "<answer>", "</answer>")


class Tokenizer:
    """A tokenizer that drops some words when it decodes, as special tokens are dropped."""

    chat_template = "yes"

    def __init__(self, special=(), drops=(), opening="assistant\n"):
        self.all_special_tokens, self.drops, self.opening = list(special), drops or special, opening

    def __call__(self, text, add_special_tokens):
        assert not add_special_tokens
        return {"input_ids": text}

    def decode(self, text, skip_special_tokens):
        assert skip_special_tokens
        for word in self.drops:
            text = text.replace(word, "")
        return text

    def apply_chat_template(self, messages, add_generation_prompt, tokenize):
        assert add_generation_prompt
        assert not tokenize
        return f"user\n{messages[-1]['content']}{self.opening}"


def kinds(*args, **more):
    return [finding.kind for finding in preflight(*args, **more)]


def test_nothing_is_found_where_all_is_well(reward):
    args = {"per_device_train_batch_size": 16, "num_generations": 8}
    assert preflight(reward, ROWS, tokenizer=Tokenizer(["<pad>"]), args=args) == []


@pytest.mark.parametrize("tokenizer", [Tokenizer(TAGS), Tokenizer(drops=["</think>"])])
def test_tags_that_are_dropped(reward, tokenizer):
    (finding,) = preflight(reward, tokenizer=tokenizer)
    assert finding.kind == "special_tokens"
    assert "</think>" in finding.message


def test_a_template_that_opens_the_thought(reward):
    assert kinds(reward, ROWS, tokenizer=Tokenizer(opening="assistant\n<think>\n")) == ["prefilled"]


def test_settings_that_say_so_against_a_template_that_does_not(reward):
    prefilled = graders.RewardFunction(reward.definition, graders.Settings(think_prefilled=True))
    assert kinds(prefilled, ROWS, tokenizer=Tokenizer()) == ["prefilled"]
    assert kinds(prefilled, ROWS, tokenizer=Tokenizer(opening="<think>")) == []


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"prompt": "a"}, "missing_column"),
        ({"reference_answer": "4"}, "missing_column"),
        ({"prompt": "a", "reference_answer": "nan"}, "bad_reference"),
        ({"prompt": "a", "reference_answer": {}}, "bad_reference"),
    ],
)
def test_rows(reward, row, kind):
    (finding,) = preflight(reward, [*ROWS, row])
    assert finding.kind == kind
    assert finding.severity == "error"


WHOLE = {"prompt": "a", "reference_answer": "42.0"}
SOLUTION = {"prompt": "a", "reference_answer": "She has 6 * 7 = <<6*7=42>>42.\n#### 42"}
OTHER = {"prompt": "a", "reference_answer": "41.5"}


@pytest.mark.parametrize(
    ("kind", "rows", "found"),
    [
        ("string_check", [WHOLE], ["whole_decimals"]),
        ("string_check", [WHOLE, {**WHOLE, "reference_answer": "-7.00"}], ["whole_decimals"]),
        ("string_check", [WHOLE, OTHER], []),
        ("string_check", [{**WHOLE, "reference_answer": 42.0}], []),
        ("math_accuracy", [WHOLE], []),
        ("string_check", [SOLUTION], ["weak_reference"]),
        ("string_check", [{**WHOLE, "reference_answer": r"So it is $\boxed{42}$."}], ["weak_reference"]),
        ("math_accuracy", [SOLUTION], ["weak_reference"]),
        ("string_check", [{**WHOLE, "reference_answer": "#### 42"}], []),
        ("string_check", [{**WHOLE, "reference_answer": r"\boxed{42}"}], []),
        ("string_check", [{**WHOLE, "reference_answer": ["42", "so 42 #### 42"]}], ["weak_reference"]),
    ],
)
def test_references_that_no_text_equals(kind, rows, found):
    """Integers that became floats, and whole solutions; both are said before a run, and warn only."""
    grader = {"type": kind} if kind == "math_accuracy" else {"type": kind, "operation": "equals"}
    findings = preflight(graders.load_reward({"graders": [grader]}), rows)
    assert [one.kind for one in findings] == found
    assert {one.severity for one in findings} <= {"warning"}
    if "weak_reference" in found:
        assert "--reference-from" in findings[0].message


REPLY = {"role": "assistant", "content": "Sure! <think>x</think><answer>4</answer>"}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"prompt": "a", "completion": REPLY["content"]}, ["layout"]),
        ({"prompt": "a", "completion": [REPLY]}, ["layout"]),
        ({"messages": [{"role": "user", "content": "a"}, REPLY]}, ["layout"]),
        ({"prompt": "a", "completion": "4"}, ["layout"]),
        ({"prompt": "a", "completion": "<think>x</think><answer>4</answer>"}, []),
        ({"messages": [{"role": "user", "content": "a"}]}, []),
        ({"prompt": "a", "completion": None}, []),
    ],
)
def test_completions_in_the_rows(reward, row, found):
    """None of which is in the layout, with what they have in front."""
    findings = preflight(reward, [{"reference_answer": "4", **row}] * 3)
    assert [one.kind for one in findings] == found
    assert all("none of the 3 completions" in one.message for one in findings)


def test_no_rows(reward):
    assert kinds(reward, []) == ["missing_column"]


@pytest.mark.parametrize(("batch", "found"), [(8, []), (12, ["batch_size"]), (1, ["batch_size"]), (64, [])])
def test_a_batch_that_is_no_multiple_of_the_group(reward, batch, found):
    assert kinds(reward, args={"per_device_train_batch_size": batch}) == found
    config = SimpleNamespace(per_device_train_batch_size=batch, gradient_accumulation_steps=1, num_generations=8)
    assert kinds(reward, args=config) == found


def test_other_arguments(reward):
    assert kinds(reward, args={"per_device_train_batch_size": 8, "remove_unused_columns": True}) == ["unused_columns"]
    assert kinds(reward, args={"per_device_train_batch_size": 8, "reward_weights": [1, 1]}) == ["weights"]


def test_two_functions_of_one_name(reward):
    (finding,) = preflight(reward, reward_funcs=[reward, reward])
    assert str(finding).startswith("error: duplicate_name: 2 reward functions are called 'reward'")


class TestCommand:
    def run(self, *args):
        from click.testing import CliRunner

        from graders.cli.commands.check import check

        return CliRunner().invoke(check, [str(arg) for arg in args])

    def test_a_good_run(self, write):
        reward = write("r.json", {"graders": [{"type": "math_accuracy"}]})
        done = self.run(reward, "--data", write("a.jsonl", ROWS), "--batch-size", 16)
        assert (done.exit_code, done.output) == (0, "nothing found that would spoil a run\n")

    def test_a_bad_run(self, write):
        reward = write("r.json", {"graders": [{"type": "math_accuracy"}]})
        done = self.run(reward, "--data", write("a.jsonl", [{"prompt": "a"}]), "--batch-size", 12, "--json")
        assert done.exit_code == 2
        assert [finding["kind"] for finding in json.loads(done.output)] == ["missing_column", "batch_size"]

    def test_rows_that_can_not_be_read_and_empty_conversations(self, write, tmp_path):
        reward = write("r.json", {"graders": [{"type": "math_accuracy"}]})
        path = tmp_path / "a.jsonl"
        path.write_text('{"messages": [], "reference_answer": "1"}\nnot json\n[1]\n')
        lines = self.run(reward, "--data", path).output.splitlines()
        assert lines[0] == ("error: unreadable_row: 2 of 3 rows can't be read, the first is line 2, which is no JSON: "
                            "Expecting value in column 1")  # fmt: skip
        assert lines[1].startswith("error: missing_column: 1 of 1 rows have no prompt or messages")

    def test_the_batch_of_a_request(self, write):
        request = {
            "training_config": {"training_files": ["a"], "model": "m", "n_epochs": 1, "learning_rate": 1e-6,
                                "batch_size": 12, "fine_tune_type": "REINFORCEMENT"},
            "infrastructure_config": {"accel_type": "A100", "n_accel": 1},
        }  # fmt: skip
        assert "batch_size" in self.run(write("r.json", request)).output
