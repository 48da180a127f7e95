"""Preflight: each thing that would spoil a run is found, and nothing else."""

import json
from types import SimpleNamespace

import pytest

import graders
from graders.integrations.trl import preflight
from graders.reward.asked_prompts import unasked_layout

TAGS = ("<think>", "</think>", "<answer>", "</answer>")
TOLD = {"role": "system", "content": "".join(TAGS)}
ASKED = {"role": "user", "content": "2 + 2?"}
ROWS = [{"prompt": [TOLD, ASKED], "reference_answer": "4"}] * 3
UNTOLD = [{"prompt": [ASKED], "reference_answer": "4"}] * 3


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


class TestUnaskedLayout:
    """A run whose prompts don't name the layout starts at reward 0, and nothing else would say so."""

    def with_settings(self, reward, weight=0.1, **settings):
        definition = {"format_reward_weight": weight, "graders": [{"type": "math_accuracy"}]}
        return graders.load_reward(definition, graders.Settings(**settings))

    @pytest.mark.parametrize(
        "rows",
        [
            UNTOLD,
            [{"prompt": "2 + 2?", "reference_answer": "4"}],
            [{"messages": [ASKED], "reference_answer": "4"}],
            [{"prompt": [{"role": "user", "content": [{"type": "text", "text": "a"}]}], "reference_answer": "4"}],
        ],
        ids=["messages", "text", "conversation", "parts"],
    )
    def test_nobody_asks(self, reward, rows):
        (finding,) = preflight(reward, rows)
        assert (finding.kind, finding.severity) == ("unasked_layout", "warning")
        assert finding.message.startswith("no prompt mentions <answer>")
        assert "reward.system_prompt()" in finding.message
        assert "--answer-source boxed" in finding.message

    def test_what_the_prompts_ask_for_instead(self, reward):
        rows = [*UNTOLD, {"prompt": r"2 + 2? Put it into \boxed{}.", "reference_answer": "4"}]
        (finding,) = preflight(reward, rows)
        assert finding.message.endswith(r"--answer-source boxed (1 of 4 prompts mention \boxed)")

    @pytest.mark.parametrize(
        "settings", [{}, {"tags": ("t", "a")}, {"answer_source": "boxed"}, {"think_prefilled": True}]
    )
    def test_our_own_system_prompt_asks(self, reward, settings):
        reward = self.with_settings(reward, **settings)
        told = {"role": "system", "content": reward.system_prompt()}
        assert kinds(reward, [{**row, "prompt": [told, ASKED]} for row in ROWS]) == []
        assert kinds(reward, UNTOLD) == ["unasked_layout"]

    def test_parts_of_a_message_are_read(self, reward):
        parts = [{"type": "image"}, {"type": "text", "text": "Write <answer>"}]
        assert kinds(reward, [{"prompt": [{"role": "user", "content": parts}], "reference_answer": "4"}]) == []

    def test_a_box_that_is_asked_for_and_a_format_that_is_not(self, reward):
        rows = [{"prompt": r"2 + 2? \boxed{}", "reference_answer": "4"}]
        (finding,) = preflight(self.with_settings(reward, answer_source="boxed"), rows)
        assert "the format share, 0.1 of the reward" in finding.message
        assert kinds(self.with_settings(reward, 1e-300, answer_source="boxed"), rows) == []

    @pytest.mark.parametrize("source", ["final", "lenient"])
    def test_where_any_text_is_read_nothing_has_to_be_asked_for(self, reward, source):
        assert kinds(self.with_settings(reward, 1e-300, answer_source=source), UNTOLD) == []

    def test_the_chat_template_may_say_it(self, reward):
        asks = Tokenizer(opening="Write <think></think><answer></answer>\nassistant\n")
        assert kinds(reward, UNTOLD, tokenizer=asks) == []
        assert kinds(reward, UNTOLD, tokenizer=Tokenizer()) == ["unasked_layout"]

    def test_a_prompt_of_any_depth(self, reward):
        deep = ["<answer>"]
        for _ in range(100_000):
            deep = [deep]
        assert list(unasked_layout(reward, [{"prompt": deep}])) == []


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
        ("math_accuracy", [SOLUTION], ["bad_reference"]),
        ("string_check", [{**WHOLE, "reference_answer": "#### 42"}], []),
        ("string_check", [{**WHOLE, "reference_answer": r"\boxed{42}"}], []),
        ("string_check", [{**WHOLE, "reference_answer": ["42", "so 42 #### 42"]}], ["weak_reference"]),
    ],
)
def test_references_that_no_text_equals(kind, rows, found):
    """Integers that became floats, and whole solutions; both are said before a run, and warn only."""
    grader = {"type": kind} if kind == "math_accuracy" else {"type": kind, "operation": "equals"}
    findings = preflight(graders.load_reward({"graders": [grader]}), rows)
    findings = [one for one in findings if one.kind != "unasked_layout"]
    assert [one.kind for one in findings] == found
    assert {one.severity for one in findings} <= {"error" if "bad_reference" in found else "warning"}
    if found and found[0].endswith("reference"):
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
    findings = [one for one in findings if one.kind != "unasked_layout"]
    assert [one.kind for one in findings] == found
    assert all("none of the 3 completions" in one.message for one in findings)


def test_completions_in_boxes_name_the_option(reward):
    """As scoring does, with how many."""
    rows = [{"prompt": "a: <answer>", "completion": r"It is \boxed{4}.", "reference_answer": "4"}] * 3
    (finding,) = preflight(reward, rows)
    assert r"all 3 of them hold a \boxed{}: --answer-source boxed" in finding.message


def test_boxes_that_lost_their_backslash(reward):
    """JSON made a backspace of it, and no box is left to be read."""
    reward = graders.RewardFunction(reward.definition, graders.Settings(answer_source="boxed"))
    rows = [{"prompt": r"a: \boxed, <think>", "completion": "It is \x08oxed{4}.", "reference_answer": "4"}]
    findings = [one.message for one in preflight(reward, rows) if one.kind == "layout"]
    assert len(findings) == 1
    assert "a backspace and 'oxed' where \\boxed was meant" in findings[0]
    assert not [
        one for one in preflight(reward, [*rows, {**rows[0], "completion": r"\boxed{4}"}]) if one.kind == "layout"
    ]


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


SPOTLESS = "nothing found that would spoil a run\nnot looked at: the tokenizer (--tokenizer NAME)\n"


class TestCommand:
    def run(self, *args):
        from click.testing import CliRunner

        from graders.cli.commands.check import check

        return CliRunner().invoke(check, [str(arg) for arg in args])

    def test_a_good_run(self, write):
        reward = write("r.json", {"graders": [{"type": "math_accuracy"}]})
        done = self.run(reward, "--data", write("a.jsonl", ROWS), "--batch-size", 16)
        assert (done.exit_code, done.output) == (0, SPOTLESS)

    def test_a_bad_run(self, write):
        reward = write("r.json", {"graders": [{"type": "math_accuracy"}]})
        done = self.run(reward, "--data", write("a.jsonl", [{"prompt": "a"}]), "--batch-size", 12, "--json")
        assert done.exit_code == 2
        found = [finding["kind"] for finding in json.loads(done.output)]
        assert found == ["missing_column", "unasked_layout", "batch_size"]

    def test_rows_that_can_not_be_read_and_empty_conversations(self, write, tmp_path):
        reward = write("r.json", {"graders": [{"type": "math_accuracy"}]})
        path = tmp_path / "a.jsonl"
        path.write_text('{"messages": [], "reference_answer": "1"}\nnot json\n[1]\n')
        lines = self.run(reward, "--data", path).output.splitlines()
        assert lines[0] == ("error: unreadable_row: 2 of 3 rows can't be read, the first is line 2, which is not "
                            "valid JSON: Expecting value at column 1")  # fmt: skip
        assert lines[1].startswith("error: missing_column: 1 of 1 row has no prompt or messages")

    def test_the_batch_of_a_request(self, write):
        request = {
            "training_config": {"training_files": ["a"], "model": "m", "n_epochs": 1, "learning_rate": 1e-6,
                                "batch_size": 12, "fine_tune_type": "REINFORCEMENT"},
            "infrastructure_config": {"accel_type": "A100", "n_accel": 1},
        }  # fmt: skip
        assert "batch_size" in self.run(write("r.json", request)).output

    def test_it_says_what_was_not_looked_at(self, write):
        """Or a file without rows would be as good as one with a thousand."""
        assert self.run(write("r.json", {"graders": [{"type": "math_accuracy"}]})).output.splitlines()[1] == (
            "not looked at: the rows (--data FILE), the tokenizer (--tokenizer NAME), the batch (--batch-size N)"
        )
        pytest.importorskip("openai", reason="the judge's client isn't installed")
        judged = {"graders": [{"type": "llm"}]}
        done = self.run(write("r.json", judged), "--judge", "base_url=http://127.0.0.1:9/v1", "--judge", "model=m")
        assert done.output.rstrip().endswith("the judge's server (graders judge-check)"), done.output
